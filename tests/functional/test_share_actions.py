"""Portfolio shares over HTTP: AWS accepts one share action at a time, and shares can break.

The number of the complaint is that of docs/features.md.
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
from tests.functional.sharing import SPOKE, World, ask

BUSY = "Cannot process more than one portfolio share action at the same time. Try again later."
HEAD = "display_name: Team\nprovider: Team\nstage: dev\nprincipals:\n"
PRODUCTS = "products:\n  - product: kms_key\n    launch: {local_role_name: catalog-launch-kms-key}\n"


@pytest.fixture
def world(
    catalog: Run, sandbox: Sandbox, client: Callable[..., Any], repository: Path, monkeypatch: pytest.MonkeyPatch
) -> World:
    return World(catalog, sandbox, client, repository, monkeypatch)


def test_shares_are_created_one_after_the_other(world: World) -> None:
    """Complaint 5, landing-zone-accelerator #601, #893, terraform #24729: several OUs at once, InvalidState."""
    world.organize()
    world.write(
        f"organizational_unit: {world.unit}",
        f"organization: {world.organization_id}",
        f"organization_member_account: '{world.member}'",
        f"account: '{SPOKE}'",
    )
    # Another client's action is in progress when ours begins, and again when the next one begins.
    world.fault(kind="error", operations=["CreatePortfolioShare"], code="InvalidStateException", message=BUSY, calls=2)
    world.publish()
    kinds = ("ORGANIZATIONAL_UNIT", "ORGANIZATION", "ORGANIZATION_MEMBER_ACCOUNT", "ACCOUNT")
    assert [len(world.shares(kind)) for kind in kinds] == [1, 1, 1, 1]
    world.settled()


def test_a_broken_share_is_deleted_and_created_again(world: World) -> None:
    """Complaint 5, terraform #24730: a share whose ShareErrors say Throttling is unusable and must be created again."""
    world.organize()
    world.write(f"organizational_unit: {world.unit}")
    world.fault(kind="share", calls=1)
    world.calls()
    world.publish()
    made = world.calls()
    assert (made["CreatePortfolioShare"], made["DeletePortfolioShare"]) == (2, 1)
    assert world.other(world.member).describe_portfolio(Id=world.portfolio_id())
    world.settled()


def test_a_share_that_stays_broken_is_an_error_that_names_the_accounts(world: World) -> None:
    """Complaint 5, landing-zone-accelerator #893 returned success; here the next plan still has the change."""
    world.organize()
    second = world.account("test")
    world.write(f"organizational_unit: {world.unit}")
    world.fault(kind="share", calls=3, code="InternalFailure", message="Boom", accounts=[second])
    failed = world.publish(code=1).stderr
    assert f"portfolio/team/share/ORGANIZATIONAL_UNIT/{world.unit}" in failed
    assert f"failed for {second}: InternalFailure: Boom (in 3 attempts; the share was deleted)" in failed
    assert world.shares("ORGANIZATIONAL_UNIT") == []
    assert world.operations() == [("CreatePortfolioShare", "widens")]
    world.publish()
    assert world.other(second).describe_portfolio(Id=world.portfolio_id())
    world.settled()


def test_an_account_that_has_the_portfolio_already_is_not_an_error(world: World) -> None:
    """Complaint 5, puppet: share_portfolio_via_orgs_task.py ignores DuplicateResourceException, and nothing else."""
    world.organize()
    world.write(f"organizational_unit: {world.unit}")
    world.fault(kind="share", code="DuplicateResourceException", message="There already", accounts=[world.member])
    world.publish()
    world.settled()


def test_a_share_update_that_fails_for_some_accounts_is_repeated_then_reported(world: World) -> None:
    """Complaint 5."""
    world.organize()
    world.write(f"organizational_unit: {world.unit}")
    world.publish()
    world.write(f"organizational_unit: {world.unit}, share_tag_options: true")
    world.fault(kind="share", calls=3)
    failed = world.publish(code=1).stderr
    assert f"failed for {world.member}: ThrottlingException: Rate exceeded (in 3 attempts; " in failed
    assert world.shares("ORGANIZATIONAL_UNIT")[0]["ShareTagOptions"] is False
    assert world.operations() == [("UpdatePortfolioShare", "none")]
    world.publish()
    assert world.shares("ORGANIZATIONAL_UNIT")[0]["ShareTagOptions"] is True
    world.settled()


def test_publishers_of_one_process_take_turns(world: World) -> None:
    """Complaint 5: publishers to one account and Region wait for each other's share actions, so AWS refuses no call."""
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


def test_waits_end_and_other_errors_are_not_repeated(world: World) -> None:
    """Complaint 5."""
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
