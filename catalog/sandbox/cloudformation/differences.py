"""How a new definition differs from a stack: whether an update would do anything, and what it may not change."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from catalog.sandbox.cloudformation.errors import StackRefused
from catalog.sandbox.cloudformation.handlers import find_handler
from catalog.sandbox.cloudformation.state import Definition, Stack
from catalog.sandbox.glob import matches

UPDATABLE = frozenset(
    {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE", "IMPORT_ROLLBACK_COMPLETE"}
)
PAUSED = frozenset({"CREATE_FAILED", "UPDATE_FAILED"})
"""The statuses after a failure that was not rolled back."""


def check_resumable(stack: Stack, *, disable_rollback: bool) -> None:
    """As `check_updatable`, but after a failure that was not rolled back an update may follow with DisableRollback.

    The words: ansible-collections/amazon.aws#1655, code-dot-org/code-dot-org#68524.
    """
    if stack.status not in PAUSED:
        check_updatable(stack)
    elif not stack.resumes:
        raise StackRefused(
            f"This stack cannot be updated from [{stack.status}] state because it contains [on-failure: DO_NOTHING]. "
            "Please use disable-rollback option instead during stack creation."
        )
    elif not disable_rollback:
        raise StackRefused(
            f"This stack is currently in a non-terminal [{stack.status}] state. To update the stack from this state, "
            "please use the disable-rollback parameter with update-stack API. To rollback to the last known good "
            "state, use the rollback-stack API"
        )


def check_updatable(stack: Stack) -> None:
    """Raise `StackRefused` if the status of the stack does not allow an update."""
    if stack.status not in UPDATABLE:
        raise StackRefused(f"Stack:{stack.stack_id} is in {stack.status} state and can not be updated.")


def check_same_types(stack: Stack, definition: Definition) -> None:
    """Raise `StackRefused` if the type of a resource would change."""
    resources = definition.rendered["Resources"]
    changed = [
        name
        for name, resource in stack.resources.items()
        if name in resources and resources[name]["Type"] != resource.type_name
    ]
    if changed:
        raise StackRefused(
            "Update of resource type is not permitted. The new template modifies resource type of the following "
            f"resources: [{', '.join(changed)}]"
        )


def check_types(definition: Definition, allowed: Collection[str]) -> None:
    """Raise `StackRefused` for a resource whose type is none of ResourceTypes; the words are assumed."""
    for body in definition.rendered["Resources"].values() if allowed else ():
        if not any(matches(pattern, body["Type"]) for pattern in allowed):
            raise StackRefused(
                f"Resource type {body['Type']} is not allowed by parameter ResourceTypes [{', '.join(allowed)}]"
            )


def differs(stack: Stack, definition: Definition, tags: Mapping[str, str], *, inside: bool = True) -> bool:
    """Whether an update would change resources, outputs or tags, or (`inside`) has to look into nested stacks."""
    old = stack.definition
    if old is None or stack.status in PAUSED or dict(stack.tags) != dict(tags):
        return True
    handlers = [find_handler(body["Type"]) for body in definition.rendered["Resources"].values()]
    if inside and any(handler is not None and handler.always_updates for handler in handlers):
        return True
    # user guide, "Metadata": "you cannot update the Metadata section by itself"
    ignored = ("Description", "AWSTemplateFormatVersion", "Metadata")
    return any(old.rendered.get(name) != definition.rendered.get(name) for name in _keys(old, definition, ignored))


def _keys(old: Definition, new: Definition, ignored: Collection[str]) -> set[str]:
    return {*old.rendered, *new.rendered} - set(ignored)
