"""AWS::S3::Bucket and AWS::S3::BucketPolicy: moto drops most properties of buckets and has no bucket policies."""

from __future__ import annotations

from typing import Any, ClassVar

from moto.cloudformation.parsing import generate_resource_name
from moto.s3.models import S3Backend, s3_backends

from catalog.sandbox.cloudformation.handlers.base import (
    LiveResource,
    Properties,
    ResourceFailed,
    ResourceHandler,
    StackContext,
    document_text,
    tags_of,
    undo_on_failure,
)


def _backend(context: StackContext) -> S3Backend:
    return s3_backends[context.account][context.partition]


class BucketHandler(ResourceHandler):
    """A bucket with encryption, versioning, public access block, ownership, lifecycle, access logs and tags."""

    type_name: ClassVar[str] = "AWS::S3::Bucket"
    service = "S3"
    attributes = frozenset({"Arn", "DomainName", "DualStackDomainName", "RegionalDomainName", "WebsiteURL"})
    create_only = frozenset({"BucketName"})

    def create(self, context: StackContext, properties: Properties) -> LiveResource:
        """Create the bucket, then configure it."""
        given = properties.get("BucketName")
        name = str(given or generate_resource_name(self.type_name, context.stack_name, context.logical_id))
        _backend(context).create_bucket(name, context.region)
        with undo_on_failure(lambda: _backend(context).delete_bucket(name)):
            self._configure(context, name, properties)
        return LiveResource(name)

    def update(self, context: StackContext, live: LiveResource, old: Properties, new: Properties) -> LiveResource:
        """Configure the bucket again; a property that was removed gets its default."""
        self._configure(context, live.physical_id, new)
        return live

    def delete(self, context: StackContext, live: LiveResource, properties: Properties) -> None:
        """Delete the bucket, which must be empty."""
        backend = _backend(context)
        if live.physical_id in backend.buckets and backend.delete_bucket(live.physical_id) is None:
            raise ResourceFailed(
                'Resource handler returned message: "The bucket you tried to delete is not empty (Service: S3, '
                'Status Code: 409)" (HandlerErrorCode: GeneralServiceException)'
            )

    def attribute(self, context: StackContext, live: LiveResource, name: str) -> Any:
        """The attribute of moto's bucket."""
        return _backend(context).get_bucket(live.physical_id).get_cfn_attribute(name)

    def _configure(self, context: StackContext, name: str, properties: Properties) -> None:
        backend = _backend(context)
        bucket = backend.get_bucket(name)
        encryption = properties.get("BucketEncryption")
        bucket.encryption = _encryption(encryption) if encryption else None
        versioning = properties.get("VersioningConfiguration", {}).get("Status")
        if versioning or bucket.versioning_status:
            backend.put_bucket_versioning(name, str(versioning or "Suspended"))
        block = properties.get("PublicAccessBlockConfiguration")
        if block:
            backend.put_public_access_block(name, {key: str(value).lower() for key, value in block.items()})
        else:
            backend.delete_public_access_block(name)
        rules = properties.get("OwnershipControls", {}).get("Rules", [])
        bucket.ownership_rule = rules[0]["ObjectOwnership"] if rules else None
        lifecycle = properties.get("LifecycleConfiguration", {}).get("Rules", [])
        bucket.set_lifecycle([_lifecycle_rule(rule) for rule in lifecycle])
        bucket.set_logging(_logging(properties.get("LoggingConfiguration")), backend)
        backend.put_bucket_tagging(name, tags_of(properties, context))


def _encryption(properties: Properties) -> dict[str, Any]:
    """The first (and only) rule of BucketEncryption, in the format of moto."""
    rule = properties["ServerSideEncryptionConfiguration"][0]
    moto_rule: dict[str, Any] = {"ApplyServerSideEncryptionByDefault": dict(rule["ServerSideEncryptionByDefault"])}
    if "BucketKeyEnabled" in rule:
        moto_rule["BucketKeyEnabled"] = str(rule["BucketKeyEnabled"]).lower()
    return {"Rule": moto_rule}


def _logging(configuration: Properties | None) -> dict[str, Any] | None:
    """LoggingConfiguration in the format of the API. moto checks the destination as AWS does."""
    if not configuration:
        return None
    prefix = configuration.get("LogFilePrefix", "")
    return {"TargetBucket": configuration["DestinationBucketName"], "TargetPrefix": prefix}


def _lifecycle_rule(rule: Properties) -> dict[str, Any]:
    """A lifecycle rule in the format of the API, with the properties that a bucket for templates needs."""
    converted: dict[str, Any] = {
        "ID": rule.get("Id"),
        "Status": rule.get("Status", "Enabled"),
        "Filter": {"Prefix": rule.get("Prefix", "")},
    }
    if "ExpirationInDays" in rule:
        converted["Expiration"] = {"Days": str(rule["ExpirationInDays"])}
    if "NoncurrentVersionExpiration" in rule:
        days = rule["NoncurrentVersionExpiration"]["NoncurrentDays"]
        converted["NoncurrentVersionExpiration"] = {"NoncurrentDays": str(days)}
    if "AbortIncompleteMultipartUpload" in rule:
        days = rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"]
        converted["AbortIncompleteMultipartUpload"] = {"DaysAfterInitiation": str(days)}
    return converted


class BucketPolicyHandler(ResourceHandler):
    """The policy of a bucket; a bucket has at most one."""

    type_name: ClassVar[str] = "AWS::S3::BucketPolicy"
    service = "S3"
    properties = frozenset({"Bucket", "PolicyDocument"})
    required = properties
    create_only = frozenset({"Bucket"})

    def create(self, context: StackContext, properties: Properties) -> LiveResource:
        """PutBucketPolicy, unless the bucket has a policy already."""
        bucket, backend = str(properties["Bucket"]), _backend(context)
        if backend.get_bucket_policy(bucket):
            raise ResourceFailed(f"The bucket policy already exists on bucket {bucket}.")
        backend.put_bucket_policy(bucket, document_text(properties["PolicyDocument"]).encode())
        return LiveResource(bucket)

    def update(self, context: StackContext, live: LiveResource, old: Properties, new: Properties) -> LiveResource:
        """PutBucketPolicy."""
        _backend(context).put_bucket_policy(live.physical_id, document_text(new["PolicyDocument"]).encode())
        return live

    def delete(self, context: StackContext, live: LiveResource, properties: Properties) -> None:
        """DeleteBucketPolicy."""
        if live.physical_id in _backend(context).buckets:
            _backend(context).delete_bucket_policy(live.physical_id)

    def attribute(self, context: StackContext, live: LiveResource, name: str) -> Any:
        """A bucket policy has no attributes."""
        raise ResourceFailed(f"{self.type_name} has no attribute {name}")
