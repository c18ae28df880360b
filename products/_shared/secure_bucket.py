"""Parameters, conditions and Rules of the product `s3_secure_bucket`."""

from __future__ import annotations

from typing import Any

from troposphere import And, Equals, If, ImportValue, Join, Not, Ref, Split, Sub

from _shared.buckets import MINIMUM_TLS, NAME, bucket_name
from _shared.building import HAS_COMPLIANCE, given, one_of, role_arn, rule, rule_equals, rule_given
from _shared.encryption import KEY_CONDITION, key_parameter
from _shared.parameters import ARN_NAME, TAGS_GROUP, Parameters, choice, number, roles, tag_parameters, text

EXPORTED = "-BucketName"
COPIES = "s3-replication-"
DAYS = ["0", "30", "60", "90", "180", "365"]
LOCKED = ["none", "GOVERNANCE", "COMPLIANCE"]
CLASSES = ["STANDARD_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"]

PARAMETERS: Parameters = {
    **bucket_name("my-org-data-dev"),
    **key_parameter("each object", "Readers and writers must be key users."),
    "LogBucket": text(
        "Log bucket",
        "Bucket of this account and Region that gets the access logs: its name, or the name under which its stack "
        "exports it, which ends in -BucketName (output BucketName of the product Log bucket).",
        f"{NAME}|[A-Za-z0-9:-]+{EXPORTED}",
        "must be the name of a bucket, or the name of an export that ends in -BucketName.",
        most=255,
    ),
    "Readers": roles(
        "Who may read",
        "ARNs of the IAM roles or users that may read objects, separated by commas. Nobody else can, whatever their "
        "IAM policies say.",
    ),
    "Writers": roles(
        "Who may write",
        "ARNs of the IAM roles or users that may write and delete objects, separated by commas. Nobody else can. They "
        "read only if they are readers too.",
    ),
    "VpcEndpoints": text(
        "Only through VPC endpoints",
        "Ids of the VPC endpoints through which objects may be read and written, separated by commas without spaces. "
        "Leave it empty for any network.",
        "vpce-[a-z0-9]{8,17}(,vpce-[a-z0-9]{8,17})*",
        "must be ids such as vpce-0123456789abcdef0, separated by commas without spaces, or empty.",
        most=1000,
        default="",
    ),
    "OrganizationId": text(
        "Only from an organization",
        "Id of the organization whose roles may read and write. Leave it empty if the lists are enough.",
        "o-[a-z0-9]{10,32}",
        "must be an id such as o-a1b2c3d4e5, or empty.",
        most=34,
        default="",
    ),
    **MINIMUM_TLS,
    "NoncurrentVersionDays": choice(
        "Days that old versions are kept",
        "Days after which a version that was overwritten or deleted is gone. Must be 90 or more in prod.",
        ["7", "30", "90", "365"],
        "90",
    ),
    "TransitionAfterDays": choice(
        "Days until objects move", "Days after which objects move to another storage class; 0 for never.", DAYS, "0"
    ),
    "TransitionTo": choice("Storage class", "Storage class that objects move to.", CLASSES, "STANDARD_IA"),
    "ExpireAfterDays": number(
        "Days until objects expire", "Days after which objects are deleted; 0 for never.", 0, 36500, 0
    ),
    "ObjectLockMode": choice(
        "Object lock",
        "GOVERNANCE or COMPLIANCE to lock each new version against deletion; in COMPLIANCE nobody can lift it, the "
        "root of the account included. Choose it now: turning it on or off later replaces the bucket.",
        LOCKED,
        "none",
    ),
    "ObjectLockDays": number("Days of the lock", "Days that each new version is locked.", 1, 36500, 30),
    "ReplicaBucketArn": text(
        "Bucket for copies",
        "ARN of a versioned bucket that gets a copy of each object. Leave it empty for none.",
        f"arn:aws[a-z-]*:s3:::{NAME}",
        "must be the ARN of a bucket, or empty.",
        most=100,
        default="",
    ),
    "ReplicaKeyArn": text(
        "Key for copies",
        "ARN of the KMS key of the bucket for copies.",
        "arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/(mrk-)?[a-f0-9-]+",
        "must be the ARN of a key, or empty.",
        most=256,
        default="",
    ),
    "ReplicationRoleName": text(
        "Role that copies",
        "Name of the IAM role of this account that S3 assumes to copy. Its name begins with s3-replication-. It must "
        "be a reader, and be able to use both keys.",
        f"{COPIES}(?!.*{COPIES}){ARN_NAME}",
        "must be the name of a role that begins with s3-replication-, or empty.",
        most=64,
        default="",
    ),
    **tag_parameters("bucket", "holds", "prod makes it a duty to keep old versions for 90 days."),
}

GROUPS = {
    "The bucket": ["BucketName", "KeyArn", "LogBucket", "MinimumTlsVersion"],
    "Who may do what": ["Readers", "Writers", "VpcEndpoints", "OrganizationId"],
    "How long objects live": [
        "NoncurrentVersionDays",
        "TransitionAfterDays",
        "TransitionTo",
        "ExpireAfterDays",
        "ObjectLockMode",
        "ObjectLockDays",
    ],
    "Copies": ["ReplicaBucketArn", "ReplicaKeyArn", "ReplicationRoleName"],
    **TAGS_GROUP,
}

CONDITIONS = {
    **KEY_CONDITION,
    "LogBucketIsExported": Not(Equals(Join("", Split(EXPORTED, Ref("LogBucket"))), Ref("LogBucket"))),
    "HasEndpoints": given("VpcEndpoints"),
    "HasOrganization": given("OrganizationId"),
    "Moves": Not(Equals(Ref("TransitionAfterDays"), "0")),
    "Expires": Not(Equals(Ref("ExpireAfterDays"), "0")),
    "IsLocked": Not(Equals(Ref("ObjectLockMode"), "none")),
    "IsReplicated": And(given("ReplicaBucketArn"), given("ReplicaKeyArn"), given("ReplicationRoleName")),
    **HAS_COMPLIANCE,
}


def together(name: str, *others: str) -> dict[str, Any]:
    """The others are given if the first is."""
    return rule(rule_given(name), *((rule_given(other), f"{name} needs {other}.") for other in others))


RULES: dict[str, dict[str, Any]] = {
    "ProductionKeepsVersions": rule(
        rule_equals("Environment", "prod"),
        (one_of("NoncurrentVersionDays", "90", "365"), "In prod NoncurrentVersionDays must be 90 or 365."),
    ),
    "CopiesNeedKeyAndRole": together("ReplicaBucketArn", "ReplicaKeyArn", "ReplicationRoleName"),
    "ReplicaKeyNeedsBucket": together("ReplicaKeyArn", "ReplicaBucketArn"),
    "ReplicationRoleNeedsBucket": together("ReplicationRoleName", "ReplicaBucketArn"),
}


def log_bucket() -> Any:
    """The name of the log bucket, as it was given or as its stack exports it."""
    return If("LogBucketIsExported", ImportValue(Ref("LogBucket")), Ref("LogBucket"))


def replication_role() -> Sub:
    """The ARN of the role that copies."""
    return role_arn("ReplicationRoleName", COPIES)
