"""Nested stacks: the stacks of AWS::CloudFormation::Stack, with the role, capabilities and tags of their parents.

Sources: CloudFormation user guide, "Split a template into reusable pieces using nested stacks" (a nested stack is made
with the role of its root, and its update waits for the root before it cleans up); template reference,
AWS::CloudFormation::Stack. The words of the failures: "Embedded stack ARN was not successfully created: …" (many public
issues, aws-scalable-big-blue-button-example#74), "… updated" (aws/aws-cdk#27318), "… deleted" assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from moto.moto_api._internal import mock_random

from catalog.cfn.template import is_list, text_of
from catalog.sandbox.cloudformation.definition import define
from catalog.sandbox.cloudformation.differences import check_same_types, check_updatable, differs
from catalog.sandbox.cloudformation.engine import Engine
from catalog.sandbox.cloudformation.errors import StackRefused
from catalog.sandbox.cloudformation.existing import exists_for
from catalog.sandbox.cloudformation.handlers.base import LiveResource, Properties, ResourceFailed, StackContext
from catalog.sandbox.cloudformation.rule_lookups import lookups_of
from catalog.sandbox.cloudformation.source import fetch, location
from catalog.sandbox.cloudformation.state import ChangeSet, Definition, Stack
from catalog.sandbox.cloudformation.store import StackStore
from catalog.sandbox.cloudformation.transforming import Transforms

NAME_LIMIT, SUFFIX = 128, 12
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
UNKNOWN = "{{changeSet:KNOWN_AFTER_APPLY}}"
"""A value in a change set that is known only when it is executed (API reference, ResourceTargetDefinition)."""
DEEPEST = 10
"""How deep stacks may nest: a template that contains itself must end. CloudFormation has no documented limit."""


class NestedStacks:
    """The nested stacks of the stacks of one account and Region."""

    def __init__(
        self, backend: StackStore, engine: Callable[[Stack], Engine], skip: frozenset[str] | None = None
    ) -> None:
        self.backend = backend
        self.engine = engine
        self.skip = skip
        """ResourcesToSkip while a failed rollback is continued; else None."""

    def create(self, context: StackContext, properties: Properties) -> LiveResource:
        """Create the nested stack of a resource, or leave nothing."""
        parent = self._stack(context.stack_id)
        if self._depth(parent) >= DEEPEST:
            raise ResourceFailed(f"The sandbox makes no more than {DEEPEST} stacks inside of one another")
        prepared = parent.prepared.pop(context.logical_id, None)
        stack = self.new_stack(context, parent, properties, prepared)
        _require(context, "CreateStack", stack)
        definition = self.definition(context, stack, properties, prepared)
        self.backend.stacks[stack.stack_id] = stack
        self.engine(stack).create(definition, on_failure="DELETE")
        if stack.status != "CREATE_COMPLETE":
            if stack.status == "DELETE_COMPLETE":
                self.backend.move_to_deleted(stack)
            reason = _reason_at(stack, "DELETE_IN_PROGRESS").removesuffix(" Delete requested by user.")
            raise ResourceFailed(
                f"Embedded stack {stack.stack_id} was not successfully created: {reason}", _inside(stack.failures)
            )
        _require(context, "DescribeStacks", stack)
        return LiveResource(stack.stack_id)

    def new_stack(
        self, context: StackContext, parent: Stack, properties: Properties, prepared: ChangeSet | None = None
    ) -> Stack:
        """The stack of a resource, before anything is made; `prepared` is the change set that has announced it."""
        stack = Stack(
            name=prepared.stack.name if prepared else named(context.stack_name, context.logical_id),
            account=parent.account,
            region=parent.region,
            stack_id=prepared.stack.stack_id if prepared else "",
            tags=tags_of(context, properties),
            role_arn=parent.role_arn,
            launch_role=parent.launch_role,
            capabilities=parent.capabilities,
            notification_arns=tuple(map(str, properties.get("NotificationARNs", ()))),
            timeout_minutes=_minutes(properties),
            termination_protection=parent.termination_protection,
            token=parent.token,
            parent_id=parent.stack_id,
            root_id=parent.root_id or parent.stack_id,
        )
        if prepared:
            stack.events, stack.prepared = prepared.stack.events, prepared.stack.prepared
            stack.operations = prepared.stack.operations
        return stack

    def update(self, context: StackContext, live: LiveResource, properties: Properties) -> LiveResource:
        """Update it; `live.model` is then the engine that can finish the update or take it back."""
        stack = self._stack(live.physical_id)
        if context.undoing:
            return self._take_back(stack, live)
        _require(context, "UpdateStack", stack)
        parent = self._stack(context.stack_id)
        _as_parent(stack, parent)
        stack.capabilities = parent.capabilities
        tags = tags_of(context, properties)
        definition = self.definition(context, stack, properties, parent.prepared.pop(context.logical_id, None))
        try:
            if stack.unfinished is None:  # else its root is updated again after a failure that was not rolled back
                check_updatable(stack)
            check_same_types(stack, definition)
        except StackRefused as refused:
            raise ResourceFailed(refused.message) from refused
        if not differs(stack, definition, tags):
            return live
        engine = self.engine(stack)
        engine.update(definition, tags=tags, finish=False)
        if stack.status != "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS":
            raise ResourceFailed(
                f"Embedded stack {stack.stack_id} was not successfully updated. Currently in "
                f"UPDATE_ROLLBACK_IN_PROGRESS with reason: {_reason_at(stack, 'UPDATE_ROLLBACK_IN_PROGRESS')}",
                _inside(stack.failures),
            )
        _require(context, "DescribeStacks", stack)
        return LiveResource(live.physical_id, engine)

    def _take_back(self, stack: Stack, live: LiveResource) -> LiveResource:
        """Roll its update back, unless it has failed and was rolled back at once, or go on with that."""
        if stack.unfinished is not None:
            self.engine(stack).take_back()
        elif stack.status == "UPDATE_ROLLBACK_FAILED" and self.skip is not None:
            inside = {name.removeprefix(f"{stack.name}.") for name in self.skip if name.startswith(f"{stack.name}.")}
            self.engine(stack).continue_rollback(inside)
        if stack.status == "UPDATE_ROLLBACK_FAILED":
            raise ResourceFailed(
                f"Embedded stack {stack.stack_id} was not successfully updated. Currently in UPDATE_ROLLBACK_FAILED "
                f"with reason: {stack.reason}",
                _inside(stack.failures),
            )
        return LiveResource(live.physical_id)

    def delete(self, context: StackContext, live: LiveResource) -> None:
        """Delete it, with everything that it has; a deleted one is gone already."""
        stack = self.backend.find(live.physical_id)
        if stack is None:
            return
        _require(context, "DeleteStack", stack)
        _as_parent(stack, self._stack(context.stack_id))
        self._erase(stack)
        if stack.status != "DELETE_COMPLETE":
            raise ResourceFailed(
                f"Embedded stack {stack.stack_id} was not successfully deleted: {stack.reason}",
                _inside(stack.failures),
            )

    def output(self, stack_id: str, key: str) -> str | None:
        """An output of a nested stack."""
        return next((output.value for output in self._stack(stack_id).outputs if output.key == key), None)

    def owner(self, type_name: str, physical_id: str) -> str:
        """The ARN of the stack that has a resource; empty without one."""
        return next(
            (
                stack.stack_id
                for stack in self.backend.stacks.values()
                for each in stack.resources.values()
                if (each.type_name, each.live.physical_id) == (type_name, physical_id)
            ),
            "",
        )

    def _erase(self, stack: Stack) -> None:
        if used := export_in_use(self.backend, stack):
            stack.set_status(stack.status, f"Delete canceled. {used}")
            return
        self.engine(stack).delete()
        if stack.status == "DELETE_COMPLETE":
            self.backend.move_to_deleted(stack)

    def _stack(self, stack_id: str) -> Stack:
        try:
            return self.backend.existing(stack_id)
        except StackRefused as refused:
            raise ResourceFailed(refused.message) from refused

    def _depth(self, stack: Stack) -> int:
        depth = 0
        while stack.parent_id:
            stack, depth = self._stack(stack.parent_id), depth + 1
        return depth

    def definition(
        self, context: StackContext, stack: Stack, properties: Properties, prepared: ChangeSet | None = None
    ) -> Definition:
        """What the stack of a resource has to be, by the template of its `prepared` change set or by TemplateURL."""
        given = _parameters(properties.get("Parameters", {}))
        try:
            if prepared:
                prepared.execution_status, prepared.reason, prepared.stack = "EXECUTE_COMPLETE", "", stack
                stack.change_set_id = prepared.change_set_id
            return define(
                prepared.definition.text if prepared else _read(context, stack, str(properties.get("TemplateURL", ""))),
                given=given,
                unknown=[name for name, value in given.items() if UNKNOWN in value],
                pseudo=stack.pseudo,
                exports=self.backend.exports,
                capabilities=stack.capabilities,
                ssm=self.backend.ssm_parameters,
                exists=exists_for(stack),
                looking=lookups_of(stack),
                transforming=Transforms(stack, stack.launch_role, context.caller).expanded,
            )
        except StackRefused as refused:
            raise ResourceFailed(refused.message) from refused


def _as_parent(stack: Stack, parent: Stack) -> None:
    """Let an operation on a nested stack be that of its parent."""
    stack.role_arn, stack.launch_role, stack.token = parent.role_arn, parent.launch_role, parent.token


def export_in_use(backend: StackStore, stack: Stack) -> str:
    """Why a stack cannot be deleted while others import its exports; empty if none does."""
    for name, export in backend.exports.items():
        users = backend.importers(name, stack) if export.exporting_stack_id == stack.stack_id else []
        if users:
            return f"Cannot delete export {name} as it is in use by {' and '.join(users)}."
    return ""


def check_skipped(backend: StackStore, stack: Stack, names: Iterable[str]) -> None:
    """Raise `StackRefused` for ResourcesToSkip that have not failed to roll back.

    Source: API reference, ContinueUpdateRollback: `NestedStackName.LogicalId`, with the name of the nested stack; a
    nested stack itself only when it is deleted, or its deletion has failed. The words are assumed.
    """
    for name in names:
        inner, _, logical_id = name.rpartition(".")
        owner = backend.find(inner) if inner else stack
        if owner is None or (inner and owner.root_id != (stack.root_id or stack.stack_id)):
            raise StackRefused(f"ResourcesToSkip includes a resource of a stack that is not nested in this one: {name}")
        failed = {step.after.logical_id: step.after for step in owner.unrestored}
        if logical_id not in failed:
            raise StackRefused(f"ResourcesToSkip includes a resource that did not fail to roll back: {name}")
        nested = backend.find(failed[logical_id].live.physical_id)
        if nested is not None and nested.status != "DELETE_FAILED":
            raise StackRefused(
                f"ResourcesToSkip includes the nested stack {name}, which is in {nested.status} state: name its "
                f"resources as {nested.name}.LOGICALID"
            )


def _minutes(properties: Properties) -> int:
    """TimeoutInMinutes; 0 without it."""
    text = str(properties.get("TimeoutInMinutes", "0"))
    if not text.isdecimal() or (int(text) < 1 and "TimeoutInMinutes" in properties):
        raise ResourceFailed(f"TimeoutInMinutes must be a whole number of at least 1, got {text}")
    return int(text)


def named(beginning: str, logical_id: str) -> str:
    """A generated name: `<beginning>-<logical id>-<12 characters>`."""
    suffix = "".join(mock_random.choice(CAPITALS) for _ in range(SUFFIX))
    own = f"{logical_id}-{suffix}"
    return f"{beginning[: NAME_LIMIT - len(own) - 1]}-{own}"


def _read(context: StackContext, stack: Stack, url: str) -> str:
    """The template of a nested stack, with the permission of the stack's role."""
    bucket, key, _ = location(url)
    context.require("s3:GetObject", f"arn:{context.partition}:s3:::{bucket}/{key}")
    return fetch(url, stack.account, stack.partition)


def tags_of(context: StackContext, properties: Properties) -> dict[str, str]:
    """The tags of a nested stack: those of its parent, and its own."""
    own = {str(tag["Key"]): str(tag["Value"]) for tag in properties.get("Tags", ())}
    return {**context.tags, **own}


def _parameters(given: Mapping[str, Any]) -> dict[str, str]:
    """The parameters as texts; a list is joined with commas."""
    return {name: ",".join(map(_text, value)) if is_list(value) else _text(value) for name, value in given.items()}


def _text(value: Any) -> str:
    text = text_of(value)
    return str(value) if text is None else text


def _reason_at(stack: Stack, status: str) -> str:
    """The reason with which a stack came to a status last."""
    own = [event for event in stack.events if event.physical_id == stack.stack_id and event.status == status]
    return own[-1].reason if own else ""


def _inside(failures: list[str]) -> str:
    """What failed inside, for the record of a launch: the parent's events do not say it."""
    return f" [{' '.join(failures)}]" if failures else ""


def _require(context: StackContext, operation: str, stack: Stack) -> None:
    arn = f"arn:{context.partition}:cloudformation:{context.region}:{context.account}:stack/{stack.name}/*"
    context.require(f"cloudformation:{operation}", arn)
