"""What the sandbox's KMS has of a key or an alias: for drift and for imports."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from catalog.sandbox.cloudformation.handlers.base import (
    LiveResource,
    Properties,
    ResourceFailed,
    StackContext,
    absent,
    document_text,
    tags_of,
)
from catalog.sandbox.cloudformation.handlers.kms_calls import KmsCalls
from catalog.sandbox.kms.models import SandboxKey, sandbox_backend
from catalog.sandbox.registry.differing import Deviation, PropertyDrift
from catalog.sandbox.registry.shaping import as_text

GONE = "PendingDeletion"


def properties_of_key(key: SandboxKey) -> dict[str, Any]:
    """The properties that a read of a key shows, besides its tags."""
    return {
        "Description": key.description,
        "Enabled": key.key_state == "Enabled",
        "EnableKeyRotation": bool(key.key_rotation_status),
        "KeyPolicy": json.loads(key.policy),
        "KeySpec": key.key_spec,
        "KeyUsage": key.key_usage,
        "MultiRegion": bool(key.multi_region),
        "Origin": key.origin,
        **({"RotationPeriodInDays": key.rotation_period_days} if key.key_rotation_status else {}),
    }


def key_deviation(context: StackContext, live: LiveResource, applied: Properties) -> Deviation:
    """What of the template's properties and of the tags a key, or a replica, has no more."""
    backend = sandbox_backend(context.account, context.region)
    key = backend.key_named(live.physical_id)
    if key is None or key.key_state == GONE:
        return Deviation(gone=True)
    expected = {**applied}
    if "KeyPolicy" in expected:
        expected["KeyPolicy"] = json.loads(document_text(expected["KeyPolicy"]))
    actual = properties_of_key(key)
    differences = [
        PropertyDrift(f"/{name}", expected[name], actual.get(name))
        for name in expected
        if name in (*actual, "RotationPeriodInDays") and as_text(expected[name]) != as_text(actual.get(name))
    ]
    wanted, tags = own_tags(tags_of(applied, context)), own_tags(backend.tags_of(key))
    if wanted != tags:
        differences.append(PropertyDrift("/Tags", wanted, tags))
    return Deviation(differences=tuple(differences))


def alias_deviation(context: StackContext, live: LiveResource, applied: Properties) -> Deviation:
    """Whether an alias is there, and of the same key."""
    backend = sandbox_backend(context.account, context.region)
    if not backend.alias_exists(live.physical_id):
        return Deviation(gone=True)
    actual, wanted = backend.existing_key(live.physical_id), backend.key_named(str(applied["TargetKeyId"]))
    if wanted is not None and wanted.id == actual.id:
        return Deviation()
    return Deviation(differences=(PropertyDrift("/TargetKeyId", applied["TargetKeyId"], actual.id),))


def own_tags(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags without those of AWS, as a template has them."""
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items()) if not key.startswith("aws:")]


def adopt_key(context: StackContext, type_name: str, identifier: Mapping[str, str]) -> LiveResource:
    """An existing key or replica, by its KeyId."""
    name = only(type_name, identifier, "KeyId")
    calls = KmsCalls(context)
    key = calls.backend.key_named(name)
    if key is None or key.key_state == GONE or name != key.id:
        raise absent(type_name, identifier)
    if type_name == "AWS::KMS::ReplicaKey":
        calls.read_replica(key)
    else:
        calls.read_key(key)
    return LiveResource(key.id)


def adopt_alias(context: StackContext, type_name: str, identifier: Mapping[str, str]) -> LiveResource:
    """An existing alias, by its AliasName."""
    name = only(type_name, identifier, "AliasName")
    if not sandbox_backend(context.account, context.region).alias_exists(name):
        raise absent(type_name, identifier)
    KmsCalls(context).read_alias()
    return LiveResource(name)


def only(type_name: str, identifier: Mapping[str, str], name: str) -> str:
    """The value of an identifier with one key."""
    if set(identifier) != {name}:
        raise ResourceFailed(f"The identifier of {type_name} has the key {name}, not {', '.join(sorted(identifier))}")
    return identifier[name]
