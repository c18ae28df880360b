"""Change sets, as `aws cloudformation deploy` uses them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError

ONE = {"Resources": {"A": {"Type": "AWS::SNS::Topic"}}, "Outputs": {"O": {"Value": {"Ref": "A"}}}}
TWO = {
    "Parameters": {"Name": {"Type": "String", "Default": "x"}},
    "Resources": {
        "A": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "Name"}}},
        "B": {"Type": "AWS::SQS::Queue"},
    },
}


def prepare(formation: Any, kind: str, template: Any, **more: Any) -> Any:
    response = formation.create_change_set(
        StackName="s", ChangeSetName="c1", ChangeSetType=kind, TemplateBody=json.dumps(template), **more
    )
    return formation.describe_change_set(ChangeSetName=response["Id"], StackName="s")


def test_deploy_creates_then_updates(local: Any) -> None:
    formation = local.client("cloudformation")
    change_set = prepare(formation, "CREATE", ONE, Description="first", Tags=[{"Key": "a", "Value": "b"}])
    assert (change_set["Status"], change_set["ExecutionStatus"]) == ("CREATE_COMPLETE", "AVAILABLE")
    assert change_set["Changes"][0]["ResourceChange"]["Action"] == "Add"
    assert formation.describe_stacks(StackName="s")["Stacks"][0]["StackStatus"] == "REVIEW_IN_PROGRESS"
    formation.get_waiter("change_set_create_complete").wait(ChangeSetName="c1", StackName="s")
    formation.execute_change_set(ChangeSetName="c1", StackName="s")
    formation.get_waiter("stack_create_complete").wait(StackName="s")
    stack = formation.describe_stacks(StackName="s")["Stacks"][0]
    assert stack["Outputs"][0]["OutputValue"].startswith("arn:aws:sns:")
    assert stack["Tags"] == [{"Key": "a", "Value": "b"}]
    assert stack["ChangeSetId"] == change_set["ChangeSetId"]
    formation.delete_change_set(ChangeSetName="c1", StackName="s")

    change_set = prepare(formation, "UPDATE", TWO)
    changes = {
        change["ResourceChange"]["LogicalResourceId"]: change["ResourceChange"] for change in change_set["Changes"]
    }
    assert {name: change["Action"] for name, change in changes.items()} == {"A": "Modify", "B": "Add"}
    formation.execute_change_set(ChangeSetName="c1", StackName="s")
    formation.get_waiter("stack_update_complete").wait(StackName="s")
    assert len(formation.list_stack_resources(StackName="s")["StackResourceSummaries"]) == 2


def test_a_change_set_without_changes_fails(local: Any) -> None:
    local.create("s", TWO)
    formation = local.client("cloudformation")
    change_set = prepare(formation, "UPDATE", TWO)
    assert (change_set["Status"], change_set["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert change_set["StatusReason"].startswith("The submitted information didn't contain changes.")
    with pytest.raises(WaiterError):
        formation.get_waiter("change_set_create_complete").wait(
            ChangeSetName="c1", StackName="s", WaiterConfig={"Delay": 1, "MaxAttempts": 1}
        )
    with pytest.raises(ClientError) as caught:
        formation.execute_change_set(ChangeSetName="c1", StackName="s")
    assert caught.value.response["Error"]["Code"] == "InvalidChangeSetStatus"


def test_a_change_of_a_parameter_alone_is_a_change(local: Any) -> None:
    local.create("s", TWO)
    change_set = prepare(
        local.client("cloudformation"), "UPDATE", TWO, Parameters=[{"ParameterKey": "Name", "ParameterValue": "y"}]
    )
    assert [change["ResourceChange"]["LogicalResourceId"] for change in change_set["Changes"]] == ["A"]


def test_a_failing_execution_rolls_back(local: Any) -> None:
    local.client("s3").create_bucket(Bucket="taken")
    formation = local.client("cloudformation")
    prepare(
        formation, "CREATE", {"Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "taken"}}}}
    )
    formation.execute_change_set(ChangeSetName="c1", StackName="s")
    assert formation.describe_stacks(StackName="s")["Stacks"][0]["StackStatus"] == "ROLLBACK_COMPLETE"


def test_names_of_change_sets(local: Any) -> None:
    formation = local.client("cloudformation")
    prepare(formation, "CREATE", ONE)
    with pytest.raises(ClientError) as caught:
        prepare(formation, "CREATE", ONE)
    assert caught.value.response["Error"]["Code"] == "AlreadyExistsException"
    assert [summary["ChangeSetName"] for summary in formation.list_change_sets(StackName="s")["Summaries"]] == ["c1"]
    with pytest.raises(ClientError) as caught:
        formation.describe_change_set(ChangeSetName="c2", StackName="s")
    assert caught.value.response["Error"]["Code"] == "ChangeSetNotFound"
    formation.delete_change_set(ChangeSetName="c1", StackName="s")
    assert formation.list_change_sets(StackName="s")["Summaries"] == []


def test_an_update_of_a_missing_stack_is_refused(local: Any) -> None:
    with pytest.raises(ClientError, match="Stack with id s does not exist"):
        prepare(local.client("cloudformation"), "UPDATE", ONE)


PARTS = {
    "Parameters": {"Name": {"Type": "String", "Default": "one"}, "Owner": {"Type": "String", "Default": "me"}},
    "Resources": {
        "Topic": {
            "Type": "AWS::SNS::Topic",
            "Metadata": {"a": 1},
            "Properties": {"TopicName": {"Ref": "Name"}, "Tags": [{"Key": "owner", "Value": {"Ref": "Owner"}}]},
        },
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": 1}},
        "Alarm": {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {
                "ComparisonOperator": "GreaterThanThreshold",
                "EvaluationPeriods": 1,
                "AlarmActions": [{"Ref": "Topic"}],
                "AlarmDescription": {"Fn::Sub": "${Topic.TopicName}"},
            },
        },
    },
}


def test_a_change_set_says_why_each_part_changes(local: Any) -> None:
    """A parameter, the template, a resource that is replaced: the forms of the user guide's examples."""
    formation = local.client("cloudformation")
    local.create("s", PARTS)
    after = json.loads(json.dumps(PARTS))
    after["Resources"]["Topic"]["Metadata"] = {"a": 2}
    after["Resources"]["Queue"] |= {"DeletionPolicy": "Retain"}
    after["Resources"]["Queue"]["Properties"]["DelaySeconds"] = 2
    given = [{"ParameterKey": name, "ParameterValue": f"{name}2"} for name in ("Name", "Owner")]
    changes = {
        each["ResourceChange"]["LogicalResourceId"]: each["ResourceChange"]
        for each in prepare(formation, "UPDATE", after, Parameters=given)["Changes"]
    }
    reasons = {
        name: {
            (
                detail["Target"]["Attribute"],
                detail["Target"].get("Name"),
                detail["Target"]["RequiresRecreation"],
                detail["Evaluation"],
                detail["ChangeSource"],
                detail.get("CausingEntity"),
            )
            for detail in change["Details"]
        }
        for name, change in changes.items()
    }
    assert reasons == {
        "Topic": {
            ("Properties", "TopicName", "Always", "Dynamic", "DirectModification", None),
            ("Properties", "TopicName", "Always", "Static", "ParameterReference", "Name"),
            ("Tags", None, "Never", "Dynamic", "DirectModification", None),
            ("Tags", None, "Never", "Static", "ParameterReference", "Owner"),
            ("Metadata", None, "Never", "Static", "DirectModification", None),
        },
        "Queue": {
            ("Properties", "DelaySeconds", "Never", "Static", "DirectModification", None),
            ("DeletionPolicy", None, "Never", "Static", "DirectModification", None),
        },
        "Alarm": {
            ("Properties", "AlarmActions", "Never", "Dynamic", "ResourceReference", "Topic"),
            ("Properties", "AlarmDescription", "Never", "Dynamic", "ResourceAttribute", "Topic.TopicName"),
        },
    }
    assert {name: sorted(change["Scope"]) for name, change in changes.items()} == {
        "Topic": ["Metadata", "Properties", "Tags"],
        "Queue": ["DeletionPolicy", "Properties"],
        "Alarm": ["Properties"],
    }
    assert [changes[name]["Replacement"] for name in ("Topic", "Queue", "Alarm")] == ["True", "False", "False"]


def test_what_a_change_set_cannot_tell_is_refused_by_name(local: Any) -> None:
    """A template without nested stacks has no change sets of nested stacks."""
    formation = local.client("cloudformation")
    assert prepare(formation, "CREATE", ONE, IncludeNestedStacks=True)["Status"] == "CREATE_COMPLETE"
    for kind, option in (("IMPORT", "IncludeNestedStacks"), ("CREATE", "ImportExistingResources")):
        with pytest.raises(
            ClientError, match=f"CreateChangeSet .{kind}. with {option} is not implemented in the sandb"
        ):
            formation.create_change_set(
                StackName="t", ChangeSetName="c", ChangeSetType=kind, TemplateBody=json.dumps(ONE), **{option: True}
            )


def test_a_stack_is_found_by_one_of_its_resources(local: Any) -> None:
    formation = local.client("cloudformation")
    local.create("s", TWO)
    queue = local.physical("s", "B")
    both = formation.describe_stack_resources(PhysicalResourceId=queue)["StackResources"]
    assert {each["LogicalResourceId"] for each in both} == {"A", "B"}
    (alone,) = formation.describe_stack_resources(PhysicalResourceId=queue, LogicalResourceId="A")["StackResources"]
    assert alone["LogicalResourceId"] == "A"
    for given, words in (
        ({"PhysicalResourceId": "i-0"}, "Stack for i-0 does not exist"),
        ({"PhysicalResourceId": queue, "StackName": "s"}, "either StackName or PhysicalResourceId"),
        ({}, "either StackName or PhysicalResourceId"),
    ):
        with pytest.raises(ClientError, match=words):
            formation.describe_stack_resources(**given)


def test_the_rollback_configuration_is_kept_until_another_one_comes(local: Any) -> None:
    formation = local.client("cloudformation")
    trigger = {"Arn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:a", "Type": "AWS::CloudWatch::Alarm"}
    wanted = {"RollbackTriggers": [trigger], "MonitoringTimeInMinutes": 5}
    formation.create_stack(StackName="s", TemplateBody=json.dumps(ONE), RollbackConfiguration=wanted)
    formation.update_stack(StackName="s", TemplateBody=json.dumps(TWO))
    assert formation.describe_stacks(StackName="s")["Stacks"][0]["RollbackConfiguration"] == wanted
    change_set = prepare(formation, "UPDATE", ONE, RollbackConfiguration={"MonitoringTimeInMinutes": 0})
    assert change_set["RollbackConfiguration"] == {"MonitoringTimeInMinutes": 0}
    formation.execute_change_set(ChangeSetName="c1", StackName="s")
    (stack,) = formation.describe_stacks(StackName="s")["Stacks"]
    assert stack["RollbackConfiguration"] == {"MonitoringTimeInMinutes": 0}


def test_a_summary_says_what_identifies_resources_in_an_import(local: Any) -> None:
    template = {"Metadata": {"a": [1, True]}, "Resources": {**TWO["Resources"], "C": {"Type": "Custom::Thing"}}}
    template["Resources"]["B2"] = template["Resources"]["B"]
    summary = local.client("cloudformation").get_template_summary(
        TemplateBody=json.dumps({**template, "Parameters": TWO["Parameters"]})
    )
    assert {each["ResourceType"]: each for each in summary["ResourceIdentifierSummaries"]} == {
        "AWS::SNS::Topic": {
            "ResourceType": "AWS::SNS::Topic",
            "LogicalResourceIds": ["A"],
            "ResourceIdentifiers": ["TopicArn"],
        },
        "AWS::SQS::Queue": {
            "ResourceType": "AWS::SQS::Queue",
            "LogicalResourceIds": ["B", "B2"],
            "ResourceIdentifiers": ["QueueUrl"],
        },
    }
    assert json.loads(summary["Metadata"]) == {"a": [1, True]}


def test_values_before_and_after_a_change_are_shown_but_no_secret(local: Any) -> None:
    def template(delay: int, **more: Any) -> dict[str, Any]:
        secret = {"Ref": "Secret"}
        queue = {"DelaySeconds": delay, "QueueName": "named", **more}
        topic = {"DisplayName": {"Fn::Sub": "${A.Arn}-${Secret}"}, "TopicName": {"Ref": "New"}}
        new = {"New": {"Type": "AWS::SQS::Queue"}} if delay > 1 else {}
        topic = topic if delay > 1 else {"DisplayName": secret}
        return {
            "Parameters": {"Secret": {"Type": "String", "NoEcho": True}},
            "Resources": {
                "A": {"Type": "AWS::SQS::Queue", "Properties": queue},
                "T": {"Type": "AWS::SNS::Topic", "Properties": topic, "Metadata": {"size": delay}},
                **new,
            },
        }

    formation = local.client("cloudformation")
    local.create("s", template(1, VisibilityTimeout=9), {"Secret": "tiptop"})
    given = [{"ParameterKey": "Secret", "ParameterValue": "tiptop"}]
    changed = json.dumps(template(2, KmsMasterKeyId="alias/aws/sqs"))
    formation.create_change_set(StackName="s", ChangeSetName="c", TemplateBody=changed, Parameters=given)
    plain = formation.describe_change_set(StackName="s", ChangeSetName="c")
    shown = formation.describe_change_set(StackName="s", ChangeSetName="c", IncludePropertyValues=True)
    assert not any("BeforeContext" in each["ResourceChange"] for each in plain["Changes"])
    assert "tiptop" not in json.dumps(shown, default=str)
    changes = {each["ResourceChange"]["LogicalResourceId"]: each["ResourceChange"] for each in shown["Changes"]}
    targets = {each["Target"]["Name"]: each["Target"] for each in changes["A"]["Details"]}
    assert targets["DelaySeconds"]["Path"] == "/Properties/DelaySeconds"
    values = {name: (each.get("BeforeValue"), each.get("AfterValue")) for name, each in targets.items()}
    assert values == {
        "DelaySeconds": ("1", "2"),
        "VisibilityTimeout": ("9", None),
        "KmsMasterKeyId": (None, "alias/aws/sqs"),
    }
    kinds = {name: each["AttributeChangeType"] for name, each in targets.items()}
    assert kinds == {"DelaySeconds": "Modify", "VisibilityTimeout": "Remove", "KmsMasterKeyId": "Add"}
    before, after = (json.loads(changes["T"][name]) for name in ("BeforeContext", "AfterContext"))
    assert before == {"Properties": {"DisplayName": "****"}, "Metadata": {"size": 1}}
    assert after["Properties"] == {
        "DisplayName": "arn:aws:sqs:us-east-1:123456789012:named-****",
        "TopicName": "{{changeSet:KNOWN_AFTER_APPLY}}",
    }
    assert "BeforeContext" not in changes["New"]
    assert json.loads(changes["New"]["AfterContext"]) == {"Properties": {}}
