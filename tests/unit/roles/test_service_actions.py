"""Permissions of a launch role for the service actions that run as it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from catalog.content.config import load_config
from catalog.content.load import load_product
from catalog.errors import ContentError
from catalog.model.definition import LaunchPermission
from catalog.model.service_action import ServiceAction
from catalog.roles.derive import ProductVersion
from catalog.roles.launch import launch_role
from catalog.roles.service_actions import ServiceActionNeeds, service_action_needs
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


def needs(service_action: ServiceAction, *versions: ProductVersion) -> ServiceActionNeeds:
    product = replace(load_product(load_config(ROOT), "kms_key"), service_actions=(service_action,))
    return service_action_needs("catalog", {"p": product}, {"p": versions or (version("1.0.0", *TAGS),)})


def statements(needs: ServiceActionNeeds) -> dict[str, LaunchPermission]:
    return {permission.sid: permission for permission in needs.permissions()}


def test_the_role_may_run_only_the_documents_of_its_products() -> None:
    permissions = statements(needs(action(call("kms", "DisableKey", KeyId="{{ Id }}"))))
    assert list(permissions) == ["RunServiceActions", "FollowServiceActions", "TargetsOfServiceActions", "ActionKmsKey"]
    assert permissions["RunServiceActions"].resources == (
        f"{SSM}:document/catalog-p-act-*",
        f"{SSM}:automation-definition/catalog-p-act-*:*",
    )
    assert permissions["FollowServiceActions"].resources == (f"{SSM}:automation-execution/*",)
    assert permissions["ActionKmsKey"].actions == ("kms:DisableKey",)
    assert permissions["ActionKmsKey"].conditions == {"StringEquals": {"aws:ResourceTag/ManagedBy": "us"}}


@pytest.mark.parametrize(
    ("service_action", "versions"),
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
def test_tags_narrow_only_resources_that_have_them_in_every_version(
    service_action: ServiceAction, versions: list[ProductVersion]
) -> None:
    assert [grant.conditions for grant in needs(service_action, *versions).grants] == [{}]


def test_versions_before_since_do_not_count() -> None:
    service_action = action(call("kms", "DisableKey", KeyId="{{ Id }}"), since="1.1.0")
    (grant,) = needs(service_action, version("1.0.0"), version("1.1.0", *TAGS)).grants
    assert grant.conditions == {"StringEquals": {"aws:ResourceTag/ManagedBy": "us"}}


@pytest.mark.parametrize(
    ("step", "where", "reason"),
    [
        (call("kms", "NoSuchApi"), ", step NoSuchApi", "IAM has no action kms:NoSuchApi"),
        (call("kms", "*"), ", step *", "IAM has no action kms:*"),
        (
            {"name": "Run", "action": "aws:executeScript"},
            ", step Run",
            "the calls of aws:executeScript cannot be derived",
        ),
        ({"name": "Wait", "action": "aws:sleep"}, "", ""),
    ],
)
def test_a_step_that_cannot_be_derived_is_named(step: dict[str, Any], where: str, reason: str) -> None:
    named = {**step, "name": "Star"} if step["name"] == "*" else step
    needed = needs(action(named))
    expected = {f"products/p.py: service action 'act'{where.replace('*', 'Star')}": reason} if reason else {}
    assert (needed.underivable, needed.grants) == (expected, [])


def test_the_steps_of_a_named_document_are_not_known() -> None:
    needed = needs(action(document="AWS-StopEC2Instance", target_type=""))
    assert list(needed.underivable.values()) == [
        "the steps of document AWS-StopEC2Instance are not known in this repository"
    ]
    assert statements(needed)["RunServiceActions"].resources == (
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
def test_a_named_document_is_in_the_account_of_its_arn(document: str, account: str) -> None:
    start = f"arn:${{AWS::Partition}}:ssm:*:{account}"
    needed = needs(action(document=document, target_type=""))
    assert needed.documents == [f"{start}:document/Stop", f"{start}:automation-definition/Stop:*"]


def test_the_steps_of_a_loop_count() -> None:
    inner = {"name": "Inner", "action": "aws:loop", "inputs": {"Steps": [call("kms", "DisableKey", KeyId="{{ Id }}")]}}
    script = {"name": "Script", "action": "aws:executeScript"}
    needed = needs(action({"name": "Outer", "action": "aws:loop", "inputs": {"Steps": [inner, script]}}))
    assert [grant.action for grant in needed.grants] == ["kms:DisableKey"]
    assert list(needed.underivable) == ["products/p.py: service action 'act', step Script"]


def test_an_action_that_runs_as_another_role_needs_nothing_of_the_launch_role() -> None:
    for role in ("", "operations"):
        needed = needs(action(call("kms", "DisableKey"), assume_role=role))
        assert (list(needed.permissions()), needed.callers()) == ([], {})


def test_launch_permissions_stand_for_a_step_that_cannot_be_derived() -> None:
    config = load_config(ROOT)
    step = {"name": "Run", "action": "aws:executeScript", "inputs": {}}
    product = replace(load_product(config, "kms_key"), service_actions=(action(step),))
    with pytest.raises(ContentError, match="cannot be derived"):
        launch_role(config, "r", {"kms_key": product})
    written = LaunchPermission("Script", ("kms:DisableKey",), ("*",), "The script disables the key.")
    role = launch_role(config, "r", {"kms_key": replace(product, launch_permissions=(written,))})
    assert written in role.permissions
    assert role.derived.needed_by["ssm:StartAutomationExecution"] == ("Service Catalog, to run service actions",)
