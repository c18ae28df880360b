"""Product `s3_log_bucket`: the bucket that gets the access logs of the buckets of this account and Region.

It is encrypted with SSE-S3 and not with a key: S3 delivers no access logs to a bucket whose default encryption is
SSE-KMS (S3 user guide, "Enabling Amazon S3 server access logging"). docs/products/s3_log_bucket.md explains it.
"""

from __future__ import annotations

from typing import Any

from _shared.buckets import MINIMUM_TLS, OBJECTS, WHOLE, bucket_name, clean_up, closed, over_tls
from _shared.building import HAS_COMPLIANCE, KEPT, build, one_of, output, rule, rule_equals, tags
from _shared.owner import owned
from _shared.parameters import TAGS_GROUP, Parameters, choice, roles, tag_parameters
from _shared.policies import NOT_A_SERVICE, allow, deny, document, except_for, the
from troposphere import GetAtt, Ref, Sub, Template
from troposphere.s3 import (
    Bucket,
    BucketEncryption,
    BucketPolicy,
    LifecycleConfiguration,
    LifecycleRule,
    ServerSideEncryptionByDefault,
    ServerSideEncryptionRule,
)

from catalog import ProductDefinition

PARAMETERS: Parameters = {
    **bucket_name("my-org-access-logs-dev"),
    "Readers": roles(
        "Who may read the logs",
        "ARNs of the IAM roles or users that may read the logs, separated by commas. Nobody else can.",
    ),
    "RetentionDays": choice(
        "Days that logs are kept",
        "Days after which a log is deleted. Nobody can delete it before. Must be 365 or more in prod.",
        ["30", "90", "365", "1096", "2557"],
    ),
    **MINIMUM_TLS,
    **tag_parameters("bucket", "logs", "prod makes it a duty to keep logs for a year."),
}

RULES = {
    "ProductionKeepsAYear": rule(
        rule_equals("Environment", "prod"),
        (one_of("RetentionDays", "365", "1096", "2557"), "In prod RetentionDays must be 365 or more."),
    )
}


def bucket() -> Bucket:
    """The bucket: SSE-S3, because log delivery needs it."""
    return Bucket(
        "Bucket",
        **KEPT,
        **closed(),
        BucketEncryption=BucketEncryption(
            ServerSideEncryptionConfiguration=[
                ServerSideEncryptionRule(
                    ServerSideEncryptionByDefault=ServerSideEncryptionByDefault(SSEAlgorithm="AES256")
                )
            ]
        ),
        LifecycleConfiguration=LifecycleConfiguration(
            Rules=[
                clean_up(1),
                LifecycleRule(Id="Expire", Status="Enabled", ExpirationInDays=Ref("RetentionDays")),
            ]
        ),
        Tags=tags(),
    )


def policy() -> BucketPolicy:
    """S3 writes, for buckets of this account; readers read; nobody deletes. Lifecycle rules are not bound by it."""
    of_this_account: dict[str, Any] = {
        "StringEquals": {"aws:SourceAccount": Ref("AWS::AccountId")},
        "ArnLike": {"aws:SourceArn": Sub("arn:${AWS::Partition}:s3:::*")},
    }
    delivery = {"Service": "logging.s3.amazonaws.com"}
    return BucketPolicy(
        "BucketPolicy",
        Bucket=Ref("Bucket"),
        PolicyDocument=document(
            *over_tls(),
            allow("LogDelivery", delivery, ["s3:PutObject"], OBJECTS, of_this_account),
            allow("ReadersRead", the("Readers"), ["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket"], WHOLE),
            deny("OnlyReadersRead", ["s3:GetObject*"], OBJECTS, except_for("Readers")),
            deny("OnlyServicesWrite", ["s3:PutObject*", "s3:Replicate*"], OBJECTS, NOT_A_SERVICE),
            deny("NobodyDeletes", ["s3:DeleteObject*"], OBJECTS),
        ),
    )


def template() -> Template:
    """The template of this version."""
    return build(
        "Bucket for access logs of S3, which only S3 writes and nobody deletes; catalog product s3_log_bucket.",
        parameters=PARAMETERS,
        groups={
            "The bucket": ["BucketName", "RetentionDays", "MinimumTlsVersion"],
            "Who may do what": ["Readers"],
            **TAGS_GROUP,
        },
        conditions=HAS_COMPLIANCE,
        rules=RULES,
        resources=[bucket(), policy()],
        outputs=[
            output("BucketName", "Name of the bucket: parameter LogBucket of other buckets.", Ref("Bucket")),
            output("BucketArn", "ARN of the bucket.", GetAtt("Bucket", "Arn")),
        ],
    )


PRODUCT = ProductDefinition(
    **owned("s3_log_bucket"),
    name="Log bucket",
    description="A bucket for the access logs of the S3 buckets of an account and Region: only S3 writes to it, only "
    "named roles read, and nobody deletes before the retention ends.",
    version="1.0.0",
    version_description="First version.",
    template=template,
)
