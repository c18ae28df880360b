"""The template bucket as a CloudFormation template, the stack `OWNER-templates` of `catalog bootstrap`."""

from __future__ import annotations

from typing import Any

from catalog.content.bucket_settings import BucketSettings

PROTECTED_FOLDERS = ("templates", "stacks")
"""Folders whose objects have the digest of their content in the key: whoever writes one again writes something else."""


def bucket_template(bucket: str, settings: BucketSettings | None = None, access_logs: str = "") -> dict[str, Any]:
    """A bucket that is encrypted, versioned, private, refuses requests without TLS, and keeps what was uploaded first.

    `access_logs` is the bucket for access logs in this account and Region; empty for none. The name of the bucket can
    have placeholders of CloudFormation.
    """
    settings = settings or BucketSettings()
    properties = {
        "BucketName": {"Fn::Sub": bucket} if "${" in bucket else bucket,
        "BucketEncryption": {
            "ServerSideEncryptionConfiguration": [
                {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
            ]
        },
        "VersioningConfiguration": {"Status": "Enabled"},
        "PublicAccessBlockConfiguration": {
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
    }
    if access_logs:
        properties["LoggingConfiguration"] = {"DestinationBucketName": access_logs, "LogFilePrefix": f"{bucket}/"}
    if rules := lifecycle_rules(settings):
        properties["LifecycleConfiguration"] = {"Rules": rules}
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Templates that catalog publishes to AWS Service Catalog",
        "Resources": {
            "Bucket": {
                "Type": "AWS::S3::Bucket",
                "DeletionPolicy": "RetainExceptOnCreate",
                "UpdateReplacePolicy": "Retain",
                "Properties": properties,
            },
            "BucketPolicy": {
                "Type": "AWS::S3::BucketPolicy",
                "Properties": {
                    "Bucket": {"Ref": "Bucket"},
                    "PolicyDocument": {"Version": "2012-10-17", "Statement": policy_statements(settings)},
                },
            },
        },
        "Outputs": {"BucketName": {"Description": "The bucket's name", "Value": {"Ref": "Bucket"}}},
    }


def no_bucket(account: str, region: str, bucket: str) -> str:
    """What to do where the bucket is missing."""
    return f"Account {account}, Region {region} has no bucket {bucket}: run `catalog bootstrap` once."


def policy_statements(settings: BucketSettings) -> list[dict[str, Any]]:
    """What the policy denies to everybody, also to administrators of the account; and who else may read templates."""
    arn = {"Fn::GetAtt": ["Bucket", "Arn"]}
    statements: list[dict[str, Any]] = [
        {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": "s3:*",
            "Resource": [arn, {"Fn::Sub": "${Bucket.Arn}/*"}],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]
    if settings.refuse_overwrites:
        # S3 user guide, "Enforce conditional writes on Amazon S3 buckets". Copies and uploads in parts lack the header,
        # so these two folders refuse them too.
        statements.append(
            {
                "Sid": "NothingIsReplaced",
                "Effect": "Deny",
                "Principal": {"AWS": "*"},
                "Action": "s3:PutObject",
                "Resource": [{"Fn::Sub": f"${{Bucket.Arn}}/{folder}/*"} for folder in PROTECTED_FOLDERS],
                "Condition": {"Null": {"s3:if-none-match": "true"}},
            }
        )
    if settings.organization:
        # Not public: S3 counts aws:PrincipalOrgID as a fixed value (S3 user guide, "The meaning of public").
        statements.append(
            {
                "Sid": "OrganizationReadsTemplates",
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": "s3:GetObject",
                "Resource": {"Fn::Sub": "${Bucket.Arn}/templates/*"},
                "Condition": {"StringEquals": {"aws:PrincipalOrgID": settings.organization}},
            }
        )
    return statements


def lifecycle_rules(settings: BucketSettings) -> list[dict[str, Any]]:
    """What S3 deletes by itself. No rule has an expiration of current versions: these are the templates in use."""
    rules: list[dict[str, Any]] = []
    if settings.incomplete_upload_days:
        end = {"DaysAfterInitiation": settings.incomplete_upload_days}
        rules.append({"Id": "IncompleteUploads", "Status": "Enabled", "AbortIncompleteMultipartUpload": end})
    if settings.noncurrent_days:
        expiration = {"NoncurrentDays": settings.noncurrent_days}
        rules.append({"Id": "NoncurrentVersions", "Status": "Enabled", "NoncurrentVersionExpiration": expiration})
    return rules
