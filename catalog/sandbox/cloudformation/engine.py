"""The stack engine: creates, updates and deletes the resources of a stack one after another, and rolls back.

The statuses, their order and the retained resources follow the CloudFormation user guide ("Understand stack creation
events", "Update behaviors of stack resources", "DeletionPolicy attribute", "UpdateReplacePolicy attribute"). AWS works
on several resources at a time; this engine stops at the first failure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from moto.core.utils import utcnow

from catalog.cfn import Reference, TemplateError, dependencies, resolve_references, resource_order
from catalog.cfn.template import text_of
from catalog.sandbox.cloudformation.handlers import find_handler
from catalog.sandbox.cloudformation.handlers.base import (
    LiveResource,
    ResourceFailed,
    ResourceHandler,
    StackContext,
    reason_of,
)
from catalog.sandbox.cloudformation.state import Definition, Export, Output, Stack, StackResource

KEEP_ON_DELETE = frozenset({"Retain", "RetainExceptOnCreate"})
KEEP_ON_ROLLBACK = frozenset({"Retain"})


@dataclass(slots=True)
class UndoStep:
    """How to undo one step of an update: a resource that was created, updated or replaced."""

    after: StackResource
    before: StackResource | None = None
    """None if the resource is new."""
    replaced: bool = False


class Engine:
    """One operation on one stack. It updates `exports`, the exports of the Region by name."""

    def __init__(
        self,
        stack: Stack,
        caller: str,
        exports: dict[str, Export],
        importers: Callable[[str], list[str]],
    ) -> None:
        self.stack = stack
        self.caller = stack.role_arn or caller
        self.exports = exports
        self.importers = importers
        """Returns the names of the stacks that import an export."""
        self.tags_changed = False

    # Create

    def create(self, definition: Definition, *, on_failure: str = "ROLLBACK") -> None:
        """Create all resources, or on a failure do what `on_failure` says: ROLLBACK, DELETE or DO_NOTHING."""
        stack = self.stack
        stack.definition, stack.failures = definition, []
        stack.set_status("CREATE_IN_PROGRESS", "User Initiated")
        undone: list[UndoStep] = []
        failure = self._apply(definition, undone) or self._publish(definition)
        if not failure:
            stack.set_status("CREATE_COMPLETE")
            return
        if on_failure == "DO_NOTHING":
            stack.set_status("CREATE_FAILED", failure)
            return
        ending = "DELETE" if on_failure == "DELETE" else "ROLLBACK"
        stack.set_status(f"{ending}_IN_PROGRESS", f"{failure} {ending.capitalize()} requested by user.".strip())
        retained = [name for name, resource in stack.resources.items() if resource.deletion_policy in KEEP_ON_ROLLBACK]
        failed = self._delete_all(retained)
        stack.set_status(f"{ending}_{'FAILED' if failed else 'COMPLETE'}", _failed_to("delete", failed))

    def _apply(self, definition: Definition, done: list[UndoStep]) -> str:
        """Create or update all resources of `definition`; return the reason for a failure, else an empty string."""
        rendered = definition.rendered
        needs = dependencies(rendered)
        for name in resource_order(rendered):
            existed = name in self.stack.resources
            try:
                self._apply_one(name, rendered["Resources"][name], frozenset(needs[name]), done)
            except ResourceFailed as failure:
                self.stack.failures.append(f"{name}: {failure.reason}")
                return f"The following resource(s) failed to {'update' if existed else 'create'}: [{name}]."
        return ""

    def _apply_one(self, name: str, body: Mapping[str, Any], needs: frozenset[str], done: list[UndoStep]) -> None:
        old = self.stack.resources.get(name)
        properties = self._resolved(name, body, "UPDATE" if old else "CREATE")
        fresh = StackResource(
            logical_id=name,
            type_name=body["Type"],
            live=old.live if old else LiveResource(""),
            properties=properties,
            needs=needs,
            deletion_policy=str(body.get("DeletionPolicy", "Delete")),
            update_replace_policy=str(body.get("UpdateReplacePolicy", "Delete")),
        )
        if old is None:
            fresh.live = self._make(fresh)
            done.append(UndoStep(fresh))
        elif old.properties == properties and not (self.tags_changed and _handler(fresh).taggable):
            fresh.status, fresh.reason, fresh.changed = old.status, old.reason, old.changed
        elif _handler(fresh).replaces(old.live, old.properties, properties):
            fresh.live = self._make(fresh, "UPDATE", old.properties)
            done.append(UndoStep(fresh, old, replaced=True))
        else:
            done.append(UndoStep(fresh, old))
            fresh.live = self._change(old, fresh)
        self.stack.resources[name] = fresh

    def _resolved(self, name: str, body: Mapping[str, Any], verb: str) -> Mapping[str, Any]:
        try:
            with _as_resource_failed():
                resolved = resolve_references(body.get("Properties", {}), self._value, self.stack.pseudo)
        except ResourceFailed as failure:
            self.stack.record(name, "", body["Type"], f"{verb}_FAILED", failure.reason)
            raise
        return dict(resolved)

    def _value(self, reference: Reference) -> Any:
        """The value of a Ref or Fn::GetAtt to a resource that exists."""
        resource = self.stack.resources.get(reference.logical_id)
        if resource is None:
            return None
        handler = _handler(resource)
        if not reference.attribute:
            return handler.ref(resource.live)
        return handler.attribute(self._context(resource.logical_id), resource.live, reference.attribute)

    def _make(
        self, resource: StackResource, verb: str = "CREATE", replaced: Mapping[str, Any] | None = None
    ) -> LiveResource:
        """Create a resource; `replaced` has the properties of the one that it replaces."""

        def act(handler: ResourceHandler, context: StackContext) -> LiveResource:
            handler.check(resource.logical_id, resource.properties)
            if replaced is not None:
                handler.check_replacement(replaced, resource.properties)
            return handler.create(context, resource.properties)

        return self._step(resource, verb, act)

    def _change(self, old: StackResource, new: StackResource) -> LiveResource:
        def act(handler: ResourceHandler, context: StackContext) -> LiveResource:
            handler.check(new.logical_id, new.properties)
            return handler.update(context, old.live, old.properties, new.properties)

        return self._step(new, "UPDATE", act)

    def _step(
        self, resource: StackResource, verb: str, act: Callable[[ResourceHandler, StackContext], LiveResource]
    ) -> LiveResource:
        """Run one action on one resource and record its events; raises `ResourceFailed`."""
        handler, context = _handler(resource), self._context(resource.logical_id)
        identity = (resource.logical_id, resource.live.physical_id, resource.type_name)
        self.stack.record(*identity, f"{verb}_IN_PROGRESS")
        try:
            with _as_resource_failed(handler.service, resource.type_name):
                live = act(handler, context)
        except ResourceFailed as failure:
            self.stack.record(*identity, f"{verb}_FAILED", failure.reason)
            raise
        resource.status, resource.reason, resource.changed = f"{verb}_COMPLETE", "", utcnow()
        self.stack.record(resource.logical_id, live.physical_id, resource.type_name, f"{verb}_COMPLETE")
        return live

    def _context(self, logical_id: str) -> StackContext:
        stack = self.stack
        return StackContext(
            stack.account,
            stack.region,
            stack.partition,
            stack.name,
            stack.stack_id,
            logical_id,
            self.caller,
            stack.tags,
            stack.launch_role,
        )

    # Outputs

    def _publish(self, definition: Definition) -> str:
        """Compute and set the outputs and exports; return the reason for a failure, else an empty string."""
        outputs = []
        for key, body in definition.rendered.get("Outputs", {}).items():
            try:
                with _as_resource_failed():
                    value = self._text(body["Value"])
                    name = self._text(body.get("Export", {}).get("Name", ""))
            except ResourceFailed as failure:
                return f"Output {key} cannot be resolved: {failure.reason}"
            outputs.append(Output(key, value, str(body.get("Description", "")), name))
        return self._export({output.export_name: output.value for output in outputs if output.export_name}) or (
            self._set_outputs(tuple(outputs))
        )

    def _text(self, value: Any) -> str:
        text = text_of(resolve_references(value, self._value, self.stack.pseudo))
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

    def update(self, definition: Definition, *, tags: Mapping[str, str]) -> None:
        """Update the stack, or roll back; `stack.definition` changes only after success."""
        stack = self.stack
        self.tags_changed = dict(tags) != dict(stack.tags)
        old_tags, old_resources = stack.tags, dict(stack.resources)
        stack.failures, stack.tags, stack.updated = [], tags, utcnow()
        stack.set_status("UPDATE_IN_PROGRESS", "User Initiated")
        done: list[UndoStep] = []
        failure = self._apply(definition, done)
        removed = [name for name in old_resources if name not in definition.rendered["Resources"]]
        failure = failure or self._publish(definition)
        if failure:
            stack.tags = old_tags
            self._roll_back(done, old_resources, failure)
            return
        stack.definition = definition
        stack.set_status("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        replaced = [(step.before, step.after.update_replace_policy) for step in done if step.replaced and step.before]
        self._clean_up(replaced, removed)
        stack.set_status("UPDATE_COMPLETE")

    def _roll_back(self, done: list[UndoStep], resources: dict[str, StackResource], failure: str) -> None:
        stack = self.stack
        stack.set_status("UPDATE_ROLLBACK_IN_PROGRESS", failure)
        failed = [name for step in reversed(done) if (name := self._undo(step))]
        stack.resources = resources
        if failed:
            stack.set_status("UPDATE_ROLLBACK_FAILED", _failed_to("update", failed))
        else:
            stack.set_status("UPDATE_ROLLBACK_COMPLETE")

    def _undo(self, step: UndoStep) -> str:
        """Undo one step; return the logical id if that fails."""
        try:
            if step.before is None or step.replaced:
                self._erase(step.after)
            else:
                step.before.live = self._change(step.after, step.before)
        except ResourceFailed as failure:
            self.stack.failures.append(f"{step.after.logical_id}: {failure.reason}")
            return step.after.logical_id
        return ""

    def _clean_up(self, replaced: list[tuple[StackResource, str]], removed: list[str]) -> None:
        """Delete removed and replaced resources. A failure does not fail the update: the stack forgets the resource."""
        old_resources = [self.stack.resources.pop(name) for name in reversed(removed)]
        for resource, policy in [*replaced, *((old, old.deletion_policy) for old in old_resources)]:
            if policy in KEEP_ON_DELETE:
                self._skip(resource)
                continue
            try:
                self._erase(resource)
            except ResourceFailed as failure:
                self.stack.failures.append(f"{resource.logical_id}: {failure.reason}")

    # Delete

    def delete(self, retain: Iterable[str] = ()) -> None:
        """Delete all resources, except those that a policy retains or that a remaining resource needs."""
        stack = self.stack
        stack.failures = []
        stack.set_status("DELETE_IN_PROGRESS", "User Initiated")
        retained = {name for name, resource in stack.resources.items() if resource.deletion_policy in KEEP_ON_DELETE}
        failed = self._delete_all(retained | set(retain))
        if failed:
            stack.set_status("DELETE_FAILED", _failed_to("delete", failed))
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
                self._skip(resource)
                del self.stack.resources[name]
            elif not any(name in self.stack.resources[other].needs for other in self.stack.resources if other != name):
                try:
                    self._erase(resource)
                    del self.stack.resources[name]
                except ResourceFailed as failure:
                    resource.status, resource.reason = "DELETE_FAILED", failure.reason
                    self.stack.failures.append(f"{name}: {failure.reason}")
                    failed.append(name)
        return failed

    def _erase(self, resource: StackResource) -> None:
        def act(handler: ResourceHandler, context: StackContext) -> LiveResource:
            handler.delete(context, resource.live, resource.properties)
            return resource.live

        self._step(resource, "DELETE", act)

    def _skip(self, resource: StackResource) -> None:
        self.stack.record(resource.logical_id, resource.live.physical_id, resource.type_name, "DELETE_SKIPPED")


@contextmanager
def _as_resource_failed(service: str = "CloudFormation", type_name: str = "") -> Iterator[None]:
    """Convert any exception of a resource type into `ResourceFailed`.

    moto's models can raise anything for properties that they do not expect; on AWS such a resource fails too. The stack
    must always reach a final status, so no other exception may pass.
    """
    try:
        yield
    except ResourceFailed:
        raise
    except Exception as error:
        raise ResourceFailed(reason_of(service, error, type_name)) from error


def _handler(resource: StackResource) -> ResourceHandler:
    handler = find_handler(resource.type_name)
    if handler is None:
        raise ResourceFailed(f"Unrecognized resource type: {resource.type_name}")
    return handler


def _order(resources: Mapping[str, StackResource]) -> list[str]:
    """The logical ids in dependency order."""
    ordered: dict[str, None] = {}
    waiting = dict(resources)
    while waiting:
        ready = [name for name, resource in waiting.items() if not resource.needs & waiting.keys()]
        ordered.update(dict.fromkeys(ready or waiting))
        waiting = {name: resource for name, resource in waiting.items() if name not in ordered}
    return list(ordered)


def _failed_to(verb: str, names: list[str]) -> str:
    return f"The following resource(s) failed to {verb}: [{', '.join(names)}]." if names else ""


def _stack_name(export: Export) -> str:
    return export.exporting_stack_id.split("/")[1]
