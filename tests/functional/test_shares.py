"""Shares of portfolios over HTTP: created, changed, deleted and read back, in both accounts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.sandbox.control import Sandbox
from tests.functional.conftest import Run
from tests.functional.sharing import HUB, SPOKE, Spoke, World

DEV = "arn:aws:iam::123456789012:role/dev-terraform-role"


@pytest.fixture
def world(
    catalog: Run, sandbox: Sandbox, client: Callable[..., Any], repository: Path, monkeypatch: pytest.MonkeyPatch
) -> World:
    return World(catalog, sandbox, client, repository, monkeypatch)


@pytest.fixture
def spoke(world: World, tmp_path: Path) -> Spoke:
    folder = tmp_path / "spoke"
    folder.mkdir()
    return Spoke(world, folder)


def test_a_share_with_an_account_is_created_changed_and_deleted(world: World) -> None:
    world.write(f"account: '{SPOKE}'")
    assert world.operations()[-1] == ("CreatePortfolioShare", "widens")
    world.publish()
    (share,) = world.shares("ACCOUNT")
    assert (share["PrincipalId"], share["Accepted"], share["ShareTagOptions"]) == (SPOKE, False, False)
    world.settled()
    planned = world.catalog("plan", "--local", at=world.repository)
    assert f"portfolio/team is offered to account {SPOKE}, which has not accepted it" in planned.stdout

    world.write(f"account: '{SPOKE}', share_tag_options: true")
    assert world.operations() == [("UpdatePortfolioShare", "none")]
    world.publish()
    assert world.shares("ACCOUNT")[0]["ShareTagOptions"] is True
    world.settled()

    world.write()
    assert world.operations() == [("DeletePortfolioShare", "destroys")]
    world.publish()
    assert world.shares("ACCOUNT") == []
    world.settled()


def test_shares_with_organization_nodes_are_created_changed_and_deleted(world: World) -> None:
    world.organize()
    world.write(
        f"organizational_unit: {world.unit}",
        f"organization: {world.organization_id}, share_principals: true",
        f"organization_member_account: '{world.member}'",
    )
    world.publish()
    for kind, identifier, principals in (
        ("ORGANIZATIONAL_UNIT", world.unit, False),
        ("ORGANIZATION", world.organization_id, True),
        ("ORGANIZATION_MEMBER_ACCOUNT", world.member, False),
    ):
        (share,) = world.shares(kind)
        assert (share["PrincipalId"], share["SharePrincipals"]) == (identifier, principals)
    member = world.other(world.member)
    assert member.describe_portfolio(Id=world.portfolio_id())["PortfolioDetail"]["DisplayName"] == "Team"
    world.settled()

    world.write(
        f"organizational_unit: {world.unit}, share_tag_options: true, share_principals: true",
        f"organization: {world.organization_id}",
    )
    assert sorted(world.operations()) == [
        ("DeletePortfolioShare", "destroys"),
        ("UpdatePortfolioShare", "restricts"),
        ("UpdatePortfolioShare", "widens"),
    ]
    world.publish()
    (unit,), (whole,) = world.shares("ORGANIZATIONAL_UNIT"), world.shares("ORGANIZATION")
    assert (unit["ShareTagOptions"], unit["SharePrincipals"], whole["SharePrincipals"]) == (True, True, False)
    assert world.shares("ORGANIZATION_MEMBER_ACCOUNT") == []
    world.settled()

    world.write()
    world.publish()
    assert world.shares("ORGANIZATIONAL_UNIT") == world.shares("ORGANIZATION") == []
    missing = member.exceptions.ResourceNotFoundException
    with pytest.raises(missing):
        member.describe_portfolio(Id=world.portfolio_id())
    world.settled()


def test_an_undeclared_share_is_deleted_and_reads_are_constant(world: World) -> None:
    world.write(f"account: '{SPOKE}'")
    world.publish()
    world.calls()
    assert world.operations() == []
    asked = world.calls()
    assert (asked["GetAWSOrganizationsAccessStatus"], asked["DescribePortfolioShares"]) == (1, 1)
    world.organize()
    world.hub.create_portfolio_share(PortfolioId=world.portfolio_id(), AccountId="310987654321")
    world.calls()
    assert world.operations() == [("DeletePortfolioShare", "destroys")]
    asked = world.calls()
    assert (asked["GetAWSOrganizationsAccessStatus"], asked["DescribePortfolioShares"]) == (1, 4)
    world.publish()
    assert [share["PrincipalId"] for share in world.shares("ACCOUNT")] == [SPOKE]


def test_shares_with_organization_nodes_are_blocked_without_organizations_access(world: World) -> None:
    world.organize()
    world.hub.disable_aws_organizations_access()
    world.write(f"organizational_unit: {world.unit}")
    assert "enable-aws-organizations-access" in world.publish(code=1).stderr
    assert world.hub.list_portfolios()["PortfolioDetails"] == []
    world.become(world.member)
    result = world.catalog("plan", at=world.repository)
    assert f"Account {world.member} cannot share with ORGANIZATIONAL_UNIT {world.unit}" in result.output
    assert "management account" in result.output


def test_shares_with_the_own_account_or_a_stranger_are_refused(world: World) -> None:
    world.write(f"account: '{SPOKE}'", "account: '999999999999'")
    assert "999999999999 is not in share_with" in world.publish(code=3).stderr
    world.write(f"account: '{HUB}'")
    file = world.repository / "pyproject.toml"
    file.write_text(file.read_text().replace(SPOKE, HUB))
    refused = world.publish(code=2).stderr
    assert f"portfolios/team.yaml:11: {HUB} is the account that owns the portfolio" in refused


def shared_with_spoke(world: World) -> str:
    """Share the hub's portfolio with the spoke; returns its id."""
    world.write(f"account: '{SPOKE}'")
    world.publish()
    return world.portfolio_id()


def test_an_import_is_accepted_used_changed_and_then_unchanged(world: World, spoke: Spoke) -> None:
    portfolio_id = shared_with_spoke(world)
    role = DEV.replace(HUB, "${AWS::AccountId}")
    text = f"account: '{HUB}'\nportfolio_id: {portfolio_id}\nprincipals:\n  - arn: {role}\n"
    spoke.write("imports/hub.yaml", text)
    first = spoke.publish()
    assert re.search(r"\+ hub +accepted: port-", first.stdout)
    theirs = world.other(SPOKE)
    (accepted,) = theirs.list_accepted_portfolio_shares()["PortfolioDetails"]
    assert accepted["Id"] == portfolio_id
    assert world.principals(portfolio_id, theirs) == [("IAM", DEV.replace(HUB, SPOKE))]
    assert world.shares("ACCOUNT")[0]["Accepted"] is True
    spoke.settled()

    other = "principals:\n  - {arn: 'arn:aws:iam:::role/dev-*', type: IAM_PATTERN}\n"
    spoke.write("imports/hub.yaml", text.partition("principals")[0] + other)
    spoke.publish()
    assert world.principals(portfolio_id, theirs) == [("IAM_PATTERN", "arn:aws:iam:::role/dev-*")]
    spoke.settled()

    listed = world.catalog("shared", "list", "--json", at=spoke.folder)
    assert json.loads(listed.stdout)["shared"] == [
        {
            "portfolio_id": portfolio_id,
            "account": HUB,
            "share_type": "IMPORTED",
            "display_name": "Team",
            "import": "hub",
        }
    ]


def test_a_product_of_an_import_goes_into_a_portfolio_of_the_spoke_with_its_own_constraints(
    world: World, spoke: Spoke
) -> None:
    portfolio_id = shared_with_spoke(world)
    spoke.write("imports/hub.yaml", f"account: '{HUB}'\nportfolio_id: {portfolio_id}\n")
    local = (
        "display_name: Local\nprovider: Spoke\nstage: dev\n"
        "imported_products:\n  - import: hub\n    name: Customer managed KMS key\n"
        "    resource_update: {tag_updates: allowed}\n"
    )
    (name,) = [
        item["ProductViewSummary"]["Name"] for item in world.hub.search_products_as_admin()["ProductViewDetails"]
    ]
    spoke.write("portfolios/local.yaml", local.replace("Customer managed KMS key", name))
    spoke.publish()
    theirs = world.other(SPOKE)
    (made,) = theirs.list_portfolios()["PortfolioDetails"]
    (product,) = theirs.search_products_as_admin(PortfolioId=made["Id"])["ProductViewDetails"]
    assert product["ProductViewSummary"]["Name"] == name
    (constraint,) = theirs.list_constraints_for_portfolio(PortfolioId=made["Id"])["ConstraintDetails"]
    assert constraint["Type"] == "RESOURCE_UPDATE"
    spoke.settled()

    local += (
        "    launch: {local_role_name: spoke-launch}\n"
        "    notification: {topics: ['arn:aws:sns:us-east-1:210987654321:launches']}\n"
        "    template:\n      require:\n        - {parameter: Environment, equals: dev}\n"
    )
    spoke.write("portfolios/local.yaml", local.replace("Customer managed KMS key", name))
    refused = spoke.publish(code=1).stderr
    assert f"Account {SPOKE} has no role spoke-launch, which launches hub/{name}." in refused
    assert "Ask their owner to print it (`catalog role derive PRODUCT --name spoke-launch -o role.yaml`)" in refused
    world.other(SPOKE, "iam").create_role(RoleName="spoke-launch", AssumeRolePolicyDocument="{}")
    spoke.publish()
    listed = theirs.list_constraints_for_portfolio(PortfolioId=made["Id"])["ConstraintDetails"]
    assert sorted(one["Type"] for one in listed) == ["LAUNCH", "NOTIFICATION", "RESOURCE_UPDATE", "TEMPLATE"]
    spoke.settled()

    spoke.write("portfolios/local.yaml", local.replace("Customer managed KMS key", "No such product"))
    refused = spoke.publish(code=1).stderr
    assert "product/hub/No such product: the imported portfolio has no such product" in refused


def test_what_the_organization_shares_is_imported_by_name_with_its_patterns(world: World, spoke: Spoke) -> None:
    world.organize()
    pattern = "  - {arn: 'arn:aws:iam:::role/dev-*', type: IAM_PATTERN}\n"
    head = (
        "display_name: Team\nprovider: Team\nstage: dev\n"
        "suppress:\n  - {control: E9121, reason: the pattern is meant for all, expires: 2999-12-31}\n"
        f"principals:\n{pattern}"
        "products:\n  - product: kms_key\n    launch: {local_role_name: catalog-launch-kms-key}\n"
    )
    world.write(f"organizational_unit: {world.unit}, share_principals: true", head=head)
    spoke.account = world.member
    role = f"arn:aws:iam::{world.member}:role/dev-terraform-role"
    spoke.write("imports/hub.yaml", f"account: '{HUB}'\ndisplay_name: Team\nprincipals:\n  - arn: {role}\n")
    refused = spoke.publish(code=1)
    assert f"account {HUB} does not share a portfolio 'Team' with account {world.member}" in refused.stderr
    world.publish()
    assert " accepted" not in spoke.publish().stdout
    member = world.other(world.member)
    assert ("IAM", role) in world.principals(world.portfolio_id(), member)
    spoke.settled()  # the pattern that came with the share is not taken away
    assert "role/dev-*, which is not declared: it came with the share" in spoke.publish().stdout


def test_an_import_that_is_not_shared_says_what_to_do(world: World, spoke: Spoke) -> None:
    spoke.write("imports/hub.yaml", f"account: '{HUB}'\nportfolio_id: port-abcd1234\n")
    refused = spoke.publish(code=1).stderr
    assert (
        "portfolio/hub: AcceptPortfolioShare: ResourceNotFoundException: Portfolio not found: port-abcd1234" in refused
    )
    assert f"Account {HUB} must share portfolio port-abcd1234 with account {SPOKE} in Region us-east-1 first" in refused


def test_an_import_has_no_effect_in_its_own_account_and_in_other_regions(world: World, spoke: Spoke) -> None:
    world.write()
    (world.repository / "imports").mkdir()
    (world.repository / "imports" / "hub.yaml").write_text(f"account: '{HUB}'\nportfolio_id: port-abcd1234\n")
    assert "imports/hub.yaml does not apply" in world.publish().stdout
    spoke.write("imports/hub.yaml", f"account: '{HUB}'\nportfolio_id: {{eu-west-1: port-abcd1234}}\n")
    assert "imports/hub.yaml does not apply" in spoke.publish().stdout


def test_shared_accept_and_reject(world: World, spoke: Spoke) -> None:
    portfolio_id = shared_with_spoke(world)
    spoke.write("README.md", "")
    world.become(SPOKE)
    accepted = world.catalog("shared", "accept", portfolio_id, at=spoke.folder)
    assert accepted.exit_code == 0, accepted.output
    theirs = world.other(SPOKE)
    assert len(theirs.list_accepted_portfolio_shares()["PortfolioDetails"]) == 1
    assert world.catalog("shared", "reject", portfolio_id, at=spoke.folder).exit_code == 2
    assert world.catalog("shared", "reject", portfolio_id, "--yes", at=spoke.folder).exit_code == 0
    assert theirs.list_accepted_portfolio_shares()["PortfolioDetails"] == []
    listed = world.catalog("shared", "list", at=spoke.folder).stdout
    assert listed == f"No other account shares a portfolio with account {SPOKE} in Region us-east-1.\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("account: '1'\nportfolio_id: port-a\n", ["imports/x.yaml:1", "12 digits", "'1'"]),
        ("account: '210987654321'\n", ["imports/x.yaml:1", "exactly one of portfolio_id, display_name"]),
        ("account: '210987654321'\nportfolio_id: prod-a\n", ["port-…", "prod-a"]),
        (
            "account: '210987654321'\ndisplay_name: A\nshare_type: IMPORTED\n",
            ["needs portfolio_id", "AWS does not list offered shares"],
        ),
        ("account: '210987654321'\nportfolio_id: port-a\nx: 1\n", ["unknown key 'x'", "catalog schema --kind import"]),
        (
            "account: '210987654321'\nportfolio_id: port-a\nprincipals:\n  - arn: nobody\n",
            ["imports/x.yaml:4", "nobody"],
        ),
    ],
)
def test_a_wrong_import_is_an_error_with_file_and_line(
    catalog: Run, repository: Path, text: str, words: list[str]
) -> None:
    (repository / "imports").mkdir()
    (repository / "imports" / "x.yaml").write_text(text)
    result = catalog("list", at=repository)
    assert result.exit_code == 2
    for word in words:
        assert word in result.stderr


def test_principals_of_imports_are_checked_like_those_of_portfolios(catalog: Run, repository: Path) -> None:
    (repository / "imports").mkdir()
    (repository / "imports" / "x.yaml").write_text(
        "account: '210987654321'\nportfolio_id: port-a\n"
        "principals:\n  - {arn: 'arn:aws:iam:::role/*', type: IAM_PATTERN}\n"
        "  - arn: arn:aws:sts::123456789012:assumed-role/dev/me\n"
    )
    result = catalog("plan", "--local", at=repository)
    assert result.exit_code == 3
    assert "E9103 imports/x.yaml:4" in result.stderr
    assert "E9107 imports/x.yaml:5" in result.stderr
    report = catalog("validate", "--format", "junit", at=repository).stdout
    assert report.count('classname="portfolios/x"') == 2
