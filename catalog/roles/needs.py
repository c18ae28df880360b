"""Conditions under which handlers call an IAM action, over the values that a type's resources have in all versions."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from catalog.roles.values import PossibleValues, TemplateResource, union

Need = Callable[[Sequence[TemplateResource]], bool]
"""Takes all resources of the type that can exist in any version. True when the action can be needed."""


def values(resources: Sequence[TemplateResource], path: str) -> PossibleValues:
    """The values of the property in any of the resources."""
    return union(resource.values(path) for resource in resources)


def never(_: Sequence[TemplateResource]) -> bool:
    """Never needed, with any template."""
    return False


def always(_: Sequence[TemplateResource]) -> bool:
    """Needed with any template."""
    return True


def present(*paths: str) -> Need:
    """Needed when a resource can have one of the properties."""

    def need(resources: Sequence[TemplateResource]) -> bool:
        return any(values(resources, path).present for path in paths)

    return need


def can_be(path: str, text: str, *, default: str = "") -> Need:
    """Needed when the property can have this value; an absent property has the default of the type."""

    def need(resources: Sequence[TemplateResource]) -> bool:
        return values(resources, path).can_be(text, default)

    return need


def switches(path: str, *, default: str) -> Need:
    """Needed when the property can be both true and false, so that an update can change it."""

    def need(resources: Sequence[TemplateResource]) -> bool:
        possible = values(resources, path)
        return possible.can_be("true", default) and possible.can_be("false", default)

    return need


def changes(path: str) -> Need:
    """Needed when the property can have more than one value, so that an update can change it."""

    def need(resources: Sequence[TemplateResource]) -> bool:
        possible = values(resources, path)
        return possible.anything or len(possible.texts | ({""} if possible.absent else set())) > 1

    return need


def vanishes(path: str) -> Need:
    """Needed when the property can be present and absent, so that an update can remove it."""

    def need(resources: Sequence[TemplateResource]) -> bool:
        possible = values(resources, path)
        return possible.present and possible.absent

    return need


def mentions(pattern: str) -> Need:
    """Needed when a property whose name the pattern matches can be anywhere in a resource.

    A transform inside the resource can add any property.
    """
    name = re.compile(f"{pattern}|^Fn::Transform$", re.IGNORECASE)

    def need(resources: Sequence[TemplateResource]) -> bool:
        return any(name.search(key) for resource in resources for key in resource.property_names())

    return need


def moves(path: str, target: str) -> Need:
    """Needed unless all versions have the same reference to a resource of type `target`.

    CloudFormation must never replace the target, so that the reference keeps its value.
    """

    def need(resources: Sequence[TemplateResource]) -> bool:
        by_id: dict[str, set[str]] = {}
        for resource in resources:
            node = resource.properties.get(path) if isinstance(resource.properties, Mapping) else None
            if not refers(resource, node, target):
                return True
            by_id.setdefault(resource.logical_id, set()).add(json.dumps(node, sort_keys=True))
        return any(len(references) > 1 for references in by_id.values())

    return need


def refers(resource: TemplateResource, node: Any, target: str) -> bool:
    """Whether the node is a Ref or Fn::GetAtt to a resource of this type in the same template."""
    referred = resource.view.referred(node)
    return referred is not None and referred.type == target
