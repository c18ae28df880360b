"""Constraints as declared in a portfolio file → values for one account and Region."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from catalog.content.rules_in_words import located_rules
from catalog.model.constraint import (
    Constraint,
    LaunchConstraint,
    NotificationConstraint,
    ResourceUpdateConstraint,
    StackSetConstraint,
    TemplateConstraint,
)

Fill = Callable[[Any], Any]
"""Replaces the placeholders in a value."""


def template(value: Mapping[str, Any], fill: Fill) -> Constraint:
    """TEMPLATE. Rules get their names before placeholders are replaced, so that the names are the same everywhere."""
    rules = {name: rule for _, name, rule in located_rules(value)}
    return TemplateConstraint(fill(rules), fill(value.get("description", "")))


def notification(value: Mapping[str, Any], fill: Fill) -> Constraint:
    """NOTIFICATION."""
    filled = fill(value)
    return NotificationConstraint.declared(filled["topics"], filled.get("description", ""))


def resource_update(value: Mapping[str, Any], fill: Fill) -> Constraint:
    """RESOURCE_UPDATE."""
    return ResourceUpdateConstraint(value["tag_updates"] == "allowed", fill(value.get("description", "")))


def launch(value: Mapping[str, Any], fill: Fill) -> Constraint:
    """LAUNCH."""
    filled = fill(value)
    names = filled.get("local_role_name", ""), filled.get("role_arn", "")
    return LaunchConstraint.declared(*names, filled.get("description", ""))


def stackset(value: Mapping[str, Any], fill: Fill) -> Constraint:
    """STACKSET."""
    filled = fill(value)
    instances = filled.get("stack_instances")
    return StackSetConstraint.declared(
        filled["accounts"],
        filled["regions"],
        filled["admin_role"],
        filled["execution_role"],
        None if instances is None else instances == "allowed",
        filled.get("description", ""),
    )


READERS: Mapping[str, Callable[[Mapping[str, Any], Fill], Constraint]] = {
    "template": template,
    "notification": notification,
    "resource_update": resource_update,
    "launch": launch,
    "stackset": stackset,
}
"""Readers by key of the YAML. Constraints that restrict launches come before the roles, which give power."""
