"""A sample of `make reliability`: calls are struck, and the catalogue comes to the same end state all the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.sandbox import control
from catalog.sandbox.control import Sandbox
from reliability.account import Account, differences, end_state
from reliability.kinds import KINDS, Struck
from reliability.proxy import Proxy
from tests.functional.conftest import Run
from tests.functional.two_publishers import Team

POINTS = [("cut", 5), ("dropped after", 20)]
BUCKET = "pair-templates-123456789012-us-east-1"


@pytest.fixture
def account(sandbox: Sandbox, catalog: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """The sandbox behind a proxy, which `catalog` without --local calls."""
    proxy = Proxy(sandbox.url.removeprefix("http://"))
    proxy.start()
    account = Account(sandbox.url, proxy, BUCKET, sandbox.key)
    for name, value in account.environment().items():
        monkeypatch.setenv(name, value)
    yield account
    proxy.stop()
    for client in account.clients.values():
        client.close()


def test_a_call_that_is_struck_changes_nothing_in_the_end(
    account: Account, catalog: Run, sandbox: Sandbox, tmp_path: Path
) -> None:
    team = Team.at(tmp_path / "team").folder
    publish = ("publish", "--yes", "--allow", "widen")
    assert catalog(*publish, at=team).exit_code == 0
    wanted = end_state(account)
    operations = [call.operation.operation for call in account.proxy.calls]
    assert len(wanted["portfolios"]["Team"]["principals"]) == 1
    assert len(operations) > 40
    for name, number in POINTS:
        control.reset(sandbox.directory)
        account.proxy.forget()
        kind = KINDS[name]
        struck = Struck(number, kind.strike, kind.is_before)
        account.proxy.interference = struck
        first = catalog(*publish, at=team)
        assert struck.struck, f"{name}: the command makes fewer calls"
        assert first.exit_code == 0, first.output
        account.proxy.forget()
        assert catalog(*publish, at=team).exit_code == 0
        assert differences(wanted, end_state(account)) == []
        account.mutating()
        assert "No changes." in catalog(*publish, at=team).stdout
        assert account.mutating() == 0


def test_the_end_state_sees_doubles_and_everything_that_is_lost(account: Account, catalog: Run, tmp_path: Path) -> None:
    """The harness itself: a check that cannot fail proves nothing."""
    assert catalog("publish", "--yes", "--allow", "widen", at=Team.at(tmp_path / "team").folder).exit_code == 0
    wanted = end_state(account)
    service_catalog = account.client("servicecatalog")
    double = service_catalog.create_portfolio(DisplayName="Team", ProviderName="Team", IdempotencyToken="x")
    assert [line.split(":")[0] for line in differences(wanted, end_state(account))] == ["/portfolios/Team again"]
    service_catalog.delete_portfolio(Id=double["PortfolioDetail"]["Id"])
    assert differences(wanted, end_state(account)) == []
    (portfolio,) = service_catalog.list_portfolios()["PortfolioDetails"]
    (principal,) = service_catalog.list_principals_for_portfolio(PortfolioId=portfolio["Id"])["Principals"]
    service_catalog.disassociate_principal_from_portfolio(
        PortfolioId=portfolio["Id"], PrincipalARN=principal["PrincipalARN"], PrincipalType="IAM_PATTERN"
    )
    account.swap_templates()
    lost = [line.split(":")[0] for line in differences(wanted, end_state(account))]
    assert lost[0] == "/portfolios/Team/principals"
    assert lost[1].startswith("/templates/templates/handle/")
