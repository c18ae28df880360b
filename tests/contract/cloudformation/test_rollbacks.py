"""Rollbacks of updates that fail, are continued or cancelled, and deletions that leave something."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.contract.cloudformation.conftest import custom
from tests.contract.cloudformation.test_upkeep import queue, queues
from tests.contract.conftest import refusal


def test_a_rollback_that_fails_can_be_continued(local: Any, stub: Any) -> None:
    """The function refuses to go back, until it is repaired or skipped."""
    broken = {"Broken": True}

    def answer(event: Any) -> Any:
        if broken["Broken"] and event["ResourceProperties"]["Size"] == "1" and event["RequestType"] == "Update":
            return {"Status": "FAILED", "Reason": "no way back"}
        return {"PhysicalResourceId": "f"}

    stub(answer)
    failing = {"Type": "AWS::SNS::Topic", "Properties": {"Unknown": 1}, "DependsOn": "F"}
    formation = local.client("cloudformation")
    for _ in range(2):
        broken["Broken"] = True
        stack = local.create("app", custom(1))
        stack = local.update("app", custom(2, Failing=failing))
        assert stack["StackStatus"] == "UPDATE_ROLLBACK_FAILED"
        assert stack["StackStatusReason"] == "The following resource(s) failed to update: [F]."
        code, _ = refusal(formation.continue_update_rollback, StackName="app", ResourcesToSkip=["Other"])
        assert code == "ValidationError"
        formation.continue_update_rollback(StackName="app")
        assert state(local)["StackStatus"] == "UPDATE_ROLLBACK_FAILED"
        broken["Broken"] = False
        formation.continue_update_rollback(StackName="app")
        assert state(local)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
        formation.delete_stack(StackName="app")
    broken["Broken"] = True
    local.create("app", custom(1))
    local.update("app", custom(2, Failing=failing))
    formation.continue_update_rollback(StackName="app", ResourcesToSkip=["F"])
    assert state(local)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    _, message = refusal(formation.continue_update_rollback, StackName="app")
    assert "is in UPDATE_ROLLBACK_COMPLETE state" in message


def test_what_is_new_is_deleted_last_and_what_cannot_be_deleted_fails_nothing(local: Any, stub: Any) -> None:
    """User guide, "Stack status codes": UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS removes new resources."""
    left = "Update successful. One or more resources could not be deleted."

    def answer(event: Any) -> Any:
        failed = {"Status": "FAILED", "Reason": "it stays"}
        return failed if event["RequestType"] == "Delete" else {"PhysicalResourceId": "f"}

    stub(answer)
    failing = {"Type": "AWS::SNS::Topic", "Properties": {"Unknown": 1}, "DependsOn": ["F", "A"]}
    local.create("app", queues(A=1))
    stack = local.update("app", custom(1, Failing=failing, **queues(A=2)["Resources"]))
    assert (stack["StackStatus"], stack["StackStatusReason"]) == ("UPDATE_ROLLBACK_COMPLETE", left)
    events = local.events("app")[-7:]
    assert [status for name, status in events if name == "A"] == ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"]
    assert events[-4:] == [
        ("app", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"),
        ("F", "DELETE_IN_PROGRESS"),
        ("F", "DELETE_FAILED"),
        ("app", "UPDATE_ROLLBACK_COMPLETE"),
    ]
    local.update("app", custom(1))
    stack = local.update("app", queues(A=1))
    assert (stack["StackStatus"], stack["StackStatusReason"]) == ("UPDATE_COMPLETE", left)


@pytest.mark.parametrize("asked", [False, True])
def test_what_a_rollback_replaces_is_deleted(local: Any, stub: Any, asked: bool) -> None:
    """Another physical id is a replacement (template reference, "Custom resources"), also while an update is undone."""
    existing: set[str] = set()

    def answer(event: Any) -> Any:
        size = event["ResourceProperties"]["Size"]
        if event["RequestType"] == "Delete":
            existing.discard(event["PhysicalResourceId"])
            return {"PhysicalResourceId": event["PhysicalResourceId"]}
        made = f"{size}-{event['RequestType']}" if size == "1" else event["PhysicalResourceId"]
        existing.add(made)
        return {"PhysicalResourceId": made}

    stub(answer)
    failing = {"Type": "AWS::SNS::Topic", "Properties": {"Unknown": 1}, "DependsOn": "F"}
    local.create("app", custom(1))
    local.update("app", custom(2, Failing=failing), DisableRollback=asked)
    if asked:
        local.client("cloudformation").rollback_stack(StackName="app")
    assert state(local)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert (existing, local.physical("app", "F")) == ({"1-Update"}, "1-Update")


def test_what_cannot_be_deleted_is_left_by_force(local: Any, stub: Any) -> None:
    stub({"Status": "FAILED", "Reason": "it stays"})
    local.create("app", {**custom(1), **queues(A=1)}, OnFailure="DO_NOTHING")
    stub({"PhysicalResourceId": "f"})
    formation = local.client("cloudformation")
    formation.delete_stack(StackName="app")
    needed = custom(1, Queue={**queue(), "Metadata": {"a": 1}})
    needed["Resources"]["F"]["DependsOn"] = "Queue"
    stack = local.create("app", needed)
    _, message = refusal(formation.delete_stack, StackName="app", DeletionMode="FORCE_DELETE_STACK")
    assert "only in the DELETE_FAILED state" in message
    stub({"Status": "FAILED", "Reason": "it stays"})
    formation.delete_stack(StackName="app")
    assert state(local)["StackStatus"] == "DELETE_FAILED"
    formation.delete_stack(StackName="app", DeletionMode="FORCE_DELETE_STACK")
    assert state(local, stack["StackId"])["StackStatus"] == "DELETE_COMPLETE"
    assert local.client("sqs").list_queues().get("QueueUrls", []) == []


def test_the_rollback_of_a_nested_stack_is_continued_with_that_of_its_root(local: Any, stub: Any) -> None:
    broken = {"Broken": True}

    def answer(event: Any) -> Any:
        back = event["ResourceProperties"]["Size"] == "1" and event["RequestType"] == "Update"
        return {"Status": "FAILED", "Reason": "no"} if back and broken["Broken"] else {"PhysicalResourceId": "f"}

    stub(answer)
    store, formation = local.client("s3"), local.client("cloudformation")
    store.create_bucket(Bucket="templates")
    for size in (1, 2):
        store.put_object(Bucket="templates", Key=f"{size}.json", Body=json.dumps(custom(size)).encode())
    failing = {"Type": "AWS::SNS::Topic", "Properties": {"Unknown": 1}, "DependsOn": "N"}

    def root(size: int, **more: Any) -> dict[str, Any]:
        url = f"https://templates.s3.amazonaws.com/{size}.json"
        return {"Resources": {"N": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}, **more}}

    local.create("app", root(1))
    child = local.physical("app", "N")
    name = child.split("/")[1]
    for skipped in ((), (f"{name}.F",)):
        broken["Broken"] = True
        assert local.update("app", root(2, Failing=failing))["StackStatus"] == "UPDATE_ROLLBACK_FAILED"
        for wrong in ("N", "N.F", f"{name}.Other", "F"):
            assert refusal(formation.continue_update_rollback, StackName="app", ResourcesToSkip=[wrong])
        formation.continue_update_rollback(StackName="app")
        assert state(local)["StackStatus"] == "UPDATE_ROLLBACK_FAILED"
        broken["Broken"] = bool(skipped)
        formation.continue_update_rollback(StackName="app", ResourcesToSkip=list(skipped))
        statuses = {state(local, stack)["StackStatus"] for stack in ("app", child)}
        assert statuses == {"UPDATE_ROLLBACK_COMPLETE"}


def state(local: Any, name: str = "app") -> Any:
    return local.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]


def test_an_update_can_be_cancelled_while_it_runs(local: Any, stub: Any) -> None:
    formation = local.client("cloudformation")
    cancel = {"Now": False}

    def answer(event: Any) -> Any:
        if cancel["Now"]:
            formation.cancel_update_stack(StackName="app")
            cancel["Now"] = False
        return {"PhysicalResourceId": "f"}

    stub(answer)
    later = {"Queue": {**queue(DelaySeconds=1), "DependsOn": "F"}}
    local.create("app", custom(1, **later))
    cancel["Now"] = True
    assert local.update("app", custom(2, Queue={**queue(DelaySeconds=2), "DependsOn": "F"}))["StackStatus"] == (
        "UPDATE_ROLLBACK_COMPLETE"
    )
    code, message = refusal(formation.cancel_update_stack, StackName="app")
    assert (code, message) == ("ValidationError", "CancelUpdateStack cannot be called from current stack status")
    assert local.update("app", custom(3, **later))["StackStatus"] == "UPDATE_COMPLETE"
