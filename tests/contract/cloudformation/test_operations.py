"""Every operation of CloudFormation answers what docs/sandbox-cloudformation.md says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.contract.cloudformation.conftest import raw_call
from tests.contract.cloudformation.test_rollbacks import state
from tests.contract.cloudformation.test_upkeep import queues
from tests.contract.conftest import body, refusal

PAGE = Path(__file__).parents[3] / "docs" / "sandbox-cloudformation.md"


def listed() -> dict[str, bool]:
    """The operations that the page names, and whether each is refused."""
    rows = re.findall(r"^\| (`.+`) \| (.+) \|$", PAGE.read_text(), flags=re.MULTILINE)
    return {name: answer == "refused" for names, answer in rows for name in re.findall(r"`(\w+)`", names)}


def test_the_list_is_whole_and_what_is_refused_is_named(local: Any) -> None:
    operations = local.client("cloudformation").meta.service_model.operation_names
    page = listed()
    assert sorted(page) == sorted(operations)
    refused = {}
    for name in operations:
        answer = raw_call(local, name)
        refused[name] = answer == ("InternalFailure", f"{name} is not implemented in the sandbox")
    assert refused == page


def test_a_stack_has_another_name(local: Any) -> None:
    formation = local.client("cloudformation")
    stack = local.create("app", queues(A=1))
    formation.set_alias(StackName="app", AliasName="shop")
    assert state(local, "shop")["AliasName"] == "shop"
    assert local.update("shop", queues(A=2))["StackId"] == stack["StackId"]
    assert refusal(local.create, "shop", queues(A=1))[0] == "AlreadyExistsException"
    assert refusal(formation.set_alias, StackName="app", AliasName="app")[0] == "AlreadyExistsException"
    assert refusal(formation.set_alias, StackName="app", AliasName="other")[0] == "LimitExceededException"
    formation.remove_alias(AliasName="shop")
    assert "does not exist" in refusal(formation.describe_stacks, StackName="shop")[1]
    assert "does not exist" in refusal(formation.remove_alias, AliasName="app")[1]


def test_what_nobody_can_make_is_not_there(local: Any) -> None:
    formation = local.client("cloudformation")
    for call, name in (
        (formation.list_generated_templates, "Summaries"),
        (formation.list_resource_scans, "ResourceScanSummaries"),
        (formation.list_stack_refactors, "StackRefactorSummaries"),
        (formation.list_hook_results, "HookResults"),
        (formation.list_type_registrations, "RegistrationTokenList"),
    ):
        assert call()[name] == []
    for call, name, code in (
        (formation.get_generated_template, "GeneratedTemplateName", "GeneratedTemplateNotFound"),
        (formation.list_resource_scan_resources, "ResourceScanId", "ResourceScanNotFound"),
        (formation.execute_stack_refactor, "StackRefactorId", "StackRefactorNotFoundException"),
        (formation.get_hook_result, "HookResultId", "HookResultNotFound"),
    ):
        scan = "arn:aws:cloudformation:us-east-1:123456789012:resourceScan/x"
        given = scan if "Scan" in name else "1b2c3d4e-1b2c-3d4e-1b2c-1b2c3d4e5f6a"
        assert refusal(call, **{name: given})[0] == code
    formation.create_change_set(
        StackName="new", ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=body(queues(A=1))
    )
    hooks = formation.describe_change_set_hooks(StackName="new", ChangeSetName="c")
    assert (hooks["Status"], hooks["Hooks"]) == ("PLANNED", [])
    limits = formation.describe_account_limits()["AccountLimits"]
    assert {"Name": "StackLimit", "Value": 2000} in limits


def test_a_template_is_summarized_and_its_cost_estimated(local: Any) -> None:
    formation = local.client("cloudformation")
    template = {
        "Parameters": {"Size": {"Type": "Number"}},
        "Resources": {"A": {"Type": "AWS::Not::There"}, "B": {"Type": "AWS::SQS::Queue"}},
    }
    assert "Unrecognized" in refusal(formation.get_template_summary, TemplateBody=json.dumps(template))[1]
    config = {"TreatUnrecognizedResourceTypesAsWarnings": True}
    summary = formation.get_template_summary(TemplateBody=json.dumps(template), TemplateSummaryConfig=config)
    assert summary["Warnings"] == {"UnrecognizedResourceTypes": ["AWS::Not::There"]}
    assert summary["ResourceTypes"] == ["AWS::Not::There", "AWS::SQS::Queue"]
    del template["Resources"]["A"]
    given = [{"ParameterKey": "Size", "ParameterValue": "1"}]
    address = formation.estimate_template_cost(TemplateBody=json.dumps(template), Parameters=given)["Url"]
    assert address.startswith("http://calculator.s3.amazonaws.com/calc5.html?key=cloudformation/")
    assert "must have values" in refusal(formation.estimate_template_cost, TemplateBody=json.dumps(template))[1]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"DeploymentConfig": {"Mode": "EXPRESS"}}, "CreateStack with Mode EXPRESS is not implemented in the sandbox"),
        ({"DeploymentConfig": {"Mode": "STANDARD", "DisableRollback": True}}, ""),
    ],
)
def test_how_a_stack_is_deployed(local: Any, options: Any, words: str) -> None:
    broken = {"Resources": {"Bad": {"Type": "AWS::SNS::Topic", "Properties": {"Unknown": 1}}}}
    if words:
        assert refusal(local.create, "app", broken, **options) == ("InternalFailure", words)
    else:
        assert local.create("app", broken, **options)["StackStatus"] == "CREATE_FAILED"


def test_events_are_grouped_by_operation(local: Any) -> None:
    formation = local.client("cloudformation")
    made = formation.create_stack(StackName="app", TemplateBody=body(queues(A=1)), ClientRequestToken="first")
    failing = queues(A=2) | {}
    failing["Resources"]["Bad"] = {"Type": "AWS::SNS::Topic", "Properties": {"Unknown": 1}, "DependsOn": "A"}
    asked = formation.update_stack(StackName="app", TemplateBody=body(failing))["OperationId"]
    stack = state(local)
    rolled_back, updated, created = stack["LastOperations"]
    assert [each["OperationType"] for each in stack["LastOperations"]] == ["ROLLBACK", "UPDATE_STACK", "CREATE_STACK"]
    assert (created["OperationId"], updated["OperationId"]) == (made["OperationId"], asked)

    def events(**chosen: Any) -> list[tuple[str, str]]:
        shown = formation.describe_events(**chosen)["OperationEvents"][::-1]
        return [
            (each["EventType"], each.get("OperationStatus") or f"{each['LogicalResourceId']} {each['ResourceStatus']}")
            for each in shown
        ]

    assert events(OperationId=asked) == [
        ("STACK_EVENT", "IN_PROGRESS"),
        ("PROGRESS_EVENT", "app UPDATE_IN_PROGRESS"),
        ("PROGRESS_EVENT", "A UPDATE_IN_PROGRESS"),
        ("PROGRESS_EVENT", "A UPDATE_COMPLETE"),
        ("PROGRESS_EVENT", "Bad CREATE_IN_PROGRESS"),
        ("PROVISIONING_ERROR", "Bad CREATE_FAILED"),
        ("STACK_EVENT", "FAILED"),
    ]
    assert events(OperationId=rolled_back["OperationId"])[-1] == ("STACK_EVENT", "SUCCEEDED")
    assert events(StackName="app", Filters={"FailedEvents": True}) == [("PROVISIONING_ERROR", "Bad CREATE_FAILED")]
    assert len({each["OperationId"] for each in formation.describe_events(StackName="app")["OperationEvents"]}) == 3
    first = formation.describe_events(OperationId=made["OperationId"])["OperationEvents"]
    assert {each["ClientRequestToken"] for each in first} == {"first"}
    own = formation.describe_stack_events(StackName="app")["StackEvents"]
    assert {each["OperationId"] for each in own} == {each["OperationId"] for each in stack["LastOperations"]}
    formation.create_change_set(StackName="app", ChangeSetName="c", TemplateBody=body(queues(A=1)))
    assert events(StackName="app", ChangeSetName="c") == [("STACK_EVENT", "IN_PROGRESS"), ("STACK_EVENT", "FAILED")]
    assert refusal(formation.describe_events)[0] == "ValidationError"
    assert "does not exist" in refusal(formation.describe_events, OperationId="1b2c")[1]
