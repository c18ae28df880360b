"""IMPORT change sets: a stack takes resources that exist.

Source: CloudFormation user guide, "Import AWS resources into a CloudFormation stack": each resource has a
DeletionPolicy and an identifier and is in no other stack, nothing else of the stack may change, nothing is made or
tagged. The messages are
those of public issues, or assumed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.sandbox.cloudformation.errors import StackRefused
from catalog.sandbox.cloudformation.handlers import find_handler
from catalog.sandbox.cloudformation.handlers.base import LiveResource, ResourceFailed, ResourceHandler, StackContext
from catalog.sandbox.cloudformation.state import Definition, Stack, StackResource
from catalog.sandbox.cloudformation.steps import Steps


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """A member of ResourcesToImport."""

    logical_id: str
    type_name: str
    identifier: Mapping[str, str]

    @classmethod
    def parse(cls, member: Mapping[str, Any]) -> ImportRequest:
        """From the parameters of CreateChangeSet."""
        identifier = dict(member.get("ResourceIdentifier") or {})
        return cls(str(member.get("LogicalResourceId")), str(member.get("ResourceType")), identifier)


def check_imports(stack: Stack, definition: Definition, requests: Sequence[ImportRequest]) -> None:
    """Raise `StackRefused` unless the template is the stack's with the imported resources, and nothing else."""
    resources = definition.rendered["Resources"]
    wanted = {request.logical_id: request for request in requests}
    fresh = [name for name in resources if name not in stack.resources]
    if missing := [name for name in fresh if name not in wanted]:
        raise StackRefused(f"Resources {_listed(missing)} is missing from ResourceToImport list")
    if unknown := [name for name in wanted if name not in fresh]:
        raise StackRefused(f"Resources {_listed(unknown)} to import are not in the template, or already in the stack")
    if not wanted:
        raise StackRefused("ResourcesToImport must have a member for a change set of type IMPORT")
    for name, request in wanted.items():
        if resources[name]["Type"] != request.type_name:
            raise StackRefused(f"Resource {name} has type {resources[name]['Type']}, not {request.type_name}")
    handlers = {request.type_name: find_handler(request.type_name) for request in requests}
    if never := [name for name, handler in handlers.items() if handler is None or not handler.imports]:
        raise StackRefused(f"ResourceTypes {_listed(never)} are not supported for Import")
    if kept := [name for name in fresh if "DeletionPolicy" not in resources[name]]:
        raise StackRefused(
            f"The following resources to import {_listed(kept)} must have DeletionPolicy attribute specified in the "
            "template."
        )
    old = stack.definition.rendered["Resources"] if stack.definition else {}
    if changed := [name for name in old if old[name] != resources.get(name)]:
        raise StackRefused(
            f"You have modified resources {_listed(changed)} in your template that are not being imported. Update, "
            "create or delete operations cannot be executed during import operations."
        )


def take(steps: Steps, resource: StackResource, request: ImportRequest) -> None:
    """Make an existing resource one of the stack; raises `ResourceFailed`."""

    def act(handler: ResourceHandler, context: StackContext) -> LiveResource:
        handler.check(resource.logical_id, resource.applied)
        live = handler.adopt(context, resource.applied, request.identifier)
        if owner := steps.children.owner(resource.type_name, live.physical_id):
            raise ResourceFailed(f"{live.physical_id} already exists in stack {owner}")
        return live

    resource.live = steps.step(resource, "IMPORT", act)


def _listed(names: Sequence[str]) -> str:
    return f"[{', '.join(names)}]"
