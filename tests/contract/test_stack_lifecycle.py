"""Stacks that are made and changed, with KMS keys, S3 buckets and moto's SNS topics."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.contract.bucket_stacks import bucket, buckets
from tests.contract.conftest import refusal, topic

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "stacks"
KEY = (FIXTURES / "key.json").read_text(encoding="utf-8")


def test_a_stack_reads_back_with_outputs_exports_events_and_resources(local: Any) -> None:
    stack = local.create("app", KEY, {"Alias": "app/data"}, Tags=[{"Key": "team", "Value": "data"}])
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    outputs = {output["OutputKey"]: output for output in stack["Outputs"]}
    arn = f"arn:aws:kms:us-east-1:123456789012:key/{outputs['KeyId']['OutputValue']}"
    assert outputs["KeyArn"] == {"OutputKey": "KeyArn", "OutputValue": arn, "ExportName": "app-KeyArn"}
    assert outputs["AliasName"]["OutputValue"] == "alias/app/data"
    assert stack["Tags"] == [{"Key": "team", "Value": "data"}]
    formation = local.client("cloudformation")
    assert [export["Name"] for export in formation.list_exports()["Exports"]] == ["app-KeyArn"]
    assert local.events("app") == [
        ("app", "CREATE_IN_PROGRESS"),
        ("Key", "CREATE_IN_PROGRESS"),
        ("Key", "CREATE_COMPLETE"),
        ("KeyAlias", "CREATE_IN_PROGRESS"),
        ("KeyAlias", "CREATE_COMPLETE"),
        ("app", "CREATE_COMPLETE"),
    ]
    resources = formation.list_stack_resources(StackName="app")["StackResourceSummaries"]
    assert [(resource["LogicalResourceId"], resource["ResourceType"]) for resource in resources] == [
        ("Key", "AWS::KMS::Key"),
        ("KeyAlias", "AWS::KMS::Alias"),
    ]
    assert len(formation.describe_stack_resources(StackName="app")["StackResources"]) == 2


def test_a_failed_resource_rolls_back_with_a_reason(local: Any) -> None:
    local.create("first", KEY, {"Alias": "taken"})
    stack = local.create("second", KEY, {"Alias": "taken"})
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "Outputs" not in stack or stack["Outputs"] == []
    reason = local.reason("second", "KeyAlias", "CREATE_FAILED")
    assert "An alias with the name arn:aws:kms:us-east-1:123456789012:alias/taken already exists" in reason
    assert "HandlerErrorCode: AlreadyExists" in reason
    assert local.reason("second", "second", "ROLLBACK_IN_PROGRESS") == (
        "The following resource(s) failed to create: [KeyAlias]. Rollback requested by user."
    )
    assert ("Key", "DELETE_COMPLETE") in local.events("second")
    statuses = {
        stack["StackName"]: stack["StackStatus"] for stack in local.client("cloudformation").describe_stacks()["Stacks"]
    }
    assert statuses == {"first": "CREATE_COMPLETE", "second": "ROLLBACK_COMPLETE"}
    states = [
        local.client("kms").describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"]
        for key in local.client("kms").list_keys()["Keys"]
    ]
    assert sorted(states) == ["Enabled", "PendingDeletion"]


def test_properties_that_moto_cannot_handle_fail_only_the_resource(local: Any) -> None:
    stack = local.create("odd", topic(Queue={"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": {"a": "b"}}}))
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert local.reason("odd", "Queue", "CREATE_FAILED")
    assert local.client("sns").list_topics()["Topics"] == []


def test_an_unknown_property_of_a_key_fails_it(local: Any) -> None:
    template = json.loads(KEY)
    template["Resources"]["Key"]["Properties"] |= {"Colour": "red", "PendingWindowInDays": 5}
    assert local.create("odd", template, {"Alias": "a"})["StackStatus"] == "ROLLBACK_COMPLETE"
    reason = local.reason("odd", "Key", "CREATE_FAILED")
    assert "extraneous key [Colour] is not permitted" in reason
    assert "#/PendingWindowInDays: 5 is not greater or equal to 7" in reason


@pytest.mark.parametrize(
    ("template", "parameters", "message"),
    [
        (KEY, {}, "Parameters: [Alias] must have values"),
        (KEY, {"Alias": "a", "Colour": "red"}, "Parameters: [Colour] do not exist in the template"),
        (KEY, {"Alias": "A"}, "Parameter Alias failed to satisfy constraint: lower case only"),
        (KEY, {"Alias": "a", "Window": "6"}, "Window"),
        (KEY, {"Alias": "a", "Window": "abc"}, "Parameter 'Window' must be a number"),
        (KEY, {"Alias": "a", "MultiRegion": "maybe"}, "MultiRegion"),
        (
            KEY,
            {"Alias": "a", "PreventDestroy": "true", "Window": "7"},
            "A protected key needs a window of 30 days",
        ),
        (
            topic(X={"Type": "AWS::No::Thing"}, Y={"Type": "Custom::a b"}),
            {},
            "Template format error: Unrecognized resource types: [AWS::No::Thing, Custom::a b]",
        ),
        (
            {**topic(), "Outputs": {"O": {"Value": {"Ref": "Nobody"}}}},
            {},
            "Unresolved resource dependencies [Nobody] in the Outputs block of the template",
        ),
        (
            {**topic(), "Outputs": {"O": {"Value": {"Fn::GetAtt": ["Topic", "Colour"]}}}},
            {},
            "resource Topic does not support attribute type Colour in Fn::GetAtt",
        ),
        (
            topic(A={"Type": "AWS::SNS::Topic", "DependsOn": "B"}, B={"Type": "AWS::SNS::Topic", "DependsOn": "A"}),
            {},
            "Circular dependency",
        ),
    ],
)
def test_invalid_requests_are_refused_before_a_stack_exists(
    local: Any, template: Any, parameters: dict[str, str], message: str
) -> None:
    code, text = refusal(local.create, "s", template, parameters)
    assert code == "ValidationError"
    assert message in text
    assert local.client("cloudformation").describe_stacks()["Stacks"] == []


def test_a_name_is_taken_until_the_stack_is_deleted(local: Any) -> None:
    local.create("s", topic())
    assert refusal(local.create, "s", topic()) == ("AlreadyExistsException", "Stack [s] already exists")
    assert refusal(local.create, "9-lives", topic())[0] == "ValidationError"


def test_the_role_must_exist(local: Any) -> None:
    arn = "arn:aws:iam::123456789012:role/deploy"
    assert refusal(local.create, "s", topic(), RoleARN=arn)[1] == f"Role {arn} is invalid or cannot be assumed"
    assert local.create("s", topic(), RoleARN=local.role("deploy"))["RoleARN"] == arn
    local.client("iam").delete_role(RoleName="deploy")
    gone = f"Role {arn} is invalid or cannot be assumed"
    assert refusal(local.update, "s", topic(Second={"Type": "AWS::SNS::Topic"}))[1] == gone
    assert refusal(local.client("cloudformation").delete_stack, StackName="s")[1] == gone


def test_a_template_has_only_the_types_that_the_request_names(local: Any) -> None:
    for allowed in ("AWS::SNS::Topic", "AWS::SNS::*", "AWS::*"):
        local.create(f"s{len(allowed)}", topic(), ResourceTypes=["Custom::*", allowed])
    message = "Resource type AWS::SNS::Topic is not allowed by parameter ResourceTypes [AWS::SQS::*]"
    assert refusal(local.create, "s", topic(), ResourceTypes=["AWS::SQS::*"])[1] == message


ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}},
}
NAMED = {**ROLE, "Properties": {**ROLE["Properties"], "RoleName": "named"}}  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("resource", "given", "needed"),
    [
        (ROLE, [], "CAPABILITY_IAM"),
        (NAMED, [], "CAPABILITY_NAMED_IAM"),
        (NAMED, ["CAPABILITY_IAM"], "CAPABILITY_NAMED_IAM"),
        (ROLE, ["CAPABILITY_IAM"], ""),
        (ROLE, ["CAPABILITY_NAMED_IAM"], ""),
        (NAMED, ["CAPABILITY_NAMED_IAM"], ""),
    ],
)
def test_capabilities(local: Any, resource: Any, given: list[str], needed: str) -> None:
    template = {"Resources": {"Role": resource}}
    if needed:
        error = refusal(local.create, "s", template, Capabilities=given)
        assert error == ("InsufficientCapabilitiesException", f"Requires capabilities : [{needed}]")
    else:
        assert local.create("s", template, Capabilities=given)["StackStatus"] == "CREATE_COMPLETE"


def test_update_in_place(local: Any) -> None:
    local.create("s", KEY, {"Alias": "a"})
    key = local.physical("s", "Key")
    stack = local.update("s", KEY, {"Alias": "a", "Description": "second", "Enabled": "false"})
    assert stack["StackStatus"] == "UPDATE_COMPLETE"
    assert local.physical("s", "Key") == key
    metadata = local.client("kms").describe_key(KeyId=key)["KeyMetadata"]
    assert (metadata["Description"], metadata["KeyState"], metadata["Enabled"]) == ("second", "Disabled", False)
    assert ("KeyAlias", "UPDATE_IN_PROGRESS") not in local.events("s")


def test_an_update_without_changes_is_refused(local: Any) -> None:
    local.create("s", KEY, {"Alias": "a"})
    no_updates = ("ValidationError", "No updates are to be performed.")
    assert refusal(local.update, "s", KEY, {"Alias": "a"}) == no_updates
    assert refusal(local.update, "s", KEY, {"Alias": "a", "Description": "first"}) == no_updates
    local.create("t", topic())
    assert refusal(local.update, "t", {**topic(), "Metadata": {"a": 1}}) == no_updates
    assert local.update("s", KEY, {"Alias": "a"}, Tags=[{"Key": "a", "Value": "b"}])["StackStatus"] == "UPDATE_COMPLETE"
    tags = local.client("kms").list_resource_tags(KeyId=local.physical("s", "Key"))["Tags"]
    assert {"TagKey": "a", "TagValue": "b"} in tags


def test_use_previous_value_and_template(local: Any) -> None:
    local.create("s", KEY, {"Alias": "a", "Description": "mine"})
    formation = local.client("cloudformation")
    formation.update_stack(
        StackName="s",
        UsePreviousTemplate=True,
        Parameters=[
            {"ParameterKey": "Alias", "UsePreviousValue": True},
            {"ParameterKey": "Description", "UsePreviousValue": True},
            {"ParameterKey": "Window", "ParameterValue": "7"},
        ],
    )
    parameters = {
        parameter["ParameterKey"]: parameter["ParameterValue"]
        for parameter in formation.describe_stacks(StackName="s")["Stacks"][0]["Parameters"]
    }
    assert (parameters["Alias"], parameters["Description"], parameters["Window"]) == ("a", "mine", "7")


def test_a_failed_update_rolls_everything_back(local: Any) -> None:
    local.create("other", KEY, {"Alias": "taken"})
    local.create("s", KEY, {"Alias": "a"})
    stack = local.update("s", KEY, {"Alias": "taken", "Description": "second"})
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    key = local.physical("s", "Key")
    assert local.client("kms").describe_key(KeyId=key)["KeyMetadata"]["Description"] == "first"
    assert local.physical("s", "KeyAlias") == "alias/a"
    parameters = {parameter["ParameterKey"]: parameter["ParameterValue"] for parameter in stack["Parameters"]}
    assert parameters["Alias"] == "a"
    assert local.update("s", KEY, {"Alias": "a", "Description": "third"})["StackStatus"] == "UPDATE_COMPLETE"


def test_resources_come_and_go_with_the_template(local: Any) -> None:
    local.create("s", {"Resources": {"A": bucket("old-one"), "B": bucket("kept", DeletionPolicy="Retain")}})
    stack = local.update("s", {"Resources": {"C": bucket("new-one")}})
    assert stack["StackStatus"] == "UPDATE_COMPLETE"
    assert buckets(local) == {"new-one", "kept"}
    events = local.events("s")
    assert events.index(("C", "CREATE_COMPLETE")) < events.index(("A", "DELETE_IN_PROGRESS"))


def test_update_replace_policy(local: Any) -> None:
    def template(name: str, policy: str) -> dict[str, Any]:
        return {"Resources": {"A": bucket(name, UpdateReplacePolicy=policy)}}

    local.create("s", template("first", "Delete"))
    local.update("s", template("second", "Retain"))
    assert buckets(local) == {"second"} | {"first"}
    local.update("s", template("third", "Delete"))
    assert buckets(local) == {"first", "third"}


def test_a_resource_keeps_its_type(local: Any) -> None:
    local.create("s", topic())
    code, message = refusal(local.update, "s", {"Resources": {"Topic": bucket("one")}})
    assert (code, "Update of resource type is not permitted" in message) == ("ValidationError", True)


def test_events_go_to_the_topics_of_the_stack(local: Any) -> None:
    arn = local.client("sns").create_topic(Name="news")["TopicArn"]
    sqs = local.client("sqs")
    url = sqs.create_queue(QueueName="inbox")["QueueUrl"]
    local.client("sns").subscribe(TopicArn=arn, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:inbox")
    local.create("s", KEY, {"Alias": "a"}, NotificationARNs=[arn])
    message = json.loads(sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"])["Message"]
    assert "StackName='s'" in message
    assert "ResourceStatus='CREATE_IN_PROGRESS'" in message


def test_pages_of_stacks(local: Any) -> None:
    template = {"Resources": {"H": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}}
    for number in range(101):
        local.client("cloudformation").create_stack(StackName=f"s{number}", TemplateBody=json.dumps(template))
    pages = list(local.client("cloudformation").get_paginator("describe_stacks").paginate())
    assert [len(page["Stacks"]) for page in pages] == [100, 1]


def test_parameters_of_ssm_types(local: Any) -> None:
    local.client("ssm").put_parameter(Name="/team", Value="data", Type="String")
    template = {
        "Parameters": {"Team": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/team"}},
        **topic(),
        "Outputs": {"Team": {"Value": {"Ref": "Team"}}},
    }
    stack = local.create("s", template)
    assert stack["Outputs"][0]["OutputValue"] == "data"
    assert stack["Parameters"] == [{"ParameterKey": "Team", "ParameterValue": "/team", "ResolvedValue": "data"}]


def test_what_the_cdk_adds_to_templates_is_launched(local: Any) -> None:
    local.client("ssm").put_parameter(Name="/cdk-bootstrap/hnb659fds/version", Value="21", Type="String")
    version = {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk-bootstrap/hnb659fds/version"}
    too_old = {"Fn::Contains": [["1", "2", "3", "4", "5"], {"Ref": "BootstrapVersion"}]}
    rule = {"Assertions": [{"Assert": {"Fn::Not": [too_old]}, "AssertDescription": "Run cdk bootstrap."}]}
    template = {
        "Parameters": {"BootstrapVersion": version},
        "Rules": {"CheckBootstrapVersion": rule},
        "Conditions": {"CDKMetadataAvailable": {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]}},
        "Resources": {
            **topic()["Resources"],
            "CDKMetadata": {
                "Type": "AWS::CDK::Metadata",
                "Condition": "CDKMetadataAvailable",
                "Properties": {"Analytics": "v2:deflate64:H4sI"},
            },
        },
    }
    assert local.create("s", template)["StackStatus"] == "CREATE_COMPLETE"


@pytest.mark.parametrize("written", [True, "true", "True"])
def test_hidden_parameters_stay_hidden(local: Any, written: bool | str) -> None:
    template = {"Parameters": {"Secret": {"Type": "String", "NoEcho": written}}, **topic()}
    assert local.create("s", template, {"Secret": "x"})["Parameters"] == [
        {"ParameterKey": "Secret", "ParameterValue": "****"}
    ]


def test_another_partition(local: Any) -> None:
    formation = local.client("cloudformation", "us-gov-west-1")
    formation.create_stack(
        StackName="s", TemplateBody=KEY, Parameters=[{"ParameterKey": "Alias", "ParameterValue": "a"}]
    )
    stack = formation.describe_stacks(StackName="s")["Stacks"][0]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    arn = next(output["OutputValue"] for output in stack["Outputs"] if output["OutputKey"] == "KeyArn")
    assert arn.startswith("arn:aws-us-gov:kms:us-gov-west-1:")
