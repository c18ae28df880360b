"""A provisioned product as text and as JSON data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from catalog.aws.launched_stacks import LaunchedResource
from catalog.aws.provisioning import PastRecord
from catalog.provisioning.form_text import NAMES, Line, LineMark, block, wrapped
from catalog.provisioning.provisioned_state import LiveOutput, ProvisionedState

NEXT = {
    "ERROR": "The stack does not run. `catalog terminate {name}` deletes what is left; then launch it again under the "
    "same name.",
    "TAINTED": "The last update failed and was undone: what ran before still runs. Correct the cause and update again.",
    "UNDER_CHANGE": "An operation is still running.",
}


def state_lines(state: ProvisionedState, width: int) -> Iterator[Line]:
    """All of a provisioned product."""
    yield from head_lines(state, width)
    if state.parameters:
        yield LineMark.GROUP, "Parameters"
        column = column_of(*state.parameters)
        for name, value in state.parameters.items():
            yield from block(name, spaced(value, width - column - 4) or "(empty)", column, width)
    if state.outputs:
        yield LineMark.GROUP, "Outputs"
        column = column_of(*(output.key for output in state.outputs))
        for output in state.outputs:
            yield from output_lines(output, column, width)
    yield from resource_lines(state.resources, width)
    if state.instances:
        yield LineMark.GROUP, "Stacks"
        for instance in state.instances:
            yield LineMark.TEXT, f"  {instance.account}  {instance.region}  {instance.status}"
    if state.records:
        yield LineMark.GROUP, "Last records"
        for past in state.records:
            yield from record_lines(past, state.version_names.get(past.artifact_id, ""), width)
    if state.service_actions:
        yield LineMark.GROUP, "Service actions"
        column = column_of(*(action.name for action in state.service_actions))
        for action in state.service_actions:
            yield from block(action.name, action.description, column, width)
            yield from block("", f"catalog execute {state.name} {action.name}", column, width)
    if state.unreadable:
        yield LineMark.TEXT, ""
        yield from wrapped(f"Not shown, because the caller may not call them: {', '.join(state.unreadable)}.", width)


def head_lines(state: ProvisionedState, width: int) -> Iterator[Line]:
    """Name, product, version and status."""
    note = f" ({state.version_note})" if state.version_note else ""
    yield LineMark.TITLE, f"{state.name}: {state.product} {state.version}{note}, {state.status}"
    if state.message and state.status != "AVAILABLE":
        yield from wrapped(state.message, width, indent="  ")
    if state.status in NEXT:
        yield from wrapped(NEXT[state.status].format(name=state.name), width, indent="  ")
    facts = {
        "id": state.id,
        "launched": f"{moment(state.created)}{f' by {state.launched_by}' if state.launched_by else ''}",
        "stack": state.stack.partition(":stack/")[2].partition("/")[0] or state.stack,
        "console": state.console,
    }
    for name, value in facts.items():
        if value:
            yield from block(name, value, max(map(len, facts)), width)


def output_lines(output: LiveOutput, column: int, width: int) -> Iterator[Line]:
    """An output: its value, what it is, and how others use it."""
    yield from block(output.key, output.value, column, width)
    uses = [f"Fn::ImportValue {output.export}"] if output.export else []
    uses += [f"SSM parameter {name}" for name in output.ssm]
    for text in filter(None, (output.description, *uses)):
        yield from block("", text, column, width)


def resource_lines(resources: tuple[LaunchedResource, ...], width: int) -> Iterator[Line]:
    """Logical id, type and physical id; the status where the resource is not complete."""
    if not resources:
        return
    yield LineMark.GROUP, "Resources"
    column = column_of(*(resource.logical_id for resource in resources))
    types = max(len(resource.type) for resource in resources)
    for resource in resources:
        status = "" if resource.status.endswith("_COMPLETE") else f" {resource.status}"
        yield from block(resource.logical_id, f"{resource.type:{types}}  {resource.physical_id}{status}", column, width)


def record_lines(past: PastRecord, version: str, width: int) -> Iterator[Line]:
    """When, what, to which version, how it ended, and why it failed."""
    parts = (moment(past.created), past.type, version, past.status, past.id)
    yield LineMark.TEXT, f"  {'  '.join(filter(None, parts))}"
    for error in past.errors:
        yield from wrapped(error, width, indent="    ", hanging="    ")


def spaced(value: str, width: int) -> str:
    """A value that fits on a line as it is; else with a space after each comma, where it can be wrapped."""
    return value if len(value) <= width else value.replace(",", ", ")


def column_of(*names: str) -> int:
    """The width of a column of names."""
    return min(max(map(len, names), default=0), NAMES)


def moment(time: datetime | None) -> str:
    """A time in UTC, to the minute."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if time else ""


def state_data(state: ProvisionedState) -> dict[str, Any]:
    """The document of --json."""
    return {
        "name": state.name,
        "id": state.id,
        "type": state.type,
        "status": state.status,
        "message": state.message,
        "created": state.created.astimezone(UTC).isoformat(timespec="seconds") if state.created else "",
        "launched_by": state.launched_by,
        "product": state.product,
        "product_id": state.product_id,
        "version": state.version,
        "version_id": state.artifact_id,
        "version_note": state.version_note,
        "stack": state.stack,
        "console": state.console,
        "parameters": dict(state.parameters),
        "outputs": [
            {
                "key": output.key,
                "value": output.value,
                "description": output.description,
                "export": output.export,
                "ssm": list(output.ssm),
            }
            for output in state.outputs
        ],
        "resources": [
            {
                "logical_id": resource.logical_id,
                "type": resource.type,
                "physical_id": resource.physical_id,
                "status": resource.status,
            }
            for resource in state.resources
        ],
        "instances": [
            {"account": instance.account, "region": instance.region, "status": instance.status}
            for instance in state.instances
        ],
        "records": [
            {
                "id": past.id,
                "type": past.type,
                "status": past.status,
                "created": past.created.astimezone(UTC).isoformat(timespec="seconds"),
                "version": state.version_names.get(past.artifact_id, ""),
                "version_id": past.artifact_id,
                "errors": list(past.errors),
            }
            for past in state.records
        ],
        "service_actions": [
            {"name": action.name, "id": action.id, "description": action.description}
            for action in state.service_actions
        ],
        "unreadable": list(state.unreadable),
    }
