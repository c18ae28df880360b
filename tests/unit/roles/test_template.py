"""Launch roles and roles for CI as CloudFormation templates."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from catalog.check.cfn_lint import lint
from catalog.check.iam_actions import iam_action
from catalog.content.config import Config
from catalog.content.load import load_catalog, load_portfolios
from catalog.content.render import as_yaml
from catalog.content.targets import Target
from catalog.errors import ContentError
from catalog.model.definition import LaunchPermission
from catalog.publishing.bootstrap_role import bootstrap_permissions
from catalog.roles.derive import ProductVersion, derive
from catalog.roles.launch import launch_roles
from catalog.roles.oidc import github, gitlab
from catalog.roles.publisher import publisher_resources, publisher_template
from catalog.roles.template import SERVICE_PERMISSIONS, role_template
from tests.unit.roles.conftest import REGIONS


def findings(template: dict[str, Any], regions: tuple[str, ...] = REGIONS) -> list[str]:
    """Findings of cfn-lint and our controls on a template, including informational ones."""
    return [
        f"{finding.id} {finding.where} {finding.message}"
        for finding in lint("role", "role", as_yaml(template), regions)
    ]


def statements(template: dict[str, Any]) -> list[dict[str, Any]]:
    (resource,) = template["Resources"].values()
    members: list[dict[str, Any]] = resource["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    return members


def test_launch_roles_pass_cfn_lint_and_our_controls(kms_key: ProductVersion, store: ProductVersion) -> None:
    roles = {
        "catalog-launch-kms-key": (*SERVICE_PERMISSIONS, *derive([kms_key], REGIONS).permissions),
        "catalog-launch-store": (*SERVICE_PERMISSIONS, *derive([store], REGIONS).permissions),
    }
    assert findings(role_template("catalog", roles)) == []
    assert findings(role_template("catalog", roles, source_account=True)) == []


def test_every_statement_on_all_resources_has_its_reason_in_the_metadata(store: ProductVersion) -> None:
    template = role_template("catalog", {"launch": (*SERVICE_PERMISSIONS, *derive([store], REGIONS).permissions)})
    reasons = template["Resources"]["Launch"]["Metadata"]["Reasons"]
    sids = [statement["Sid"] for statement in statements(template) if "*" in statement["Resource"]]
    assert sids
    for sid in sids:
        assert len(reasons[sid]) > 20
    assert set(reasons) == {statement["Sid"] for statement in statements(template)}


def test_only_service_catalog_is_trusted_and_for_one_account_on_request() -> None:
    open_trust = role_template("catalog", {"launch": SERVICE_PERMISSIONS})
    narrow = role_template("catalog", {"launch": SERVICE_PERMISSIONS}, source_account=True)
    (statement,) = open_trust["Resources"]["Launch"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert statement == {
        "Effect": "Allow",
        "Principal": {"Service": "servicecatalog.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    (statement,) = narrow["Resources"]["Launch"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_service_permissions_exist() -> None:
    assert [
        action for permission in SERVICE_PERMISSIONS for action in permission.actions if iam_action(action) is None
    ] == []


LARGE = tuple(
    LaunchPermission(f"A{number}", tuple(f"s3:Get{n:05}" for n in range(200)), ("*",), "r") for number in range(4)
)


@pytest.mark.parametrize(
    ("roles", "message"),
    [
        ({"a b": ()}, "role name 'a b'"),
        ({"a-b": (), "a.b": ()}, "launch roles a-b and a.b have the same logical id"),
        ({"big": (LaunchPermission("A", tuple(f"s3:Get{n:05}" for n in range(6000)), ("*",), "r"),)}, "role big: its"),
        ({"big": LARGE, "big-policy-2": ()}, "launch role big-policy-2: another role has the logical id BigPolicy2"),
    ],
)
def test_a_template_that_iam_would_refuse_is_an_error(roles: dict[str, Any], message: str) -> None:
    with pytest.raises(ContentError, match=message):
        role_template("catalog", roles)


# ---------------------------------------------------------------------------------------------------- the publisher


def template_of(config: Config, **options: Any) -> dict[str, Any]:
    trust = options.pop("trust", None)
    resources = publisher_resources(config, load_portfolios(config).values())
    return publisher_template(config, resources, trust, **options)


def test_publisher_roles_pass_cfn_lint_and_our_controls(config: Config) -> None:
    assert findings(template_of(config, trust=github("o/r"))) == []
    assert findings(template_of(config, trust=gitlab("g/p:release/*", protected=True))) == []
    assert findings(template_of(config)) == []


def test_the_role_that_plans_cannot_write(config: Config) -> None:
    template = template_of(config, trust=github("o/r"), plan_only=True)
    assert set(template["Resources"]) == {"PlanPolicy", "PlanRole"}
    statements = template["Resources"]["PlanPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    actions = {action.split(":")[1] for statement in statements for action in statement["Action"]}
    assert actions
    assert all(action.startswith(("Search", "List", "Describe", "Get", "View")) for action in actions)


def test_the_role_that_publishes_has_both_policies_and_passes_only_launch_roles_to_service_catalog(
    config: Config,
) -> None:
    resources = template_of(config, trust=github("o/r"))["Resources"]
    assert resources["PublishRole"]["Properties"]["ManagedPolicyArns"] == [
        {"Ref": "PlanPolicy"},
        {"Ref": "PublishPolicy"},
    ]
    assert resources["PlanRole"]["Properties"]["ManagedPolicyArns"] == [{"Ref": "PlanPolicy"}]
    statements = resources["PublishPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    (passing,) = [statement for statement in statements if "iam:PassRole" in statement["Action"]]
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": "servicecatalog.amazonaws.com"}}
    assert passing["Resource"] == [
        {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/catalog-launch-kms-key"}
    ]


def test_upkeep_is_a_role_of_its_own_made_on_request(config: Config) -> None:
    usual = template_of(config, trust=github("o/r"))
    text = str(usual["Resources"])
    for published in ("DeleteConstraint", "DeletePortfolioShare", "DeleteServiceAction", "s3:DeleteObject"):
        text = text.replace(published, "")
    assert "Delete" not in text
    template = template_of(config, trust=github("o/r"), upkeep=True)
    assert findings(template) == []
    assert {name: template["Resources"][name] for name in usual["Resources"]} == usual["Resources"]
    resources = template["Resources"]
    (_, *more) = resources["UpkeepRole"]["Properties"]["ManagedPolicyArns"]
    assert more == [{"Ref": "PublishPolicy"}, {"Ref": "UpkeepPolicy"}]
    trusted = resources["UpkeepRole"]["Properties"]["AssumeRolePolicyDocument"]
    assert trusted == resources["PublishRole"]["Properties"]["AssumeRolePolicyDocument"]


def test_bootstrap_is_a_role_on_its_own_made_on_request_and_marked(config: Config) -> None:
    resources = publisher_resources(config, load_portfolios(config).values())
    content = load_catalog(config.root)
    roles = launch_roles(config, content.products, content.portfolios.values())
    statements = bootstrap_permissions(config, resources, roles)
    usual = template_of(config, trust=github("o/r"))
    template = template_of(config, trust=github("o/r"), bootstrap=statements)
    assert {name: template["Resources"][name] for name in usual["Resources"]} == usual["Resources"]
    policy, role = template["Resources"]["BootstrapPolicy"], template["Resources"]["BootstrapRole"]
    assert role["Properties"]["ManagedPolicyArns"] == [{"Ref": "BootstrapPolicy"}]
    assert role["Properties"]["AssumeRolePolicyDocument"] == github("o/r").document("publish")
    assert policy["Metadata"]["AdministratorEquivalent"] == ["IamRole"]
    through = {"StringEquals": {"aws:CalledViaFirst": "cloudformation.amazonaws.com"}}
    for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
        writes = {action for action in statement["Action"] if ":Put" in action or ":Create" in action}
        own = {"s3:PutObject", "cloudformation:CreateStack"}
        assert writes <= own or statement["Condition"] == through
        assert all("catalog-" in str(arn) or "accesspoint/" in str(arn) for arn in statement["Resource"])
    ids = {finding.split()[0] for finding in findings(template)}
    assert ids <= {"E9018"}, "it can become administrator, and nothing else is wrong"


def test_only_the_roles_of_targets_can_be_assumed(config: Config) -> None:
    role = "arn:aws:iam::111122223333:role/catalog-publisher"
    targets = (Target("hub", "111122223333", "us-east-1", role), Target("own", "123456789012", "us-east-1"))
    template = template_of(replace(config, targets=targets))
    statements = template["Resources"]["PublishPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert [statement["Resource"] for statement in statements if statement["Action"] == ["sts:AssumeRole"]] == [[role]]


def test_templates_are_plain_data(config: Config) -> None:
    assert json.loads(json.dumps(template_of(config))) == template_of(config)
