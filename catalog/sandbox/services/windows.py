"""Systems Manager: targets and tasks of maintenance windows, whose changes moto lacks. No task is run.

Source: Systems Manager API reference, UpdateMaintenanceWindowTarget and UpdateMaintenanceWindowTask ("Replace": what is
not specified is set to null), GetMaintenanceWindowTask.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult
from moto.ssm.models import FakeMaintenanceWindowTarget, FakeMaintenanceWindowTask
from moto.ssm.responses import SimpleSystemManagerResponse

from catalog.sandbox.services.keeping import complete, keep, members

Answer = Callable[[SimpleSystemManagerResponse], ActionResult]
KINDS = {
    "target": ("targets", "WindowTargetId", ("Targets", "OwnerInformation", "Name", "Description")),
    "task": (
        "tasks",
        "WindowTaskId",
        (
            *("Targets", "TaskArn", "ServiceRoleArn", "TaskParameters", "TaskInvocationParameters", "Priority"),
            *("MaxConcurrency", "MaxErrors", "LoggingInfo", "Name", "Description", "CutoffBehavior"),
        ),
    ),
}
"""Kind → where a window has them, their identifier, and what can change."""


def install() -> None:
    """Add the operations to moto's, and complete its own."""
    for kind in KINDS:
        name = f"register_{kind}_with_maintenance_window"
        setattr(SimpleSystemManagerResponse, name, registering(getattr(SimpleSystemManagerResponse, name), kind))
        setattr(SimpleSystemManagerResponse, f"update_maintenance_window_{kind}", updating(kind))
    setattr(SimpleSystemManagerResponse, "get_maintenance_window_task", get_task)  # noqa: B010  # mypy allows no other
    complete(FakeMaintenanceWindowTarget, "to_json")
    complete(FakeMaintenanceWindowTask, "to_json")


def existing(response: SimpleSystemManagerResponse, kind: str, identifier: str) -> Any:
    """The target or task of a window."""
    window = response.ssm_backend.get_maintenance_window(response._get_param("WindowId"))
    held = getattr(window, KINDS[kind][0]).get(identifier)
    if held is None:
        raise JsonRESTError("DoesNotExistException", f"Maintenance window {kind} {identifier} does not exist")
    return held


def given(response: SimpleSystemManagerResponse, kind: str) -> dict[str, Any]:
    """What a request says of a target or task; None for what it does not say."""
    settings = {name: response._get_param(name) for name in KINDS[kind][2]}
    function = (settings.get("TaskInvocationParameters") or {}).get("Lambda") or {}
    if function.get("Payload"):  # bytes, which an answer encodes again
        function["Payload"] = b64decode(function["Payload"])
    return settings


def registering(register: Answer, kind: str) -> Answer:
    """A registration, of which all is kept."""

    def answer(response: SimpleSystemManagerResponse) -> ActionResult:
        answered = register(response)
        keep(existing(response, kind, members(answered)[KINDS[kind][1]]), given(response, kind))
        return answered

    return answer


def updating(kind: str) -> Answer:
    """The operation that changes a target or task."""

    def answer(response: SimpleSystemManagerResponse) -> ActionResult:
        changed, whole = given(response, kind), response._get_param("Replace")
        held = existing(response, kind, response._get_param(KINDS[kind][1]))
        keep(held, {name: value for name, value in changed.items() if whole or value is not None})
        return ActionResult(held.to_json())

    return answer


def get_task(response: SimpleSystemManagerResponse) -> ActionResult:
    """GetMaintenanceWindowTask of the API reference."""
    return ActionResult(existing(response, "task", response._get_param("WindowTaskId")).to_json())
