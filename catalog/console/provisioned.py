"""What was launched: the list, the page of each, its service actions and its end."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, request
from werkzeug.wrappers import Response

from catalog.aws.launched_stacks import StackWatch, failure_of_last_operation
from catalog.aws.provisioning import Provisioning
from catalog.aws.service_actions import OfferedServiceAction, ServiceActionRunner
from catalog.console.operations import begin
from catalog.console.pages import show
from catalog.console.state import caller, console, visitor
from catalog.errors import ContentError
from catalog.model.service_action import TARGET
from catalog.provisioning.current import read_current
from catalog.provisioning.ending import termination_preview
from catalog.provisioning.execute import ActionTarget, execute, find_target
from catalog.provisioning.provisioned_state import ProvisionedState, read_state
from catalog.provisioning.state_text import NEXT, moment

routes = Blueprint("provisioned", __name__)
BUSY = ("UNDER_CHANGE", "PLAN_IN_PROGRESS")


@routes.get("/provisioned")
def listing() -> Response:
    """What this role has launched; with ?all, and for the administrator, what everybody has."""
    everything = visitor().is_administrator or "all" in request.args
    items = sorted(Provisioning(caller()).provisioned(mine=not everything), key=lambda item: (item["Name"], item["Id"]))
    return show("provisioned.html", items=items, everything=everything)


@routes.get("/provisioned/<provisioned_id>")
def state_page(provisioned_id: str) -> Response:
    """Status, outputs, parameters, resources, records and service actions."""
    state = read_state(caller(), provisioned_id, console().names.template)
    running = next((past for past in state.records if past.status not in ("SUCCEEDED", "FAILED")), None)
    failed = state.status in ("ERROR", "TAINTED") and state.stack
    return show(
        "state.html",
        state=state,
        created=moment(state.created),
        records=[(past, moment(past.created), state.version_names.get(past.artifact_id, "")) for past in state.records],
        running=running,
        failure=str(failure_of_last_operation(caller(), state.stack) or "") if failed else "",
        advice=advice_of(state),
        following=running is not None or state.status in BUSY,
    )


def advice_of(state: ProvisionedState) -> str:
    """What to do in this status."""
    return {
        "ERROR": "The stack does not run. Terminate it; then launch it again under the same name.",
        "TAINTED": NEXT["TAINTED"],
    }.get(state.status, "")


@routes.get("/provisioned/<provisioned_id>/terminate")
def ending_page(provisioned_id: str) -> Response:
    """What a termination deletes, what it leaves, and what protects it."""
    current = read_current(caller(), provisioned_id)
    preview = termination_preview(current, (caller(), console().administrator))
    return show("terminate.html", current=current, preview=preview)


@routes.post("/provisioned/<provisioned_id>/terminate")
def terminate(provisioned_id: str) -> Response:
    """Terminate it."""
    current = read_current(caller(), provisioned_id)
    watch = StackWatch.begin(caller(), current.stack or current.id)
    record = Provisioning(caller()).terminate(
        current.id, retain="retain" in request.form, ignore_errors="ignore_errors" in request.form
    )
    return begin(f"Termination of {current.name}", record, watch)


@routes.get("/provisioned/<provisioned_id>/actions/<action_id>")
def action_page(provisioned_id: str, action_id: str) -> Response:
    """A service action, and the parameters that it asks for."""
    target = find_target(caller(), provisioned_id)
    return action_form(target, target.service_action(action_id), {}, ())


@routes.post("/provisioned/<provisioned_id>/actions/<action_id>")
def run_action(provisioned_id: str, action_id: str) -> Response:
    """Run a service action."""
    target = find_target(caller(), provisioned_id)
    action = target.service_action(action_id)
    typed = {name.removeprefix("a."): value.strip() for name, value in request.form.items() if name.startswith("a.")}
    given = {name: [value] for name, value in typed.items() if value}
    current = read_current(caller(), provisioned_id)
    watch = StackWatch.begin(caller(), current.stack or current.id)
    try:
        record = execute(caller(), target, action, given)
    except ContentError as error:
        return action_form(target, action, typed, error.problems or (error.message,))
    return begin(f"{action.name} on {target.name}", record, watch)


def action_form(
    target: ActionTarget, action: OfferedServiceAction, typed: Mapping[str, str], faults: tuple[str, ...]
) -> Response:
    """The page of a service action. Service Catalog fills in the resources that it works on."""
    declared = ServiceActionRunner(caller()).parameters(target.id, action.id)
    rows = [
        (name, kind == TARGET, ", ".join(defaults), typed.get(name, ""), faults_at(name, faults))
        for name, (kind, defaults) in declared.items()
    ]
    general = [text for text in faults if not any(name in text for name in declared)]
    return show("action.html", 422 if faults else 200, target=target, action=action, rows=rows, faults=general)


def faults_at(name: str, faults: tuple[str, ...]) -> list[str]:
    """What is wrong at the field of a parameter, without the option of the command."""
    return [
        "A value must be given." if text.startswith(f"--param {name}=") else text for text in faults if name in text
    ]
