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
