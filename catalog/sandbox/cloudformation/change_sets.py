"""Change sets: creations or updates that are prepared, shown, and executed later (`aws cloudformation deploy`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from catalog.sandbox.cloudformation import operations
from catalog.sandbox.cloudformation.changes import ResourceChange
from catalog.sandbox.cloudformation.differences import check_resumable, check_same_types, check_updatable
from catalog.sandbox.cloudformation.errors import StackRefused, TransformRefused
from catalog.sandbox.cloudformation.expected_changes import expected_changes
from catalog.sandbox.cloudformation.imports import ImportRequest, check_imports
from catalog.sandbox.cloudformation.nested_change_sets import Hierarchy, clear, conclude, prepare
from catalog.sandbox.cloudformation.notifications import check_topics
from catalog.sandbox.cloudformation.operations import LOCK, StackRequest
from catalog.sandbox.cloudformation.property_values import with_values
from catalog.sandbox.cloudformation.stack_operations import REVIEW
from catalog.sandbox.cloudformation.state import ChangeSet, Definition, Stack
from catalog.sandbox.cloudformation.store import StackStore

NAME = re.compile(r"[a-zA-Z][-a-zA-Z0-9]{0,127}")


def create(
    backend: StackStore,
    name: str,
    type_name: str,
    request: StackRequest,
    *,
    description: str = "",
    on_failure: str = "",
    imports: Sequence[ImportRequest] = (),
    include_nested: bool = False,
) -> ChangeSet:
    """CreateChangeSet of type CREATE, UPDATE or, with `imports`, IMPORT; raises `StackRefused`.

    Without changes the status is FAILED. With `include_nested` nested stacks have change sets too.
    """
    with LOCK:
        if not NAME.fullmatch(name):
            raise StackRefused(f"Invalid change set name: {name}")
        if on_failure == "DELETE" and type_name != "CREATE":
            raise StackRefused("OnStackFailure DELETE is only valid for a change set of type CREATE.")
        operations.check_role(request.role_arn)
        check_topics(request.notification_arns or (), backend.region_name)
        stack = _stack_for(backend, type_name, request)
        if any(change_set.name == name and change_set.stack is stack for change_set in backend.change_sets.values()):
            raise StackRefused(f"ChangeSet {name} already exists", "AlreadyExistsException")
        definition, failure = _definition(backend, stack, request)
        if not failure:
            check_same_types(stack, definition)
        if type_name == "IMPORT" and not failure:
            check_imports(stack, definition, imports)
        tags = dict(stack.tags if request.tags is None else request.tags)
        change_set = ChangeSet(
            name=name,
            stack=stack,
            type_name=type_name,
            definition=definition,
            changes=() if failure else _all_changes(type_name, stack, definition, tags, imports),
            imports={each.logical_id: each for each in imports},
            description=description,
            on_failure=on_failure,
            tags=tags,
            role_arn=request.role_arn,
            capabilities=request.capabilities,
            notification_arns=(
                stack.notification_arns if request.notification_arns is None else request.notification_arns
            ),
            rollback_configuration=(
                stack.rollback_configuration
                if request.rollback_configuration is None
                else request.rollback_configuration
            ),
            include_nested=include_nested,
        )
        if include_nested and not failure:
            caller = request.role_arn or request.caller
            failure = Hierarchy(backend, lambda each: operations.engine_for(backend, each, caller)).extend(change_set)
        engine = operations.engine_for(backend, stack, request.role_arn or request.caller)
        change_set.changes = with_values(change_set.changes, definition, backend.exports, engine)
        conclude(change_set, failure)
        stack.begin(REVIEW, change_set_id=change_set.change_set_id).failed = change_set.status == "FAILED"
        if stack.stack_id not in backend.stacks:
            backend.stacks[stack.stack_id] = stack
            stack.set_status("REVIEW_IN_PROGRESS", "User Initiated")
        backend.change_sets[change_set.change_set_id] = change_set
        return change_set


def _definition(backend: StackStore, stack: Stack, request: StackRequest) -> tuple[Definition, str]:
    """What the stack would be, and why its template has failed. Change sets need no acknowledgement of transforms.

    API reference, CreateChangeSet, Capabilities; a transform that fails, fails the change set:
    aws-samples/aws-cognito-apigw-angular-auth#4.
    """
    try:
        return operations.define_for(backend, stack, request, reviewed=True), ""
    except TransformRefused as refused:
        return refused.definition, refused.message


def _all_changes(
    type_name: str, stack: Stack, definition: Definition, tags: Mapping[str, str], imports: Sequence[ImportRequest]
) -> tuple[ResourceChange, ...]:
    return tuple(_imported(imports) if type_name == "IMPORT" else expected_changes(stack, definition, tags))


def _stack_for(backend: StackStore, type_name: str, request: StackRequest) -> Stack:
    if type_name == "UPDATE":
        stack = backend.existing(request.name)
        check_resumable(stack, disable_rollback=True)
        return stack
    existing = backend.find(request.name)
    if type_name == "IMPORT" and existing is not None:
        check_updatable(existing)
        return existing
    if type_name not in ("CREATE", "IMPORT"):
        raise StackRefused(f"Invalid change set type: {type_name}")
    if existing is not None and existing.status != "REVIEW_IN_PROGRESS":
        raise StackRefused(
            f"Stack [{request.name}] already exists and cannot be created again with the changeSet [CREATE]."
        )
    return existing or Stack(name=request.name, account=backend.account_id, region=backend.region_name)


def _imported(imports: Sequence[ImportRequest]) -> Iterator[ResourceChange]:
    for each in imports:
        yield ResourceChange("Import", each.logical_id, "|".join(each.identifier.values()), each.type_name)


def find(backend: StackStore, name: str, stack_name: str = "") -> ChangeSet:
    """The change set with this ARN, or with this name on a stack; raises `StackRefused`."""
    change_set = next((each for each in backend.change_sets.values() if _is(each, name, stack_name)), None)
    if change_set is None:
        raise StackRefused(f"ChangeSet [{name}] does not exist", "ChangeSetNotFoundException")
    return change_set


def execute(
    backend: StackStore,
    name: str,
    stack_name: str,
    *,
    caller: str,
    disable_rollback: bool | None = None,
    retain_except_on_create: bool = False,
    token: str = "",
) -> None:
    """ExecuteChangeSet; deletes the other change sets of the stack. The status of the stack is the result.

    OnStackFailure DO_NOTHING of the change set is as `disable_rollback`, ROLLBACK as its absence (API reference,
    CreateChangeSet); both at once are refused, in words that are assumed.
    """
    with LOCK:
        change_set = find(backend, name, stack_name)
        stack = change_set.stack
        if change_set.execution_status != "AVAILABLE":
            raise StackRefused(
                f"ChangeSet [{change_set.change_set_id}] cannot be executed in its current status of "
                f"[{change_set.status}]",
                "InvalidChangeSetStatusException",
            )
        if change_set.on_failure and disable_rollback is not None:
            raise StackRefused("You can specify either DisableRollback or OnStackFailure, but not both.")
        preserves = bool(disable_rollback) or change_set.on_failure == "DO_NOTHING"
        if change_set.type_name == "UPDATE":
            check_resumable(stack, disable_rollback=preserves)
            operations.check_role(change_set.role_arn or stack.role_arn)
        if preserves and change_set.type_name == "IMPORT":
            raise StackRefused(
                "ExecuteChangeSet (IMPORT) with DisableRollback is not implemented in the sandbox", "InternalFailure"
            )
        stack.change_set_id, stack.token, stack.latest = change_set.change_set_id, token, None
        stack.retain_except_on_create = retain_except_on_create
        stack.rollback_configuration = change_set.rollback_configuration
        stack.capabilities, stack.notification_arns = change_set.capabilities, change_set.notification_arns
        change_set.execution_status = "EXECUTE_COMPLETE"
        prepare(backend, change_set)
        if change_set.type_name == "CREATE":
            stack.tags, stack.role_arn = change_set.tags, change_set.role_arn
            on_failure = "DO_NOTHING" if preserves else change_set.on_failure or "ROLLBACK"
            operations.run_create(backend, stack, change_set.definition, caller, on_failure=on_failure)
        elif change_set.type_name == "IMPORT":
            stack.role_arn = change_set.role_arn or stack.role_arn
            operations.run_import(backend, stack, change_set, caller)
        else:
            operations.run_update(
                backend,
                stack,
                change_set.definition,
                tags=change_set.tags,
                role_arn=change_set.role_arn,
                caller=caller,
                disable_rollback=preserves,
            )
        clear(backend, change_set)


def remove(backend: StackStore, name: str, stack_name: str) -> None:
    """DeleteChangeSet; succeeds if the change set does not exist, as the API does. Raises `StackRefused`.

    That of a nested stack goes with its root's; the words of the refusal are assumed.
    """
    with LOCK:
        for change_set in [each for each in backend.change_sets.values() if _is(each, name, stack_name)]:
            if change_set.parent is not None:
                raise StackRefused(
                    f"ChangeSet [{change_set.change_set_id}] belongs to a nested stack: delete its root change set "
                    f"[{change_set.root.change_set_id}]",
                    "InvalidChangeSetStatusException",
                )
            backend.drop(change_set)


def _is(change_set: ChangeSet, name: str, stack_name: str) -> bool:
    """Whether a change set has this ARN, or this name on this stack."""
    return change_set.change_set_id == name or (
        change_set.name == name and bool(stack_name) and stack_name in change_set.stack.names
    )
