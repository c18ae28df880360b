"""E9500: what holds or carries data is encrypted with the key of the parameter KeyArn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.check.own import STATEFUL_TYPES, Control, Fault, Path, items, resources

KEYS: Mapping[str, Path] = {
    "AWS::DynamoDB::Table": ("SSESpecification", "KMSMasterKeyId"),
    "AWS::Logs::LogGroup": ("KmsKeyId",),
    "AWS::S3::Bucket": (
        "BucketEncryption",
        "ServerSideEncryptionConfiguration",
        0,
        "ServerSideEncryptionByDefault",
        "KMSMasterKeyID",
    ),
    "AWS::SNS::Topic": ("KmsMasterKeyId",),
    "AWS::SQS::Queue": ("KmsMasterKeyId",),
    "AWS::SecretsManager::Secret": ("KmsKeyId",),
}
"""Type → the property with its key. A product with another type that holds data adds a row here."""

ARE_KEYS = ("AWS::KMS::Key", "AWS::KMS::ReplicaKey")
KEY_ARN = {"Fn::If": ["KeyIsAnArn", {"Ref": "KeyArn"}, {"Fn::ImportValue": {"Ref": "KeyArn"}}]}
"""What `key_arn()` of products/_shared/encryption.py renders."""

DELIVERY = "logging.s3.amazonaws.com"


class OneKeyParameter(Control):
    """E9011 forbids AWS managed keys; here, there is a key, and people find it under one name in each product.

    A bucket to which S3 delivers access logs cannot have a key (S3 user guide, "Enabling Amazon S3 server access
    logging"). It is known by the statement for the service in its policy.
    """

    id = "E9500"
    shortdesc = "Data is encrypted with the key of the parameter KeyArn"
    description = (
        "Every resource that holds or carries data names the key of the parameter KeyArn, which is an ARN or the name "
        "of an export. Buckets for access logs of S3 are the exception."
    )
    why = "The key is the one control over data that its owner keeps everywhere. One name for it needs no guessing."
    remedy = "Use key_parameter, KEY_CONDITION and key_arn of products/_shared/encryption.py."
    source_url = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html"
    tags = ("kms", "encryption", "parameters")
    looks_at = tuple(sorted({*KEYS, *STATEFUL_TYPES} - {*ARE_KEYS}))

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each resource with another key, with none, or of a type that `KEYS` does not have."""
        for logical_id, kind, properties in resources(template, *self.looks_at):
            path = KEYS.get(kind, ())
            if not path:
                yield ("Resources", logical_id), f"{kind} is not in KEYS of controls/e9500_one_key_parameter.py"
            elif at(properties, path) != KEY_ARN and not gets_logs(template, logical_id):
                where = ("Resources", logical_id, "Properties", path[0])
                yield where[: 4 if path[0] in properties else 2], f"{logical_id} ({kind}) has not the key of KeyArn"


def at(node: Any, path: Path) -> Any:
    """What stands at a path, or None."""
    for part in path:
        if isinstance(node, Mapping):
            node = node.get(part)
        elif isinstance(node, list) and isinstance(part, int) and part < len(node):
            node = node[part]
        else:
            return None
    return node


def gets_logs(template: Mapping[str, Any], bucket: str) -> bool:
    """Whether a policy of the bucket lets S3 deliver access logs."""
    policies = [
        properties["PolicyDocument"]
        for _, _, properties in resources(template, "AWS::S3::BucketPolicy")
        if properties.get("Bucket") == {"Ref": bucket}
    ]
    return any(
        at(statement, ("Principal", "Service")) == DELIVERY
        for policy in policies
        for _, statement in items(at(policy, ("Statement",)), ())
    )
