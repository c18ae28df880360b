"""`catalog prune` for one account and Region: reads and plans; `publishing.apply` applies the plan."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from catalog.aws.holdings import read_holdings
from catalog.aws.observe import observe
from catalog.aws.reader import Reader
from catalog.aws.session import AwsSession
from catalog.content.load import Catalog
from catalog.model import addresses
from catalog.plan.changes import Plan
from catalog.plan.prune import DeclaredKeys, Pruning, candidates, prune
from catalog.plan.removal import Kept
from catalog.publishing.desired import Publication
from catalog.publishing.plans import plan_for
from catalog.releases import load_releases, products_with_ledgers


@dataclass(frozen=True, slots=True)
class PrunePlan:
    """The plan that is printed and confirmed, with the deletions that it is made of."""

    plan: Plan
    pruning: Pruning

    @property
    def kept(self) -> tuple[Kept, ...]:
        """The objects that are not declared and stay."""
        return self.pruning.kept

    def kept_data(self) -> list[dict[str, str]]:
        """The kept objects as JSON-like data."""
        return [{"address": each.address, "reason": each.reason} for each in self.kept]


def prune_plan(
    catalog: Catalog, session: AwsSession, portfolios: Collection[str] = (), *, force: bool = False
) -> PrunePlan:
    """What `catalog prune` would delete. Reads only.

    `portfolios` are those of a target: the repository's other portfolios count as not declared there. Products that the
    repository declares for other targets are kept.
    """
    whole = Publication(catalog)
    wanted = whole.of_portfolios(portfolios) if portfolios else whole
    catalog_of_target = wanted.catalog
    releases = {key: load_releases(catalog.config, key) for key in catalog_of_target.products}
    reader = Reader(session)
    observed = observe(reader, catalog.config.owner)
    declared = DeclaredKeys(
        {key: frozenset(release.published_name for release in releases[key]) for key in catalog_of_target.products},
        frozenset(catalog_of_target.portfolios),
        products_with_ledgers(catalog.config),
        wanted.elsewhere,
    )
    products, undeclared = candidates(declared, observed.state)
    holdings = read_holdings(
        reader,
        catalog.config.owner,
        [observed.ids[addresses.product(key)] for key in products],
        [observed.ids[addresses.portfolio(key)] for key in undeclared],
    )
    pruning = prune(declared, observed.state, observed.ids, holdings, force=force)
    plan = plan_for(catalog.config, session, changes=pruning.changes, ids=pruning.ids, notices=pruning.notices)
    return PrunePlan(plan, pruning)
