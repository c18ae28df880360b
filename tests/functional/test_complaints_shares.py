"""Complaints 5 to 9 about the tools that were there before, each a test (docs/sharing.md).

The numbers are those of the project's list: sharing to several OUs at once, patterns that stay, roles with a path,
sessions as principals, roles that are made again.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from catalog.aws.reader import Reader
from catalog.aws.session import open_local_session
from catalog.aws.shares import Sharing
from catalog.aws.waits import Patience
from catalog.errors import AwsCallError, DeadlineError
from catalog.model.share import PortfolioShare, ShareType
from catalog.sandbox.control import FAULTS_PATH, Sandbox
from tests.functional.conftest import Run
from tests.functional.sharing import PORTFOLIO, SPOKE, World, ask

BUSY = "Cannot process more than one portfolio share action at the same time. Try again later."
HEAD = "display_name: Team\nprovider: Team\nstage: dev\nprincipals:\n"
PRODUCTS = "products:\n  - product: kms_key\n    launch: {local_role_name: catalog-launch-kms-key}\n"


@pytest.fixture
def world(
    catalog: Run, sandbox: Sandbox, client: Callable[..., Any], repository: Path, monkeypatch: pytest.MonkeyPatch
) -> World:
    return World(catalog, sandbox, client, repository, monkeypatch)


def test_complaint_5_shares_are_made_one_after_the_other(world: World) -> None:
    """landing-zone-accelerator #601, #893, terraform #24729: several OUs at once, InvalidState."""
    world.organize()
    world.write(
        f"organizational_unit: {world.unit}",
        f"organization: {world.organization_id}",
        f"organization_member_account: '{world.member}'",
        f"account: '{SPOKE}'",
    )
    # Another client's action is in flight when ours begins, and once more when the next one does.
    world.fault(kind="error", operations=["CreatePortfolioShare"], code="InvalidStateException", message=BUSY, calls=2)
    world.publish()
    kinds = ("ORGANIZATIONAL_UNIT", "ORGANIZATION", "ORGANIZATION_MEMBER_ACCOUNT", "ACCOUNT")
    assert [len(world.shares(kind)) for kind in kinds] == [1, 1, 1, 1]
    world.settled()


def test_complaint_5_a_broken_share_is_deleted_and_made_again(world: World) -> None:
    """terraform #24730: a share whose ShareErrors say Throttling is unusable and must be made again."""
    world.organize()
    world.write(f"organizational_unit: {world.unit}")
    world.fault(kind="share", calls=1)
    world.calls()
    world.publish()
    made = world.calls()
    assert (made["CreatePortfolioShare"], made["DeletePortfolioShare"]) == (2, 1)
    assert world.other(world.member).describe_portfolio(Id=world.portfolio_id())
    world.settled()


def test_complaint_5_a_share_that_stays_broken_is_an_error_that_names_the_accounts(world: World) -> None:
    """landing-zone-accelerator #893 logged it and answered success; here the next plan still wants it."""
    world.organize()
    second = world.account("test")
    world.write(f"organizational_unit: {world.unit}")
    world.fault(kind="share", calls=3, code="InternalFailure", message="Boom", accounts=[second])
    failed = world.publish(code=1).stderr
    assert f"portfolio/team/share/ORGANIZATIONAL_UNIT/{world.unit}" in failed
    assert f"failed for {second}: InternalFailure: Boom (in 3 attempts; the share was taken back)" in failed
    assert world.shares("ORGANIZATIONAL_UNIT") == []
    assert world.operations() == [("CreatePortfolioShare", "widens access")]
    world.publish()
    assert world.other(second).describe_portfolio(Id=world.portfolio_id())
    world.settled()


def test_complaint_5_an_account_that_has_the_portfolio_already_is_no_error(world: World) -> None:
    """puppet: share_portfolio_via_orgs_task.py ignores DuplicateResourceException, and nothing else."""
    world.organize()
    world.write(f"organizational_unit: {world.unit}")
    world.fault(kind="share", code="DuplicateResourceException", message="There already", accounts=[world.member])
    world.publish()
    world.settled()


def test_complaint_5_a_change_that_fails_for_some_accounts_is_repeated_then_told(world: World) -> None:
    world.organize()
    world.write(f"organizational_unit: {world.unit}")
    world.publish()
    world.write(f"organizational_unit: {world.unit}, share_tag_options: true")
    world.fault(kind="share", calls=3)
    failed = world.publish(code=1).stderr
    assert f"failed for {world.member}: ThrottlingException: Rate exceeded (in 3 attempts; " in failed
    assert world.shares("ORGANIZATIONAL_UNIT")[0]["ShareTagOptions"] is False
    assert world.operations() == [("UpdatePortfolioShare", "safe")]
    world.publish()
    assert world.shares("ORGANIZATIONAL_UNIT")[0]["ShareTagOptions"] is True
    world.settled()


def test_complaint_5_publishers_of_one_process_take_turns(world: World) -> None:
    """Side by side to one account and Region: no call is refused, for none is made while another action goes on."""
    world.organize()
    world.write()
    world.publish()
    session = open_local_session(world.sandbox.environment(), None)
    sharing, portfolio_id = Sharing(session, Reader(session)), world.portfolio_id()
    members = [world.member, world.account("test"), world.account("prod"), world.account("sand")]
    world.calls()
    with ThreadPoolExecutor(len(members)) as pool:
        shares = [PortfolioShare(ShareType.ORGANIZATION_MEMBER_ACCOUNT, member) for member in members]
        list(pool.map(lambda share: sharing.create(portfolio_id, share), shares))
    assert world.calls()["CreatePortfolioShare"] == len(members)
    assert {share["PrincipalId"] for share in world.shares("ORGANIZATION_MEMBER_ACCOUNT")} == set(members)


def test_complaint_5_waits_end_and_other_errors_are_not_repeated(world: World) -> None:
    world.organize()
    world.write()
    world.publish()
    session = open_local_session(world.sandbox.environment(), None)
    sharing = Sharing(session, Reader(session), Patience(0.3))
    share, portfolio_id = PortfolioShare(ShareType.ORGANIZATION, world.organization_id), world.portfolio_id()
    world.fault(kind="error", operations=["CreatePortfolioShare"], code="InvalidStateException", message=BUSY, calls=50)
    with pytest.raises(AwsCallError, match="more than one portfolio share action"):
        sharing.create(portfolio_id, share)
    ask(world.sandbox, "DELETE", FAULTS_PATH)
    world.fault(
        kind="error", operations=["DeletePortfolioShare"], code="InvalidStateException", message="Other", calls=1
    )
    with pytest.raises(AwsCallError, match="Other"):
        sharing.delete(portfolio_id, share)
    sharing.delete(portfolio_id, share)  # there is none, and the listing says so too
    world.fault(kind="error", operations=["DescribePortfolioShareStatus"], code="ResourceNotFoundException", calls=50)
    with pytest.raises(DeadlineError, match="portfolio share share-"):
        sharing.create(portfolio_id, share)


def test_complaint_6_a_pattern_goes_when_it_is_no_longer_declared(world: World) -> None:
    """terraform #32229: without the type AWS does not find it, which was taken for gone."""
    pattern = "arn:aws:iam:::role/dev-*"
    role = "  - arn: arn:aws:iam::123456789012:role/dev-terraform-role\n"
    world.write(head=f"{HEAD}{role}  - {{arn: '{pattern}', type: IAM_PATTERN}}\n{PRODUCTS}")
    world.publish()
    assert ("IAM_PATTERN", pattern) in world.principals()
    world.settled()
    world.write(head=f"{HEAD}{role}{PRODUCTS}")
    assert world.operations() == [("DisassociatePrincipalFromPortfolio", "destroys")]
    world.fault(
        kind="error",
        operations=["DisassociatePrincipalFromPortfolio"],
        code="ResourceNotFoundException",
        message="Principal not found",
    )
    assert "Principal not found" in world.publish(code=1).stderr  # it is listed all the same
    world.publish()
    assert [kind for kind, _ in world.principals()] == ["IAM"]
    world.settled()


def test_complaint_7_what_goes_is_what_aws_lists(world: World) -> None:
    """cloudformation-coverage-roadmap #2430: a role with a path, and then nobody can delete the portfolio."""
    path = "arn:aws:iam::123456789012:role/team/dev-terraform-role"
    world.write(head=f"{HEAD}  - arn: {path}\n{PRODUCTS}")
    checked = world.catalog("validate", at=world.repository)
    assert "W9109" in checked.output
    world.publish()
    other = "arn:aws:iam::123456789012:role/team/made-by-hand"
    world.hub.associate_principal_with_portfolio(
        PortfolioId=world.portfolio_id(), PrincipalARN=other, PrincipalType="IAM"
    )
    world.write(head=f"{HEAD.removesuffix('principals:' + chr(10))}{PRODUCTS}")
    assert world.operations() == [("DisassociatePrincipalFromPortfolio", "destroys")] * 2
    world.publish()
    assert world.principals() == []
    world.settled()


def test_complaint_8_a_session_is_refused_with_the_role_that_is_meant(world: World) -> None:
    """terraform #19998: what `aws sts get-caller-identity` prints gives nobody a launch path."""
    world.write(head=f"{HEAD}  - arn: arn:aws:sts::123456789012:assumed-role/dev-terraform-role/me\n{PRODUCTS}")
    world.calls()
    refused = world.publish(code=3).stderr
    assert "E9107 portfolios/team.yaml:5" in refused
    assert "name the role arn:aws:iam::123456789012:role/dev-terraform-role" in refused
    assert world.calls() == {}


def test_complaint_9_a_role_that_was_deleted_and_made_again_is_told_and_refreshed(world: World) -> None:
    """puppet #535: the association is dead, and nothing in the repository has changed."""
    arn = world.role("dev-terraform-role")
    world.write(head=PORTFOLIO)
    world.publish()
    iam = world.client("iam")
    iam.delete_role(RoleName="dev-terraform-role")
    assert world.role("dev-terraform-role") == arn
    ((_, left),) = world.principals()
    assert left.startswith("AROA")
    planned = world.catalog("plan", "--local", at=world.repository)
    assert f"portfolio/team has dead principals {left}" in planned.stdout
    assert "--refresh-principals" in planned.stdout
    assert world.operations() == [("AssociatePrincipalWithPortfolio", "widens access")]
    assert world.operations("--refresh-principals") == [
        ("DisassociatePrincipalFromPortfolio", "safe"),
        ("AssociatePrincipalWithPortfolio", "widens access"),
    ]
    world.publish("--refresh-principals")
    assert world.principals() == [("IAM", arn)]
    person = world.client("servicecatalog", role=arn)
    assert len(person.search_products()["ProductViewSummaries"]) == 1
    world.settled()


def test_complaint_9_a_refresh_associates_anew_also_what_aws_still_lists(world: World) -> None:
    world.write(head=PORTFOLIO)
    world.publish()
    before = world.principals()
    assert world.operations("--refresh-principals") == [("AssociatePrincipalWithPortfolio", "widens access")]
    world.calls()
    world.publish("--refresh-principals")
    made = world.calls()
    assert (made["DisassociatePrincipalFromPortfolio"], made["AssociatePrincipalWithPortfolio"]) == (1, 1)
    assert world.principals() == before
    world.settled()
