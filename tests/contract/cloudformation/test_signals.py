"""Signals of wait conditions and creation policies, and creations that take too long."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from catalog.sandbox import custom_answers, signals
from catalog.sandbox.cloudformation.creation_policy import CreationPolicy
from catalog.sandbox.cloudformation.handlers.base import ResourceFailed
from catalog.sandbox.settings import advance, settings
from tests.contract.conftest import refusal

HANDLE = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
WAIT: dict[str, Any] = {
    "Type": "AWS::CloudFormation::WaitCondition",
    "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": "60", "Count": 2},
}
WAITING = {
    "Resources": {"Handle": HANDLE, "Wait": WAIT},
    "Outputs": {"Data": {"Value": {"Fn::GetAtt": ["Wait", "Data"]}}},
}
SIGNALLED = {
    "Resources": {
        "Queue": {
            "Type": "AWS::SQS::Queue",
            "CreationPolicy": {"ResourceSignal": {"Count": 2, "Timeout": "PT1H"}},
        }
    }
}


@pytest.fixture(autouse=True)
def waits() -> Iterator[None]:
    """Stubs that let all of them wait."""
    custom_answers.clear()
    for match in ("AWS::CloudFormation::WaitCondition", "AWS::SQS::Queue"):
        custom_answers.add(json.dumps({"match": match, "wait": True}).encode())
    yield
    custom_answers.clear()
    settings.ahead = 0.0


def during(local: Any, template: Any, waiting: str, act: Callable[[str], None], **more: Any) -> Any:
    """What a stack becomes when something happens while a resource waits; `act` gets the id of its handle."""
    made: list[Any] = []
    thread = threading.Thread(target=lambda: made.append(local.create("app", template, **more)))
    thread.start()
    deadline = time.monotonic() + 10
    while (waiting, "CREATE_IN_PROGRESS") not in begun(local):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    act(local.physical("app", "Handle") if "Handle" in template["Resources"] else "")
    thread.join(10)
    return made[0]


def begun(local: Any) -> list[tuple[str, str]]:
    if not local.client("cloudformation").list_stacks(StackStatusFilter=["CREATE_IN_PROGRESS"])["StackSummaries"]:
        return []
    return list(local.events("app"))


def send(handle: str, unique_id: str, status: str = "SUCCESS", **more: str) -> None:
    body = json.dumps({"UniqueId": unique_id, "Status": status, **more}).encode()
    path = handle[handle.index(signals.SIGNALS_PATH) :]
    assert signals.receive(path, body)


def test_a_wait_condition_gets_its_signals(local: Any) -> None:
    def act(handle: str) -> None:
        for unique_id, data in (("a", "1"), ("a", "again"), ("b", "2")):
            send(handle, unique_id, Data=data)

    stack = during(local, WAITING, "Wait", act)
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert json.loads(stack["Outputs"][0]["OutputValue"]) == {"a": "1", "b": "2"}


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (
            lambda handle: send(handle, "a", "FAILURE", Reason="disk full"),
            "WaitCondition received failed message: 'disk full' for uniqueId: a",
        ),
        (
            lambda handle: (send(handle, "a"), advance({"seconds": 61})),
            "WaitCondition timed out. Received 1 conditions when expecting 2",
        ),
    ],
)
def test_a_wait_condition_fails(local: Any, act: Callable[[str], None], reason: str) -> None:
    assert during(local, WAITING, "Wait", act)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert local.reason("app", "Wait", "CREATE_FAILED") == reason


@pytest.mark.parametrize("wrong", [{"Count": "two"}, {"Count": "-1"}, {"Timeout": "43201"}, {"Timeout": "9" * 5000}])
def test_a_wait_condition_with_a_wrong_number_fails(local: Any, wrong: dict[str, str]) -> None:
    wait = {**WAIT, "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": "60", **wrong}}
    local.create("app", {"Resources": {"Handle": HANDLE, "Wait": wait}})
    ((name, value),) = wrong.items()
    limits = f"#/{name}: expected a whole number from 0 to 43200, found: {value}"
    reason = "#/Count: expected type: Integer, found: String" if value == "two" else limits
    assert reason in local.reason("app", "Wait", "CREATE_FAILED")


@pytest.mark.parametrize("wrong", [{"Count": "9" * 5000}, {"Count": "two"}, {"Timeout": f"PT{'9' * 5000}S"}])
def test_a_creation_policy_with_a_wrong_number_fails(wrong: dict[str, str]) -> None:
    with pytest.raises(ResourceFailed, match="needs a Count of signals and a Timeout of at most PT12H, got "):
        CreationPolicy.of({"CreationPolicy": {"ResourceSignal": wrong}})


def test_a_creation_policy_gets_its_signals(local: Any) -> None:
    formation = local.client("cloudformation")

    def signal(unique_id: str, status: str = "SUCCESS") -> None:
        formation.signal_resource(StackName="app", LogicalResourceId="Queue", UniqueId=unique_id, Status=status)

    def act(_: str) -> None:
        while ("Queue" not in resources()) or resources()["Queue"] != "CREATE_IN_PROGRESS":
            time.sleep(0.01)
        code, message = refusal(signal, "x", "MAYBE")
        assert (code, "enum value set" in message) == ("ValidationError", True)
        signal("a")
        signal("b")

    def resources() -> dict[str, str]:
        listed = formation.describe_stack_resources(StackName="app")["StackResources"]
        return {each["LogicalResourceId"]: each["ResourceStatus"] for each in listed}

    assert during(local, SIGNALLED, "Queue", act)["StackStatus"] == "CREATE_COMPLETE"
    assert local.events("app")[-3:] == [
        ("Queue", "CREATE_IN_PROGRESS"),
        ("Queue", "CREATE_COMPLETE"),
        ("app", "CREATE_COMPLETE"),
    ]
    assert "is in CREATE_COMPLETE state and cannot be signaled" in refusal(signal, "c")[1]


def test_a_creation_policy_times_out_and_its_resource_goes(local: Any) -> None:
    stack = during(local, SIGNALLED, "Queue", lambda _: advance({"seconds": 3601}))
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert local.reason("app", "Queue", "CREATE_FAILED") == (
        "Failed to receive 2 resource signal(s) within the specified duration"
    )
    assert "QueueUrls" not in local.client("sqs").list_queues()


@pytest.mark.parametrize(
    ("options", "status", "disabled"),
    [
        ({}, "ROLLBACK_COMPLETE", False),
        ({"OnFailure": "ROLLBACK"}, "ROLLBACK_COMPLETE", False),
        ({"OnFailure": "DELETE"}, "DELETE_COMPLETE", False),
        ({"OnFailure": "DO_NOTHING"}, "CREATE_FAILED", True),
        ({"DisableRollback": True}, "CREATE_FAILED", True),
        ({"DisableRollback": False}, "ROLLBACK_COMPLETE", False),
    ],
)
def test_a_creation_that_takes_too_long(local: Any, options: Any, status: str, disabled: bool) -> None:
    late = lambda handle: (advance({"seconds": 59}), send(handle, "a"), advance({"seconds": 2}), send(handle, "b"))  # noqa: E731
    template = {
        "Resources": {"Handle": HANDLE, "Wait": {**WAIT, "Properties": {**WAIT["Properties"], "Timeout": "600"}}}
    }
    stack = during(local, template, "Wait", late, TimeoutInMinutes=1, **options)
    assert (stack["StackStatus"], stack["DisableRollback"], stack["TimeoutInMinutes"]) == (status, disabled, 1)
    events = local.client("cloudformation").describe_stack_events(StackName=stack["StackId"])["StackEvents"]
    reasons = [event.get("ResourceStatusReason", "") for event in events]
    assert any(reason.startswith("Stack creation time exceeded the specified timeout.") for reason in reasons)


def test_a_nested_stack_takes_too_long(local: Any) -> None:
    local.client("s3").create_bucket(Bucket="templates")
    inner = {"Resources": {"Handle": HANDLE, "Wait": {**WAIT, "Properties": {**WAIT["Properties"], "Timeout": "600"}}}}
    local.client("s3").put_object(Bucket="templates", Key="inner.json", Body=json.dumps(inner).encode())
    url = "https://templates.s3.us-east-1.amazonaws.com/inner.json"
    nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url, "TimeoutInMinutes": 1}}

    def act(_: str) -> None:
        while not any(
            "inner" in str(each) or "Nested" in each["StackName"] for each in stacks() if each["StackName"] != "app"
        ):
            time.sleep(0.01)
        advance({"seconds": 61})
        (child,) = (each["StackName"] for each in stacks() if each["StackName"] != "app")
        handle = local.physical(child, "Handle")
        send(handle, "a")
        send(handle, "b")

    def stacks() -> list[Any]:
        return list(
            local.client("cloudformation").list_stacks(StackStatusFilter=["CREATE_IN_PROGRESS"])["StackSummaries"]
        )

    assert during(local, {"Resources": {"Nested": nested}}, "Nested", act)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "was not successfully created: Stack creation time exceeded" in local.reason(
        "app", "Nested", "CREATE_FAILED"
    )


def test_what_is_no_timeout_is_refused(local: Any) -> None:
    queue = {"Resources": {"Queue": {"Type": "AWS::SNS::Topic"}}}
    for options, words in (
        (
            {"OnFailure": "EXPLODE"},
            "Value 'EXPLODE' at 'onFailure' failed to satisfy constraint",
        ),
        ({"OnFailure": "DELETE", "DisableRollback": True}, "either DisableRollback or OnFailure"),
    ):
        code, message = refusal(local.create, "app", queue, **options)
        assert (code, words in message) == ("ValidationError", True), message


def test_a_failed_change_set_does_what_it_was_made_for(local: Any) -> None:
    formation = local.client("cloudformation")
    broken = {"Resources": {"Bad": {"Type": "AWS::SNS::Topic", "Properties": {"Nope": 1}}}}
    for name, wanted in (("DO_NOTHING", "CREATE_FAILED"), ("ROLLBACK", "ROLLBACK_COMPLETE")):
        formation.create_change_set(
            StackName=name.replace("_", "-"),
            ChangeSetName="c",
            ChangeSetType="CREATE",
            TemplateBody=json.dumps(broken),
            OnStackFailure=name,
        )
        described = formation.describe_change_set(StackName=name.replace("_", "-"), ChangeSetName="c")
        assert described["OnStackFailure"] == name
        formation.execute_change_set(StackName=name.replace("_", "-"), ChangeSetName="c")
        (stack,) = formation.describe_stacks(StackName=name.replace("_", "-"))["Stacks"]
        assert stack["StackStatus"] == wanted


def test_a_signal_that_is_none_is_refused() -> None:
    for body in (b"x", b"[]", b'{"Status": "MAYBE", "UniqueId": "a"}', b'{"Status": "SUCCESS"}', b"{}"):
        with pytest.raises(ValueError, match=r"signal|JSON|Expecting"):
            signals.Signal.parse(body)
    assert not signals.receive(f"{signals.SIGNALS_PATH}none", b"{}")
