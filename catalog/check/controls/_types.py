"""Resource types: which properties protect or tag them."""

from __future__ import annotations

from catalog.check.schemas import schema_of

KEY_TYPES = ("AWS::KMS::Key", "AWS::KMS::ReplicaKey")


def is_protectable(resource_type: str) -> bool:
    """Whether a stateful type can be protected against deletion: a key by its policy, other types by a property."""
    return resource_type in KEY_TYPES or bool(deletion_switches(resource_type))


def deletion_switches(resource_type: str) -> tuple[str, ...]:
    """The properties of a type that turn on its deletion protection."""
    return tuple(name for name in property_names(resource_type) if "DeletionProtection" in name)


def tag_property(resource_type: str) -> str:
    """The property that holds the tags of a type, mostly `Tags`; empty when the type has no tags."""
    tagging = schema_of(resource_type).get("tagging", {})
    pointer: str = tagging.get("tagProperty", "") if tagging.get("taggable") else ""
    return pointer.removeprefix("/properties/")


def property_names(resource_type: str) -> tuple[str, ...]:
    """The properties of a type."""
    return tuple(schema_of(resource_type).get("properties", ()))
