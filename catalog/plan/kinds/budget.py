"""Budgets: which budget of AWS Budgets watches which portfolio or product. The budgets themselves are not managed."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.governed import governed_of
from catalog.model.governed.budget import Budget
from catalog.model.state import CatalogState
from catalog.plan.changes import Change, Facts, Impact, LaunchImpact, change
from catalog.plan.operations import Operation, needs_permission, servicecatalog
from catalog.plan.parts import part_of_diff, part_of_facts

needs_permission(
    Operation(
        "budgets:ViewBudget",
        "plan",
        "whether a budget exists before it is associated; without the permission, AWS reports it later",
        call="budgets:DescribeBudget",
    ),
    *servicecatalog("publish", "budgets", "AssociateBudgetWithResource", "DisassociateBudgetFromResource"),
)


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
    observed_budgets = budgets_of(observed)
    for resource, names in budgets_of(desired).items():
        old = observed_budgets.get(resource, set())
        for name in sorted(names - old):
            yield AssociateBudgetWithResource(address=budget_address(resource, name), resource=resource, budget=name)
        for name in sorted(old - names):
            yield DisassociateBudgetFromResource(
                address=budget_address(resource, name), impact=Impact.DESTROYS, resource=resource, budget=name
            )


@part_of_facts
def budget_facts(state: CatalogState) -> Facts:
    """Which budget watches which portfolio or product."""
    return {budget_address(resource, name): {} for resource, names in budgets_of(state).items() for name in names}


def budgets_of(state: CatalogState) -> dict[Address, set[str]]:
    """Names of budgets by the Address of the product or portfolio that they watch."""
    resources = state.governed_objects().items()
    return {resource: {budget.name for budget in governed_of(Budget, objects)} for resource, objects in resources}


def budget_address(resource: Address, name: str) -> Address:
    """`portfolio/<key>/budget/<name>`, or `product/<key>/budget/<name>`."""
    return addresses.governed(resource, "budget", name)
