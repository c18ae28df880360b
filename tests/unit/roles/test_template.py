from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from catalog.check.cfn_lint import lint
from catalog.check.handlers import iam_action
from catalog.content.config import Config
from catalog.content.load import load_portfolios
from catalog.content.render import as_yaml
from catalog.content.targets import Target
from catalog.errors import ContentError
from catalog.model.definition import LaunchPermission
from catalog.roles.derive import ProductVersion, derive
from catalog.roles.oidc import github, gitlab
from catalog.roles.publisher import publisher_template
from catalog.roles.template import SERVICE_PERMISSIONS, role_template
from tests.unit.roles.conftest import REGIONS


def faults(template: dict[str, Any], regions: tuple[str, ...] = REGIONS) -> list[str]:
    """What cfn-lint and our controls say of a template, informational remarks too."""
    return [f"{one.id} {one.where} {one.message}" for one in lint("role", "role", as_yaml(template), regions)]


def statements(template: dict[str, Any]) -> list[dict[str, Any]]:
    (resource,) = template["Resources"].values()
    found: list[dict[str, Any]] = resource["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    return found


def test_launch_roles_pass_cfn_lint_and_our_controls(kms_key: ProductVersion, store: ProductVersion) -> None:
    roles = {
        "catalog-launch-kms-key": (*SERVICE_PERMISSIONS, *derive([kms_key], REGIONS).permissions),
        "catalog-launch-store": (*SERVICE_PERMISSIONS, *derive([store], REGIONS).permissions),
    }
    assert faults(role_template("catalog", roles)) == []
    assert faults(role_template("catalog", roles, source_account=True)) == []


def test_every_free_resource_has_its_reason_in_the_metadata(store: ProductVersion) -> None:
    template = role_template("catalog", {"launch": (*SERVICE_PERMISSIONS, *derive([store], REGIONS).permissions)})
    reasons = template["Resources"]["Launch"]["Metadata"]["Reasons"]
    free = [one["Sid"] for one in statements(template) if "*" in one["Resource"]]
    assert free
    for sid in free:
        assert len(reasons[sid]) > 20
    assert set(reasons) == {one["Sid"] for one in statements(template)}


def test_only_service_catalog_is_trusted_and_for_one_account_where_asked() -> None:
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
    assert [a for one in SERVICE_PERMISSIONS for a in one.actions if iam_action(a) is None] == []


@pytest.mark.parametrize(
    ("roles", "message"),
    [
        ({"a b": ()}, "role name 'a b'"),
        ({"a-b": (), "a.b": ()}, "too much alike: a-b and a.b"),
        ({"big": (LaunchPermission("A", tuple(f"s3:Get{n:05}" for n in range(900)), ("*",), "r"),)}, "limit is 10240"),
    ],
)
def test_what_iam_would_refuse_is_refused(roles: dict[str, Any], message: str) -> None:
    with pytest.raises(ContentError, match=message):
        role_template("catalog", roles)


# ---------------------------------------------------------------------------------------------------- the publisher


def template_of(config: Config, **options: Any) -> dict[str, Any]:
    trust = options.pop("trust", None)
    return publisher_template(config, load_portfolios(config).values(), trust, **options)


def test_publisher_roles_pass_cfn_lint_and_our_controls(config: Config) -> None:
    assert faults(template_of(config, trust=github("o/r"))) == []
    assert faults(template_of(config, trust=gitlab("g/p:release/*"))) == []
    assert faults(template_of(config)) == []


def test_what_plans_cannot_write(config: Config) -> None:
    template = template_of(config, trust=github("o/r"), plan_only=True)
    assert set(template["Resources"]) == {"PlanPolicy", "PlanRole"}
    statements = template["Resources"]["PlanPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    actions = {action.split(":")[1] for statement in statements for action in statement["Action"]}
    assert actions
    assert all(action.startswith(("Search", "List", "Describe", "Get", "View")) for action in actions)


def test_what_publishes_has_both_policies_and_passes_only_launch_roles_to_service_catalog(config: Config) -> None:
    resources = template_of(config, trust=github("o/r"))["Resources"]
    assert resources["PublishRole"]["Properties"]["ManagedPolicyArns"] == [
        {"Ref": "PlanPolicy"},
        {"Ref": "PublishPolicy"},
    ]
    assert resources["PlanRole"]["Properties"]["ManagedPolicyArns"] == [{"Ref": "PlanPolicy"}]
    statements = resources["PublishPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    (passing,) = [one for one in statements if "iam:PassRole" in one["Action"]]
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": "servicecatalog.amazonaws.com"}}
    assert passing["Resource"] == [
        {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/catalog-launch-kms-key"}
    ]


def test_deleting_stands_apart_and_is_given_when_it_is_asked_for(config: Config) -> None:
    usual = template_of(config, trust=github("o/r"))
    text = str(usual["Resources"])
    for taken_out in ("DeleteConstraint", "DeletePortfolioShare", "DeleteServiceAction"):
        text = text.replace(taken_out, "")
    assert "Delete" not in text
    template = template_of(config, trust=github("o/r"), upkeep=True)
    assert faults(template) == []
    assert {name: template["Resources"][name] for name in usual["Resources"]} == usual["Resources"]
    resources = template["Resources"]
    (_, *more) = resources["UpkeepRole"]["Properties"]["ManagedPolicyArns"]
    assert more == [{"Ref": "PublishPolicy"}, {"Ref": "UpkeepPolicy"}]
    trusted = resources["UpkeepRole"]["Properties"]["AssumeRolePolicyDocument"]
    assert trusted == resources["PublishRole"]["Properties"]["AssumeRolePolicyDocument"]


def test_targets_roles_are_those_that_may_be_assumed(config: Config) -> None:
    role = "arn:aws:iam::111122223333:role/catalog-publisher"
    targets = (Target("hub", "111122223333", "us-east-1", role), Target("own", "123456789012", "us-east-1"))
    template = template_of(replace(config, targets=targets))
    statements = template["Resources"]["PublishPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert [one["Resource"] for one in statements if one["Action"] == ["sts:AssumeRole"]] == [[role]]


GITHUB = "token.actions.githubusercontent.com"
EXACT = "StringEquals"


@pytest.mark.parametrize(
    ("text", "operator", "publish", "plan"),
    [
        ("o/r", EXACT, "repo:o/r:ref:refs/heads/main", "repo:o/r:pull_request"),
        ("o/r:live", EXACT, "repo:o/r:ref:refs/heads/live", "repo:o/r:pull_request"),
        ("o/r:environment:prod", EXACT, "repo:o/r:environment:prod", "repo:o/r:pull_request"),
        ("o/r:refs/tags/v*", "StringLike", "repo:o/r:ref:refs/tags/v*", "repo:o/r:pull_request"),
        ("o@12/r@34", EXACT, "repo:o@12/r@34:ref:refs/heads/main", "repo:o@12/r@34:pull_request"),
    ],
)
def test_github_is_trusted_by_subject_and_audience(text: str, operator: str, publish: str, plan: str) -> None:
    trust = github(text)
    (statement,) = trust.document("publish")["Statement"]
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert statement["Condition"]["StringEquals"][f"{GITHUB}:aud"] == "sts.amazonaws.com"
    assert statement["Condition"][operator][f"{GITHUB}:sub"] == publish
    (statement,) = trust.document("plan")["Statement"]
    assert statement["Condition"][operator][f"{GITHUB}:sub"] == [publish, plan]


@pytest.mark.parametrize(
    ("text", "operator", "publish"),
    [
        ("g/p", EXACT, "project_path:g/p:ref_type:branch:ref:main"),
        ("g/sub/p:live", EXACT, "project_path:g/sub/p:ref_type:branch:ref:live"),
        ("g/p:tag:v*", "StringLike", "project_path:g/p:ref_type:tag:ref:v*"),
    ],
)
def test_gitlab_is_trusted_by_subject_and_audience(text: str, operator: str, publish: str) -> None:
    trust = gitlab(text)
    (statement,) = trust.document("publish")["Statement"]
    assert statement["Condition"]["StringEquals"]["gitlab.com:aud"] == "https://gitlab.com"
    assert statement["Condition"][operator]["gitlab.com:sub"] == publish
    (statement,) = trust.document("plan")["Statement"]
    project = publish.split(":ref_type")[0]
    assert statement["Condition"]["StringLike"]["gitlab.com:sub"] == [publish, f"{project}:ref_type:branch:ref:*"]


def test_a_provider_of_ones_own_gives_the_keys() -> None:
    arn = "arn:aws:iam::123456789012:oidc-provider/gitlab.example.com"
    (statement,) = gitlab("g/p", arn).document("publish")["Statement"]
    assert statement["Principal"] == {"Federated": arn}
    assert statement["Condition"]["StringEquals"] == {
        "gitlab.example.com:aud": "https://gitlab.example.com",
        "gitlab.example.com:sub": "project_path:g/p:ref_type:branch:ref:main",
    }


@pytest.mark.parametrize(
    "text",
    ["*/*", "o/*", "o", "o/r*", "o/r:", "o/r:*", "o/r:**", "o/r:environment:*", "o/r:refs/heads/*", "", "o/r:a b"],
)
def test_a_repository_or_a_whole_ref_is_never_a_wildcard(text: str) -> None:
    for read in (github, gitlab):
        with pytest.raises(ContentError, match=r"--git(hub|lab)"):
            read(text)


def test_a_provider_that_is_none_is_refused() -> None:
    with pytest.raises(ContentError, match="--oidc-provider takes the ARN"):
        github("o/r", "https://token.actions.githubusercontent.com")


def test_templates_are_plain_data(config: Config) -> None:
    assert json.loads(json.dumps(template_of(config))) == template_of(config)
