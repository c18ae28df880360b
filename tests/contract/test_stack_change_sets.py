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
