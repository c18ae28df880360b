"""What a launch role needs for the service actions that run as it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from catalog.content.config import load_config
from catalog.content.load import load_product
from catalog.errors import ContentError
from catalog.model.definition import LaunchPermission
from catalog.model.service_action import ServiceAction
from catalog.roles.actions import ActionNeeds, action_needs
from catalog.roles.derive import ProductVersion
from catalog.roles.launch import launch_role
from tests.unit.roles.conftest import ROOT

TAGS = [{"Key": "ManagedBy", "Value": "us"}, {"Key": "Env", "Value": {"Ref": "Env"}}]
SSM = "arn:${AWS::Partition}:ssm:*:${AWS::AccountId}"


def version(name: str, *tags: Any, type_name: str = "AWS::KMS::Key") -> ProductVersion:
    return ProductVersion("p", name, {"Resources": {"R": {"Type": type_name, "Properties": {"Tags": list(tags)}}}})


def action(*steps: dict[str, Any], **members: Any) -> ServiceAction:
    document = {"schemaVersion": "0.3", "parameters": {"Id": {"type": "String"}}, "mainSteps": list(steps)}
    given = {"document": document, "target_type": "AWS::KMS::Key", "parameters": {"Id": "TARGET"}, **members}
    return ServiceAction(key="act", name="Act", description="Acts.", **given)


def call(service: str, api: str, **inputs: str) -> dict[str, Any]:
    given = {"Service": service, "Api": api, **inputs}
    return {"name": api, "action": "aws:executeAwsApi", "inputs": given}


def needs(one: ServiceAction, *versions: ProductVersion) -> ActionNeeds:
    product = replace(load_product(load_config(ROOT), "kms_key"), service_actions=(one,))
    return action_needs("catalog", {"p": product}, {"p": versions or (version("1.0.0", *TAGS),)})


def statements(found: ActionNeeds) -> dict[str, LaunchPermission]:
    return {one.sid: one for one in found.permissions()}


def test_the_role_may_run_the_documents_of_its_products_alone() -> None:
    found = statements(needs(action(call("kms", "DisableKey", KeyId="{{ Id }}"))))
    assert list(found) == ["RunServiceActions", "FollowServiceActions", "TargetsOfServiceActions", "ActionKmsKey"]
    assert found["RunServiceActions"].resources == (
        f"{SSM}:document/catalog-p-act-*",
        f"{SSM}:automation-definition/catalog-p-act-*:*",
    )
    assert found["FollowServiceActions"].resources == (f"{SSM}:automation-execution/*",)
    assert found["ActionKmsKey"].actions == ("kms:DisableKey",)
    assert found["ActionKmsKey"].conditions == {"StringEquals": {"aws:ResourceTag/ManagedBy": "us"}}


@pytest.mark.parametrize(
    ("one", "versions"),
    [
        (action(call("kms", "DisableKey", KeyId="{{ Id }}")), [version("1.0.0", *TAGS), version("1.1.0")]),
        (action(call("kms", "DisableKey", KeyId="{{ Id }}")), [version("1.0.0", {"Fn::If": ["C", TAGS[0], TAGS[0]]})]),
        (action(call("kms", "DisableKey", KeyId="alias/other")), [version("1.0.0", *TAGS)]),
        (
            action(call("sns", "Publish", TopicArn="{{ Id }}"), target_type="AWS::SNS::Topic"),
            [version("1.0.0", *TAGS, type_name="AWS::SNS::Topic")],
        ),
    ],
)
def test_tags_narrow_only_what_surely_bears_them(one: ServiceAction, versions: list[ProductVersion]) -> None:
    found = needs(one, *versions)
    assert [grant.conditions for grant in found.grants] == [{}]


def test_versions_before_since_have_no_say() -> None:
    one = action(call("kms", "DisableKey", KeyId="{{ Id }}"), since="1.1.0")
    (grant,) = needs(one, version("1.0.0"), version("1.1.0", *TAGS)).grants
    assert grant.conditions == {"StringEquals": {"aws:ResourceTag/ManagedBy": "us"}}


@pytest.mark.parametrize(
    ("step", "where", "reason"),
    [
        (call("kms", "NoSuchApi"), ", step NoSuchApi", "IAM knows no action kms:NoSuchApi"),
        (call("kms", "*"), ", step *", "IAM knows no action kms:*"),
        (
            {"name": "Run", "action": "aws:executeScript"},
            ", step Run",
            "what aws:executeScript calls cannot be derived",
        ),
        ({"name": "Wait", "action": "aws:sleep"}, "", ""),
    ],
)
def test_what_cannot_be_derived_is_said(step: dict[str, Any], where: str, reason: str) -> None:
    named = {**step, "name": "Star"} if step["name"] == "*" else step
    found = needs(action(named))
    expected = {f"products/p.py: service action 'act'{where.replace('*', 'Star')}": reason} if reason else {}
    assert (found.underivable, found.grants) == (expected, [])


def test_a_named_document_is_not_looked_into() -> None:
    found = needs(action(document="AWS-StopEC2Instance", target_type=""))
    assert list(found.underivable.values()) == ["the steps of document AWS-StopEC2Instance are not known here"]
    assert statements(found)["RunServiceActions"].resources == (
        "arn:${AWS::Partition}:ssm:*::document/AWS-StopEC2Instance",
        "arn:${AWS::Partition}:ssm:*::automation-definition/AWS-StopEC2Instance:*",
    )
    shared = "arn:aws:ssm:eu-west-1:210987654321:document/Stop"
    assert needs(action(document=shared, target_type="")).documents[0] == (
        "arn:${AWS::Partition}:ssm:*:210987654321:document/Stop"
    )


@pytest.mark.parametrize(
    ("document", "account"),
    [
        ("arn:${AWS::Partition}:ssm:${AWS::Region}:210987654321:document/Stop", "210987654321"),
        ("arn:aws:ssm:${AWS::Region}:${AWS::AccountId}:document/Stop", "${AWS::AccountId}"),
        ("Stop", "${AWS::AccountId}"),
    ],
)
def test_a_named_document_is_of_the_account_that_its_arn_says(document: str, account: str) -> None:
    start = f"arn:${{AWS::Partition}}:ssm:*:{account}"
    found = needs(action(document=document, target_type=""))
    assert found.documents == [f"{start}:document/Stop", f"{start}:automation-definition/Stop:*"]


def test_the_steps_of_a_loop_count() -> None:
    inner = {"name": "Inner", "action": "aws:loop", "inputs": {"Steps": [call("kms", "DisableKey", KeyId="{{ Id }}")]}}
    script = {"name": "Script", "action": "aws:executeScript"}
    found = needs(action({"name": "Outer", "action": "aws:loop", "inputs": {"Steps": [inner, script]}}))
    assert [grant.action for grant in found.grants] == ["kms:DisableKey"]
    assert list(found.underivable) == ["products/p.py: service action 'act', step Script"]


def test_an_action_that_runs_as_somebody_else_needs_nothing_of_the_launch_role() -> None:
    for role in ("", "operations"):
        found = needs(action(call("kms", "DisableKey"), assume_role=role))
        assert (list(found.permissions()), found.callers()) == ([], {})


def test_a_step_that_is_written_down_by_hand_is_enough() -> None:
    config = load_config(ROOT)
    step = {"name": "Run", "action": "aws:executeScript", "inputs": {}}
    product = replace(load_product(config, "kms_key"), service_actions=(action(step),))
    with pytest.raises(ContentError, match="cannot be derived"):
        launch_role(config, "r", {"kms_key": product})
    written = LaunchPermission("Script", ("kms:DisableKey",), ("*",), "The script disables the key.")
    role = launch_role(config, "r", {"kms_key": replace(product, launch_permissions=(written,))})
    assert written in role.permissions
    assert role.derived.needed_by["ssm:StartAutomationExecution"] == ("Service Catalog, to run service actions",)
