"""Steps of the stack engine: make, change and delete one resource, with its events, and undo what was done.

Dynamic references are resolved for each step alone: the stack keeps the references, and compares them in an update, as
CloudFormation does (aws-cloudformation/cloudformation-coverage-roadmap#844). No event has a value that came from
Secrets Manager or from a secure string.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, NoReturn

from moto.core.utils import utcnow

from catalog.cfn import Reference, dependencies, resolve_references, resource_order
from catalog.cfn.references import StackOutputReference
from catalog.sandbox import signals
from catalog.sandbox.cloudformation.creation_policy import CreationPolicy, key_of
from catalog.sandbox.cloudformation.dynamic import DynamicReferences
from catalog.sandbox.cloudformation.handlers import find_handler
from catalog.sandbox.cloudformation.handlers.base import (
    ChildStacks,
    LiveResource,
    ResourceFailed,
    ResourceHandler,
    StackContext,
)
from catalog.sandbox.cloudformation.handlers.custom import made_up_words
from catalog.sandbox.cloudformation.resource_failures import as_resource_failed, failed_to, handler_of
from catalog.sandbox.cloudformation.rolling_updates import following
from catalog.sandbox.cloudformation.stack_outputs import value_of_output
from catalog.sandbox.cloudformation.stack_policy import MODIFY, REPLACE, Statements, refusal
from catalog.sandbox.cloudformation.state import Definition, Stack, StackResource, UndoStep
from catalog.sandbox.cloudformation.together import together
from catalog.sandbox.identity import acting_role
from catalog.sandbox.settings import now

TIMED_OUT = "Stack creation time exceeded the specified timeout."
"""The words: docker-archive/ecs-plugin#177."""
NO_REPLACEMENT = "Replacement type updates not supported on stack with disable-rollback."
"""aws/aws-sam-cli#4585, and many public logs."""


class Steps:
    """The steps of one operation on one stack."""

    def __init__(self, stack: Stack, caller: str, children: ChildStacks) -> None:
        self.stack = stack
        self.caller = stack.role_arn or caller
        self.asked = stack.launch_role or acting_role(self.caller)
        """The role whose policies must allow the calls; empty if nobody asks them."""
        self.children = children
        self.dynamic = DynamicReferences()
        self.tags_changed = False
        self.undoing = False
        self.failed: list[StackResource] = []
        """The resources that could not be made."""
        self.preserves = False
        """Whether a failure leaves what has succeeded (DisableRollback)."""
        self.policy: Statements | None = None
        """What an update may change; None if everything."""
        self.deadline: float | None = None
        """When a creation takes longer than the stack's TimeoutInMinutes, on the sandbox's clock."""

    def apply(self, definition: Definition, done: list[UndoStep]) -> str:
        """Create or update all resources of `definition`; return the reason for a failure, else an empty string.

        A failure ends it, or if that `preserves`, the path of what depends on the failed resource (user guide, "Choose
        how to handle failures when provisioning resources").
        """
        with together(definition.rendered) as rendered:
            return self._apply_all(rendered, done)

    def _apply_all(self, rendered: Mapping[str, Any], done: list[UndoStep]) -> str:
        needs, stopped, failed = dependencies(rendered), set[str](), dict[str, list[str]]()
        for name in resource_order(rendered):
            if self.stack.cancelled:
                return "User Initiated"
            if stopped & set(needs[name]):
                stopped.add(name)
                continue
            old = self.stack.resources.get(name)
            try:
                with as_resource_failed():
                    self._apply_one(name, rendered["Resources"][name], frozenset(needs[name]), done)
            except ResourceFailed as failure:
                self.stack.failures.append(f"{name}: {failure.reason}{failure.more}")
                failed.setdefault("update" if old else "create", []).append(name)
                stopped.add(name)
                if old and self.preserves:
                    old.status, old.reason, old.changed = "UPDATE_FAILED", failure.reason, utcnow()
            if self.overdue:
                return TIMED_OUT
            if stopped and not self.preserves:
                break
        return " ".join(failed_to(verb, failed[verb]) for verb in sorted(failed))

    @property
    def overdue(self) -> bool:
        """Whether the creation of the stack has taken longer than its TimeoutInMinutes."""
        return self.deadline is not None and now() >= self.deadline

    def _apply_one(self, name: str, body: Mapping[str, Any], needs: frozenset[str], done: list[UndoStep]) -> None:
        old = self.stack.resources.get(name)
        fresh = self.fresh(name, body, needs, "UPDATE" if old else "CREATE")
        fresh.live = old.live if old else fresh.live
        if old is None:
            policy = CreationPolicy.of(body)
            waits = policy is not None and signals.awaits(fresh.type_name, name)
            fresh.live = self._make(fresh, completes=not waits)
            done.append(UndoStep(fresh))
            self._settle(fresh, policy, waits=waits)
        elif self._stays(old, fresh):
            fresh.status, fresh.reason, fresh.changed = old.status, old.reason, old.changed
            fresh.applied = old.applied
        else:
            self._renew(old, fresh, CreationPolicy.of(body), done)
        self.stack.resources[name] = fresh

    def fresh(self, name: str, body: Mapping[str, Any], needs: frozenset[str], verb: str) -> StackResource:
        """A resource of a template that is not made yet."""
        properties, handler = self._with_references(name, body, verb), find_handler(body["Type"])
        default = handler.default_deletion_policy(properties) if handler else "Delete"
        return StackResource(
            logical_id=name,
            type_name=body["Type"],
            live=LiveResource(""),
            properties=properties,
            needs=needs,
            deletion_policy=str(body.get("DeletionPolicy", default)),
            update_replace_policy=str(body.get("UpdateReplacePolicy", "Delete")),
            update_policy=body.get("UpdatePolicy", {}),
        )

    def _settle(
        self, resource: StackResource, policy: CreationPolicy | None, *, waits: bool, verb: str = "CREATE"
    ) -> None:
        """Wait for the signals of a creation policy, or assume them; raises `ResourceFailed`."""
        if policy is None:
            return
        identity = (resource.logical_id, resource.live.physical_id, resource.type_name)
        if not waits:
            self.stack.record(*identity, f"{verb}_COMPLETE", policy.assumption)
            return
        self.stack.resources[resource.logical_id], resource.status = resource, f"{verb}_IN_PROGRESS"
        try:
            policy.wait(key_of(self.stack.stack_id, resource.logical_id))
        except ResourceFailed as failure:
            resource.status, resource.reason = f"{verb}_FAILED", failure.reason
            self.stack.record(*identity, f"{verb}_FAILED", failure.reason)
            raise
        resource.status, resource.changed = f"{verb}_COMPLETE", utcnow()
        self.stack.record(*identity, f"{verb}_COMPLETE")

    def _stays(self, old: StackResource, new: StackResource) -> bool:
        handler = handler_of(new)
        tagged, failed = self.tags_changed and handler.taggable, old.status == "UPDATE_FAILED"
        return old.properties == new.properties and not (tagged or failed or handler.always_updates)

    def _renew(
        self, old: StackResource, fresh: StackResource, policy: CreationPolicy | None, done: list[UndoStep]
    ) -> None:
        """Replace a resource, or update it in place; a custom resource replaces itself by another physical id."""
        self.resolve(fresh, "UPDATE")
        replaces = handler_of(fresh).replaces(old.live, old.applied, fresh.applied, fresh.update_policy)
        if old.properties != fresh.properties:
            self.check_policy(REPLACE if replaces else MODIFY, fresh)
        if replaces and self.preserves:
            self._refuse(fresh, NO_REPLACEMENT)
        if replaces:
            waits = policy is not None and signals.awaits(fresh.type_name, fresh.logical_id)
            signals.mailbox(key_of(self.stack.stack_id, fresh.logical_id)).signals.clear()  # those of the old one
            fresh.live = self._make(fresh, "UPDATE", old.applied, completes=not waits)
            done.append(UndoStep(fresh, old, replaced=True))
            self._settle(fresh, policy, waits=waits, verb="UPDATE")
            return
        step = UndoStep(fresh, old)
        done.append(step)
        try:
            fresh.live = self._change(old, fresh)
        except ResourceFailed:
            if self.preserves:
                self._put_back(step)
            raise
        step.replaced = fresh.live.physical_id != old.live.physical_id

    def _put_back(self, step: UndoStep) -> None:
        """Give a resource whose update has failed its properties of before, as far as that succeeds.

        The user guide says that it is rolled back to its last stable state, and no public log has an event of that.
        """
        before, after = step.before, step.after
        if before is None:
            return
        context = replace(self.context(after.logical_id), undoing=True)
        with suppress(ResourceFailed), as_resource_failed():
            old, handler = after.live, handler_of(before)
            after.live = before.live = handler.update(context, old, after.applied, before.applied)
            if old.physical_id != before.live.physical_id:
                handler.delete(context, old, after.applied)

    def check_policy(self, action: str, resource: StackResource) -> None:
        """Raise `ResourceFailed` if the stack policy does not let an update do it."""
        reason = refusal(self.policy, action, resource.logical_id, resource.type_name)
        if reason:
            self._refuse(resource, reason)

    def _refuse(self, resource: StackResource, reason: str) -> NoReturn:
        identity = (resource.logical_id, resource.live.physical_id, resource.type_name)
        self.stack.record(*identity, "UPDATE_FAILED", reason)
        raise ResourceFailed(reason)

    def _with_references(self, name: str, body: Mapping[str, Any], verb: str) -> Mapping[str, Any]:
        """The properties with the values of Ref and Fn::GetAtt; dynamic references are still references."""
        try:
            with as_resource_failed():
                return dict(self.with_values(body.get("Properties", {}), name))
        except ResourceFailed as failure:
            self.stack.record(name, "", body["Type"], f"{verb}_FAILED", failure.reason)
            raise

    def with_values(self, value: Any, logical_id: str) -> Any:
        """A value with what resources of the stack and outputs of other stacks say; raises `ResourceFailed`."""

        def output(wanted: StackOutputReference) -> str:
            return value_of_output(self.context(logical_id), wanted)

        return resolve_references(value, self.value, self.stack.pseudo, stack_outputs=output)

    def resolve(self, resource: StackResource, verb: str) -> None:
        """Resolve the dynamic references of a resource; a failure is one of the resource."""
        context, handler = self.context(resource.logical_id), handler_of(resource)
        try:
            with as_resource_failed():
                resource.applied = self.dynamic.resolved(context, resource.properties, secure=handler.secure_references)
        except ResourceFailed as failure:
            identity = (resource.logical_id, resource.live.physical_id, resource.type_name)
            self.stack.record(*identity, f"{verb}_FAILED", failure.reason)
            raise

    def value(self, reference: Reference) -> Any:
        """The value of a Ref or Fn::GetAtt to a resource that exists."""
        resource = self.stack.resources.get(reference.logical_id)
        if resource is None:
            return None
        handler = handler_of(resource)
        if not reference.attribute:
            return handler.ref(resource.live)
        self.dynamic.secrets.update(handler.secrets(resource.live))
        return handler.attribute(self.context(resource.logical_id), resource.live, reference.attribute)

    def _make(
        self,
        resource: StackResource,
        verb: str = "CREATE",
        replaced: Mapping[str, Any] | None = None,
        *,
        completes: bool = True,
    ) -> LiveResource:
        """Create a resource; `replaced` has the properties of the one that it replaces.

        Unless it `completes`, it still waits for signals.
        """

        def act(handler: ResourceHandler, context: StackContext) -> LiveResource:
            handler.check(resource.logical_id, resource.applied)
            if replaced is not None:
                handler.check_replacement(replaced, resource.applied)
            return handler.create(context, resource.applied)

        if replaced is None:
            self.resolve(resource, verb)
        return self.step(resource, verb, act, completes=completes)

    def _change(self, old: StackResource, new: StackResource) -> LiveResource:
        def act(handler: ResourceHandler, context: StackContext) -> LiveResource:
            handler.check(new.logical_id, new.applied)
            with following(self, old, new) as given:
                new.live = handler.update(context, old.live, old.applied, given)  # a rolling update may still fail
            return new.live

        return self.step(new, "UPDATE", act)

    def step(
        self,
        resource: StackResource,
        verb: str,
        act: Callable[[ResourceHandler, StackContext], LiveResource],
        *,
        completes: bool = True,
        policy: str = "",
    ) -> LiveResource:
        """Run one action on one resource, under a policy, and record its events; raises `ResourceFailed`."""
        handler = handler_of(resource)
        asked = (policy or resource.deletion_policy) == "Snapshot"
        context = replace(self.context(resource.logical_id), snapshot=asked)
        identity = (resource.logical_id, resource.live.physical_id, resource.type_name)
        self.stack.record(*identity, f"{verb}_IN_PROGRESS")
        try:
            with as_resource_failed(handler.service, resource.type_name):
                live = act(handler, context)
        except ResourceFailed as failure:
            if verb != "DELETE" and "is not authorized" not in failure.reason:
                failure.reason += made_up_words(resource.applied)
            failure.reason, failure.more = self.dynamic.hidden(failure.reason), self.dynamic.hidden(failure.more)
            self.stack.record(*identity, f"{verb}_FAILED", failure.reason)
            self._remember_failure(resource, verb, failure.reason)
            raise
        resource.status, resource.reason, resource.changed = f"{verb}_COMPLETE", "", utcnow()
        if completes:
            self.stack.record(resource.logical_id, live.physical_id, resource.type_name, f"{verb}_COMPLETE")
        return live

    def _remember_failure(self, resource: StackResource, verb: str, reason: str) -> None:
        if verb == "CREATE":
            resource.status, resource.reason, resource.changed = "CREATE_FAILED", reason, utcnow()
            self.failed.append(resource)

    def context(self, logical_id: str) -> StackContext:
        """What a handler needs to know of the stack."""
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
            self.asked,
            self.children,
            self.undoing,
        )

    def restore(self, step: UndoStep) -> bool:
        """Give a changed resource its properties of before; whether that succeeds."""
        old = step.after.live
        try:
            if step.before is not None:
                live = step.before.live = self._change(step.after, step.before)
                step.left = old if live.physical_id != old.physical_id else None
        except ResourceFailed as failure:
            self.stack.failures.append(f"{step.after.logical_id}: {failure.reason}{failure.more}")
            return False
        return True

    @property
    def keep_on_rollback(self) -> Collection[str]:
        """The policies that keep a resource which the operation that is rolled back has made."""
        return () if self.stack.retain_except_on_create else ("Retain",)

    def end(self, resource: StackResource, policy: str, kept: Collection[str]) -> None:
        """Delete a resource as its policy says, or leave it if that is one of `kept`; raises `ResourceFailed`."""
        if policy in kept:
            self.skip(resource)
        else:
            self.erase(resource, policy)

    def erase(self, resource: StackResource, policy: str) -> None:
        """Delete a resource, with a policy of Snapshot after one; raises `ResourceFailed`."""

        def act(handler: ResourceHandler, context: StackContext) -> LiveResource:
            handler.delete(context, resource.live, resource.applied)
            return resource.live

        self.step(resource, "DELETE", act, policy=policy)

    def skip(self, resource: StackResource) -> None:
        """Leave a resource, which the stack forgets."""
        resource.status, resource.changed = "DELETE_SKIPPED", utcnow()
        self.stack.record(resource.logical_id, resource.live.physical_id, resource.type_name, "DELETE_SKIPPED")
