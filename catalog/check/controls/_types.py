"""What AWS says of resource types: the provider schemas that cfn-lint ships, and its list of stateful types."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from typing import Any

from catalog.check.provider import data, regions, schemas

MORE_STATEFUL = ("AWS::KMS::ReplicaKey",)
"""Types that cfn-lint's list of stateful resources leaves out."""

KEY_TYPES = ("AWS::KMS::Key", "AWS::KMS::ReplicaKey")


@functools.cache
def stateful_types() -> tuple[str, ...]:
    """The resource types that hold data: cfn-lint's list, which follows AWS, and ours."""
    file = data() / "AdditionalSpecs" / "StatefulResources.json"
    return (*json.loads(file.read_bytes())["ResourceTypes"], *MORE_STATEFUL)


def is_protectable(resource_type: str) -> bool:
    """Whether a stateful type knows a protection against deletion: keys by their policy, others by a property."""
    return resource_type in KEY_TYPES or bool(deletion_switches(resource_type))


def deletion_switches(resource_type: str) -> tuple[str, ...]:
    """The properties of a type that switch its deletion protection on."""
    return tuple(name for name in property_names(resource_type) if "DeletionProtection" in name)


@functools.cache
def schema_of(resource_type: str) -> Mapping[str, Any]:
    """The provider schema of an AWS type, from the first Region that has it; empty for all others."""
    if not resource_type.startswith("AWS::"):
        return {}
    return next((schema for region in regions() for schema in schemas(resource_type, (region,))), {})


def tag_property(resource_type: str) -> str:
    """The property that holds the tags of a type, `Tags` for most; empty when it has none."""
    tagging = schema_of(resource_type).get("tagging", {})
    pointer: str = tagging.get("tagProperty", "") if tagging.get("taggable") else ""
    return pointer.removeprefix("/properties/")


def property_names(resource_type: str) -> tuple[str, ...]:
    """The properties of a type."""
    return tuple(schema_of(resource_type).get("properties", ()))
