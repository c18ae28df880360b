"""The change sets of nested stacks (IncludeNestedStacks): all are made, executed and deleted with the root's.

Sources: user guide, "Change sets for nested stacks"; aws/aws-sam-cli#2406 (the reason of a change set whose nested one
has failed, and the names); aws/copilot-cli#4426 (a nested stack without changes has a change set that has FAILED, and
the root can be executed); aws-cloudformation/cloudformation-coverage-roadmap#759 (what nobody knows yet is a change).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from catalog.cfn import Reference, TemplateError, resolve_references, resource_order
from catalog.sandbox.cloudformation.changes import AUTOMATIC, LEFT, ResourceChange
from catalog.sandbox.cloudformation.differences import check_same_types, differs
from catalog.sandbox.cloudformation.engine import Engine
from catalog.sandbox.cloudformation.errors import StackRefused
from catalog.sandbox.cloudformation.expected_changes import expected_changes
from catalog.sandbox.cloudformation.handlers.base import ResourceFailed
from catalog.sandbox.cloudformation.nested import UNKNOWN, NestedStacks, named, tags_of
from catalog.sandbox.cloudformation.property_values import with_values
from catalog.sandbox.cloudformation.stack_operations import REVIEW
from catalog.sandbox.cloudformation.state import STACK_TYPE, ChangeSet, Definition, Stack
from catalog.sandbox.cloudformation.store import StackStore

NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."
ONLY_ROOT = "Only executable from the root change set."
NOTHING = Definition("", {}, {}, {}, {"Resources": {}}, frozenset(), {})


def conclude(change_set: ChangeSet, failure: str) -> None:
    """Let a change set be complete, or FAILED: for a reason, or because nothing would change."""
    stack, definition = change_set.stack, change_set.definition
    inside = not change_set.include_nested
    unchanged = not (change_set.changes and change_set.include_nested)
    if not failure and unchanged and not differs(stack, definition, change_set.tags, inside=inside):
        failure = NO_CHANGES
    if failure:
        change_set.status, change_set.execution_status, change_set.reason = "FAILED", "UNAVAILABLE", failure


class Hierarchy:
    """Makes the change sets of the nested stacks of a change set, and of the stacks in these."""

    def __init__(self, backend: StackStore, engine: Callable[[Stack], Engine]) -> None:
        self.backend = backend
        self.engine = engine
        self.children = NestedStacks(backend, engine)

    def extend(self, parent: ChangeSet) -> str:
        """Add the change sets of nested stacks to one; returns why it has failed, else an empty string.

        A nested stack that stays has a failed change set, and is no change of its parent.
        """
        changes = {change.logical_id: change for change in parent.changes}
        uncertain = {name for name, change in changes.items() if change.action == "Add" or change.replacement in LEFT}
        failure, resources = "", parent.definition.rendered["Resources"]
        for name in resource_order(parent.definition.rendered):
            if resources[name]["Type"] != STACK_TYPE:
                continue
            try:
                child = self._child(parent, name, resources[name].get("Properties", {}), uncertain)
            except (ResourceFailed, TemplateError) as error:
                return f"{name}: {error}"
            parent.nested[name] = child
            self.backend.change_sets[child.change_set_id] = child
            if child.reason not in (ONLY_ROOT, NO_CHANGES):
                failure = failure or (
                    f"Nested change set {child.change_set_id} was not successfully created: Currently in FAILED."
                )
            uncertain.add(name)  # AWS knows no output before the execution, also of a nested stack that stays
            if child.reason == NO_CHANGES and _only_inside(changes.get(name)):
                changes.pop(name, None)
            elif name in changes:
                changes[name] = replace(changes[name], change_set_id=child.change_set_id)
        parent.changes = tuple(changes.values())
        return failure

    def _child(self, parent: ChangeSet, name: str, properties: Mapping[str, Any], uncertain: set[str]) -> ChangeSet:
        engine = self.engine(parent.stack)
        context = replace(engine.context(name), tags=parent.tags)

        def value(reference: Reference) -> Any:
            return UNKNOWN if reference.logical_id in uncertain else engine.value(reference)

        resolved = resolve_references(properties, value, parent.stack.pseudo)
        resource = parent.stack.resources.get(name)
        existing = self.backend.find(resource.live.physical_id) if resource else None
        stack = existing or self.children.new_stack(context, parent.stack, resolved)
        stack.capabilities = parent.capabilities
        child = ChangeSet(
            name=named(parent.name, name),
            stack=stack,
            type_name="UPDATE" if existing else "CREATE",
            definition=NOTHING,
            changes=(),
            tags=tags_of(context, resolved),
            role_arn=parent.role_arn,
            capabilities=parent.capabilities,
            notification_arns=stack.notification_arns,
            execution_status="UNAVAILABLE",
            reason=ONLY_ROOT,
            include_nested=True,
            parent=parent,
        )
        failure = ""
        try:
            child.definition = self.children.definition(context, stack, resolved)
            check_same_types(stack, child.definition)
            child.changes = tuple(expected_changes(stack, child.definition, child.tags))
            failure = self.extend(child)
            child.changes = with_values(child.changes, child.definition, self.backend.exports, self.engine(stack))
        except (ResourceFailed, StackRefused) as error:
            failure = str(error)
        conclude(child, failure)
        stack.begin(REVIEW, change_set_id=child.change_set_id).failed = child.status == "FAILED"
        if existing is None:
            self.backend.stacks[stack.stack_id] = stack
            stack.set_status("REVIEW_IN_PROGRESS", "User Initiated")
        return child


def _only_inside(change: ResourceChange | None) -> bool:
    """Whether a nested stack is a change only because nobody had looked into it."""
    return change is not None and all(detail.source == AUTOMATIC for detail in change.details) and bool(change.details)


def prepare(backend: StackStore, change_set: ChangeSet) -> None:
    """Delete the other change sets of the stacks, and let the execution of this one find what is for nested stacks."""
    for each in list(backend.change_sets.values()):
        if each.stack is change_set.stack and each is not change_set:
            backend.drop(each)
    for name, child in change_set.nested.items():
        if child.status == "CREATE_COMPLETE":
            change_set.stack.prepared[name] = child
            prepare(backend, child)


def clear(backend: StackStore, change_set: ChangeSet) -> None:
    """Forget what the execution has not come to, with the nested stacks that were to be made."""
    change_set.stack.prepared.clear()
    for name, child in list(change_set.nested.items()):
        clear(backend, child)
        if child.type_name == "CREATE" and child.stack.status == "REVIEW_IN_PROGRESS":
            backend.drop(child)
            del change_set.nested[name]
