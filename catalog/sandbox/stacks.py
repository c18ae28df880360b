"""Side. Stacks as Service Catalog's launches use them: plain values in, a `StackOutcome` out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.sandbox.cloudformation.errors import StackRefused

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
    from catalog.sandbox.cloudformation import operations

    return operations.launch(
        account,
        region,
        name=name,
        template=template,
        parameters=parameters,
        tags=tags,
        role_arn=role_arn,
        caller_arn=caller_arn,
        notification_arns=notification_arns,
    )


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
    from catalog.sandbox.cloudformation import operations

    return operations.relaunch(
        account,
        region,
        name=name,
        template=template,
        parameters=parameters,
        tags=tags,
        role_arn=role_arn,
        caller_arn=caller_arn,
        use_previous=use_previous,
    )


def delete_stack(
    account: str, region: str, *, name: str, role_arn: str, caller_arn: str, retain: Sequence[str] = ()
) -> StackOutcome:
    """Delete a stack, by name or id: DELETE_COMPLETE, or DELETE_FAILED with the reason.

    `retain` names resources to leave alone (RetainResources). A stack that does not exist is DELETE_COMPLETE, as in
    the API. Raises `StackRefused` when an export is in use or the stack is protected against termination.
    """
    from catalog.sandbox.cloudformation import operations

    return operations.terminate(account, region, name=name, role_arn=role_arn, caller_arn=caller_arn, retain=retain)


def resources(account: str, region: str, stack_id: str) -> list[tuple[str, str]]:
    """(physical id, type) of a stack's resources; none for a stack that is gone."""
    from catalog.sandbox.cloudformation.models import sandbox_backend

    stack = sandbox_backend(account, region).find(stack_id)
    return [(each.live.physical_id, each.type_name) for each in stack.resources.values()] if stack else []


def check_template(text: str) -> dict[str, Any]:
    """The template as data: parsed without running anything, and checked for structure. Raises `StackRefused`."""
    from catalog.sandbox.cloudformation import template

    return template.parse(text)
