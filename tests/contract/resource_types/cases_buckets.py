"""Buckets and their policies."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from tests.contract.resource_types.cases_messaging import KEY, POLICY, pairs
from tests.contract.resource_types.conftest import Case, World

BUCKET = {"Type": "AWS::S3::Bucket"}
LOGS_POLICY = {
    "Type": "AWS::S3::BucketPolicy",
    "Properties": {
        "Bucket": {"Ref": "Logs"},
        "PolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "logging.s3.amazonaws.com"},
                    "Action": "s3:PutObject",
                    "Resource": {"Fn::Sub": "${Logs.Arn}/*"},
                }
            ],
        },
    },
}
READS = {
    "versioning": ("get_bucket_versioning", "Status"),
    "encryption": ("get_bucket_encryption", "ServerSideEncryptionConfiguration"),
    "public": ("get_public_access_block", "PublicAccessBlockConfiguration"),
    "ownership": ("get_bucket_ownership_controls", "OwnershipControls"),
    "lifecycle": ("get_bucket_lifecycle_configuration", "Rules"),
    "logging": ("get_bucket_logging", "LoggingEnabled"),
    "lock": ("get_object_lock_configuration", "ObjectLockConfiguration"),
    "replication": ("get_bucket_replication", "ReplicationConfiguration"),
    "queues": ("get_bucket_notification_configuration", "QueueConfigurations"),
    "cors": ("get_bucket_cors", "CORSRules"),
    "website": ("get_bucket_website", "IndexDocument"),
    "analytics": ("list_bucket_analytics_configurations", "AnalyticsConfigurationList"),
    "metrics": ("list_bucket_metrics_configurations", "MetricsConfigurationList"),
    "tiers": ("list_bucket_intelligent_tiering_configurations", "IntelligentTieringConfigurationList"),
    "inventories": ("list_bucket_inventory_configurations", "InventoryConfigurationList"),
}


def bucket(world: World, name: str) -> Any:
    s3 = world.client("s3")
    s3.head_bucket(Bucket=name)
    shown: dict[str, Any] = {}
    for key, (operation, member) in READS.items():
        try:
            shown[key] = getattr(s3, operation)(Bucket=name).get(member)
        except ClientError:
            shown[key] = None
    return shown


def bucket_tags(world: World, name: str) -> Any:
    return pairs(world.client("s3").get_bucket_tagging(Bucket=name)["TagSet"])


def bucket_policy(world: World, name: str) -> Any:
    return json.loads(world.client("s3").get_bucket_policy(Bucket=name)["Policy"])


BLOCKED = dict.fromkeys(("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True)
REPLICATION_ROLE = "arn:aws:iam::123456789012:role/replicates"
DESTINATION = {"BucketArn": "arn:aws:s3:::reports-of-all", "Format": "CSV"}
FULL: dict[str, Any] = {
    "AnalyticsConfigurations": [{"Id": "a", "Prefix": "p/", "StorageClassAnalysis": {}}],
    "MetricsConfigurations": [
        {"Id": "m", "TagFilters": [{"Key": "k", "Value": "v"}], "Prefix": "p/"},
        {"Id": "n"},
    ],
    "IntelligentTieringConfigurations": [
        {"Id": "t", "Status": "Enabled", "Tierings": [{"AccessTier": "ARCHIVE_ACCESS", "Days": 90}]}
    ],
    "VersioningConfiguration": {"Status": "Enabled"},
    "ObjectLockEnabled": True,
    "ObjectLockConfiguration": {
        "ObjectLockEnabled": "Enabled",
        "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 3}},
    },
    "BucketEncryption": {
        "ServerSideEncryptionConfiguration": [
            {
                "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY},
                "BucketKeyEnabled": True,
            }
        ]
    },
    "PublicAccessBlockConfiguration": BLOCKED,
    "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
    "LifecycleConfiguration": {
        "Rules": [
            {
                "Id": "old",
                "Status": "Enabled",
                "ExpirationInDays": 365,
                "Transitions": [{"StorageClass": "GLACIER", "TransitionInDays": 30}],
                "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
            }
        ]
    },
    "LoggingConfiguration": {"DestinationBucketName": {"Ref": "Logs"}, "LogFilePrefix": "here/"},
    "ReplicationConfiguration": {
        "Role": REPLICATION_ROLE,
        "Rules": [
            {
                "Status": "Enabled",
                "Priority": 1,
                "Filter": {"Prefix": ""},
                "DeleteMarkerReplication": {"Status": "Disabled"},
                "Destination": {"Bucket": "arn:aws:s3:::other-bucket"},
            }
        ],
    },
    "NotificationConfiguration": {
        "QueueConfigurations": [{"Event": "s3:ObjectCreated:*", "Queue": {"Fn::GetAtt": ["Queue", "Arn"]}}]
    },
    "CorsConfiguration": {"CorsRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"], "MaxAge": 60}]},
    "WebsiteConfiguration": {"IndexDocument": "index.html"},
    "InventoryConfigurations": [
        {
            "Id": "all",
            "Enabled": True,
            "IncludedObjectVersions": "Current",
            "ScheduleFrequency": "Weekly",
            "Destination": DESTINATION,
        }
    ],
}
CASES = (
    Case(
        "AWS::S3::Bucket",
        FULL,
        bucket,
        {
            "versioning": "Enabled",
            "encryption": {
                "Rules": [{"ApplyServerSideEncryptionByDefault": {"KMSMasterKeyID": KEY}, "BucketKeyEnabled": True}]
            },
            "public": BLOCKED,
            "ownership": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            "lifecycle": [
                {
                    "ID": "old",
                    "Expiration": {"Days": 365},
                    "Transitions": [{"Days": 30}],
                    "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
                }
            ],
            "logging": {"TargetPrefix": "here/"},
            "lock": {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 3}}},
            "replication": {"Role": REPLICATION_ROLE},
            "queues": [{"Events": ["s3:ObjectCreated:*"]}],
            "cors": [{"AllowedMethods": ["GET"], "MaxAgeSeconds": 60}],
            "website": {"Suffix": "index.html"},
            "inventories": [{"Id": "all"}],
            "analytics": [{"Id": "a", "Filter": {"Prefix": "p/"}}],
            "metrics": [{"Id": "m", "Filter": {"And": {"Prefix": "p/", "Tags": [{"Key": "k"}]}}}, {"Id": "n"}],
            "tiers": [{"Id": "t", "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}]}],
        },
        changed={name: None for name in FULL if not name.startswith(("ObjectLock", "Versioning"))},
        then={
            "versioning": "Enabled",
            **dict.fromkeys(
                (
                    "encryption",
                    "public",
                    "ownership",
                    "lifecycle",
                    "logging",
                    "replication",
                    "cors",
                    "website",
                    "queues",
                )
            ),
        },
        replaced={"BucketName": "another-bucket"},
        tags=bucket_tags,
        denied=(
            "s3:CreateBucket",
            "s3:PutBucketTagging",
            "s3:PutBucketVersioning",
            "s3:PutEncryptionConfiguration",
            "s3:PutBucketPublicAccessBlock",
            "s3:PutBucketOwnershipControls",
            "s3:PutLifecycleConfiguration",
            "s3:PutBucketLogging",
            "s3:PutBucketObjectLockConfiguration",
            "s3:PutReplicationConfiguration",
            "s3:PutBucketNotification",
            "s3:PutBucketCORS",
            "s3:PutBucketWebsite",
            "s3:PutInventoryConfiguration",
            "s3:ListBucket",
            "iam:PassRole",
        ),
        denied_later=("s3:DeleteBucketWebsite", "s3:DeleteBucket"),
        around={
            "Logs": BUCKET | {"DeletionPolicy": "Retain"},
            "LogsPolicy": LOGS_POLICY,
            "Queue": {"Type": "AWS::SQS::Queue"},
        },
        attributes=("Arn", "DomainName", "DualStackDomainName", "RegionalDomainName", "WebsiteURL"),
        after=("LogsPolicy",),
    ),
    Case(
        "AWS::S3::BucketPolicy",
        {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": POLICY},
        bucket_policy,
        POLICY,
        changed={"PolicyDocument": {**POLICY, "Id": "changed"}},
        then={"Id": "changed"},
        denied=("s3:PutBucketPolicy", "s3:GetBucketPolicy"),
        denied_later=("s3:DeleteBucketPolicy",),
        around={"Bucket": BUCKET},
    ),
)
