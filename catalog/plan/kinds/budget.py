"""Budgets: which budget of AWS Budgets watches which portfolio or product; the budgets themselves are AWS Budgets'."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.state import CatalogState
from catalog.plan.changes import Change, Facts, Impact, LaunchImpact, change
from catalog.plan.parts import part_of_diff, part_of_facts


@change
class AssociateBudgetWithResource(Change):
    """Watch the costs of a portfolio or product with a budget."""

    launch_impact: LaunchImpact = LaunchImpact.NOTHING
    resource: Address
    budget: str


@change
class DisassociateBudgetFromResource(Change):
    """Stop watching the costs of a portfolio or product with a budget."""

    launch_impact: LaunchImpact = LaunchImpact.NOTHING
    resource: Address
    budget: str


@part_of_diff
def diff_budgets(desired: CatalogState, observed: CatalogState, refresh: bool) -> Iterator[Change]:
    """The budgets of each product and portfolio."""
    known = watched(observed)
    for resource, names in watched(desired).items():
        for name in sorted(names - known.get(resource, frozenset())):
            yield AssociateBudgetWithResource(address=addresses.budget(resource, name), resource=resource, budget=name)
        for name in sorted(known.get(resource, frozenset()) - names):
            yield DisassociateBudgetFromResource(
                address=addresses.budget(resource, name), impact=Impact.DESTROYS, resource=resource, budget=name
            )


@part_of_facts
def budget_facts(state: CatalogState) -> Facts:
    """Which budget watches what."""
    return {addresses.budget(resource, name): {} for resource, names in watched(state).items() for name in names}


def watched(state: CatalogState) -> dict[Address, frozenset[str]]:
    """Names of budgets by the Address of the product or portfolio that they watch."""
    budgets = {addresses.product(key): product.budgets for key, product in state.products.items()}
    return budgets | {addresses.portfolio(key): portfolio.budgets for key, portfolio in state.portfolios.items()}
