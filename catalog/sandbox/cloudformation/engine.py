"""The stack engine: creates, updates and deletes the resources of a stack one after another, and rolls back.

The statuses, their order and the retained resources follow the CloudFormation user guide ("Understand stack creation
events", "Update behaviors of stack resources", "DeletionPolicy attribute", "UpdateReplacePolicy attribute"). AWS works
on several resources at a time; this engine stops at the first failure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from moto.core.utils import utcnow

from catalog.cfn import TemplateError, dependencies, resource_order
from catalog.cfn.template import text_of
from catalog.sandbox.cloudformation.handlers.base import ChildStacks, ResourceFailed
from catalog.sandbox.cloudformation.imports import ImportRequest, take
from catalog.sandbox.cloudformation.resource_failures import as_resource_failed, failed_to, handler_of
from catalog.sandbox.cloudformation.stack_operations import CONTINUE, CREATE, DELETE, ROLLBACK, UPDATE
from catalog.sandbox.cloudformation.stack_policy import DELETE as UPDATE_DELETE
from catalog.sandbox.cloudformation.stack_policy import Statements
from catalog.sandbox.cloudformation.state import (
    Definition,
    Export,
    Output,
    Stack,
    StackResource,
    UndoStep,
    Unfinished,
)
from catalog.sandbox.cloudformation.steps import Steps
from catalog.sandbox.settings import now

KEEP_ON_DELETE = frozenset({"Retain", "RetainExceptOnCreate"})
COULD_NOT_DELETE = "Update successful. One or more resources could not be deleted."
"""Of an update and of a rollback, in many public logs (1Strategy's Find-CFNStackErrors has both)."""


class Engine(Steps):
    """One operation on one stack. It updates `exports`, the exports of the Region by name."""

    def __init__(
        self,
        stack: Stack,
        caller: str,
        exports: dict[str, Export],
        importers: Callable[[str], list[str]],
        children: ChildStacks,
    ) -> None:
        super().__init__(stack, caller, children)
        self.exports = exports
        self.importers = importers
        """Returns the names of the stacks that import an export."""

    # Create

    def create(self, definition: Definition, *, on_failure: str = "ROLLBACK") -> None:
        """Create all resources, or on a failure do what `on_failure` says: ROLLBACK, DELETE or DO_NOTHING."""
        stack = self.stack
        stack.definition, stack.failures = definition, []
        self.preserves = on_failure == "DO_NOTHING"
        stack.rolls_back = not self.preserves
        self.deadline = now() + 60 * stack.timeout_minutes if stack.timeout_minutes else None
        stack.begin(CREATE)
        stack.set_status("CREATE_IN_PROGRESS", "User Initiated")
        undone: list[UndoStep] = []
        failure = self.apply(definition, undone) or self._publish(definition)
        self.deadline = None
        stack.ended.update({each.logical_id: each for each in self.failed})
        if not failure:
            stack.set_status("CREATE_COMPLETE")
            return
        if self.preserves:
            stack.unfinished = Unfinished(undone, {}, [], stack.tags, None)
            stack.set_status("CREATE_FAILED", failure)
            return
        ending = "DELETE" if on_failure == "DELETE" else "ROLLBACK"
        stack.begin(DELETE if on_failure == "DELETE" else ROLLBACK, after_failure=True)
        stack.set_status(f"{ending}_IN_PROGRESS", f"{failure} {ending.capitalize()} requested by user.".strip())
        self._end_creation(ending)

    def _end_creation(self, ending: str) -> None:
        """Delete what a creation has made: the `ending` is DELETE or ROLLBACK."""
        stack, kept = self.stack, self.keep_on_rollback
        failed = self._delete_all(name for name, each in stack.resources.items() if each.deletion_policy in kept)
        for each in stack.ended.values():
            if each.status == "CREATE_FAILED" and not each.live.physical_id:
                each.status, each.reason = "DELETE_COMPLETE", ""
        stack.set_status(f"{ending}_{'FAILED' if failed else 'COMPLETE'}", failed_to("delete", failed))

    # Outputs

    def _publish(self, definition: Definition) -> str:
        """Compute and set the outputs and exports; return the reason for a failure, else an empty string."""
        outputs = []
        for key, body in definition.rendered.get("Outputs", {}).items():
            try:
                with as_resource_failed():
                    value = self._text(body["Value"])
                    name = self._text(body.get("Export", {}).get("Name", ""))
            except ResourceFailed as failure:
                return f"Output {key} cannot be resolved: {failure.reason}"
            outputs.append(Output(key, value, str(body.get("Description", "")), name))
        return self._export({output.export_name: output.value for output in outputs if output.export_name}) or (
            self._set_outputs(tuple(outputs))
        )

    def _text(self, value: Any) -> str:
        """A value as text. References to secrets stay: CloudFormation resolves them in properties alone."""
        resolved = self.with_values(value, "")
        text = text_of(self.dynamic.resolved(self.context(""), resolved, secure=False))
        if text is None:
            raise TemplateError(
                "Template format error: The Value field of every Outputs member must evaluate to a String."
            )
        return text

    def _set_outputs(self, outputs: tuple[Output, ...]) -> str:
        self.stack.outputs = outputs
        return ""

    def _export(self, wanted: Mapping[str, str]) -> str:
        stack_id = self.stack.stack_id
        ours = {name: export for name, export in self.exports.items() if export.exporting_stack_id == stack_id}
        for name in wanted:
            other = self.exports.get(name)
            if other is not None and name not in ours:
                return f"Export with name {name} is already exported by stack {_stack_name(other)}."
        for name, export in ours.items():
            users = self.importers(name)
            if users and wanted.get(name) != export.value:
                verb = "updated" if name in wanted else "deleted"
                return f"Export {name} cannot be {verb} as it is in use by {' and '.join(users)}."
        for name in ours:
            del self.exports[name]
        self.exports.update({name: Export(stack_id, name, value) for name, value in wanted.items()})
        return ""

    # Update

    def update(
        self,
        definition: Definition,
        *,
        tags: Mapping[str, str],
        finish: bool = True,
        policy: Statements | None = None,
        disable_rollback: bool = False,
    ) -> None:
        """Update the stack as far as `policy` lets it; a failure is rolled back, or with `disable_rollback` stays.

        Without `finish`, the update can be taken back until `finish` is called: a nested stack waits for its root. The
        stable state that a stack goes back to is that before the first of several failed updates.
        """
        stack, self.policy, self.preserves = self.stack, policy, disable_rollback
        stack.cancelled, stack.rolls_back = False, not disable_rollback
        before = stack.unfinished or Unfinished([], dict(stack.resources), [], stack.tags, stack.definition)
        self.tags_changed = any(dict(tags) != dict(each) for each in (stack.tags, before.tags))
        stack.failures, stack.tags, stack.updated, stack.unfinished = [], tags, utcnow(), before
        stack.begin(UPDATE)
        stack.set_status("UPDATE_IN_PROGRESS", "User Initiated")
        self._clear_failed(before)
        done: list[UndoStep] = []
        failure = self.apply(definition, done)
        before.add(done)
        before.removed = [name for name in stack.resources if name not in definition.rendered["Resources"]]
        failure = failure or self._may_delete(before.removed) or self._publish(definition)
        if failure and disable_rollback and not stack.cancelled:
            stack.definition = definition
            stack.ended.update({each.logical_id: each for each in self.failed})
            stack.set_status("UPDATE_FAILED", failure)
            return
        if failure:
            self._to_stable(failure, after_failure=True)
            return
        stack.definition = definition
        stack.set_status("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        if finish:
            self.finish()

    def _clear_failed(self, before: Unfinished) -> None:
        """Delete what an earlier operation could not create: the next one on the stack does so (stack failure options).

        Such a resource exists if the signals for it have failed.
        """
        stack = self.stack
        stack.ended.clear()
        wrecks = [each for each in stack.resources.values() if each.status == "CREATE_FAILED"]
        stack.resources = {name: each for name, each in stack.resources.items() if each not in wrecks}
        before.done = [step for step in before.done if step.after not in wrecks]
        self._clean_up([(each, each.deletion_policy) for each in wrecks], self.keep_on_rollback)

    def _may_delete(self, names: Iterable[str]) -> str:
        """The reason for a failure if the stack policy does not let the update delete a resource."""
        for name in names:
            try:
                self.check_policy(UPDATE_DELETE, self.stack.resources[name])
            except ResourceFailed as failure:
                self.stack.failures.append(f"{name}: {failure.reason}")
                return f"The following resource(s) failed to update: [{name}]."
        return ""

    def finish(self) -> None:
        """Delete what an update has removed and replaced, also in nested stacks; it cannot be taken back then."""
        before, self.stack.unfinished = self.stack.unfinished, None
        if before is None:
            return
        for resource in self.stack.resources.values():
            handler_of(resource).finish(resource.live)
        old = [self.stack.resources.pop(name) for name in reversed(before.removed)]
        left = self._clean_up([*before.replaced, *((each, each.deletion_policy) for each in old)], KEEP_ON_DELETE)
        self.stack.set_status("UPDATE_COMPLETE", COULD_NOT_DELETE if left else "")

    def take_back(self) -> None:
        """Roll an update back that has succeeded and is not finished, because its root has failed."""
        before = self.stack.unfinished
        if before is not None:
            self._to_stable("", after_failure=True)
            if before.definition is not None:
                self._publish(before.definition)

    def roll_back(self) -> None:
        """RollbackStack: go from a failed creation or update back to the last stable state."""
        self.stack.failures = []
        self._to_stable("User Initiated", after_failure=False)

    def _to_stable(self, reason: str, *, after_failure: bool) -> None:
        """Undo what was done since the last stable state, for a `reason`; without such a state, delete it."""
        stack = self.stack
        before, stack.unfinished = stack.unfinished, None
        if before is None:
            return
        stack.tags = before.tags
        stack.begin(ROLLBACK, after_failure=after_failure)
        if before.definition is None:
            stack.set_status("ROLLBACK_IN_PROGRESS", reason)
            self._clean_up(before.replaced, KEEP_ON_DELETE)
            self._end_creation("ROLLBACK")
            return
        stack.ended.clear()
        stack.definition = before.definition
        stack.set_status("UPDATE_ROLLBACK_IN_PROGRESS", reason)
        stack.resources = before.resources
        for resource in stack.resources.values():
            if resource.status == "UPDATE_FAILED":
                resource.status, resource.reason = "UPDATE_COMPLETE", ""
        self._undo_all(before.done[::-1])

    def continue_rollback(self, skip: Iterable[str] = ()) -> None:
        """Undo what a failed rollback has not undone, besides resources that are to be skipped."""
        stack, skipped = self.stack, set(skip)
        stack.failures = []
        stack.begin(CONTINUE)
        stack.set_status("UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated")
        restoring = [step for step in stack.unrestored if step.after.logical_id not in skipped]
        self._undo_all([*restoring, *stack.leftovers])

    def _undo_all(self, steps: Iterable[UndoStep]) -> None:
        """Restore what was changed, then delete what is new: a failure of that fails no rollback.

        Source: user guide, "Stack status codes": UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS.
        """
        stack, self.undoing, every = self.stack, True, list(steps)
        stack.unrestored = [step for step in every if step.changed and not self.restore(step)]
        stack.leftovers = [step for step in every if not step.changed]
        stack.leftovers += [UndoStep(replace(each.after, live=each.left), replaced=True) for each in every if each.left]
        if stack.unrestored:
            names = [step.after.logical_id for step in stack.unrestored]
            stack.set_status("UPDATE_ROLLBACK_FAILED", failed_to("update", names))
            return
        for resource in stack.resources.values():
            handler_of(resource).finish(resource.live)
        stack.set_status("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        made = [(step.after, "Delete" if step.replaced else step.after.deletion_policy) for step in stack.leftovers]
        stack.leftovers = []
        left = self._clean_up(made, self.keep_on_rollback)
        stack.set_status("UPDATE_ROLLBACK_COMPLETE", COULD_NOT_DELETE if left else "")

    def _clean_up(self, resources: Iterable[tuple[StackResource, str]], kept: Collection[str]) -> bool:
        """Delete resources as their policies say; whether one is left, which the stack forgets."""
        left = False
        for resource, policy in resources:
            try:
                self.end(resource, policy, kept)
            except ResourceFailed as failure:
                left = True
                self.stack.failures.append(f"{resource.logical_id}: {failure.reason}{failure.more}")
        return left

    # Import

    def take_in(self, definition: Definition, requests: Mapping[str, ImportRequest], tags: Mapping[str, str]) -> None:
        """Make existing resources those of the stack, or none of them."""
        stack, before = self.stack, (dict(self.stack.resources), self.stack.definition)
        stack.failures = []
        stack.begin(UPDATE if stack.definition else CREATE)
        stack.set_status("IMPORT_IN_PROGRESS", "User Initiated")
        needs, failure = dependencies(definition.rendered), ""
        for name in resource_order(definition.rendered):
            if name not in requests or failure:
                continue
            try:
                body = definition.rendered["Resources"][name]
                resource = self.fresh(name, body, frozenset(needs[name]), "IMPORT")
                self.resolve(resource, "IMPORT")
                take(self, resource, requests[name])
                stack.resources[name] = resource
            except ResourceFailed as failed:
                stack.failures.append(f"{name}: {failed.reason}")
                failure = f"The following resource(s) failed to import: [{name}]."
        failure = failure or self._publish(definition)
        if failure:
            stack.set_status("IMPORT_ROLLBACK_IN_PROGRESS", failure)
            stack.resources, stack.definition = before
            stack.set_status("IMPORT_ROLLBACK_COMPLETE")
            return
        stack.definition, stack.tags = definition, tags
        stack.set_status("IMPORT_COMPLETE")

    # Delete

    def delete(self, retain: Iterable[str] = (), *, force: bool = False) -> None:
        """Delete all resources, except those that a policy retains or that a remaining resource needs.

        With `force`, those that cannot be deleted are left (API reference, DeleteStack, DeletionMode).
        """
        stack = self.stack
        stack.failures = []
        before, stack.unfinished = stack.unfinished, None
        stack.begin(DELETE)
        stack.set_status("DELETE_IN_PROGRESS", "User Initiated")
        self._clean_up(before.replaced if before else (), KEEP_ON_DELETE)
        retained = {name for name, resource in stack.resources.items() if resource.deletion_policy in KEEP_ON_DELETE}
        failed = self._delete_all(retained | set(retain))
        while failed and force:
            failed = self._delete_all(failed)
        if failed:
            stack.set_status("DELETE_FAILED", failed_to("delete", failed))
            return
        for name in [name for name, export in self.exports.items() if export.exporting_stack_id == stack.stack_id]:
            del self.exports[name]
        stack.deleted = utcnow()
        stack.set_status("DELETE_COMPLETE")

    def _delete_all(self, keep: Iterable[str]) -> list[str]:
        """Delete the resources of the stack in reverse order; return the logical ids of failed deletions."""
        retained, failed = set(keep), list[str]()
        for name in reversed(_order(self.stack.resources)):
            resource = self.stack.resources[name]
            if name in retained:
                self.skip(resource)
                self.stack.ended[name] = self.stack.resources.pop(name)
            elif not any(name in self.stack.resources[other].needs for other in self.stack.resources if other != name):
                try:
                    self.erase(resource, resource.deletion_policy)
                    self.stack.ended[name] = self.stack.resources.pop(name)
                except ResourceFailed as failure:
                    resource.status, resource.reason = "DELETE_FAILED", failure.reason
                    self.stack.failures.append(f"{name}: {failure.reason}{failure.more}")
                    failed.append(name)
        return failed


def _order(resources: Mapping[str, StackResource]) -> list[str]:
    """The logical ids in dependency order."""
    ordered: dict[str, None] = {}
    waiting = dict(resources)
    while waiting:
        ready = [name for name, resource in waiting.items() if not resource.needs & waiting.keys()]
        ordered.update(dict.fromkeys(ready or waiting))
        waiting = {name: resource for name, resource in waiting.items() if name not in ordered}
    return list(ordered)


def _stack_name(export: Export) -> str:
    return export.exporting_stack_id.split("/")[1]
