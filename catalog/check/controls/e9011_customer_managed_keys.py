"""E9011: no resource is encrypted with an AWS managed key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from catalog.cfn.template import text_of
from catalog.check.controls._control import Control, Fault, Path, resources, section
from catalog.check.controls._policy import alternatives, literal
from catalog.check.metadata import Frameworks

MANAGED = re.compile(r"(^|:)alias/aws/")
INHERITED = re.compile(r"Snapshot|Source|DBClusterIdentifier")
"""Properties with which a database takes the key of its snapshot, its source or its cluster."""

FLAGS: Mapping[str, str] = {
    "AWS::DocDB::DBCluster": "StorageEncrypted",
    "AWS::DynamoDB::Table": "SSEEnabled",
    "AWS::EC2::Volume": "Encrypted",
    "AWS::EFS::FileSystem": "Encrypted",
    "AWS::Neptune::DBCluster": "StorageEncrypted",
    "AWS::RDS::DBCluster": "StorageEncrypted",
    "AWS::RDS::DBInstance": "StorageEncrypted",
    "AWS::Redshift::Cluster": "Encrypted",
    "AWS::S3::Bucket": "SSEAlgorithm",
}
"""Resource type → the property that asks for KMS; without a key next to it, the type uses the AWS managed key."""

ASKS_FOR_KMS = (True, "true", "aws:kms", "aws:kms:dsse")


class CustomerManagedKeys(Control):
    """A resource uses an AWS managed key by its alias, or by asking for encryption without naming a key.

    Policies are not checked: a Deny may name `alias/aws/…`. No recommendation of the CIS AWS Foundations Benchmark asks
    for customer managed keys in general, so `frameworks` has none.
    """

    id = "E9011"
    shortdesc = "No resource uses an AWS managed key"
    description = (
        "No property that takes a KMS key is alias/aws/…, as a literal or through a parameter's Default or "
        "AllowedValues. No resource asks for encryption with KMS without naming a key, because it would then use the "
        "AWS managed key of the service."
    )
    why = (
        "AWS controls the policy of an AWS managed key. You cannot share the key with another account, restrict it to "
        "some roles, disable it or delete it."
    )
    remedy = "Name a customer managed key: the output KeyArn of the product kms_key, as an import or a parameter."
    source_url = "https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html"
    frameworks: ClassVar[Frameworks] = {"SOC 2": ("CC6",), "KMS article compliance": ("2",)}
    tags = ("kms", "encryption", "aws managed keys")
    looks_at = ("Resources",)

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each property that names an AWS managed key, and each that asks for KMS without a key."""
        for logical_id, resource in section(template, "Resources"):
            for path, value in key_properties(resource.get("Properties"), ("Resources", logical_id, "Properties")):
                for where, name in managed(template, value, path):
                    yield where, f"{name} is an AWS managed key; name a customer managed key"
        for logical_id, kind, properties in resources(template, *FLAGS):
            for path in unnamed(properties, ("Resources", logical_id, "Properties"), FLAGS[kind]):
                yield path, f"{path[-1]} without a key uses the AWS managed key; name a customer managed key"


def key_properties(node: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """(path, value) of every property that takes a KMS key, by its name; policies are skipped."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if str(key) == "Statement":
                continue
            if "kms" in str(key).lower() and ":" not in str(key):
                yield (*path, str(key)), value
            yield from key_properties(value, (*path, str(key)))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from key_properties(value, (*path, index))


def managed(template: Mapping[str, Any], value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """(path, alias) where a value is the alias of an AWS managed key, or a parameter offers one."""
    parameters = dict(section(template, "Parameters"))
    for where, alternative in alternatives(value, path):
        name = alternative.get("Ref") if isinstance(alternative, Mapping) else None
        definition = parameters.get(name, {}) if isinstance(name, str) else {}
        allowed = definition.get("AllowedValues")
        offered = [definition.get("Default"), *(allowed if isinstance(allowed, list) else [])]
        for text in [literal(alternative), *map(text_of, offered)]:
            if isinstance(text, str) and MANAGED.search(text):
                yield where, text


def unnamed(node: Any, path: Path, flag: str) -> Iterator[Path]:
    """The paths where the flag asks for KMS and no key is named next to it."""
    if isinstance(node, Mapping):
        keys = [str(key) for key in node]
        if not any("kms" in key.lower() or INHERITED.search(key) for key in keys):
            for where, value in alternatives(node.get(flag), (*path, flag)):
                if any(value == kms for kms in ASKS_FOR_KMS):
                    yield where
        for key, value in node.items():
            yield from unnamed(value, (*path, str(key)), flag)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from unnamed(value, (*path, index), flag)
