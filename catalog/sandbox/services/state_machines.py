"""Step Functions: published versions and revisions of state machines, which moto lacks.

Source: Step Functions API reference, PublishStateMachineVersion ("idempotent", the revision `INITIAL`),
DeleteStateMachineVersion ("You can't delete a state machine version currently referenced by one or more aliases");
words of the refusal: a test of mashiike/stefunny.
"""

from __future__ import annotations

from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random
from moto.stepfunctions.exceptions import StateMachineDoesNotExist
from moto.stepfunctions.responses import StepFunctionResponse

from catalog.sandbox.services.keeping import keep, kept, members

DESCRIBE, UPDATE = StepFunctionResponse.describe_state_machine, StepFunctionResponse.update_state_machine
INITIAL = "INITIAL"
REVISED = ("definition", "roleArn", "loggingConfiguration", "tracingConfiguration", "encryptionConfiguration")


def install() -> None:
    """Add the operations to moto's, and complete its own."""
    for answer in (
        *(describe_state_machine, update_state_machine, publish_state_machine_version),
        *(delete_state_machine_version, list_state_machine_versions),
    ):
        setattr(StepFunctionResponse, answer.__name__, answer)


def revision(machine: Any) -> str:
    """The revision of a state machine, or of one of its versions."""
    return str(kept(machine).get("revisionId") or INITIAL)


def machine_of(response: StepFunctionResponse, arn: str) -> Any:
    """A state machine by its ARN."""
    machine = next((each for each in response.stepfunction_backend.state_machines if each.arn == arn), None)
    if machine is None:
        raise StateMachineDoesNotExist(f"State Machine Does Not Exist: '{arn}'")
    return machine


def describe_state_machine(response: StepFunctionResponse) -> ActionResult:
    """DescribeStateMachine, with the revision, which a state machine has after its first update."""
    answer = DESCRIBE(response)
    described = response.stepfunction_backend.describe_state_machine(response._get_param("stateMachineArn"))
    members(answer).update(kept(described))
    return answer


def update_state_machine(response: StepFunctionResponse) -> ActionResult:
    """UpdateStateMachine, which makes a new revision of what is no longer the same."""
    machine = machine_of(response, response._get_param("stateMachineArn"))
    before = [getattr(machine, name) for name in REVISED]
    answer = UPDATE(response)
    if before != [getattr(machine, name) for name in REVISED]:
        keep(machine, {"revisionId": str(mock_random.uuid4())})
    return ActionResult({**members(answer), **kept(machine)})


def publish_state_machine_version(response: StepFunctionResponse) -> ActionResult:
    """PublishStateMachineVersion of the API reference."""
    machine = machine_of(response, response._get_param("stateMachineArn"))
    current, wanted = revision(machine), response._get_param("revisionId")
    if wanted not in (None, current):
        raise JsonRESTError("ConflictException", f"Failed to publish the State Machine version for revision {wanted}.")
    version = next((each for each in machine.versions.values() if revision(each) == current), None)
    if version is None:
        machine.publish(response._get_param("description"))
        version = machine.latest_version
        keep(version, kept(machine))
        version.creation_date = utcnow()
    return ActionResult({"stateMachineVersionArn": version.arn, "creationDate": version.creation_date})


def delete_state_machine_version(response: StepFunctionResponse) -> ActionResult:
    """DeleteStateMachineVersion of the API reference."""
    arn = response._get_param("stateMachineVersionArn")
    for machine in response.stepfunction_backend.state_machines:
        routed = [
            alias.name
            for alias in machine.aliases.values()
            if arn in [each["stateMachineVersionArn"] for each in alias.routing_configuration]
        ]
        if routed:
            raise JsonRESTError(
                "ConflictException",
                "Version to be deleted must not be referenced by an alias. "
                f"Current list of aliases referencing this version: [{', '.join(routed)}]",
            )
        machine.versions = {number: each for number, each in machine.versions.items() if each.arn != arn}
    return EmptyResult()


def list_state_machine_versions(response: StepFunctionResponse) -> ActionResult:
    """ListStateMachineVersions of the API reference, the newest first."""
    machine = machine_of(response, response._get_param("stateMachineArn"))
    versions = [
        {"stateMachineVersionArn": each.arn, "creationDate": each.creation_date}
        for _, each in sorted(machine.versions.items(), reverse=True)
    ]
    return ActionResult({"stateMachineVersions": versions})
