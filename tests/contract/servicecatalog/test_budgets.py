"""Budgets of products and portfolios."""

from __future__ import annotations

from typing import Any

import pytest


def test_a_budget_of_a_product_and_of_a_portfolio(world: Any) -> None:
    client = world.catalog
    world.budget("Keys")
    product_id, _ = world.product()
    portfolio_id = world.portfolio(product_id)
    for resource in (portfolio_id, product_id):
        client.associate_budget_with_resource(BudgetName="Keys", ResourceId=resource)
        with pytest.raises(client.exceptions.DuplicateResourceException):
            client.associate_budget_with_resource(BudgetName="Keys", ResourceId=resource)
        assert client.list_budgets_for_resource(ResourceId=resource)["Budgets"] == [{"BudgetName": "Keys"}]
    assert client.describe_portfolio(Id=portfolio_id)["Budgets"] == [{"BudgetName": "Keys"}]
    assert client.describe_product_as_admin(Id=product_id)["Budgets"] == [{"BudgetName": "Keys"}]
    client.disassociate_product_from_portfolio(PortfolioId=portfolio_id, ProductId=product_id)
    used = client.exceptions.ResourceInUseException
    with pytest.raises(used, match="Budgets"):
        client.delete_product(Id=product_id)
    with pytest.raises(used, match="Budgets"):
        client.delete_portfolio(Id=portfolio_id)
    world.client("budgets").delete_budget(AccountId="123456789012", BudgetName="Keys")
    for resource in (portfolio_id, product_id):
        client.disassociate_budget_from_resource(BudgetName="Keys", ResourceId=resource)
        with pytest.raises(client.exceptions.ResourceNotFoundException):
            client.disassociate_budget_from_resource(BudgetName="Keys", ResourceId=resource)
    client.delete_product(Id=product_id)
    client.delete_portfolio(Id=portfolio_id)


def test_budgets_that_do_not_exist_and_those_of_others(world: Any) -> None:
    client, portfolio_id = world.catalog, world.portfolio()
    missing = client.exceptions.ResourceNotFoundException
    with pytest.raises(missing, match="Budget not found: Keys"):
        client.associate_budget_with_resource(BudgetName="Keys", ResourceId=portfolio_id)
    with pytest.raises(missing, match="port-x"):
        client.list_budgets_for_resource(ResourceId="port-x")
    world.budget("Keys")
    client.associate_budget_with_resource(BudgetName="Keys", ResourceId=portfolio_id)
    client.create_portfolio_share(PortfolioId=portfolio_id, AccountId="210987654321")
    other = world.other_account("210987654321")
    other.catalog.accept_portfolio_share(PortfolioId=portfolio_id)
    assert other.catalog.describe_portfolio(Id=portfolio_id)["Budgets"] == []
    other.budget("Keys")
    with pytest.raises(missing, match=portfolio_id):
        other.catalog.associate_budget_with_resource(BudgetName="Keys", ResourceId=portfolio_id)
