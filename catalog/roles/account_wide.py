"""What handlers of rarely used types list for a whole account, narrowed where AWS's pages or the schema say for what.

What is left wide, and why:

- `AWS::SecurityLake`: glue, lakeformation, lambda and organizations with all actions. The schema lists `service:*`, and
  the managed policy AmazonSecurityLakeAdministrator has some of them on `*` too (crawlers, event source mappings,
  permissions of Lake Formation), so no list of resources is certain to be enough.
- `AWS::SSMQuickSetup::ConfigurationManager`: it deploys stack sets of the caller's choice, in the whole organization.
- `AWS::ResilienceHub::App`: it only reads, whatever the application consists of.
- `AWS::FMS::Policy`: the bucket for logs stands inside of a JSON text (ManagedServiceData), in several forms.
- `AWS::MSK::Channel`: DynamoDB and Step Functions; no page says what a channel does there.
"""

from __future__ import annotations

from catalog.roles.rows import ActionScope, Narrowing, unwritten

ACCELERATOR, CATALOG = "AWS::GlobalAccelerator::Accelerator", "AWS::Glue::Catalog"
CHANNEL, PORTAL = "AWS::MSK::Channel", "AWS::WorkSpacesWeb::Portal"
ENGINE_VERSION = "AWS::RDS::CustomDBEngineVersion"
SECURITY_LAKE = ("AWS::SecurityLake::DataLake", "AWS::SecurityLake::Subscriber")

ACCOUNT_WIDE: tuple[Narrowing, ...] = (
    unwritten(
        ACCELERATOR,
        ("logs:CreateLogDelivery", "logs:DeleteLogDelivery"),
        "FlowLogsEnabled",
        "FlowLogsS3Bucket",
    ),
    unwritten(
        CATALOG,  # "the staging bucket that will be created along with the catalog", "the managed workgroup" (schema)
        (
            "redshift-serverless:CreateNamespace",
            "redshift-serverless:CreateWorkgroup",
            "redshift-serverless:DeleteNamespace",
            "redshift-serverless:DeleteWorkgroup",
            "redshift-serverless:GetNamespace",
            "redshift-serverless:GetWorkgroup",
            "redshift-serverless:TagResource",
            "redshift-serverless:UntagResource",
            "redshift-serverless:UpdateNamespace",
            "redshift-serverless:UpdateWorkgroup",
            "s3:CreateBucket",
            "s3:DeleteBucket",
            "s3:GetBucketLocation",
            "s3:PutBucketPolicy",
            "s3:PutBucketTagging",
            "s3:PutBucketVersioning",
            "s3:PutEncryptionConfiguration",
            "s3:PutLifecycleConfiguration",
        ),
        "CatalogProperties",
    ),
    unwritten(
        CHANNEL,
        (
            "logs:CreateLogDelivery",
            "logs:CreateLogGroup",
            "logs:CreateLogStream",
            "logs:DeleteLogDelivery",
            "logs:DescribeLogGroups",
            "logs:DescribeResourcePolicies",
            "logs:GetLogDelivery",
            "logs:ListLogDeliveries",
            "logs:PutLogEvents",
            "logs:PutResourcePolicy",
            "logs:UpdateLogDelivery",
        ),
        "LoggingInfo",
    ),
    unwritten(
        CHANNEL,
        (
            "firehose:DescribeDeliveryStream",
            "firehose:PutRecord",
            "firehose:PutRecordBatch",
            "firehose:TagDeliveryStream",
        ),
        "LoggingInfo.Firehose",
    ),
    unwritten(CHANNEL, ("glue:CreateTable", "glue:GetDatabase", "glue:GetTable"), "IcebergDestinationConfiguration"),
    unwritten(
        PORTAL,
        (
            "ec2:CreateNetworkInterface",
            "ec2:CreateNetworkInterfacePermission",
            "ec2:DeleteNetworkInterface",
            "ec2:DeleteNetworkInterfacePermission",
            "ec2:ModifyNetworkInterfaceAttribute",
        ),
        "NetworkSettingsArn",
    ),
    unwritten(PORTAL, ("kinesis:Describe*", "kinesis:PutRecord", "kinesis:PutRecords"), "UserAccessLoggingSettingsArn"),
    unwritten(PORTAL, ("s3:PutObject",), "SessionLoggerArn"),
)

WIDE_SCOPES: tuple[ActionScope, ...] = (
    *(
        ActionScope(
            ENGINE_VERSION,
            action,
            ("arn:${AWS::Partition}:s3:::do-not-delete-rds-custom-*",),
            "only the buckets of RDS Custom (RDS user guide, Setting up your environment for Amazon RDS Custom for "
            "Oracle, Grant required permissions to your IAM user or role)",
        )
        for action in (
            "s3:CreateBucket",
            "s3:PutBucketObjectLockConfiguration",
            "s3:PutBucketPolicy",
            "s3:PutBucketVersioning",
        )
    ),
    ActionScope(
        SECURITY_LAKE[0],
        "s3:*",
        ("arn:${AWS::Partition}:s3:::aws-security-data-lake*",),
        "only the buckets of Security Lake (managed policy AmazonSecurityLakeAdministrator)",
    ),
    *(
        ActionScope(
            resource_type,
            action,
            (
                "arn:${AWS::Partition}:sqs:*:${AWS::AccountId}:AmazonSecurityLake*",
                "arn:${AWS::Partition}:sqs:*:${AWS::AccountId}:SecurityLake*",
            ),
            "only the queues of Security Lake (managed policy AmazonSecurityLakeAdministrator)",
        )
        for resource_type, actions in zip(SECURITY_LAKE, (("sqs:*",), ("sqs:DeleteQueue",)), strict=True)
        for action in actions
    ),
)
