"""Change sets that look into nested stacks (IncludeNestedStacks)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.cloudformation.test_nested_stacks import BROKEN, QUEUE, URL, described, inner, outer, put, queues
from tests.contract.conftest import body, refusal

NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."


@pytest.fixture
def nested(local: Any) -> Any:
    local.client("s3").create_bucket(Bucket="templates")
    put(local, "inner.json", inner())
    return local


def made(local: Any, template: Any, kind: str = "UPDATE", **more: Any) -> Any:
    """A new change set of the stack `app`, described."""
    formation = local.client("cloudformation")
    options = {"TemplateBody": body(template), "ChangeSetType": kind, "ChangeSetName": "root", **more}
    made = formation.create_change_set(StackName="app", IncludeNestedStacks=True, **options)
    return shown(local, made["Id"])


def shown(local: Any, change_set: str) -> Any:
    return local.client("cloudformation").describe_change_set(ChangeSetName=change_set)


def changes(change_set: Any) -> dict[str, Any]:
    return {each["ResourceChange"]["LogicalResourceId"]: each["ResourceChange"] for each in change_set["Changes"]}


def test_a_nested_stack_has_a_change_set_that_goes_with_the_root(nested: Any) -> None:
    formation = nested.client("cloudformation")
    nested.create("app", outer())
    stack = nested.physical("app", "Nested")
    put(nested, "inner.json", inner(Second=QUEUE))
    root = made(nested, outer())
    (change,) = changes(root).values()
    assert (root["IncludeNestedStacks"], root["Status"], "ParentChangeSetId" in root) == (
        True,
        "CREATE_COMPLETE",
        False,
    )
    assert (change["Action"], change["PhysicalResourceId"], change["Replacement"]) == ("Modify", stack, "False")
    inside = shown(nested, change["ChangeSetId"])
    assert inside["ChangeSetName"].startswith("root-Nested-")
    assert (inside["Status"], inside["ExecutionStatus"]) == ("CREATE_COMPLETE", "UNAVAILABLE")
    assert inside["StatusReason"] == "Only executable from the root change set."
    assert {inside["ParentChangeSetId"], inside["RootChangeSetId"]} == {root["ChangeSetId"]}
    assert (inside["StackId"], list(changes(inside))) == (stack, ["Second"])
    (summary,) = formation.list_change_sets(StackName=stack)["Summaries"]
    assert (summary["ChangeSetId"], summary["RootChangeSetId"]) == (inside["ChangeSetId"], root["ChangeSetId"])
    for call in (formation.execute_change_set, formation.delete_change_set):
        assert refusal(call, ChangeSetName=inside["ChangeSetId"])[0] == "InvalidChangeSetStatus"

    put(nested, "inner.json", inner(Third=QUEUE))  # what was announced is what is made
    formation.execute_change_set(ChangeSetName=root["ChangeSetId"])
    assert described(nested, "app")["StackStatus"] == "UPDATE_COMPLETE"
    assert described(nested, stack)["ChangeSetId"] == inside["ChangeSetId"]
    assert shown(nested, inside["ChangeSetId"])["ExecutionStatus"] == "EXECUTE_COMPLETE"
    assert {name.split("-")[3] for name in queues(nested) if name.startswith("app-")} == {"Second"}


def test_new_nested_stacks_are_reviewed_made_or_deleted_with_their_change_set(nested: Any) -> None:
    formation = nested.client("cloudformation")
    put(nested, "middle.json", {"Resources": outer()["Resources"]})
    template = {
        "Resources": {
            "Middle": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": f"{URL}/middle.json"}},
            "Topic": {"Type": "AWS::SNS::Topic"},
        }
    }
    for executed in (False, True):
        root = made(nested, template, "CREATE")
        assert [change["Action"] for change in changes(root).values()] == ["Add", "Add"]
        middle = shown(nested, changes(root)["Middle"]["ChangeSetId"])
        inside = shown(nested, changes(middle)["Nested"]["ChangeSetId"])
        assert (inside["ParentChangeSetId"], inside["RootChangeSetId"]) == (middle["ChangeSetId"], root["ChangeSetId"])
        assert {described(nested, each["StackId"])["StackStatus"] for each in (root, middle, inside)} == {
            "REVIEW_IN_PROGRESS"
        }
        if executed:
            formation.execute_change_set(ChangeSetName=root["ChangeSetId"])
            ends = [described(nested, each["StackId"]) for each in (root, middle, inside)]
            assert [end["StackStatus"] for end in ends] == ["CREATE_COMPLETE"] * 3
            assert [end.get("RootId") for end in ends] == [None, root["StackId"], root["StackId"]]
            assert nested.physical("app", "Middle") == middle["StackId"]
            assert queues(nested) == ["inner-queue"]
        else:
            formation.delete_change_set(ChangeSetName=root["ChangeSetId"])
            assert [stack["StackName"] for stack in formation.describe_stacks()["Stacks"]] == ["app"]


def test_a_nested_stack_without_changes_is_no_change_and_a_wrong_one_fails_the_root(nested: Any) -> None:
    nested.create("app", outer())
    root = made(nested, outer())
    assert (root["Status"], root["StatusReason"], root["Changes"]) == ("FAILED", NO_CHANGES, [])
    nested.client("cloudformation").delete_change_set(ChangeSetName=root["ChangeSetId"])
    root = made(nested, outer(Topic={"Type": "AWS::SNS::Topic"}))
    assert (root["Status"], list(changes(root))) == ("CREATE_COMPLETE", ["Topic"])
    (summary,) = nested.client("cloudformation").list_change_sets(StackName=nested.physical("app", "Nested"))[
        "Summaries"
    ]
    assert (summary["Status"], summary["StatusReason"]) == ("FAILED", NO_CHANGES)
    nested.client("cloudformation").execute_change_set(ChangeSetName=root["ChangeSetId"])
    put(nested, "inner.json", {"Resources": {"A": {"Type": "AWS::Not::There"}}})
    root = made(nested, outer(), ChangeSetName="wrong")
    (summary,) = (
        each
        for each in nested.client("cloudformation").list_change_sets(StackName=nested.physical("app", "Nested"))[
            "Summaries"
        ]
        if each["RootChangeSetId"] == root["ChangeSetId"]
    )
    assert root["StatusReason"] == (
        f"Nested change set {summary['ChangeSetId']} was not successfully created: Currently in FAILED."
    )
    assert (root["Status"], summary["Status"]) == ("FAILED", "FAILED")
    assert summary["StatusReason"].startswith("Template format error: Unrecognized resource types: [AWS::Not::There]")


def test_values_that_nobody_knows_yet_are_not_checked(nested: Any) -> None:
    """A subnet's id is known when the other nested stack has made it."""
    subnet = {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24"}}
    vpc = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
    put(nested, "net.json", {"Resources": {"Vpc": vpc}, "Outputs": {"Id": {"Value": {"Ref": "Vpc"}}}})
    put(nested, "sub.json", {"Parameters": {"Vpc": {"Type": "AWS::EC2::VPC::Id"}}, "Resources": {"Subnet": subnet}})
    stack = "AWS::CloudFormation::Stack"
    given = {"Vpc": {"Fn::GetAtt": ["Net", "Outputs.Id"]}}
    resources = {
        "Net": {"Type": stack, "Properties": {"TemplateURL": f"{URL}/net.json"}},
        "Sub": {"Type": stack, "Properties": {"TemplateURL": f"{URL}/sub.json", "Parameters": given}},
    }
    root = made(nested, {"Resources": resources}, "CREATE")
    assert root["Status"] == "CREATE_COMPLETE"
    inside = shown(nested, changes(root)["Sub"]["ChangeSetId"])
    assert inside["Parameters"] == [{"ParameterKey": "Vpc", "ParameterValue": "{{changeSet:KNOWN_AFTER_APPLY}}"}]
    nested.client("cloudformation").execute_change_set(ChangeSetName=root["ChangeSetId"])
    assert described(nested, "app")["StackStatus"] == "CREATE_COMPLETE"
    again = made(nested, {"Resources": resources}, ChangeSetName="again")
    assert list(changes(again)) == ["Sub"], "outputs are not known, also of a nested stack that stays"


def test_what_an_execution_does_not_come_to_leaves_no_stack(nested: Any) -> None:
    template = outer(Broken=BROKEN)
    template["Resources"]["Nested"]["DependsOn"] = "Broken"
    for kind, ended in (("CREATE", "ROLLBACK_COMPLETE"), ("UPDATE", "UPDATE_ROLLBACK_COMPLETE")):
        if kind == "UPDATE":
            nested.client("cloudformation").delete_stack(StackName="app")
            nested.create("app", {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
        root = made(nested, template, kind)
        nested.client("cloudformation").execute_change_set(ChangeSetName=root["ChangeSetId"])
        assert described(nested, "app")["StackStatus"] == ended
        stacks = nested.client("cloudformation").describe_stacks()["Stacks"]
        assert [stack["StackName"] for stack in stacks] == ["app"]
