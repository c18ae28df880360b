"""IMPORT change sets: existing resources become those of a stack."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.contract.conftest import refusal

QUEUE = {"Type": "AWS::SQS::Queue", "DeletionPolicy": "Retain", "Properties": {"QueueName": "old"}}
TOPIC = {"Type": "AWS::SNS::Topic"}
HANDLE = {"Type": "AWS::CloudFormation::WaitConditionHandle"}


def imported(local: Any, resources: Any, name: str = "app", **identifiers: Any) -> Any:
    """Create and execute a change set; the stack."""
    formation = local.client("cloudformation")
    formation.create_change_set(
        StackName=name,
        ChangeSetName="take",
        ChangeSetType="IMPORT",
        TemplateBody=json.dumps({"Resources": resources}),
        ResourcesToImport=[
            {"ResourceType": kind, "LogicalResourceId": key, "ResourceIdentifier": identifier}
            for key, (kind, identifier) in identifiers.items()
        ],
    )
    changes = formation.describe_change_set(StackName=name, ChangeSetName="take")["Changes"]
    assert {change["ResourceChange"]["Action"] for change in changes} == {"Import"}
    formation.execute_change_set(StackName=name, ChangeSetName="take")
    return formation.describe_stacks(StackName=name)["Stacks"][0]


@pytest.fixture
def url(local: Any) -> str:
    return str(local.client("sqs").create_queue(QueueName="old")["QueueUrl"])


def test_a_queue_is_taken_updated_and_left(local: Any, url: str) -> None:
    stack = imported(local, {"Queue": QUEUE}, Queue=("AWS::SQS::Queue", {"QueueUrl": url}))
    assert stack["StackStatus"] == "IMPORT_COMPLETE"
    assert local.physical("app", "Queue") == url
    assert local.events("app")[-3:] == [
        ("Queue", "IMPORT_IN_PROGRESS"),
        ("Queue", "IMPORT_COMPLETE"),
        ("app", "IMPORT_COMPLETE"),
    ]
    delayed = {**QUEUE, "Properties": {"QueueName": "old", "DelaySeconds": 7}}
    assert local.update("app", {"Resources": {"Queue": delayed}})["StackStatus"] == "UPDATE_COMPLETE"
    attributes = local.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert attributes["DelaySeconds"] == "7"
    local.client("cloudformation").delete_stack(StackName="app")
    assert local.client("sqs").list_queues()["QueueUrls"] == [url]


def test_an_import_changes_nothing_so_it_may_drift(local: Any, url: str) -> None:
    template = {**QUEUE, "Properties": {"QueueName": "old", "DelaySeconds": 7, "VisibilityTimeout": 30}}
    imported(local, {"Queue": template}, Queue=("AWS::SQS::Queue", {"QueueUrl": url}))
    formation = local.client("cloudformation")
    formation.detect_stack_drift(StackName="app")
    (drift,) = formation.describe_stack_resource_drifts(StackName="app")["StackResourceDrifts"]
    assert [(each["PropertyPath"], each["ActualValue"]) for each in drift["PropertyDifferences"]] == [
        ("/DelaySeconds", "0")
    ]


def test_a_stack_that_exists_takes_one_more(local: Any, url: str) -> None:
    local.create("app", {"Resources": {"Topic": TOPIC}})
    stack = imported(local, {"Topic": TOPIC, "Queue": QUEUE}, Queue=("AWS::SQS::Queue", {"QueueUrl": url}))
    assert stack["StackStatus"] == "IMPORT_COMPLETE"


def test_what_another_stack_has_stays_there(local: Any) -> None:
    stack = local.create("owner", {"Resources": {"Queue": QUEUE}})
    url = local.physical("owner", "Queue")
    assert imported(local, {"Queue": QUEUE}, Queue=("AWS::SQS::Queue", {"QueueUrl": url}))["StackStatus"] == (
        "IMPORT_ROLLBACK_COMPLETE"
    )
    reason = local.reason("app", "Queue", "IMPORT_FAILED")
    assert reason == f"{url} already exists in stack {stack['StackId']}"


def test_what_is_not_there_is_rolled_back(local: Any) -> None:
    local.create("app", {"Resources": {"Topic": TOPIC}})
    wrong = {"Queue": ("AWS::SQS::Queue", {"QueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/none"})}
    stack = imported(local, {"Topic": TOPIC, "Queue": QUEUE}, **wrong)
    assert stack["StackStatus"] == "IMPORT_ROLLBACK_COMPLETE"
    assert "was not found." in local.reason("app", "Queue", "IMPORT_FAILED")
    assert local.update("app", {"Resources": {"Topic": {**TOPIC, "Properties": {"DisplayName": "x"}}}})


@pytest.mark.parametrize(
    ("resources", "identifiers", "message"),
    [
        ({"Topic": TOPIC, "Queue": QUEUE}, {}, "Resources [Queue] is missing from ResourceToImport list"),
        ({"Topic": TOPIC}, {"Other": ("AWS::SQS::Queue", {"QueueUrl": "x"})}, "Resources [Other] to import are not"),
        (
            {"Topic": TOPIC, "Queue": {"Type": "AWS::SQS::Queue"}},
            {"Queue": ("AWS::SQS::Queue", {"QueueUrl": "x"})},
            "[Queue] must have DeletionPolicy attribute",
        ),
        (
            {"Topic": {**TOPIC, "Properties": {"DisplayName": "x"}}, "Queue": QUEUE},
            {"Queue": ("AWS::SQS::Queue", {"QueueUrl": "x"})},
            "You have modified resources [Topic] in your template that are not being imported.",
        ),
        (
            {"Topic": TOPIC, "Queue": QUEUE},
            {"Queue": ("AWS::SNS::Topic", {"QueueUrl": "x"})},
            "Resource Queue has type AWS::SQS::Queue, not AWS::SNS::Topic",
        ),
        (
            {"Topic": TOPIC, "Handle": {**HANDLE, "DeletionPolicy": "Retain"}},
            {"Handle": (HANDLE["Type"], {"Id": "x"})},
            "ResourceTypes [AWS::CloudFormation::WaitConditionHandle] are not supported for Import",
        ),
    ],
)
def test_what_is_no_import_is_refused(local: Any, resources: Any, identifiers: Any, message: str) -> None:
    local.create("app", {"Resources": {"Topic": TOPIC}})
    code, words = refusal(imported, local, resources, **identifiers)
    assert (code, message in words) == ("ValidationError", True), words
