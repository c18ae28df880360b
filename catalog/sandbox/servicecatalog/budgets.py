"""Budgets of portfolios and products: the names of budgets that exist in AWS Budgets.

Source: AssociateBudgetWithResource, DisassociateBudgetFromResource and ListBudgetsForResource in the API Reference; a
budget must be removed before its product is deleted (Administrator Guide, "Deleting products"). Assumed: the budget
must exist, because the operation has ResourceNotFoundException.
"""

from __future__ import annotations

from typing import Any

from moto.budgets.models import budgets_backends

from catalog.sandbox.servicecatalog.call import Call
from catalog.sandbox.servicecatalog.exceptions import DuplicateResourceException, ResourceNotFoundException
from catalog.sandbox.servicecatalog.lookup import find_portfolio, find_product, own_portfolio, own_product
from catalog.sandbox.servicecatalog.paging import page
from catalog.sandbox.servicecatalog.state import StoredPortfolio, StoredProduct


def associate_budget_with_resource(call: Call) -> dict[str, Any]:
    """AssociateBudgetWithResource."""
    resource, name = _own(call), call.text("BudgetName")
    if name not in budgets_backends[call.account][call.partition].budgets[call.account]:
        raise ResourceNotFoundException(f"Budget not found: {name}")
    if name in resource.budgets:
        raise DuplicateResourceException(f"Budget {name} is already associated with {resource.id}")
    resource.budgets.append(name)
    return {}


def disassociate_budget_from_resource(call: Call) -> dict[str, Any]:
    """DisassociateBudgetFromResource; the budget itself may have been deleted."""
    resource, name = _own(call), call.text("BudgetName")
    if name not in resource.budgets:
        raise ResourceNotFoundException(f"Budget {name} is not associated with {resource.id}")
    resource.budgets.remove(name)
    return {}


def list_budgets_for_resource(call: Call) -> dict[str, Any]:
    """ListBudgetsForResource."""
    identifier = call.text("ResourceId")
    resource = find_portfolio(call, identifier) if _is_portfolio(identifier) else find_product(call, identifier)
    items, more = page(call, budget_details(call, resource))
    return {"Budgets": items, **more}


def budget_details(call: Call, resource: StoredPortfolio | StoredProduct) -> list[dict[str, str]]:
    """BudgetDetails; empty for a resource of another account [assumed]."""
    return [{"BudgetName": name} for name in resource.budgets] if resource.account == call.account else []


def _own(call: Call) -> StoredPortfolio | StoredProduct:
    identifier = call.text("ResourceId")
    return own_portfolio(call, identifier) if _is_portfolio(identifier) else own_product(call, identifier)


def _is_portfolio(identifier: str) -> bool:
    return identifier.startswith("port-")
