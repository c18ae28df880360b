"""The events of operations on stacks, as DescribeEvents has them: which has which EventType is assumed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from catalog.sandbox.cloudformation.stack_operations import StackOperation
from catalog.sandbox.cloudformation.state import Event, Stack

RUNNING, DONE, FAILED = "IN_PROGRESS", "SUCCEEDED", "FAILED"
ERRORS = ("CREATE_FAILED", "UPDATE_FAILED", "DELETE_FAILED", "IMPORT_FAILED")


def views(stack: Stack, chosen: Iterable[StackOperation], *, failed: bool) -> Iterator[dict[str, Any]]:
    """The members of OperationEvents of some operations on a stack, newest first; `failed` ones alone if asked for."""
    visible = stack.visible_events
    for operation in chosen:
        events = _events(stack, operation, visible)
        status = _status(stack, operation, events)
        whole = [_edge(stack, operation, RUNNING, operation.started)]
        whole += [_view(stack, operation, event) for event in events]
        if status != RUNNING:
            ended = events[-1].timestamp if events else operation.started
            whole.append(_edge(stack, operation, status, ended))
        for view in reversed(whole):
            if not failed or view["EventType"] == "PROVISIONING_ERROR":
                yield view


def _events(stack: Stack, operation: StackOperation, visible: Sequence[Event]) -> Sequence[Event]:
    """The events of an operation: those before the next one begins."""
    after = [each.first for each in stack.operations if each.first > operation.first]
    own = visible[operation.first : min(after, default=len(visible))]
    return [event for event in own if event.operation_id == operation.operation_id]


def _status(stack: Stack, operation: StackOperation, events: Sequence[Event]) -> str:
    if operation.failed:
        return FAILED
    if operation.change_set_id:
        return DONE
    last = next((event for event in reversed(events) if event.physical_id == stack.stack_id), None)
    if last is None or last.status.endswith("_IN_PROGRESS"):
        return RUNNING
    return FAILED if last.status.endswith("_FAILED") else DONE


def _common(stack: Stack, operation: StackOperation) -> dict[str, Any]:
    token = {"ClientRequestToken": operation.token} if operation.token else {}
    return {
        "StackId": stack.stack_id,
        "OperationId": operation.operation_id,
        "OperationType": operation.kind,
        **token,
    }


def _edge(stack: Stack, operation: StackOperation, status: str, moment: datetime) -> dict[str, Any]:
    """The event of an operation that begins or has ended."""
    ended = {"EndTime": moment} if status != RUNNING else {}
    return {
        **_common(stack, operation),
        "EventId": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{operation.operation_id}/{status}")),
        "EventType": "STACK_EVENT",
        "OperationStatus": status,
        "Timestamp": moment,
        "StartTime": operation.started,
        **ended,
    }


def _view(stack: Stack, operation: StackOperation, event: Event) -> dict[str, Any]:
    """The event of a resource, or of the stack itself."""
    error = event.status in ERRORS and event.physical_id != stack.stack_id
    named = {"PhysicalResourceId": event.physical_id, "ResourceStatusReason": event.reason}
    return {
        **_common(stack, operation),
        "EventId": event.event_id,
        "EventType": "PROVISIONING_ERROR" if error else "PROGRESS_EVENT",
        "LogicalResourceId": event.logical_id,
        "ResourceType": event.type_name,
        "ResourceStatus": event.status,
        "Timestamp": event.timestamp,
        **{name: value for name, value in named.items() if value},
    }
