"""The stack operations that Service Catalog's launches use: plain values in, a `StackOutcome` out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog.sandbox.cloudformation import change_sets, operations
from catalog.sandbox.cloudformation.changes import ResourceChange
from catalog.sandbox.cloudformation.definition import EVERY_CAPABILITY
from catalog.sandbox.cloudformation.engine import COULD_NOT_DELETE
from catalog.sandbox.cloudformation.errors import StackRefused
from catalog.sandbox.cloudformation.handlers import find_handler
from catalog.sandbox.cloudformation.handlers.base import REAL
from catalog.sandbox.cloudformation.models import SandboxCloudFormationBackend, sandbox_backend
from catalog.sandbox.cloudformation.operations import StackRequest
from catalog.sandbox.cloudformation.proofs import proofs
from catalog.sandbox.cloudformation.state import EventPace, Stack
from catalog.sandbox.cloudformation.template import parse
from catalog.sandbox.settings import now, settings

__all__ = [
    "ResourceChange",
    "StackOutcome",
    "StackRefused",
    "WantedStack",
    "check_template",
    "checks_permissions",
    "create_stack",
    "delete_stack",
    "find_stack",
    "preview_stack",
    "resources",
    "update_stack",
]


PREVIEW = "service-catalog-preview"
"""Name of the change set of a preview."""


@dataclass(frozen=True)
class StackOutcome:
    """The result of a stack operation."""

    stack_id: str
    name: str
    status: str
    """StackStatus of the API, for example CREATE_COMPLETE or ROLLBACK_COMPLETE."""
    reason: str
    """StackStatusReason; empty without a reason."""
    outputs: tuple[tuple[str, str, str], ...]
    """(key, value, description) of each output, in the order of the template."""
    types: frozenset[str] = frozenset()
    """The resource types in the template."""
    unproven: tuple[tuple[str, str, str], ...] = ()
    """(logical id, type, `modelled` or `stub`) of each resource that no service of the sandbox has."""


@dataclass(frozen=True, slots=True)
class WantedStack:
    """A stack as a launch, an update or a plan wants it."""

    account: str
    region: str
    name: str
    template: str
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    role_arn: str
    caller_arn: str
    notification_arns: Sequence[str] | None = None
    """None keeps those of the stack."""
    use_previous: Collection[str] = ()
    """The parameters that keep their values."""

    @property
    def backend(self) -> SandboxCloudFormationBackend:
        """The stacks of its account and Region."""
        return sandbox_backend(self.account, self.region)

    def request(self) -> StackRequest:
        """The request to CloudFormation; all capabilities are acknowledged, as in a Service Catalog launch."""
        return StackRequest(
            self.name,
            self.template,
            self.parameters,
            self.tags,
            self.caller_arn,
            self.role_arn,
            EVERY_CAPABILITY,
            None if self.notification_arns is None else tuple(self.notification_arns),
            frozenset(self.use_previous),
            enforced_role(self.role_arn),
        )


def create_stack(wanted: WantedStack, *, seconds: float = 0) -> StackOutcome:
    """Create a stack and wait until it ends. Its events become visible during `seconds`.

    A failed resource raises nothing: the status of the outcome is ROLLBACK_COMPLETE or ROLLBACK_FAILED, with a reason.
    Raises `StackRefused` where CloudFormation refuses the request before a stack exists: an invalid template or
    parameter, a rule that fails, a role that does not exist, or a name that is in use.
    """
    return outcome(paced(operations.create(wanted.backend, wanted.request()), 0, seconds))


def update_stack(wanted: WantedStack, *, seconds: float = 0) -> StackOutcome:
    """Update a stack and wait until it ends: UPDATE_COMPLETE, UPDATE_ROLLBACK_COMPLETE or UPDATE_ROLLBACK_FAILED.

    Raises `StackRefused`, also if nothing changes ("No updates are to be performed.").
    """
    earlier = events_before(wanted.backend.find(wanted.name))
    return outcome(paced(operations.update(wanted.backend, wanted.request()), earlier, seconds))


def preview_stack(wanted: WantedStack) -> tuple[ResourceChange, ...]:
    """The changes that `create_stack`, or for an existing stack `update_stack`, would make: those of a change set.

    The change set is deleted again. Raises `StackRefused`, also if nothing would change.
    """
    backend = wanted.backend
    with operations.LOCK:
        exists = backend.find(wanted.name) is not None
        change_set = change_sets.create(backend, PREVIEW, "UPDATE" if exists else "CREATE", wanted.request())
        change_sets.remove(backend, change_set.change_set_id, "")
        if not exists:
            del backend.stacks[change_set.stack.stack_id]
    if change_set.status == "FAILED":
        raise StackRefused(change_set.reason)
    return change_set.changes


def delete_stack(
    account: str, region: str, *, name: str, role_arn: str, caller_arn: str, seconds: float = 0
) -> StackOutcome:
    """Delete a stack, by name or id: DELETE_COMPLETE, or DELETE_FAILED with the reason.

    A stack that does not exist is DELETE_COMPLETE, as in the API. Raises `StackRefused` when another stack imports one
    of its exports, or when it has termination protection.
    """
    backend = sandbox_backend(account, region)
    earlier = events_before(backend.find(name))
    stack = operations.delete(
        backend,
        name,
        caller=caller_arn,
        role_arn=role_arn,
        launch_role=enforced_role(role_arn),
    )
    if stack is None:
        return StackOutcome("", name, "DELETE_COMPLETE", "", ())
    if not stack.status.startswith("DELETE_"):
        raise StackRefused(stack.reason)
    return outcome(paced(stack, earlier, seconds))


def events_before(stack: Stack | None) -> int:
    """The number of events of a stack, before an operation."""
    return len(stack.events) if stack else 0


def paced(stack: Stack, earlier: int, seconds: float) -> Stack:
    """The stack, whose newest events become visible during some seconds; `earlier` ones are visible already."""
    stack.pace = EventPace(earlier, now(), now() + seconds) if seconds else None
    return stack


def resources(account: str, region: str, stack_id: str) -> list[tuple[str, str]]:
    """(physical id, type) of the resources of a stack; empty for a deleted stack."""
    stack = sandbox_backend(account, region).find(stack_id)
    return [(resource.live.physical_id, resource.type_name) for resource in stack.resources.values()] if stack else []


def find_stack(account: str, region: str, stack_id: str) -> tuple[StackOutcome, str] | None:
    """A stack with its template's text, by ARN; None if it does not exist."""
    stack = sandbox_backend(account, region).find(stack_id)
    return (outcome(stack), stack.definition.text) if stack and stack.definition else None


def version_of(account: str, region: str, name: str) -> tuple[str, datetime | None] | None:
    """The id of a stack and the time of its last update; None if it does not exist."""
    stack = sandbox_backend(account, region).find(name)
    return (stack.stack_id, stack.updated) if stack else None


def check_template(text: str) -> dict[str, Any]:
    """Parse a template without running code, and check its structure; raises `StackRefused`.

    A template with resource types that the sandbox cannot launch is accepted, as AWS accepts it: a launch names them.
    """
    return parse(text, launched=False)


def checks_permissions(type_name: str) -> bool:
    """Whether a launch role needs the permissions of the handlers of a type."""
    handler = find_handler(type_name)
    return handler is not None and handler.checks_permissions


def enforced_role(role_arn: str) -> str:
    """The launch role if permissions are enforced; empty otherwise."""
    return role_arn if settings.enforce_launch_role else ""


def outcome(stack: Stack) -> StackOutcome:
    """The outcome of the last operation on a stack, with the reasons of a failure."""
    finished = stack.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE")
    reasons = [] if finished else failure_reasons(stack)
    outputs = tuple((output.key, output.value, output.description) for output in stack.outputs)
    rendered = stack.definition.rendered if stack.definition else {"Resources": {}}
    types = frozenset(str(body["Type"]) for body in rendered["Resources"].values())
    every = proofs(sandbox_backend(stack.account, stack.region), stack)
    unproven = tuple(each for each in every if each[2] != REAL)
    return StackOutcome(stack.stack_id, stack.name, stack.status, " ".join(reasons), outputs, types, unproven)


def failure_reasons(stack: Stack) -> list[str]:
    """The reason for the rollback or the failed deletion, then the reason of each failed resource."""
    stack_reasons = [
        event.reason
        for event in stack.events
        if event.physical_id == stack.stack_id and event.reason not in ("", "User Initiated", COULD_NOT_DELETE)
    ]
    return [*stack_reasons[-1:], *stack.failures]
