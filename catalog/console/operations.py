"""What has been started: the page of a record, whose events it shows while AWS works."""

from __future__ import annotations

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from catalog.aws.launched_stacks import STACK, LaunchEvent, StackWatch
from catalog.aws.provisioning import STACK_OUTPUT, Provisioning, Record
from catalog.console.pages import show
from catalog.console.state import caller, visitor
from catalog.console.visitors import StartedOperation
from catalog.provisioning.provisioned_state import Permitted

routes = Blueprint("operations", __name__)
MOST_EVENTS = 200


def begin(words: str, record: Record, watch: StackWatch) -> Response:
    """Remember what has been started, and go to its page."""
    visitor().operations.add(StartedOperation(words, watch), record.id)
    return redirect(f"/records/{record.id}", 303)


@routes.get("/records/<record_id>")
def record_page(record_id: str) -> Response:
    """A record: how far it is, the events of its stack, its outputs or why it failed."""
    record = Provisioning(caller()).record(record_id)
    operation = visitor().operations.get(record_id) or earlier(record)
    with operation.lock:
        operation.watch.new()
        events = list(operation.watch.events)
        first = operation.watch.first_failure
    if not record.done:
        visitor().operations.add(operation, record_id)
    return show(
        "record.html",
        record=record,
        words=operation.words,
        events=[event_row(event) for event in events[-MOST_EVENTS:]],
        first=str(first) if first and first.reason not in " ".join(record.errors) else "",
        outputs=list(record.template_outputs.items()),
        following=not record.done,
        gone=record.done and is_gone(record.provisioned_product_id),
    )


def is_gone(provisioned_id: str) -> bool:
    """Whether a termination has ended what the record is about."""
    return Permitted({}).read(lambda: Provisioning(caller()).describe(Id=provisioned_id)) is None


def earlier(record: Record) -> StartedOperation:
    """An operation that this visitor has not started, with all events of its stack."""
    name = record.provisioned_product_name or record.provisioned_product_id
    stack = record.outputs.get(STACK_OUTPUT) or stack_name(record)
    return StartedOperation(f"Record of {name}", StackWatch(caller(), stack, readable=record.type != "CFN_STACKSET"))


def stack_name(record: Record) -> str:
    """The name that Service Catalog gives to the stack of a launch."""
    return f"SC-{caller().identity.account}-{record.provisioned_product_id}"


def event_row(event: LaunchEvent) -> tuple[str, str, str, str, str]:
    """(time, resource, type, status, reason) of an event."""
    name = "The stack" if event.type == STACK else event.logical_id
    return f"{event.time:%H:%M:%S}", name, event.type, event.status, event.reason
