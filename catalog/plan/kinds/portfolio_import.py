"""Imports: portfolios that other accounts share with this one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from catalog.model import addresses
from catalog.model.imports import PortfolioImport
from catalog.model.state import CatalogState
from catalog.plan.changes import Change, Facts, LaunchImpact, change
from catalog.plan.operations import needs_permission, servicecatalog
from catalog.plan.parts import part_of_diff, part_of_facts

needs_permission(
    *servicecatalog(
        "plan",
        "portfolios that other accounts share with this account (`imports/*.yaml`)",
        "ListAcceptedPortfolioShares",
    ),
    *servicecatalog("publish", "portfolios of other accounts (`imports/*.yaml`)", "AcceptPortfolioShare"),
)


@change
class AcceptPortfolioShare(Change):
    """Accept a portfolio that another account shares with this one."""

    LABEL = "accepted"

    launch_impact: LaunchImpact = LaunchImpact.PREPARES
    portfolio: str
    accepted: PortfolioImport


@part_of_diff
def diff_imports(desired: CatalogState, observed: CatalogState, refresh: bool) -> Iterator[Change]:
    """Accept each portfolio of another account that this account does not have yet."""
    for key, declared in desired.imports.items():
        if key not in observed.imports:
            yield AcceptPortfolioShare(
                address=addresses.portfolio(key),
                portfolio=key,
                accepted=declared,
                details=(f"{declared.portfolio_id or declared.display_name} of account {declared.account}",),
            )


@part_of_facts
def import_facts(state: CatalogState) -> Facts:
    """The portfolios of other accounts that this account has."""
    return {
        addresses.portfolio(key): {
            "account": imported.account,
            "portfolio_id": imported.portfolio_id,
            "share_type": imported.share_type.value,
        }
        for key, imported in state.imports.items()
    }


def import_blockers(changes: Sequence[Change], account: str) -> Iterator[str]:
    """A blocker for each portfolio of another account that cannot be accepted."""
    for each in changes:
        if isinstance(each, AcceptPortfolioShare) and not each.accepted.portfolio_id:
            yield (
                f"{each.address}: account {each.accepted.account} does not share a portfolio "
                f"{each.accepted.display_name!r} with account {account} through the organization."
            )
