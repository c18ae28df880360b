"""Tables that narrow the handlers' lists of IAM actions; each row has a reason.

- `NARROWINGS` remove an action when no template can make a handler call it.
- `SCOPES` give the resource and condition of an action where the Service Authorization Reference is broader than the
  handler.

An action that is in no table stays as the handlers list it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from catalog.check.iam_actions import iam_action
from catalog.roles.account_wide import ACCOUNT_WIDE, WIDE_SCOPES
from catalog.roles.additions import RDS_SECRETS, SERVICE_ROLES
from catalog.roles.completed import ONLY_FOR_PROPERTIES, SCOPES_OF_COMPLETED
from catalog.roles.data_plane import CLUSTERS, DATA_PLANE, OTHER_SERVICES
from catalog.roles.deliveries import ONLY_FOR_DELIVERIES
from catalog.roles.needs import can_be, changes, moves, never, switches
from catalog.roles.rows import ActionScope, Narrowing, unwritten
from catalog.roles.statements import SHORT_LIST
from catalog.roles.values import TemplateResource

KMS_SOURCE = "aws-cloudformation-resource-providers-kms"

KEY, ALIAS = "AWS::KMS::Key", "AWS::KMS::Alias"
BUCKET, TABLE = "AWS::S3::Bucket", "AWS::DynamoDB::Table"
LOG_GROUP = "AWS::Logs::LogGroup"
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
    ("ReplicationConfiguration",): ("s3:PutReplicationConfiguration",),
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

LOG_GROUP_PROPERTIES: Mapping[tuple[str, ...], tuple[str, ...]] = {
    ("BearerTokenAuthenticationEnabled",): ("logs:PutBearerTokenAuthentication",),
    ("DataProtectionPolicy",): ("logs:DeleteDataProtectionPolicy", "logs:PutDataProtectionPolicy"),
    ("DeletionProtectionEnabled",): ("logs:PutLogGroupDeletionProtection",),
    ("FieldIndexPolicies",): ("logs:DeleteIndexPolicy", "logs:PutIndexPolicy"),
    ("ResourcePolicyDocument",): ("logs:DeleteResourcePolicy", "logs:PutResourcePolicy"),
}
"""Property → the actions that write it (CloudWatch Logs API reference, each action)."""

NARROWINGS: tuple[Narrowing, ...] = (
    *KMS,
    *(unwritten(BUCKET, actions, *properties) for properties, actions in S3_PROPERTIES.items()),
    *(unwritten(LOG_GROUP, actions, *properties) for properties, actions in LOG_GROUP_PROPERTIES.items()),
    *(unwritten(TABLE, actions, *properties) for properties, actions in TABLE_PROPERTIES.items()),
    unwritten(TOPIC, ("sns:PutDataProtectionPolicy",), "DataProtectionPolicy"),
    unwritten(TOPIC, ("sns:Subscribe", "sns:Unsubscribe"), "Subscription"),
    unwritten(TOPIC, ("iam:GetRole",), "DeliveryStatusLogging"),
    unwritten(SUBSCRIPTION, ("iam:GetRole",), "SubscriptionRoleArn"),
    *DATA_PLANE,
    *ONLY_FOR_PROPERTIES,
    *ONLY_FOR_DELIVERIES,
    *ACCOUNT_WIDE,
)

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
    *(
        ActionScope(
            f"AWS::ElasticBeanstalk::{kind}",
            "s3:PutBucketPolicy",
            ("arn:${AWS::Partition}:s3:::elasticbeanstalk-*",),
            "only the buckets of Elastic Beanstalk (developer guide, Using Elastic Beanstalk with Amazon S3)",
        )
        for kind in ("Application", "ConfigurationTemplate", "Environment")
    ),
    *(
        ActionScope(resource_type, action, RDS_SECRETS, "only secrets that RDS manages")
        for resource_type in CLUSTERS
        for action in ("secretsmanager:CreateSecret", "secretsmanager:TagResource")
    ),
    ActionScope(
        "AWS::RAM::ResourceShare",
        "ram:AssociateResourceSharePermission",
        (
            "arn:${AWS::Partition}:ram::aws:permission/*",
            "arn:${AWS::Partition}:ram:*:${AWS::AccountId}:permission/*",
            "arn:${AWS::Partition}:ram:*:${AWS::AccountId}:resource-share/*",
        ),
        "the ARNs of AWS's own permissions have no account (RAM user guide, Managed permissions)",
    ),
    *SCOPES_OF_COMPLETED,
    *WIDE_SCOPES,
)

LINKED_ROLE_ACTIONS = ("iam:AttachRolePolicy", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:PutRolePolicy")
MAKE_OWN_ROLES = (
    "AWS::IAM",
    "AWS::Athena::DataCatalog",
    "AWS::ControlTower",
    "AWS::MWAA",
    "AWS::SSO",
    "AWS::SecurityLake",
)
"""Types, or beginnings of types, whose handlers make roles that are not service-linked."""


def unneeded(resource_type: str, action: str, resources: Sequence[TemplateResource]) -> str:
    """Why an action is not needed for these resources; empty when it can be needed.

    An action with several rows for one type is needed when any of them needs it.
    """
    rows = [row for row in NARROWINGS if row.resource_type == resource_type and action in row.actions]
    if rows and not any(row.need(resources) for row in rows):
        return "; ".join(row.reason for row in rows)
    if not rows:
        for other in OTHER_SERVICES:
            if other.concerns(resource_type, action) and not other.need(resources):
                return other.reason
    return ""


def scope_of(resource_type: str, action: str) -> ActionScope | None:
    """The scope of an action for a type, if it has one."""
    if action in LINKED_ROLE_ACTIONS and not resource_type.startswith(MAKE_OWN_ROLES):
        reason = "service-linked roles only: the type gives no other role policies"
        return ActionScope(resource_type, action, (f"{SERVICE_ROLES}/*",), reason)
    return next((row for row in SCOPES if (row.resource_type, row.action) == (resource_type, action)), None)


KINDS: Mapping[str, frozenset[str]] = {
    BUCKET: frozenset({"bucket", "object"}),
    "AWS::S3::BucketPolicy": frozenset({"bucket"}),
    TABLE: frozenset({"import", "index", "stream", "table"}),
}
"""Kinds of resource that a type's handlers use, where the same actions also take other kinds."""


TAGGING = re.compile(
    r"[a-z0-9-]+:(?:Add|Create|Delete|List|Remove|Untag|Tag)\w*(?:Tags?|Resource|ForResource|OfResource)"
)
"""Actions on tags, which many kinds of resource have."""


def kinds_of(
    resource_type: str, action: str, kinds: frozenset[str], handler_actions: Iterable[str] = ()
) -> frozenset[str]:
    """The kinds of an action that the type's handlers use.

    A handler tags only what it works with: the kinds that its other actions take, and the one with the type's name.
    """
    service = action.split(":")[0].lower()
    own = service == resource_type.split("::")[1].lower()
    if TAGGING.fullmatch(action) and len(kinds) > SHORT_LIST:
        others = (iam_action(other) for other in handler_actions if not TAGGING.fullmatch(other))
        worked_on = {
            kind for other in others if other and other.action.startswith(f"{service}:") for kind in other.resources
        }
        name = resource_type.rpartition("::")[2].lower()
        return kinds & (worked_on | {kind for kind in kinds if kind.replace("-", "") == name}) or kinds
    return (kinds & KINDS.get(resource_type, kinds) if own else kinds) or kinds
