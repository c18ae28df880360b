"""Portfolios: their metadata and tags. The objects in a portfolio are kinds of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field

from catalog.model import addresses
from catalog.model.portfolio import Portfolio
from catalog.model.state import CatalogState
from catalog.plan.changes import Change, Facts, LaunchImpact, change
from catalog.plan.json_values import as_json
from catalog.plan.metadata import changed_fields, diff_tags, field_lines, tag_lines
from catalog.plan.operations import needs_permission, servicecatalog
from catalog.plan.parts import part_of_diff, part_of_facts, part_of_prune
from catalog.plan.removal import Removal

PORTFOLIO_FIELDS = {"DisplayName": "display_name", "ProviderName": "provider_name", "Description": "description"}

needs_permission(
    *servicecatalog("plan", "portfolios and their tags", "DescribePortfolio"),
    *servicecatalog("publish", "portfolios", "CreatePortfolio", "UpdatePortfolio"),
    *servicecatalog("upkeep", "deletions of prune", "DeletePortfolio"),
)


@change
class CreatePortfolio(Change):
    """Create a portfolio."""

    launch_impact: LaunchImpact = LaunchImpact.PREPARES
    portfolio: Portfolio


@change
class UpdatePortfolio(Change):
    """Change a portfolio's metadata or tags. `fields` maps API members to new values."""

    launch_impact: LaunchImpact = LaunchImpact.NOTHING
    fields: Mapping[str, str] = field(default_factory=dict)
    add_tags: Mapping[str, str] = field(default_factory=dict)
    remove_tags: tuple[str, ...] = ()


@change
class DeletePortfolio(Change):
    """Delete an empty portfolio."""

    launch_impact: LaunchImpact = LaunchImpact.CLOSES


@part_of_diff
def diff_portfolios(desired: CatalogState, observed: CatalogState, refresh: bool) -> Iterator[Change]:
    """Portfolios by key."""
    for key, portfolio in desired.portfolios.items():
        yield from diff_portfolio(portfolio, observed.portfolios.get(key))


def diff_portfolio(desired: Portfolio, observed: Portfolio | None) -> Iterator[Change]:
    """Create a missing portfolio; update the metadata and tags of an existing one. Its objects are other kinds."""
    address = addresses.portfolio(desired.key)
    if observed is None:
        yield CreatePortfolio(address=address, portfolio=desired)
        return
    fields = changed_fields(PORTFOLIO_FIELDS, desired, observed)
    add, remove = diff_tags(desired.tags, observed.tags)
    if fields or add or remove:
        details = (*field_lines(PORTFOLIO_FIELDS, fields, observed), *tag_lines(add, remove, observed.tags))
        yield UpdatePortfolio(address=address, fields=fields, add_tags=add, remove_tags=remove, details=details)


@part_of_prune
def prune_portfolios(removal: Removal) -> Iterator[Change]:
    """Delete the portfolios that go."""
    for portfolio in removal.portfolios:
        address = addresses.portfolio(portfolio.key)
        yield DeletePortfolio(address=address, details=(f"{portfolio.display_name!r}, {removal.ids[address]}",))


@part_of_facts
def portfolio_facts(state: CatalogState) -> Facts:
    """The metadata and tags of each portfolio."""
    return {
        addresses.portfolio(key): {
            **{attribute: getattr(portfolio, attribute) for attribute in PORTFOLIO_FIELDS.values()},
            "tags": as_json(portfolio.tags),
        }
        for key, portfolio in state.portfolios.items()
    }
