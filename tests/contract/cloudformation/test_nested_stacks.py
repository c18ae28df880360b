"""AWS::CloudFormation::Stack: made, updated, taken back and deleted with its parent, as the parent's role."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.contract.cloudformation.conftest import ALL, allow, deny, launch, relaunch, terminate
from tests.contract.conftest import refusal

QUEUE = {"Type": "AWS::SQS::Queue"}
BROKEN = {"Type": "AWS::SNS::Topic", "Properties": {"Unknown": "x"}}
URL = "https://templates.s3.us-east-1.amazonaws.com"


def put(local: Any, key: str, template: Any) -> None:
    body = template if isinstance(template, str) else json.dumps(template)
    local.client("s3").put_object(Bucket="templates", Key=key, Body=body.encode())


def inner(**resources: Any) -> dict[str, Any]:
    """A nested template with a queue whose name is a parameter."""
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Name"}}}
    return {
        "Parameters": {"Name": {"Type": "String"}, "Many": {"Type": "CommaDelimitedList", "Default": "a"}},
        "Resources": {"Queue": queue, **resources},
        "Outputs": {
            "Arn": {"Value": {"Fn::GetAtt": ["Queue", "Arn"]}},
            "Many": {"Value": {"Fn::Join": ["+", {"Ref": "Many"}]}},
        },
    }


def outer(name: str = "inner-queue", key: str = "inner.json", **resources: Any) -> dict[str, Any]:
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {
            "TemplateURL": f"{URL}/{key}",
            "Parameters": {"Name": name, "Many": ["x", "y"]},
            "Tags": [{"Key": "own", "Value": "1"}],
        },
    }
    outputs = {name: {"Value": {"Fn::GetAtt": ["Nested", f"Outputs.{name}"]}} for name in ("Arn", "Many")}
    return {"Resources": {"Nested": nested, **resources}, "Outputs": outputs}


@pytest.fixture
def nested(local: Any) -> Any:
    local.client("s3").create_bucket(Bucket="templates")
    put(local, "inner.json", inner())
    return local


def outputs(stack: Any) -> dict[str, str]:
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def queues(local: Any) -> list[str]:
    return [url.rpartition("/")[2] for url in local.client("sqs").list_queues().get("QueueUrls", [])]


def described(local: Any, name: str) -> Any:
    (stack,) = local.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    return stack


def test_a_nested_stack_lives_with_its_parent(nested: Any) -> None:
    stack = nested.create("app", outer(), Tags=[{"Key": "team", "Value": "data"}])
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert outputs(stack) == {"Arn": "arn:aws:sqs:us-east-1:123456789012:inner-queue", "Many": "x+y"}
    child = described(nested, nested.physical("app", "Nested"))
    assert child["StackName"].startswith("app-Nested-")
    assert (child["ParentId"], child["RootId"]) == (stack["StackId"], stack["StackId"])
    assert {tag["Key"]: tag["Value"] for tag in child["Tags"]} == {"team": "data", "own": "1"}
    url = nested.client("sqs").get_queue_url(QueueName="inner-queue")["QueueUrl"]
    assert nested.client("sqs").list_queue_tags(QueueUrl=url)["Tags"] == {"team": "data", "own": "1"}

    put(nested, "inner.json", inner(Second=QUEUE))
    assert nested.update("app", outer())["StackStatus"] == "UPDATE_COMPLETE"
    again = described(nested, child["StackId"])
    assert (again["StackStatus"], len(queues(nested))) == ("UPDATE_COMPLETE", 2)
    nested.update("app", outer("another"))
    assert "inner-queue" not in queues(nested)
    assert nested.physical("app", "Nested") == child["StackId"]

    nested.client("cloudformation").delete_stack(StackName="app")
    assert described(nested, child["StackId"])["StackStatus"] == "DELETE_COMPLETE"
    assert queues(nested) == []


def test_a_failure_inside_rolls_everything_back(nested: Any) -> None:
    put(nested, "inner.json", inner(Broken=BROKEN))
    stack = nested.create("app", outer())
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    reason = nested.reason("app", "Nested", "CREATE_FAILED")
    assert reason.startswith("Embedded stack arn:aws:cloudformation:us-east-1:123456789012:stack/app-Nested-")
    assert reason.endswith("was not successfully created: The following resource(s) failed to create: [Broken].")
    assert queues(nested) == []
    child = reason.split()[2]
    assert described(nested, child)["StackStatus"] == "DELETE_COMPLETE"
    assert "extraneous key [Unknown]" in nested.reason(child, "Broken", "CREATE_FAILED")


def test_a_failed_update_inside_is_rolled_back_and_named(nested: Any) -> None:
    nested.create("app", outer())
    put(nested, "inner.json", inner(Broken=BROKEN))
    assert nested.update("app", outer("renamed"))["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    reason = nested.reason("app", "Nested", "UPDATE_FAILED")
    assert "was not successfully updated. Currently in UPDATE_ROLLBACK_IN_PROGRESS with reason: " in reason
    assert reason.endswith("The following resource(s) failed to create: [Broken].")
    child = described(nested, nested.physical("app", "Nested"))
    assert child["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert queues(nested) == ["inner-queue"]


def test_a_nested_update_is_taken_back_when_a_later_resource_fails(nested: Any) -> None:
    """Nothing of the nested stack is deleted before the whole update has succeeded."""
    put(nested, "inner.json", inner(Second={"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "second"}}))
    nested.create("app", outer())
    before = outputs(described(nested, "app"))
    put(nested, "inner.json", inner())
    broken = {"Type": "AWS::SNS::Topic", "Properties": {"Unknown": "x"}, "DependsOn": "Nested"}
    assert nested.update("app", outer("renamed", Broken=broken))["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    child = nested.physical("app", "Nested")
    assert described(nested, child)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert sorted(queues(nested)) == ["inner-queue", "second"]
    assert ("Second", "DELETE_COMPLETE") not in nested.events(child)
    assert outputs(described(nested, "app")) == before
    assert outputs(described(nested, child)) == before
    assert nested.update("app", outer("renamed"))["StackStatus"] == "UPDATE_COMPLETE"
    assert queues(nested) == ["renamed"]


def test_a_protected_root_protects_what_is_inside(nested: Any) -> None:
    """And a nested stack whose export is in use is not deleted."""
    template = inner()
    template["Outputs"]["Arn"]["Export"] = {"Name": "arn"}
    put(nested, "inner.json", template)
    nested.create("app", outer(), EnableTerminationProtection=True)
    formation, child = nested.client("cloudformation"), nested.physical("app", "Nested")
    assert described(nested, child)["EnableTerminationProtection"] is True
    assert "TerminationProtection is enabled" in refusal(formation.delete_stack, StackName=child)[1]
    _, message = refusal(formation.update_termination_protection, StackName=child, EnableTerminationProtection=False)
    assert "change it on the root stack" in message
    formation.update_termination_protection(StackName="app", EnableTerminationProtection=False)
    assert described(nested, child)["EnableTerminationProtection"] is False

    user = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Fn::ImportValue": "arn"}}}
    nested.create("user", {"Resources": {"Topic": user}})
    formation.delete_stack(StackName="app")
    assert "Cannot delete export arn as it is in use by user." in nested.reason("app", "Nested", "DELETE_FAILED")
    assert queues(nested) == ["inner-queue"]
    formation.delete_stack(StackName="user")
    formation.delete_stack(StackName="app")
    assert queues(nested) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"key": "none.json"}, "S3 error: The specified key does not exist."),
        ({"url": "https://example.com/x"}, "TemplateURL must be a supported URL."),
        ({"parameters": {}}, "Parameters: [Name] must have values"),
        ({"parameters": {"Name": "a", "Other": "b"}}, "Parameters: [Other] do not exist in the template"),
        ({"template": "Resources: [}"}, "Template format error: YAML not well-formed."),
        ({"template": {"Resources": {"X": {"Type": "AWS::No::Type"}}}}, "Unrecognized resource types: [AWS::No::Type]"),
        (
            {"template": {"Resources": {"Group": {"Type": "AWS::IAM::Group"}}}, "parameters": {}},
            "Requires capabilities : [CAPABILITY_IAM]",
        ),
    ],
)
def test_a_template_that_cannot_be_used_fails_the_resource(nested: Any, change: dict[str, Any], message: str) -> None:
    template = outer(key=change.get("key", "inner.json"))
    properties = template["Resources"]["Nested"]["Properties"]
    properties["Parameters"] = change.get("parameters", properties["Parameters"])
    properties["TemplateURL"] = change.get("url", properties["TemplateURL"])
    if "template" in change:
        put(nested, "inner.json", change["template"])
    assert nested.create("app", template)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert message in nested.reason("app", "Nested", "CREATE_FAILED")


def test_an_output_that_a_nested_stack_lacks_fails_the_stack(nested: Any) -> None:
    template = outer()
    template["Outputs"]["Arn"]["Value"]["Fn::GetAtt"][1] = "Outputs.None"
    stack = nested.create("app", template)
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert queues(nested) == []


def test_a_template_that_contains_itself_ends(nested: Any) -> None:
    put(nested, "inner.json", outer())
    stack = nested.create("app", outer())
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "DELETE_FAILED" not in str(nested.events("app"))


def test_the_launch_role_counts_inside_too(nested: Any) -> None:
    for action in ("cloudformation:CreateStack", "s3:GetObject", "sqs:CreateQueue"):
        deny(nested, action)
        outcome = launch(outer())
        assert outcome.status == "ROLLBACK_COMPLETE"
        assert f"is not authorized to perform: {action} on resource: arn:aws:" in outcome.reason
        allow(nested, ALL)
        terminate()
    assert launch(outer()).status == "CREATE_COMPLETE"
    deny(nested, "sqs:DeleteQueue")
    outcome = terminate()
    assert outcome.status == "DELETE_FAILED"
    assert "was not successfully deleted: The following resource(s) failed to delete: [Queue]." in outcome.reason
    assert "is not authorized to perform: sqs:DeleteQueue" in outcome.reason
    allow(nested, ALL)
    assert relaunch_refused() == "DELETE_FAILED"
    assert terminate().status == "DELETE_COMPLETE"
    assert queues(nested) == []


def relaunch_refused() -> str:
    """The status that an update of the stack names in its refusal."""
    from catalog.sandbox.stacks import StackRefused

    with pytest.raises(StackRefused) as refused:
        relaunch(outer("x"))
    return refused.value.message.split(" is in ")[1].split()[0]
