"""What a change set would change, as far as it is known before references are resolved.

Source: API reference, ResourceChange and ResourceChangeDetail; user guide, "Example change sets": a property that a
parameter changes has two details, of the parameter and of the template.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from catalog.cfn import resource_order
from catalog.cfn.references import references_in
from catalog.sandbox.cloudformation.changes import (
    ATTRIBUTE,
    AUTOMATIC,
    DYNAMIC,
    PARAMETER,
    RESOURCE,
    STATIC,
    ChangeDetail,
    ResourceChange,
)
from catalog.sandbox.cloudformation.handlers import find_handler
from catalog.sandbox.cloudformation.handlers.base import ResourceHandler
from catalog.sandbox.cloudformation.state import Definition, Stack, StackResource

BESIDES = ("Metadata", "CreationPolicy", "UpdatePolicy", "DeletionPolicy", "UpdateReplacePolicy")
"""What a resource has besides its properties and tags, and a change set tells."""


def expected_changes(stack: Stack, definition: Definition, tags: Mapping[str, str]) -> Iterator[ResourceChange]:
    """What an update to `definition` with `tags` does to the resources of a stack."""
    old = _bodies(stack)
    new = definition.rendered["Resources"]
    tagged = dict(tags) != dict(stack.tags)
    replaced: set[str] = set()
    for name in resource_order(definition.rendered):
        body = new[name]
        if name not in stack.resources:
            yield ResourceChange("Add", name, "", body["Type"])
            replaced.add(name)
            continue
        resource, handler = stack.resources[name], find_handler(body["Type"])
        details = list(_details(stack, definition, resource, handler, old.get(name, {}), body, replaced))
        if any(detail.recreation != "Never" for detail in details):
            replaced.add(name)
        if tagged and handler is not None and handler.taggable:
            details.append(ChangeDetail("Tags"))
        if details or old.get(name) != body:
            policy = str(body.get("UpdateReplacePolicy", "Delete"))
            yield ResourceChange(
                "Modify", name, resource.live.physical_id, body["Type"], tuple(dict.fromkeys(details)), policy
            )
    for name, resource in stack.resources.items():
        if name not in new:
            physical_id, policy = resource.live.physical_id, resource.deletion_policy
            yield ResourceChange("Remove", name, physical_id, resource.type_name, policy=policy)


def _bodies(stack: Stack) -> dict[str, Any]:
    """The resources in the template that each was last made or changed by: a failed update may not have come to it."""
    bodies = dict(stack.definition.rendered["Resources"]) if stack.definition else {}
    stable = stack.unfinished.definition if stack.unfinished else None
    if stack.unfinished and stable:
        untouched = [name for name, each in stack.unfinished.resources.items() if stack.resources.get(name) is each]
        bodies.update({name: stable.rendered["Resources"][name] for name in untouched})
    return bodies


def _details(
    stack: Stack,
    definition: Definition,
    resource: StackResource,
    handler: ResourceHandler | None,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    replaced: Collection[str],
) -> Iterator[ChangeDetail]:
    """Why a resource changes; `replaced` has the resources that are new or may be replaced."""
    before, after = old.get("Properties", {}), new.get("Properties", {})
    for name in dict.fromkeys([*after, *before]):
        if before.get(name) != after.get(name):
            alone = {key: value for key, value in {**before, name: after.get(name)}.items() if value is not None}
            replaces = handler is not None and handler.replaces(
                resource.live, before, alone, new.get("UpdatePolicy", {})
            )
            target = _target(name, "Always" if replaces else "Never")
            parameters = list(_parameters(stack.definition, definition, resource.logical_id, name))
            known = not parameters and not any(each.logical_id in replaced for each in references_in(after.get(name)))
            yield ChangeDetail(*target, STATIC if known else DYNAMIC)
            yield from (ChangeDetail(*target, STATIC, PARAMETER, parameter) for parameter in parameters)
        else:
            yield from _caused(handler, name, after[name], replaced)
    for attribute in BESIDES:
        if old.get(attribute) != new.get(attribute):
            yield ChangeDetail(attribute)
    if handler is not None and handler.always_updates and before == after:
        yield ChangeDetail("Properties", evaluation=DYNAMIC, source=AUTOMATIC)


def _target(name: str, recreation: str) -> tuple[str, str, str]:
    return ("Tags", "", recreation) if name == "Tags" else ("Properties", name, recreation)


def _parameters(before: Definition | None, after: Definition, logical_id: str, name: str) -> Iterator[str]:
    """The parameters that alone change a property: the template says the same of it."""

    def written(definition: Definition) -> Any:
        return definition.expanded["Resources"].get(logical_id, {}).get("Properties", {}).get(name)

    if before is None or written(before) != written(after):
        return
    for each in dict.fromkeys(reference.logical_id for reference in references_in(written(after))):
        if each in after.values and before.values.get(each) != after.values[each]:
            yield each


def _caused(
    handler: ResourceHandler | None, name: str, value: Any, replaced: Collection[str]
) -> Iterator[ChangeDetail]:
    """The resources whose replacement changes a property; a create-only one may replace this resource too."""
    create_only = handler is not None and name in handler.create_only
    target = _target(name, "Conditionally" if create_only else "Never")
    for each in references_in(value):
        if each.logical_id in replaced:
            cause = f"{each.logical_id}.{each.attribute}" if each.attribute else each.logical_id
            yield ChangeDetail(*target, DYNAMIC, ATTRIBUTE if each.attribute else RESOURCE, cause)
