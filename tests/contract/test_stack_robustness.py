"""Failures that must not break a stack or the server: models, notifications, invalid characters."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.config import Config

from tests.contract.cloudformation.conftest import raw_call
from tests.contract.conftest import ADMIN, refusal

NOTHING = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
PLAIN = {"Resources": {"A": NOTHING}}


def bare(local: Any, service: str) -> Any:
    """A client without validation of parameters."""
    config = Config(parameter_validation=False, retries={"total_max_attempts": 1})
    return boto3.client(service, region_name="us-east-1", endpoint_url=local.url, config=config, **ADMIN)


def with_output(value: Any, **more: Any) -> dict[str, Any]:
    return {**PLAIN, "Outputs": {"O": {"Value": value}}, **more}


def test_properties_that_the_schema_does_not_allow_fail_their_resource(local: Any) -> None:
    stack = local.create("s", {"Resources": {"A": {"Type": "AWS::EC2::VPCGatewayAttachment"}}})
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "#: required key [VpcId] not found" in local.reason("s", "A", "CREATE_FAILED")


def test_a_repeated_token_does_nothing_again_and_events_have_it(local: Any) -> None:
    more = {"Resources": {"A": NOTHING, "B": NOTHING}}
    for _ in range(2):
        local.create("s", PLAIN, ClientRequestToken="first")
    for _ in range(2):
        assert local.update("s", more, ClientRequestToken="second")["StackStatus"] == "UPDATE_COMPLETE"
    assert refusal(local.update, "s", more, ClientRequestToken="third")[1] == "No updates are to be performed."
    events = local.client("cloudformation").describe_stack_events(StackName="s")["StackEvents"]
    tokens = [event["ClientRequestToken"] for event in reversed(events)]
    assert tokens == ["first"] * 4 + ["second"] * 5


def test_an_empty_list_of_topics_removes_them(local: Any) -> None:
    arn = local.client("sns").create_topic(Name="news")["TopicArn"]
    more = {"Resources": {"A": NOTHING, "B": NOTHING}}
    assert local.create("s", PLAIN, NotificationARNs=[arn])["NotificationARNs"] == [arn]
    assert local.update("s", more)["NotificationARNs"] == [arn]
    assert local.update("s", PLAIN, NotificationARNs=[])["NotificationARNs"] == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"Tags": [{"Key": f"k{n}", "Value": "v"} for n in range(51)]}, "at 'tags' failed to satisfy constraint"),
        (
            {"Tags": [{"Key": "k" * 129, "Value": "v"}]},
            "at 'tags.1.member.key' failed to satisfy constraint",
        ),
        (
            {"NotificationARNs": ["t"] * 6},
            "at 'notificationARNs' failed to satisfy constraint",
        ),
        ({"ClientRequestToken": "-"}, "must satisfy regular expression pattern: [a-zA-Z0-9][-a-zA-Z0-9]*"),
    ],
)
def test_what_the_model_of_the_api_does_not_allow_is_refused(local: Any, options: Any, message: str) -> None:
    code, text = refusal(local.create, "s", PLAIN, **options)
    assert (code, message in text) == ("ValidationError", True)


def test_a_text_for_a_number_is_refused_in_xml(local: Any) -> None:
    code, message = raw_call(local, "CreateStack", StackName="s", TemplateBody="x", TimeoutInMinutes="soon")
    assert (code, "'soon'" in message) == ("ValidationError", True)


@pytest.mark.parametrize(
    "arn",
    [
        "topic",
        "arn:aws:sqs:us-east-1:123456789012:t",
        "arn:aws:sns:eu-west-1:123456789012:t",
        "arn:aws:sns:us-east-1:123456789012:absent",
    ],
)
def test_notification_topics_are_checked_first(local: Any, arn: str) -> None:
    local.client("sns", "eu-west-1").create_topic(Name="t")
    code, message = refusal(
        local.client("cloudformation").create_stack,
        StackName="s",
        TemplateBody=json.dumps(PLAIN),
        NotificationARNs=[arn],
    )
    assert (code, arn in message) == ("ValidationError", True)
    assert local.client("cloudformation").describe_stacks()["Stacks"] == []


def test_a_notification_that_cannot_be_delivered_does_not_break_the_stack(local: Any) -> None:
    sns = local.client("sns")
    arn = sns.create_topic(Name="t")["TopicArn"]
    sns.subscribe(TopicArn=arn, Protocol="http", Endpoint="http://127.0.0.1:1/never")
    sns.subscribe(TopicArn=arn, Protocol="lambda", Endpoint="arn:aws:lambda:us-east-1:123456789012:function:absent")
    queue = local.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:q")
    local.client("sqs").delete_queue(QueueUrl=queue)
    assert local.create("s", PLAIN, NotificationARNs=[arn])["StackStatus"] == "CREATE_COMPLETE"


def test_characters_that_xml_does_not_allow_are_removed_from_answers(local: Any) -> None:
    stack = local.create("s", with_output({"Fn::Sub": ["${A}", {"A": "a"}]}))
    assert stack["Outputs"][0]["OutputValue"] == "a"


def test_changed_tags_do_not_replace_resources_without_updates(local: Any) -> None:
    template = {
        "Resources": {"A": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}},
    }
    local.create("s", template)
    before = local.physical("s", "A")
    assert local.update("s", template, Tags=[{"Key": "a", "Value": "b"}])["StackStatus"] == "UPDATE_COMPLETE"
    assert local.physical("s", "A") == before


def test_zones_of_another_region_are_refused(local: Any) -> None:
    template = with_output({"Fn::Join": [",", {"Fn::GetAZs": "eu-west-1"}]})
    code, message = refusal(
        local.client("cloudformation").create_stack, StackName="s", TemplateBody=json.dumps(template)
    )
    assert code == "ValidationError"
    assert "Fn::GetAZs" in message


def test_loops_in_resources_are_expanded_over_the_api(local: Any) -> None:
    template = {
        "Transform": "AWS::LanguageExtensions",
        "Resources": {
            "Fn::ForEach::Topics": [
                "Name",
                ["One", "Two"],
                {"Topic${Name}": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Fn::Sub": "t-${Name}"}}}},
            ],
            "Last": {**NOTHING, "DependsOn": "TopicOne"},
        },
        "Outputs": {"Arn": {"Value": {"Ref": "TopicTwo"}}},
    }
    stack = local.create("s", template, Capabilities=["CAPABILITY_AUTO_EXPAND"])
    assert stack["StackStatus"] == "CREATE_COMPLETE", stack
    assert stack["Outputs"][0]["OutputValue"].endswith(":t-Two")


def test_a_circular_dependency_in_a_loop_is_refused_before_the_stack_exists(local: Any) -> None:
    loop = ["N", ["A", "B"], {"R${N}": {**NOTHING, "DependsOn": ["RA", "RB"]}}]
    template = {"Transform": "AWS::LanguageExtensions", "Resources": {"Fn::ForEach::L": loop}}
    code, message = refusal(
        local.client("cloudformation").create_stack,
        StackName="s",
        TemplateBody=json.dumps(template),
        Capabilities=["CAPABILITY_AUTO_EXPAND"],
    )
    assert (code, "Circular dependency" in message) == ("ValidationError", True)


def test_a_rolled_back_stack_imports_nothing(local: Any) -> None:
    exporting = {**PLAIN, "Outputs": {"O": {"Value": "v", "Export": {"Name": "shared"}}}}
    local.create("exporter", exporting)
    local.client("s3").create_bucket(Bucket="taken")
    importing = {
        "Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "taken"}}},
        "Outputs": {"I": {"Value": {"Fn::ImportValue": "shared"}}},
    }
    assert local.create("importer", importing)["StackStatus"] == "ROLLBACK_COMPLETE"
    local.client("cloudformation").delete_stack(StackName="exporter")
    assert local.client("cloudformation").list_exports()["Exports"] == []
