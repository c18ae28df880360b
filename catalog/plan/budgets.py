"""Differences between the budgets of portfolios and products. Pure. The budgets themselves are AWS Budgets' own."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.plan.changes import AssociateBudgetWithResource, Change, DisassociateBudgetFromResource, Effect


def diff_budgets(resource: Address, desired: frozenset[str], observed: frozenset[str]) -> Iterator[Change]:
    """Budgets that watch the costs of a portfolio or product."""
    for name in sorted(desired - observed):
        yield AssociateBudgetWithResource(address=addresses.budget(resource, name), resource=resource, budget=name)
    for name in sorted(observed - desired):
        yield DisassociateBudgetFromResource(
            address=addresses.budget(resource, name), effect=Effect.DESTRUCTIVE, resource=resource, budget=name
        )
