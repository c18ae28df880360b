"""Buckets and their policies.

The service of the sandbox has no analytics, metrics, intelligent tiering, metadata tables or attribute-based access:
the stack alone keeps them. Actions: Service Authorization Reference, Amazon S3 (they often have another name there).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.core.exceptions import ServiceException

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting, Tagging
from catalog.sandbox.registry.naming import StackPlace
from catalog.sandbox.registry.shaping import as_text
from catalog.sandbox.registry.tables import s3_shapes as shapes


def bucket(subject: ApiResource) -> dict[str, Any]:
    """The name of the bucket."""
    return {"Bucket": subject["BucketName"] or subject["Bucket"]}


def new_bucket(subject: ApiResource) -> dict[str, Any]:
    """CreateBucket in the Region of the stack."""
    region = subject.place.region
    location = {"LocationConstraint": region} if region != "us-east-1" else None
    return {
        "Bucket": subject.name,
        "CreateBucketConfiguration": location,
        "ObjectLockEnabledForBucket": True if subject.text("ObjectLockEnabled", "false") == "true" else None,
    }


def put(operation: str, action: str, parameter: str, build: Any) -> ApiCall:
    """An operation that sets one configuration, built from the property of the subject."""
    return ApiCall(
        operation, lambda subject: bucket(subject) | {parameter: build(subject)}, permissions=(f"s3:{action}",)
    )


def remove(operation: str, action: str) -> ApiCall:
    """An operation that removes a configuration."""
    return ApiCall(operation, bucket, permissions=(f"s3:{action}",))


def setting(name: str, put_call: ApiCall, remove_call: ApiCall | None = None) -> Setting:
    """The calls for one property."""
    return Setting((name,), put_call, remove_call)


def inventories(subject: ApiResource) -> list[dict[str, Any]]:
    """One call for each inventory."""
    return [
        bucket(subject) | {"Id": each["Id"], "InventoryConfiguration": shapes.inventory(each)}
        for each in subject.properties.get("InventoryConfigurations", [])
    ]


def dropped_inventories(subject: ApiResource) -> list[dict[str, Any]]:
    """One call for each inventory that an update has taken away."""
    kept = {each["Id"] for each in subject.properties.get("InventoryConfigurations", [])}
    return [
        bucket(subject) | {"Id": each["Id"]}
        for each in subject.old.get("InventoryConfigurations", [])
        if each["Id"] not in kept
    ]


def by_id_of(kind: str, shaped: Callable[[Any], dict[str, Any]]) -> tuple[Setting, Setting]:
    """The calls for configurations with ids: one for each that is gone, and one for each that there is."""
    name, permissions = f"{kind}Configurations", (f"s3:Put{kind}Configuration",)

    def gone(subject: ApiResource) -> list[dict[str, Any]]:
        kept = {each["Id"] for each in subject.properties.get(name) or ()}
        return [bucket(subject) | {"Id": each["Id"]} for each in subject.old.get(name) or () if each["Id"] not in kept]

    def each_of(subject: ApiResource) -> list[dict[str, Any]]:
        return [
            bucket(subject) | {"Id": each["Id"], f"{kind}Configuration": shaped(each)}
            for each in subject.properties.get(name) or ()
        ]

    return (
        Setting((name,), ApiCall(f"DeleteBucket{kind}Configuration", gone, permissions=permissions), on_create=False),
        Setting((name,), ApiCall(f"PutBucket{kind}Configuration", each_of, permissions=permissions)),
    )


def versioning(subject: ApiResource) -> dict[str, Any]:
    """Versioning, which cannot be taken away, only suspended."""
    return {"Status": (subject.properties.get("VersioningConfiguration") or {}).get("Status", "Suspended")}


SETTINGS = (
    setting(
        "VersioningConfiguration",
        put("PutBucketVersioning", "PutBucketVersioning", "VersioningConfiguration", versioning),
    ),
    setting(
        "BucketEncryption",
        put(
            "PutBucketEncryption", "PutEncryptionConfiguration", "ServerSideEncryptionConfiguration", shapes.encryption
        ),
        remove("DeleteBucketEncryption", "PutEncryptionConfiguration"),
    ),
    setting(
        "PublicAccessBlockConfiguration",
        put(
            "PutPublicAccessBlock", "PutBucketPublicAccessBlock", "PublicAccessBlockConfiguration", shapes.public_access
        ),
        remove("DeletePublicAccessBlock", "PutBucketPublicAccessBlock"),
    ),
    setting(
        "OwnershipControls",
        put("PutBucketOwnershipControls", "PutBucketOwnershipControls", "OwnershipControls", shapes.ownership),
        remove("DeleteBucketOwnershipControls", "PutBucketOwnershipControls"),
    ),
    setting("AccessControl", put("PutBucketAcl", "PutBucketAcl", "ACL", shapes.access_control)),
    setting(
        "LifecycleConfiguration",
        put("PutBucketLifecycleConfiguration", "PutLifecycleConfiguration", "LifecycleConfiguration", shapes.lifecycle),
        remove("DeleteBucketLifecycle", "PutLifecycleConfiguration"),
    ),
    setting("LoggingConfiguration", put("PutBucketLogging", "PutBucketLogging", "BucketLoggingStatus", shapes.logging)),
    setting(
        "ObjectLockConfiguration",
        put(
            "PutObjectLockConfiguration",
            "PutBucketObjectLockConfiguration",
            "ObjectLockConfiguration",
            shapes.object_lock,
        ),
    ),
    setting(
        "ReplicationConfiguration",
        put("PutBucketReplication", "PutReplicationConfiguration", "ReplicationConfiguration", shapes.replication),
        remove("DeleteBucketReplication", "PutReplicationConfiguration"),
    ),
    setting(
        "NotificationConfiguration",
        put(
            "PutBucketNotificationConfiguration",
            "PutBucketNotification",
            "NotificationConfiguration",
            shapes.notification,
        ),
    ),
    setting(
        "CorsConfiguration",
        put("PutBucketCors", "PutBucketCORS", "CORSConfiguration", shapes.cors),
        remove("DeleteBucketCors", "PutBucketCORS"),
    ),
    setting(
        "WebsiteConfiguration",
        put("PutBucketWebsite", "PutBucketWebsite", "WebsiteConfiguration", shapes.website),
        remove("DeleteBucketWebsite", "DeleteBucketWebsite"),
    ),
    setting(
        "AccelerateConfiguration",
        put(
            "PutBucketAccelerateConfiguration",
            "PutAccelerateConfiguration",
            "AccelerateConfiguration",
            shapes.acceleration,
        ),
    ),
    Setting(
        ("InventoryConfigurations",),
        ApiCall(
            "DeleteBucketInventoryConfiguration", dropped_inventories, permissions=("s3:PutInventoryConfiguration",)
        ),
        on_create=False,
    ),
    Setting(
        ("InventoryConfigurations",),
        ApiCall("PutBucketInventoryConfiguration", inventories, permissions=("s3:PutInventoryConfiguration",)),
    ),
    *by_id_of("Analytics", shapes.analytics),
    *by_id_of("Metrics", shapes.metrics),
    *by_id_of("IntelligentTiering", shapes.tiering),
)


def names(subject: ApiResource, _: Any) -> dict[str, Any]:
    """The attributes: ARN and addresses (template reference, AWS::S3::Bucket, "Return values")."""
    name, place = subject["BucketName"], subject.place
    suffix = "amazonaws.com.cn" if place.partition == "aws-cn" else "amazonaws.com"
    return {
        "Arn": arn(place, name),
        "DomainName": f"{name}.s3.{suffix}",
        "DualStackDomainName": f"{name}.s3.dualstack.{place.region}.{suffix}",
        "RegionalDomainName": f"{name}.s3.{place.region}.{suffix}",
        "WebsiteURL": f"http://{name}.s3-website-{place.region}.{suffix}",
    }


def arn(place: StackPlace, name: Any) -> str:
    """The ARN of a bucket."""
    return f"arn:{place.partition}:s3:::{name}"


def tag_set(subject: ApiResource) -> dict[str, Any]:
    """All tags: the operation replaces those that are there."""
    return bucket(subject) | {"Tagging": {"TagSet": [{"Key": k, "Value": v} for k, v in subject.tags.items()]}}


BUCKET = ApiType(
    "AWS::S3::Bucket",
    "s3",
    create=ApiCall("CreateBucket", new_bucket),
    read=ApiCall("HeadBucket", bucket, permissions=("s3:ListBucket",)),
    attributes=names,
    settings=SETTINGS,
    delete=(ApiCall("DeleteBucket", bucket),),
    tagging=Tagging(
        ApiCall("PutBucketTagging", tag_set),
        ApiCall("DeleteBucketTagging", bucket, permissions=("s3:PutBucketTagging",)),
        whole=True,
    ),
    arn=lambda subject: arn(subject.place, subject.name or subject["BucketName"]),
    replaced=("ObjectLockEnabled",),  # "Update requires: Replacement"
    modelled=(
        "AbacStatus",
        "BucketNamePrefix",
        "BucketNamespace",
        "MetadataConfiguration",
        "MetadataTableConfiguration",
        "ObjectLockEnabled",
    ),
)


def new_policy(subject: ApiResource) -> dict[str, Any]:
    """PutBucketPolicy, unless the bucket has a policy already."""
    try:
        subject.ask("GetBucketPolicy", bucket(subject))
    except ServiceException:
        return changed_policy(subject)
    raise ServiceException("AlreadyExistsException", f"The bucket policy already exists on bucket {subject['Bucket']}.")


def changed_policy(subject: ApiResource) -> dict[str, Any]:
    """PutBucketPolicy."""
    return bucket(subject) | {"Policy": as_text(subject["PolicyDocument"])}


BUCKET_POLICY = ApiType(
    "AWS::S3::BucketPolicy",
    "s3",
    create=ApiCall("PutBucketPolicy", new_policy),
    read=ApiCall("GetBucketPolicy", bucket),
    shown=lambda subject, answer: answer.get("Policy"),
    update=ApiCall("PutBucketPolicy", changed_policy),
    delete=(ApiCall("DeleteBucketPolicy", bucket),),
    arn=lambda subject: arn(subject.place, subject["Bucket"]),
)

TYPES = (BUCKET, BUCKET_POLICY)
