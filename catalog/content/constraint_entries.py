"""The constraints that a product's entry in a portfolio file declares, as values for one account and Region."""

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
"""A value with its placeholders replaced."""


def template(value: Mapping[str, Any], fill: Fill) -> Constraint:
    """TEMPLATE. Rules are named before placeholders are replaced, so that they are called the same everywhere."""
    rules = {name: rule for _, name, rule in located_rules(value)}
    return TemplateConstraint(fill(rules), fill(value.get("description", "")))


def notification(value: Mapping[str, Any], fill: Fill) -> Constraint:
    """NOTIFICATION."""
    given = fill(value)
    return NotificationConstraint.declared(given["topics"], given.get("description", ""))


def resource_update(value: Mapping[str, Any], fill: Fill) -> Constraint:
    """RESOURCE_UPDATE."""
    return ResourceUpdateConstraint(value["tag_updates"] == "allowed", fill(value.get("description", "")))


def launch(value: Mapping[str, Any], fill: Fill) -> Constraint:
    """LAUNCH."""
    given = fill(value)
    names = given.get("local_role_name", ""), given.get("role_arn", "")
    return LaunchConstraint.declared(*names, given.get("description", ""))


def stackset(value: Mapping[str, Any], fill: Fill) -> Constraint:
    """STACKSET."""
    given = fill(value)
    instances = given.get("stack_instances")
    return StackSetConstraint.declared(
        given["accounts"],
        given["regions"],
        given["admin_role"],
        given["execution_role"],
        None if instances is None else instances == "allowed",
        given.get("description", ""),
    )


READERS: Mapping[str, Callable[[Mapping[str, Any], Fill], Constraint]] = {
    "template": template,
    "notification": notification,
    "resource_update": resource_update,
    "launch": launch,
    "stackset": stackset,
}
"""By the key in the YAML. What narrows comes before the roles, which give power."""
