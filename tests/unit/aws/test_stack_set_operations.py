"""Operations of StackSets: one at a time, found again after an interruption, and their failures by account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from catalog.aws.session import AwsSession
from catalog.aws.stack_sets import StackSetApi
from catalog.errors import AwsError
from catalog.model.stack_set import LAUNCH_ROLES, StackSetSettings
from catalog.publishing.stack_sets import at_rest

SETTINGS = StackSetSettings("roles", LAUNCH_ROLES, ("ou-abcd-12345678",), ("us-east-1",), delegated=True)


@dataclass
class Operations:
    """Answers as StackSets does, for one stack set: `statuses` are those of an operation, one for each look at it."""

    statuses: dict[str, list[str]] = field(default_factory=dict)
    busy: int = 0
    unseen: int = 0
    """How often a new operation is not known yet."""
    started: list[str] = field(default_factory=list)
    results: tuple[dict[str, Any], ...] = ()

    def describe_stack_set_operation(self, *, OperationId: str, **who: Any) -> dict[str, Any]:  # noqa: N803  # AWS's
        assert who == {"StackSetName": "catalog-roles", "CallAs": "DELEGATED_ADMIN"}
        if self.unseen:
            self.unseen -= 1
            raise refused("OperationNotFoundException")
        statuses = self.statuses[OperationId]
        return {"StackSetOperation": {"Status": statuses.pop(0) if len(statuses) > 1 else statuses[0]}}

    def list_stack_set_operation_results(self, **_: Any) -> dict[str, Any]:
        return {"Summaries": list(self.results)}

    def describe_stack_set(self, **_: Any) -> dict[str, Any]:
        return {"StackSet": {"TemplateBody": "{}", "AutoDeployment": {"Enabled": False}}}

    def list_stack_instances(self, **_: Any) -> dict[str, Any]:
        return {"Summaries": []}

    def list_stack_set_operations(self, **_: Any) -> dict[str, Any]:
        return {"Summaries": [{"OperationId": name, "Status": looks[0]} for name, looks in self.statuses.items()]}

    def start(self, identifier: str) -> None:
        if self.busy:
            self.busy -= 1
            raise refused("OperationInProgressException")
        if identifier in self.statuses:
            raise refused("OperationIdAlreadyExistsException")
        self.started.append(identifier)
        self.statuses[identifier] = ["RUNNING", "SUCCEEDED"]


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, "UpdateStackSet")


def api(operations: Operations) -> StackSetApi:
    session = AwsSession(boto3.Session(region_name="us-east-1"), "us-east-1", clients={"cloudformation": operations})
    return StackSetApi(session, "catalog-roles", SETTINGS)


def run(operations: Operations) -> None:
    api(operations).run("UpdateStackSet", "id-{}".format, operations.start)


def test_publish_plans_when_the_operation_that_runs_has_ended() -> None:
    operations, notes = Operations({"old": ["SUCCEEDED"], "other": ["RUNNING", "RUNNING", "FAILED"]}), list[str]()
    observed = at_rest(api(operations), notes.append)
    assert observed is not None
    assert observed.running == ""
    assert notes == ["waiting for operation other of stack set catalog-roles …"]


def test_a_plan_reads_while_an_operation_runs() -> None:
    observed = at_rest(api(Operations({"other": ["RUNNING", "SUCCEEDED"]})), None)
    assert observed is not None
    assert observed.running == "other"


def test_an_operation_that_is_too_new_to_be_described_is_waited_for() -> None:
    operations = Operations(unseen=2)
    run(operations)
    assert (operations.started, operations.unseen) == (["id-0"], 0)


def test_another_operation_is_waited_for() -> None:
    operations = Operations(busy=2)
    run(operations)
    assert (operations.started, operations.busy) == (["id-0"], 0)


def test_the_operation_of_an_interrupted_run_is_waited_for_and_not_started_again() -> None:
    operations = Operations({"id-0": ["RUNNING", "QUEUED", "SUCCEEDED"]})
    run(operations)
    assert operations.started == []
    assert operations.statuses["id-0"] == ["SUCCEEDED"]


def test_an_id_of_an_operation_of_an_earlier_time_is_not_used_again() -> None:
    operations = Operations({"id-0": ["SUCCEEDED"], "id-1": ["FAILED"]})
    run(operations)
    assert operations.started == ["id-2"]


def test_a_failure_names_accounts_with_reasons_and_counts_the_rest() -> None:
    def results() -> Iterator[dict[str, Any]]:
        for number in range(12):
            yield {"Account": f"{number:012}", "Region": "us-east-1", "Status": "FAILED", "StatusReason": "role exists"}
        yield {"Account": "9" * 12, "Region": "us-east-1", "Status": "CANCELLED"}
        yield {"Account": "8" * 12, "Region": "us-east-1", "Status": "SUCCEEDED"}

    operations = Operations({"id-0": ["RUNNING", "FAILED"]}, results=tuple(results()))
    with pytest.raises(AwsError) as caught:
        run(operations)
    message = caught.value.message
    assert "operation id-0 of stack set catalog-roles ended as FAILED: not deployed: 13\n" in message
    assert "\n  000000000009 us-east-1: FAILED: role exists\n  and 3 more" in message
