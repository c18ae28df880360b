"""The order of resources: each one comes after the resources that it refers to or depends on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.cfn.references import references_in
from catalog.cfn.template import Template, TemplateError, is_list, section


def depends_on(resource: Mapping[str, Any]) -> tuple[str, ...]:
    """The logical ids in `DependsOn`. Raises `TemplateError` unless it is a string or a list of strings."""
    value = resource.get("DependsOn", ())
    names = (value,) if isinstance(value, str) else value
    if not is_list(names) or not all(isinstance(name, str) for name in names):
        raise TemplateError("Template format error: DependsOn must be a string or list of strings.")
    return tuple(names)


def dependencies(template: Template) -> dict[str, set[str]]:
    """Logical id of each resource → ids of the resources that it needs: by Ref, Fn::GetAtt, Fn::Sub and DependsOn.

    Names that are not resources of the template are left out; `render` refuses them.
    """
    resources = section(template, "Resources")
    needed: dict[str, set[str]] = {}
    for logical_id, resource in resources.items():
        if not isinstance(resource, Mapping):
            raise TemplateError("Template format error: Any Resources member must be an object.")
        named = {reference.logical_id for reference in references_in(dict(resource))}
        needed[logical_id] = (named | set(depends_on(resource))) & resources.keys()
    return needed


def resource_order(template: Template) -> list[str]:
    """The logical ids, each after all ids that it needs; otherwise in the order of the template.

    Pass the rendered template: in the source, both branches of a `Fn::If` count as references. For deletion, reverse
    the order. Raises `TemplateError`, which names the resources of a circular dependency.
    """
    waiting = dependencies(template)
    order: list[str] = []
    while waiting:
        ready = next((name for name, needs in waiting.items() if not needs & waiting.keys()), None)
        if ready is None:
            raise TemplateError(f"Circular dependency between resources: [{', '.join(_cycles(waiting))}]")
        order.append(ready)
        del waiting[ready]
    return order


def _cycles(waiting: Mapping[str, set[str]]) -> list[str]:
    """The members of the cycles, without resources that only need a member."""
    members = dict(waiting)
    while True:
        needed = set[str]().union(*members.values())
        outside = [name for name in members if name not in needed]
        if not outside:
            return list(members)
        for name in outside:
            del members[name]
