"""Operations on the stacks of one account and Region: check the request, then run the engine, under one lock."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.sandbox.cloudformation.definition import define
from catalog.sandbox.cloudformation.differences import (
    PAUSED,
    check_resumable,
    check_same_types,
    check_types,
    differs,
)
from catalog.sandbox.cloudformation.engine import Engine
from catalog.sandbox.cloudformation.errors import StackRefused
from catalog.sandbox.cloudformation.existing import exists_for
from catalog.sandbox.cloudformation.nested import NestedStacks, check_skipped, export_in_use
from catalog.sandbox.cloudformation.notifications import check_topics
from catalog.sandbox.cloudformation.rule_lookups import lookups_of
from catalog.sandbox.cloudformation.stack_policy import read_policy
from catalog.sandbox.cloudformation.state import ChangeSet, Definition, Stack
from catalog.sandbox.cloudformation.store import StackStore
from catalog.sandbox.cloudformation.transforming import Transforms
from catalog.sandbox.kms.callers import principal_exists
from catalog.sandbox.turns import STACKS

LOCK = STACKS
"""One stack operation at a time, but for those that arrive while one waits for a stub."""
NAME = re.compile(r"[a-zA-Z][-a-zA-Z0-9]*")
NO_UPDATES = "No updates are to be performed."


@dataclass(frozen=True, slots=True)
class StackRequest:
    """The parameters that CreateStack, UpdateStack and CreateChangeSet have in common."""

    name: str
    template: str
    parameters: Mapping[str, str]
    tags: Mapping[str, str] | None
    """None keeps the tags of the stack."""
    caller: str
    role_arn: str = ""
    capabilities: tuple[str, ...] = ()
    notification_arns: tuple[str, ...] | None = None
    use_previous: frozenset[str] = field(default_factory=frozenset)
    launch_role: str = ""
    """The launch role, if its permissions are enforced; else empty."""
    rollback_configuration: Mapping[str, Any] | None = None
    """None keeps that of the stack. Its alarms are kept and shown, and nobody looks at them."""
    retain_except_on_create: bool = False
    """Whether a rollback deletes what the operation has made although its policy is Retain."""
    types: tuple[str, ...] = ()
    """ResourceTypes: the types that the template may have, as `AWS::SQS::*`; empty if any."""
    token: str = ""
    """ClientRequestToken: the same request with the same token does nothing again; the events have it."""
    disable_rollback: bool = False
    """Whether a failure leaves what has succeeded, and waits for another update or RollbackStack."""


def create(
    backend: StackStore,
    request: StackRequest,
    *,
    on_failure: str = "ROLLBACK",
    termination_protection: bool = False,
    timeout_minutes: int = 0,
) -> Stack:
    """CreateStack; the status of the stack is the result. Raises `StackRefused`."""
    with LOCK:
        check_role(request.role_arn)
        existing = backend.find(request.name)
        if existing is not None and request.token and existing.latest == request:
            return existing
        check_topics(request.notification_arns or (), backend.region_name)
        if existing is not None:
            raise StackRefused(f"Stack [{request.name}] already exists", "AlreadyExistsException")
        stack = Stack(
            name=request.name,
            account=backend.account_id,
            region=backend.region_name,
            tags=dict(request.tags or {}),
            role_arn=request.role_arn,
            launch_role=request.launch_role,
            capabilities=request.capabilities,
            notification_arns=request.notification_arns or (),
            termination_protection=termination_protection,
            timeout_minutes=timeout_minutes,
            rollback_configuration=request.rollback_configuration or {},
            retain_except_on_create=request.retain_except_on_create,
            token=request.token,
            latest=request,
            resumes=on_failure != "DO_NOTHING",
        )
        definition = define_for(backend, stack, request)
        backend.stacks[stack.stack_id] = stack
        ending = "DO_NOTHING" if request.disable_rollback else on_failure
        run_create(backend, stack, definition, request.caller, on_failure=ending)
        return stack


def run_create(
    backend: StackStore,
    stack: Stack,
    definition: Definition,
    caller: str,
    *,
    on_failure: str = "ROLLBACK",
) -> None:
    """Create the resources of a stack; with `on_failure` DELETE a failed stack is deleted."""
    engine = engine_for(backend, stack, caller)
    engine.create(definition, on_failure=on_failure)
    if stack.status == "DELETE_COMPLETE":
        backend.move_to_deleted(stack)


def define_for(backend: StackStore, stack: Stack, request: StackRequest, *, reviewed: bool = False) -> Definition:
    """The definition of `stack` after `request`, `reviewed` for a change set; raises `StackRefused`."""
    old_values = dict(stack.definition.raw) if stack.definition else {}
    unknown = sorted(name for name in request.use_previous if name not in old_values)
    if unknown:
        raise StackRefused(f"Parameters: [{', '.join(unknown)}] must have values")
    definition = define(
        request.template,
        given=request.parameters,
        pseudo=stack.pseudo,
        exports=backend.exports,
        capabilities=request.capabilities,
        previous={name: old_values[name] for name in request.use_previous},
        ssm=backend.ssm_parameters,
        exists=exists_for(stack),
        looking=lookups_of(stack),
        transforming=Transforms(stack, request.launch_role, request.role_arn or request.caller).expanded,
        reviewed=reviewed,
    )
    check_types(definition, request.types)
    return definition


def update(backend: StackStore, request: StackRequest, *, during: str = "", policy: str = "") -> Stack:
    """UpdateStack; the status of the stack is the result. Raises `StackRefused`.

    `during` is the stack policy during the update alone, `policy` the one from now on; empty keeps the stack's.
    """
    with LOCK:
        stack = backend.existing(request.name)
        if request.token and stack.latest == request:
            return stack
        read_policy(during or policy)
        check_role(request.role_arn or stack.role_arn)
        check_topics(request.notification_arns or (), backend.region_name)
        check_resumable(stack, disable_rollback=request.disable_rollback)
        definition = define_for(backend, stack, request)
        check_same_types(stack, definition)
        tags = dict(stack.tags if request.tags is None else request.tags)
        if not differs(stack, definition, tags):
            raise StackRefused(NO_UPDATES)
        for change_set in backend.change_sets.values():
            if change_set.root.stack is stack:
                change_set.execution_status = "OBSOLETE"
        stack.token, stack.latest = request.token, request
        if request.notification_arns is not None:
            stack.notification_arns = request.notification_arns
        stack.capabilities = request.capabilities
        stack.retain_except_on_create = request.retain_except_on_create
        if request.rollback_configuration is not None:
            stack.rollback_configuration = request.rollback_configuration
        stack.policy = policy or stack.policy
        run_update(
            backend,
            stack,
            definition,
            tags=tags,
            role_arn=request.role_arn,
            launch_role=request.launch_role,
            caller=request.caller,
            during=during,
            disable_rollback=request.disable_rollback,
        )
        return stack


def run_update(
    backend: StackStore,
    stack: Stack,
    definition: Definition,
    *,
    tags: Mapping[str, str],
    role_arn: str,
    caller: str,
    launch_role: str = "",
    during: str = "",
    disable_rollback: bool = False,
) -> None:
    """Update the resources of a stack; without `role_arn` the stack keeps its role.

    `during` is the stack policy of this update alone.
    """
    stack.role_arn, stack.launch_role = role_arn or stack.role_arn, launch_role
    policy = read_policy(during or stack.policy)
    engine_for(backend, stack, caller).update(definition, tags=tags, policy=policy, disable_rollback=disable_rollback)


def run_import(backend: StackStore, stack: Stack, change_set: ChangeSet, caller: str) -> None:
    """Take existing resources into a stack."""
    engine_for(backend, stack, caller).take_in(change_set.definition, change_set.imports, change_set.tags)


def continue_rollback(
    backend: StackStore, name: str, *, caller: str, role_arn: str = "", skip: Sequence[str] = (), token: str = ""
) -> None:
    """ContinueUpdateRollback; the status of the stack is the result. Raises `StackRefused`."""
    with LOCK:
        stack = backend.existing(name)
        check_role(role_arn or stack.role_arn)
        if stack.status != "UPDATE_ROLLBACK_FAILED":
            raise StackRefused(
                f"Stack:{stack.stack_id} is in {stack.status} state and can not be rolled back; it must be in "
                "UPDATE_ROLLBACK_FAILED"
            )
        check_skipped(backend, stack, skip)
        stack.role_arn, stack.token = role_arn or stack.role_arn, token
        engine_for(backend, stack, caller, frozenset(skip)).continue_rollback(skip)


def roll_back(
    backend: StackStore,
    name: str,
    *,
    caller: str,
    role_arn: str = "",
    retain_except_on_create: bool = False,
    token: str = "",
) -> Stack:
    """RollbackStack; the status of the stack is the result. Raises `StackRefused`; its words are assumed."""
    with LOCK:
        stack = backend.existing(name)
        check_role(role_arn or stack.role_arn)
        if stack.status not in PAUSED:
            raise StackRefused(f"Stack:{stack.stack_id} is in {stack.status} state and can not be rolled back.")
        stack.role_arn, stack.token, stack.latest = role_arn or stack.role_arn, token, None
        stack.retain_except_on_create = retain_except_on_create
        engine_for(backend, stack, caller).roll_back()
        return stack


def cancel_update(backend: StackStore, name: str) -> None:
    """CancelUpdateStack. It does not wait for the update that it cancels, which has the lock."""
    stack = backend.existing(name)
    if stack.status != "UPDATE_IN_PROGRESS":
        raise StackRefused("CancelUpdateStack cannot be called from current stack status")
    stack.cancelled = True


def check_not_under_way(stack: Stack) -> None:
    """Raise `StackRefused` while another operation on the stack waits. AWS deletes a stack that is being created."""
    if stack.status.endswith("_IN_PROGRESS") and stack.status != "REVIEW_IN_PROGRESS":
        raise StackRefused(f"Stack [{stack.stack_id}] cannot be deleted while in status {stack.status}")


def delete(
    backend: StackStore,
    name: str,
    *,
    caller: str,
    role_arn: str = "",
    launch_role: str = "",
    retain: Sequence[str] = (),
    force: bool = False,
    token: str = "",
) -> Stack | None:
    """DeleteStack; None if the stack does not exist. Raises `StackRefused` for a stack with termination protection.

    With `force`, what cannot be deleted is left. If another stack imports an export, the deletion is cancelled: the
    stack keeps its status, with a new reason.
    """
    with LOCK:
        stack = backend.find(name)
        if stack is None:
            return None
        if stack.status == "DELETE_IN_PROGRESS":
            return stack
        check_not_under_way(stack)
        check_role(role_arn or stack.role_arn)
        if force and stack.status != "DELETE_FAILED":
            raise StackRefused(f"Stack [{stack.stack_id}] can be deleted by force only in the DELETE_FAILED state.")
        if stack.termination_protection:
            raise StackRefused(
                f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled for stack "
                f"[{stack.stack_id}]"
            )
        stack.token, stack.latest = token, None
        if cancelled := export_in_use(backend, stack):
            stack.set_status(stack.status, f"Delete canceled. {cancelled}")
            return stack
        stack.role_arn, stack.launch_role = role_arn or stack.role_arn, launch_role
        engine_for(backend, stack, caller).delete(retain, force=force)
        if stack.status == "DELETE_COMPLETE":
            backend.move_to_deleted(stack)
        return stack


def protect(backend: StackStore, name: str, *, enabled: bool) -> Stack:
    """UpdateTerminationProtection, of a stack and of the stacks in it.

    Source: user guide, "Protect CloudFormation stacks from being deleted"; the words of the refusal are assumed.
    """
    with LOCK:
        stack = backend.existing(name)
        if stack.root_id:
            raise StackRefused(
                f"Termination protection cannot be changed on the nested stack [{stack.stack_id}]: change it on the "
                f"root stack [{stack.root_id}]"
            )
        for each in backend.stacks.values():
            if stack.stack_id in (each.stack_id, each.root_id):
                each.termination_protection = enabled
        return stack


def check_name(name: str) -> None:
    """Raise `StackRefused` for an invalid stack name."""
    if not NAME.fullmatch(name) or len(name) > 128:
        raise StackRefused(
            f"1 validation error detected: Value '{name}' at 'stackName' failed to satisfy constraint: Member must "
            "satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
        )


def check_role(arn: str) -> None:
    """Raise `StackRefused` if the role does not exist."""
    if not arn:
        return
    parts = arn.split(":", 5)
    if len(parts) != 6 or not parts[5].startswith("role/") or not principal_exists(arn):
        raise StackRefused(f"Role {arn} is invalid or cannot be assumed")


def engine_for(backend: StackStore, stack: Stack, caller: str, skip: frozenset[str] | None = None) -> Engine:
    """The engine of an operation; `skip` has ResourcesToSkip while a failed rollback is continued."""
    children = NestedStacks(backend, lambda child: engine_for(backend, child, caller, skip), skip)
    return Engine(stack, caller, backend.exports, lambda name: backend.importers(name, stack), children)
