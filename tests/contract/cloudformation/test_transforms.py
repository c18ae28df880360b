"""Transforms: SAM by its own translator, AWS::Include from S3, and those whose result is not known here."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalog.sandbox.stacks import StackRefused
from tests.contract.cloudformation.conftest import ALL, allow, deny, launch, relaunch, terminate
from tests.contract.conftest import refusal

SAM = "AWS::Serverless-2016-10-31"
EXPAND = {"Capabilities": ["CAPABILITY_AUTO_EXPAND", "CAPABILITY_IAM"]}
FUNCTION: dict[str, Any] = {
    "Type": "AWS::Serverless::Function",
    "Properties": {
        "Runtime": "python3.12",
        "Handler": "index.handler",
        "InlineCode": "def handler(event, context): pass",
        "AutoPublishAlias": {"Ref": "Stage"},
        "Policies": [{"SQSPollerPolicy": {"QueueName": {"Fn::GetAtt": ["Jobs", "QueueName"]}}}],
        "Events": {"Job": {"Type": "SQS", "Properties": {"Queue": {"Fn::GetAtt": ["Jobs", "Arn"]}}}},
    },
}


def app(**properties: Any) -> dict[str, Any]:
    """A function that polls a queue."""
    function = {**FUNCTION, "Properties": {**FUNCTION["Properties"], **properties}}
    return {
        "Transform": SAM,
        "Globals": {"Function": {"Timeout": 7}},
        "Parameters": {"Stage": {"Type": "String", "Default": "live"}},
        "Resources": {"Jobs": {"Type": "AWS::SQS::Queue"}, "Worker": function},
        "Outputs": {
            "Alias": {"Value": {"Ref": "Worker.Alias"}},
            "Role": {"Value": {"Fn::GetAtt": ["WorkerRole", "Arn"]}},
        },
    }


def test_a_template_of_sam_lives_as_its_role(local: Any) -> None:
    allow(local, ALL)
    made = launch(app())
    assert made.status == "CREATE_COMPLETE", made.reason
    (alias, role) = (value for _, value, _ in made.outputs)
    functions = local.client("lambda")
    assert alias.endswith("live")
    assert functions.get_function(FunctionName=local.physical("SC-1", "Worker"))["Configuration"]["Timeout"] == 7
    assert local.client("iam").get_role(RoleName=role.rpartition("/")[2])["Role"]["Arn"] == role

    formation = local.client("cloudformation")
    original = formation.get_template(StackName="SC-1")["TemplateBody"]
    assert original["Resources"]["Worker"]["Type"] == "AWS::Serverless::Function"
    processed = formation.get_template(StackName="SC-1", TemplateStage="Processed")["TemplateBody"]
    assert processed["Resources"]["Worker"]["Type"] == "AWS::Lambda::Function"
    assert "Transform" not in processed
    assert relaunch(app(Timeout=9)).status == "UPDATE_COMPLETE"
    assert functions.get_function(FunctionName=local.physical("SC-1", "Worker"))["Configuration"]["Timeout"] == 9
    assert terminate().status == "DELETE_COMPLETE"
    assert functions.list_functions()["Functions"] == []


@pytest.mark.parametrize("action", ["iam:CreateRole", "lambda:CreateEventSourceMapping"])
def test_what_sam_writes_needs_its_permissions(local: Any, action: str) -> None:
    deny(local, action)
    made = launch(app())
    assert (made.status, action in made.reason) == ("ROLLBACK_COMPLETE", True), made.reason


def test_a_transform_needs_its_permission(local: Any) -> None:
    deny(local, "cloudformation:CreateChangeSet")
    with pytest.raises(StackRefused) as refused:
        launch(app())
    arn = "arn:aws:cloudformation:us-east-1:aws:transform/Serverless-2016-10-31"
    assert f"perform: cloudformation:CreateChangeSet on resource: {arn}" in refused.value.message


def test_sam_needs_both_capabilities_and_a_change_set_needs_one(local: Any) -> None:
    for given, lacking in ((["CAPABILITY_IAM"], "AUTO_EXPAND"), (["CAPABILITY_AUTO_EXPAND"], "IAM")):
        code, message = refusal(local.create, "sam", app(), Capabilities=given)
        assert (code, message) == (
            "InsufficientCapabilitiesException",
            f"Requires capabilities : [CAPABILITY_{lacking}]",
        )
    change_set = prepared(local, app(), "CAPABILITY_IAM")
    added = {change["ResourceChange"]["ResourceType"] for change in change_set["Changes"]}
    assert (change_set["Status"], added) == (
        "CREATE_COMPLETE",
        {
            "AWS::IAM::Role",
            "AWS::Lambda::Alias",
            "AWS::Lambda::EventSourceMapping",
            "AWS::Lambda::Function",
            "AWS::Lambda::Version",
            "AWS::SQS::Queue",
        },
    )


def prepared(local: Any, template: Any, *capabilities: str) -> Any:
    """A change set that creates a stack."""
    formation = local.client("cloudformation")
    body = json.dumps(template)
    options = {"TemplateBody": body, "Capabilities": list(capabilities), "ChangeSetType": "CREATE"}
    formation.create_change_set(StackName="sam", ChangeSetName="first", **options)
    return formation.describe_change_set(StackName="sam", ChangeSetName="first")


def test_what_sam_refuses_fails_with_its_words(local: Any) -> None:
    wrong = {
        "Transform": SAM,
        "Resources": {"F": {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "."}}},
    }
    words = f"Transform {SAM} failed with: Invalid Serverless Application Specification document. Number of errors"
    code, message = refusal(local.create, "sam", wrong, **EXPAND)
    assert (code, message.startswith(words), "Resource with id [F] is invalid" in message) == (
        "ValidationError",
        True,
        True,
    )
    change_set = prepared(local, wrong)
    assert (change_set["Status"], change_set["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert change_set["StatusReason"].startswith(words)


SNIPPET = """
Type: AWS::SQS::Queue
Properties: {QueueName: !Sub '${AWS::StackName}-included'}
"""


def test_snippets_of_the_sandboxs_s3_are_included(local: Any) -> None:
    files = local.client("s3")
    files.create_bucket(Bucket="snippets")
    files.put_object(Bucket="snippets", Key="queue.yaml", Body=SNIPPET.encode())
    whole = {"Mappings": {"Names": {"topic": {"name": "from-a-file"}}}, "Outputs": {"Out": {"Value": "of the file"}}}
    files.put_object(Bucket="snippets", Key="whole.json", Body=json.dumps(whole).encode())
    template = {
        "Transform": include("s3://snippets/whole.json"),
        "Parameters": {"Bucket": {"Type": "String", "Default": "snippets"}},
        "Resources": {
            "Queue": {"Fn::Transform": include({"Fn::Sub": "s3://${Bucket}/queue.yaml"}), "DeletionPolicy": "Delete"},
            "Topic": {
                "Type": "AWS::SNS::Topic",
                "Properties": {"TopicName": {"Fn::FindInMap": ["Names", "topic", "name"]}},
            },
        },
    }
    allow(local, ALL)
    made = launch(template)
    assert (made.status, made.outputs[0][1]) == ("CREATE_COMPLETE", "of the file"), made.reason
    assert local.client("sqs").list_queues()["QueueUrls"][0].endswith("/SC-1-included")
    assert local.physical("SC-1", "Topic").endswith(":from-a-file")
    assert terminate().status == "DELETE_COMPLETE"
    deny(local, "s3:GetObject")
    with pytest.raises(StackRefused, match="perform: s3:GetObject on resource: arn:aws:s3:::snippets/queue"):
        launch(template)


def include(location: Any) -> dict[str, Any]:
    return {"Name": "AWS::Include", "Parameters": {"Location": location}}


UNINCLUDED = [
    ("s3://snippets/absent.yaml", "S3 error: The specified key does not exist."),
    ("s3://none/x.yaml", "S3 error: The specified bucket does not exist"),
    ("https://example.org/x.yaml", "The location parameter is not a valid S3 uri."),
    (["x"], "The location parameter is required"),
    ("s3://snippets/broken.yaml", "content should be valid Yaml/JSON"),
    ("s3://snippets/python.yaml", "content should be valid Yaml/JSON"),
    ("s3://snippets/again.yaml", "has transforms, which AWS::Include does not carry out"),
    ("s3://snippets/text.yaml", "A file with members beside it must be an object."),
]


def test_a_snippet_that_cannot_be_included_says_why(local: Any) -> None:
    files = local.client("s3")
    files.create_bucket(Bucket="snippets")
    contents = {
        "broken": "a: [",
        "python": "a: !!python/object/apply:os.getcwd []",
        "again": json.dumps({"Fn::Transform": include("s3://snippets/again.yaml")}),
        "text": "x",
    }
    for key, text in contents.items():
        files.put_object(Bucket="snippets", Key=f"{key}.yaml", Body=text.encode())
    for location, words in UNINCLUDED:
        template = {"Resources": {"Fn::Transform": include(location), "Queue": {"Type": "AWS::SQS::Queue"}}}
        code, message = refusal(local.create, "s", template, **EXPAND)
        assert code == "ValidationError"
        assert message.startswith("Transform AWS::Include failed with: ")
        assert words in message


ROTATED = {"Type": "AWS::SecretsManager::RotationSchedule", "Properties": {"SecretId": "s", "HostedRotationLambda": {}}}


QUEUE = {"Type": "AWS::SQS::Queue"}
FROM_REPOSITORY = {"Type": "AWS::Serverless::Application", "Properties": {"Location": {"ApplicationId": "arn:aws:…"}}}
UNKNOWN = [
    ("AWS::SecretsManager-2024-09-16", ROTATED, "the function that rotates for R"),
    ("AWS::CodeDeployBlueGreen", QUEUE, "updates of such a stack are deployments of CodeDeploy"),
    (["AWS::LanguageExtensions", "Mine"], QUEUE, "it is a macro, whose program runs at AWS"),
    ([{"Name": "Mine", "Parameters": {}}], QUEUE, "it is a macro, whose program runs at AWS"),
    (SAM, FROM_REPOSITORY, "the template of R is in the Serverless Application Repository"),
]


def test_a_transform_whose_result_is_unknown_is_refused_by_its_name(local: Any) -> None:
    for transform, resource, words in UNKNOWN:
        template = {"Transform": transform, "Resources": {"R": resource}}
        code, message = refusal(local.create, "s", template, **EXPAND)
        name = "Mine" if "Mine" in str(transform) else transform
        assert code == "ValidationError"
        assert message.startswith(f"Transform {name} cannot be carried out in the sandbox: ")
        assert message.endswith(words)
        summary = local.client("cloudformation").get_template_summary(TemplateBody=json.dumps(template))
        assert name in summary["DeclaredTransforms"]


def test_a_rotation_that_aws_does_not_host_is_as_without_the_transform(local: Any) -> None:
    secret = {"Type": "AWS::SecretsManager::Secret"}
    template = {"Transform": "AWS::SecretsManager-2020-07-23", "Resources": {"Secret": secret}}
    assert local.create("s", template, **EXPAND)["StackStatus"] == "CREATE_COMPLETE"


def test_the_processed_template_has_the_values_of_extensions_and_no_secret(local: Any) -> None:
    length, text = {"Fn::Length": {"Ref": "Names"}}, {"Fn::ToJsonString": {"p": {"Ref": "Password"}}}
    template = {
        "Transform": "AWS::LanguageExtensions",
        "Parameters": {
            "Names": {"Type": "CommaDelimitedList", "Default": "a,b"},
            "Keep": {"Type": "String", "Default": "Retain"},
            "Password": {"Type": "String", "NoEcho": True, "Default": "hush"},
        },
        "Resources": {
            "Fn::ForEach::Topics": ["N", {"Ref": "Names"}, {"T${N}": {"Type": "AWS::SNS::Topic"}}],
            "Kept": {"Type": "AWS::SNS::Topic", "DeletionPolicy": {"Ref": "Keep"}},
        },
        "Outputs": {"Many": {"Value": length}, "Json": {"Value": text}},
    }
    local.create("s", template, **EXPAND)
    processed = local.client("cloudformation").get_template(StackName="s", TemplateStage="Processed")["TemplateBody"]
    assert processed["Resources"] == {
        "Ta": {"Type": "AWS::SNS::Topic"},
        "Tb": {"Type": "AWS::SNS::Topic"},
        "Kept": {"Type": "AWS::SNS::Topic", "DeletionPolicy": "Retain"},
    }
    assert processed["Outputs"] == {"Many": {"Value": 2}, "Json": {"Value": text}}
