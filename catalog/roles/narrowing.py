"""Tables that narrow and complete the handlers' lists of IAM actions; each row has a reason.

- `NARROWINGS` remove an action when no template can make a handler call it.
- `ADDITIONS` add actions that a service requires of the caller, and that no handler lists.
- `SCOPES` give the resource and condition of an action where the Service Authorization Reference is broader than the
  handler.

An action that is in no table stays as the handlers list it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from catalog.roles.needs import Need, can_be, changes, moves, never, present, switches
from catalog.roles.statements import Conditions
from catalog.roles.values import TemplateResource

SERVICE_ROLES = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-service-role"

KMS_SOURCE = "aws-cloudformation-resource-providers-kms"
NOT_WRITTEN = "no version has the property that this action sets or removes"


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Actions of a type's handlers that are needed only when `need` holds."""

    resource_type: str
    actions: tuple[str, ...]
    need: Need
    reason: str
    """Why the actions are not needed when it does not hold."""


@dataclass(frozen=True, slots=True)
class Addition:
    """An action that the handlers' lists lack, needed when `need` holds."""

    resource_type: str
    action: str
    need: Need
    reason: str


@dataclass(frozen=True, slots=True)
class ActionScope:
    """The resource and condition of an action, narrower than the Service Authorization Reference."""

    resource_type: str
    """The type whose handler needs the action; `*` for every type without its own row."""
    action: str
    resources: tuple[str, ...]
    reason: str
    conditions: Conditions = field(default_factory=dict)


def unwritten(resource_type: str, actions: Sequence[str], *properties: str) -> Narrowing:
    """Actions that are needed only when a version has one of the properties."""
    return Narrowing(resource_type, tuple(actions), present(*properties), f"{NOT_WRITTEN}: {', '.join(properties)}")


KEY, ALIAS = "AWS::KMS::Key", "AWS::KMS::Alias"
BUCKET, TABLE = "AWS::S3::Bucket", "AWS::DynamoDB::Table"
TOPIC, SUBSCRIPTION = "AWS::SNS::Topic", "AWS::SNS::Subscription"

KMS = (
    Narrowing(
        KEY,
        ("kms:EnableKeyRotation",),
        can_be("EnableKeyRotation", "true", default="false"),
        f"rotation is never on: the handler enables it only where EnableKeyRotation is true ({KMS_SOURCE})",
    ),
    Narrowing(
        KEY,
        ("kms:DisableKeyRotation",),
        switches("EnableKeyRotation", default="false"),
        f"EnableKeyRotation never changes: an update disables rotation only when it turns false ({KMS_SOURCE})",
    ),
    Narrowing(
        KEY,
        ("kms:DisableKey",),
        can_be("Enabled", "false", default="true"),
        f"Enabled is never false ({KMS_SOURCE})",
    ),
    Narrowing(
        KEY,
        ("kms:EnableKey",),
        switches("Enabled", default="true"),
        f"Enabled never changes: an update enables a key only when it turns true ({KMS_SOURCE})",
    ),
    Narrowing(
        KEY, ("kms:UpdateKeyDescription",), changes("Description"), f"the description never changes ({KMS_SOURCE})"
    ),
    Narrowing(
        KEY,
        ("kms:GetKeyPolicy", "kms:GetKeyRotationStatus"),
        never,
        f"only the read handler calls it, and it ignores a refusal (softFailAccessDenied in {KMS_SOURCE})",
    ),
    Narrowing(
        ALIAS,
        ("kms:UpdateAlias",),
        moves("TargetKeyId", KEY),
        "the alias always targets the same key of the template, and CloudFormation never replaces an AWS::KMS::Key",
    ),
)

S3_PROPERTIES: Mapping[tuple[str, ...], tuple[str, ...]] = {
    ("AbacStatus",): ("s3:PutBucketAbac",),
    ("AccelerateConfiguration",): ("s3:PutAccelerateConfiguration",),
    ("AccessControl",): ("s3:PutBucketAcl",),
    ("AnalyticsConfigurations",): ("s3:PutAnalyticsConfiguration",),
    ("BucketEncryption",): ("s3:PutEncryptionConfiguration",),
    ("CorsConfiguration",): ("s3:PutBucketCORS",),
    ("IntelligentTieringConfigurations",): ("s3:PutIntelligentTieringConfiguration",),
    ("InventoryConfigurations",): ("s3:PutInventoryConfiguration",),
    ("LifecycleConfiguration",): ("s3:PutLifecycleConfiguration",),
    ("LoggingConfiguration",): ("s3:PutBucketLogging",),
    ("MetricsConfigurations",): ("s3:PutMetricsConfiguration",),
    ("NotificationConfiguration",): ("s3:PutBucketNotification",),
    ("ObjectLockConfiguration", "ObjectLockEnabled"): ("s3:PutBucketObjectLockConfiguration",),
    ("OwnershipControls",): ("s3:PutBucketOwnershipControls",),
    ("PublicAccessBlockConfiguration",): ("s3:PutBucketPublicAccessBlock",),
    ("ReplicationConfiguration",): ("s3:PutReplicationConfiguration", "iam:PassRole"),
    ("VersioningConfiguration", "ObjectLockEnabled"): ("s3:PutBucketVersioning",),
    ("WebsiteConfiguration",): ("s3:DeleteBucketWebsite", "s3:PutBucketWebsite"),
    ("MetadataConfiguration", "MetadataTableConfiguration"): (
        "s3:CreateBucketMetadataTableConfiguration",
        "s3:DeleteBucketMetadataTableConfiguration",
        "s3:UpdateBucketMetadataAnnotationTableConfiguration",
        "s3:UpdateBucketMetadataInventoryTableConfiguration",
        "s3:UpdateBucketMetadataJournalTableConfiguration",
        "s3tables:CreateNamespace",
        "s3tables:CreateTable",
        "s3tables:CreateTableBucket",
        "s3tables:GetTable",
        "s3tables:GetTableMetadataLocation",
        "s3tables:PutTableBucketPolicy",
        "s3tables:PutTableEncryption",
        "s3tables:PutTablePolicy",
        "s3tables:UpdateTableMetadataLocation",
    ),
}

TABLE_PROPERTIES: Mapping[tuple[str, ...], tuple[str, ...]] = {
    ("ContributorInsightsSpecification", "GlobalSecondaryIndexes"): ("dynamodb:UpdateContributorInsights",),
    ("ImportSourceSpecification",): (
        "dynamodb:DescribeImport",
        "dynamodb:ImportTable",
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:DescribeLogGroups",
        "logs:DescribeLogStreams",
        "logs:PutLogEvents",
        "logs:PutRetentionPolicy",
        "s3:GetObject",
        "s3:ListBucket",
    ),
    ("KinesisStreamSpecification",): (
        "dynamodb:DisableKinesisStreamingDestination",
        "dynamodb:EnableKinesisStreamingDestination",
        "dynamodb:UpdateKinesisStreamingDestination",
        "kinesis:DescribeStream",
        "kinesis:PutRecords",
    ),
    ("PointInTimeRecoverySpecification",): ("dynamodb:UpdateContinuousBackups",),
    ("ResourcePolicy", "StreamSpecification"): ("dynamodb:DeleteResourcePolicy", "dynamodb:PutResourcePolicy"),
    ("SSESpecification",): (
        "kms:CreateGrant",
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:ListAliases",
        "kms:RevokeGrant",
    ),
    ("TimeToLiveSpecification",): ("dynamodb:UpdateTimeToLive",),
    ("ContributorInsightsSpecification", "GlobalSecondaryIndexes", "KinesisStreamSpecification"): (
        "iam:CreateServiceLinkedRole",
    ),
}

NARROWINGS: tuple[Narrowing, ...] = (
    *KMS,
    *(unwritten(BUCKET, actions, *properties) for properties, actions in S3_PROPERTIES.items()),
    *(unwritten(TABLE, actions, *properties) for properties, actions in TABLE_PROPERTIES.items()),
    unwritten(TOPIC, ("sns:PutDataProtectionPolicy",), "DataProtectionPolicy"),
    unwritten(TOPIC, ("sns:Subscribe", "sns:Unsubscribe"), "Subscription"),
    unwritten(TOPIC, ("iam:GetRole", "iam:PassRole"), "DeliveryStatusLogging"),
    unwritten(SUBSCRIPTION, ("iam:GetRole", "iam:PassRole"), "SubscriptionRoleArn"),
)

ADDITIONS: tuple[Addition, ...] = (
    Addition(
        KEY,
        "iam:CreateServiceLinkedRole",
        can_be("MultiRegion", "true", default="false"),
        "the first multi-Region key of an account creates this role (KMS developer guide, Authorizing AWS KMS to "
        "synchronize multi-Region keys)",
    ),
)

PASSED_TO: Mapping[str, str] = {
    "AWS::CodePipeline::Pipeline": "codepipeline.amazonaws.com",
    "AWS::EC2::FlowLog": "vpc-flow-logs.amazonaws.com",
    "AWS::ECS::TaskDefinition": "ecs-tasks.amazonaws.com",
    "AWS::Events::Rule": "events.amazonaws.com",
    "AWS::Glue::Job": "glue.amazonaws.com",
    "AWS::KinesisFirehose::DeliveryStream": "firehose.amazonaws.com",
    "AWS::Lambda::Function": "lambda.amazonaws.com",
    BUCKET: "s3.amazonaws.com",
    TOPIC: "sns.amazonaws.com",
    SUBSCRIPTION: "sns.amazonaws.com",
    "AWS::Scheduler::Schedule": "scheduler.amazonaws.com",
    "AWS::StepFunctions::StateMachine": "states.amazonaws.com",
}
"""Type → the service that its roles trust, to which PassRole passes them (IAM user guide, "Granting a user permissions
to pass a role to an AWS service"). A type that is not listed can pass a role to any service."""

SCOPES: tuple[ActionScope, ...] = (
    ActionScope(
        KEY,
        "iam:CreateServiceLinkedRole",
        (f"{SERVICE_ROLES}/mrk.kms.amazonaws.com/AWSServiceRoleForKeyManagementServiceMultiRegionKeys",),
        "only this role can be created",
        {"StringEquals": {"iam:AWSServiceName": "mrk.kms.amazonaws.com"}},
    ),
    ActionScope(
        TABLE,
        "iam:CreateServiceLinkedRole",
        (f"{SERVICE_ROLES}/*.dynamodb.amazonaws.com/*",),
        "service-linked roles of DynamoDB only",
        {"StringLike": {"iam:AWSServiceName": "*.dynamodb.amazonaws.com"}},
    ),
    ActionScope(
        "*",
        "iam:CreateServiceLinkedRole",
        (f"{SERVICE_ROLES}/*",),
        "service-linked roles only, which trust only their service",
    ),
    *(
        ActionScope(
            resource_type,
            "iam:PassRole",
            ("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*",),
            f"the template or its parameters name the role; it can be passed only to {service}",
            {"StringEquals": {"iam:PassedToService": service}},
        )
        for resource_type, service in PASSED_TO.items()
    ),
)

NO_PERMISSIONS: Mapping[str, str] = {
    "AWS::CDK::Metadata": "CloudFormation handles it itself and calls no service",
    "AWS::CloudFormation::WaitCondition": "CloudFormation handles it itself and calls no service",
    "AWS::CloudFormation::WaitConditionHandle": "CloudFormation handles it itself and calls no service",
}
"""Types without handlers that need no permission."""

HIDDEN: Mapping[str, str] = {
    "AWS::CloudFormation::CustomResource": "its ServiceToken hides its calls",
    "AWS::CloudFormation::Macro": "its result is known only when it runs",
    "AWS::CloudFormation::Stack": "its resources are in another template",
    "AWS::CloudFormation::StackSet": "its resources are in another template",
}
"""Types that need more than their handlers: the product must declare it in its launch_permissions."""


def unneeded(resource_type: str, action: str, resources: Sequence[TemplateResource]) -> str:
    """Why an action is not needed for these resources; empty when it can be needed.

    An action with several rows for one type is needed when any of them needs it.
    """
    rows = [row for row in NARROWINGS if row.resource_type == resource_type and action in row.actions]
    if not rows or any(row.need(resources) for row in rows):
        return ""
    return "; ".join(row.reason for row in rows)


def scope_of(resource_type: str, action: str) -> ActionScope | None:
    """The row for the type, else the row for every type."""
    for row_type in (resource_type, "*"):
        for row in SCOPES:
            if (row.resource_type, row.action) == (row_type, action):
                return row
    return None


KINDS: Mapping[str, frozenset[str]] = {
    BUCKET: frozenset({"bucket", "object"}),
    "AWS::S3::BucketPolicy": frozenset({"bucket"}),
    TABLE: frozenset({"import", "index", "stream", "table"}),
}
"""Kinds of resource that a type's handlers use, where the same actions also take other kinds."""


def kinds_of(resource_type: str, action: str, kinds: frozenset[str]) -> frozenset[str]:
    """The kinds of an action that the type's handlers use."""
    own = action.split(":")[0].lower() == resource_type.split("::")[1].lower()
    return (kinds & KINDS.get(resource_type, kinds) if own else kinds) or kinds
