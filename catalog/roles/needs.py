"""Predicates over what a type's resources can be in all versions: when an action of a handler can be called."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from catalog.cfn.template import section
from catalog.roles.values import PossibleValues, TemplateResource, union

Need = Callable[[Sequence[TemplateResource]], bool]
"""Asked with all resources of the type that can exist in any version; True when the action can be needed."""


def values(resources: Sequence[TemplateResource], path: str) -> PossibleValues:
    """What the property can be in any of them."""
    return union(resource.values(path) for resource in resources)


def always(_: Sequence[TemplateResource]) -> bool:
    """Needed whatever the template says."""
    return True


def never(_: Sequence[TemplateResource]) -> bool:
    """Needed by nothing, whatever the template says."""
    return False


def present(*paths: str) -> Need:
    """Needed when a resource can have one of the properties."""

    def need(resources: Sequence[TemplateResource]) -> bool:
        return any(values(resources, path).present for path in paths)

    return need


def can_be(path: str, text: str, *, default: str = "") -> Need:
    """Needed when the property can have this value; left out, it has the default of the type."""

    def need(resources: Sequence[TemplateResource]) -> bool:
        return values(resources, path).can_be(text, default)

    return need


def switches(path: str, *, default: str) -> Need:
    """Needed when the property can be true at one time and false at another, as an update turns it."""

    def need(resources: Sequence[TemplateResource]) -> bool:
        found = values(resources, path)
        return found.can_be("true", default) and found.can_be("false", default)

    return need


def changes(path: str, *, default: str = "") -> Need:
    """Needed when the property can have more than one value, so that an update can change it."""

    def need(resources: Sequence[TemplateResource]) -> bool:
        found = values(resources, path)
        return found.anything or len(found.texts | ({default} if found.absent else set())) > 1

    return need


def moves(path: str, target: str) -> Need:
    """Needed unless the property is one and the same reference to a resource of type `target` in all versions.

    For a target that CloudFormation never replaces: then the reference always has the value that it was created with.
    """

    def need(resources: Sequence[TemplateResource]) -> bool:
        by_id: dict[str, set[str]] = {}
        for resource in resources:
            node = resource.properties.get(path) if isinstance(resource.properties, Mapping) else None
            if not refers(resource, node, target):
                return True
            by_id.setdefault(resource.logical_id, set()).add(json.dumps(node, sort_keys=True))
        return any(len(found) > 1 for found in by_id.values())

    return need


def refers(resource: TemplateResource, node: Any, target: str) -> bool:
    """Whether the node is a Ref or a Fn::GetAtt of a resource of this type in the same template."""
    if not isinstance(node, Mapping) or len(node) != 1:
        return False
    ((function, argument),) = node.items()
    name = argument if function == "Ref" else argument[0] if function == "Fn::GetAtt" and argument else ""
    referred = section(resource.view.template, "Resources").get(str(name))
    return isinstance(referred, Mapping) and referred.get("Type") == target
