"""Stacks as Service Catalog's launches use them: plain values in, a `StackOutcome` out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.sandbox.cloudformation import operations
from catalog.sandbox.cloudformation.definition import EVERY_CAPABILITY
from catalog.sandbox.cloudformation.errors import StackRefused
from catalog.sandbox.cloudformation.models import sandbox_backend
from catalog.sandbox.cloudformation.operations import StackRequest
from catalog.sandbox.cloudformation.state import Stack
from catalog.sandbox.cloudformation.template import parse
from catalog.sandbox.settings import settings

__all__ = [
    "StackOutcome",
    "StackRefused",
    "check_template",
    "create_stack",
    "delete_stack",
    "resources",
    "update_stack",
]


@dataclass(frozen=True)
class StackOutcome:
    """What became of a stack."""

    stack_id: str
    name: str
    status: str
    """StackStatus of the API, such as CREATE_COMPLETE or ROLLBACK_COMPLETE."""
    reason: str
    """StackStatusReason; empty when there is nothing to say."""
    outputs: tuple[tuple[str, str, str], ...]
    """(key, value, description) of each output, in the template's order."""
    types: frozenset[str] = frozenset()
    """The resource types of its template."""


def create_stack(
    account: str,
    region: str,
    *,
    name: str,
    template: str,
    parameters: Mapping[str, str],
    tags: Mapping[str, str],
    role_arn: str,
    caller_arn: str,
    notification_arns: Sequence[str] = (),
) -> StackOutcome:
    """Create a stack and wait for its end; every capability is acknowledged, as in a Service Catalog launch.

    A resource that fails never raises: the outcome's status is ROLLBACK_COMPLETE or ROLLBACK_FAILED and its reason
    says why. Raises `StackRefused` where CloudFormation refuses before a stack exists: a bad template, parameters or
    rules that do not hold, a role that does not exist, a name or an export that is taken.
    """
    request = StackRequest(
        name,
        template,
        parameters,
        tags,
        caller_arn,
        role_arn,
        EVERY_CAPABILITY,
        tuple(notification_arns),
        launch_role=enforced_role(role_arn),
    )
    return outcome(operations.create(sandbox_backend(account, region), request))


def update_stack(
    account: str,
    region: str,
    *,
    name: str,
    template: str,
    parameters: Mapping[str, str],
    tags: Mapping[str, str],
    role_arn: str,
    caller_arn: str,
    use_previous: Collection[str] = (),
) -> StackOutcome:
    """Update a stack and wait for its end: UPDATE_COMPLETE, UPDATE_ROLLBACK_COMPLETE or UPDATE_ROLLBACK_FAILED.

    `use_previous` names parameters that keep their value. Raises `StackRefused`, also with the text
    "No updates are to be performed.".
    """
    request = StackRequest(
        name,
        template,
        parameters,
        tags,
        caller_arn,
        role_arn,
        EVERY_CAPABILITY,
        use_previous=frozenset(use_previous),
        launch_role=enforced_role(role_arn),
    )
    return outcome(operations.update(sandbox_backend(account, region), request))


def delete_stack(account: str, region: str, *, name: str, role_arn: str, caller_arn: str) -> StackOutcome:
    """Delete a stack, by name or id: DELETE_COMPLETE, or DELETE_FAILED with the reason.

    A stack that does not exist is DELETE_COMPLETE, as in the API. Raises `StackRefused` when another stack imports one
    of its exports, or when it has termination protection.
    """
    stack = operations.delete(
        sandbox_backend(account, region),
        name,
        caller=caller_arn,
        role_arn=role_arn,
        launch_role=enforced_role(role_arn),
    )
    if stack is None:
        return StackOutcome("", name, "DELETE_COMPLETE", "", ())
    if not stack.status.startswith("DELETE_"):
        raise StackRefused(stack.reason)
    return outcome(stack)


def resources(account: str, region: str, stack_id: str) -> list[tuple[str, str]]:
    """(physical id, type) of a stack's resources; none for a stack that is gone."""
    stack = sandbox_backend(account, region).find(stack_id)
    return [(each.live.physical_id, each.type_name) for each in stack.resources.values()] if stack else []


def check_template(text: str) -> dict[str, Any]:
    """The template as data: parsed without running anything, and checked for structure. Raises `StackRefused`."""
    return parse(text)


def enforced_role(role_arn: str) -> str:
    """The launch role if its permissions are enforced, else empty."""
    return role_arn if settings.enforce_launch_role else ""


def outcome(stack: Stack) -> StackOutcome:
    """The status of a stack, and for a failure what failed and why."""
    finished = stack.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE")
    reasons = [] if finished else failure_reasons(stack)
    outputs = tuple((output.key, output.value, output.description) for output in stack.outputs)
    rendered = stack.definition.rendered if stack.definition else {"Resources": {}}
    types = frozenset(str(body["Type"]) for body in rendered["Resources"].values())
    return StackOutcome(stack.stack_id, stack.name, stack.status, " ".join(reasons), outputs, types)


def failure_reasons(stack: Stack) -> list[str]:
    """The sentence that started the rollback (or ended the deletion), then each resource's own reason."""
    verdicts = [
        event.reason
        for event in stack.events
        if event.physical_id == stack.stack_id and event.reason not in ("", "User Initiated")
    ]
    return [*verdicts[-1:], *stack.failures]
