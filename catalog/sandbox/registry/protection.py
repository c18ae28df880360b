"""Whether a property of a resource protects it from being deleted."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from catalog.sandbox.registry.shaping import as_text

PROTECTIONS = (
    "DeleteProtection",
    "DeletionProtected",
    "DeletionProtection",
    "DeletionProtectionEnabled",
    "TerminationProtectionEnabled",
)
"""The properties that are called so in the schemas of CloudFormation's types."""
ON = ("true", "enabled", "active", "prevent-all-deletion")


def protection(properties: Mapping[str, Any], among: Container[str] = PROTECTIONS) -> str:
    """The property that protects a resource with these properties; empty without one. Names in `among` count."""
    return next((name for name in PROTECTIONS if name in among and _is_on(properties.get(name))), "")


def _is_on(value: Any) -> bool:
    mode = value.get("Mode") if isinstance(value, Mapping) else value
    return mode is not None and as_text(mode).lower() in ON


def protected(name: str, property_name: str) -> str:
    """What AWS says of a deletion that the property prevents [assumed]."""
    return f"{name} cannot be deleted while its {property_name} is on. Change that first, and try again."
