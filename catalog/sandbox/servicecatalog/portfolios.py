"""Portfolios, and their associations with products."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.servicecatalog.budgets import budget_details
from catalog.sandbox.servicecatalog.call import Call, is_listed, timestamp
from catalog.sandbox.servicecatalog.exceptions import ResourceInUseException, ResourceNotFoundException
from catalog.sandbox.servicecatalog.identifiers import new_id
from catalog.sandbox.servicecatalog.lookup import (
    all_portfolios,
    constraints_on,
    find_portfolio,
    find_product,
    own_portfolio,
)
from catalog.sandbox.servicecatalog.node_shares import shares_of
from catalog.sandbox.servicecatalog.paging import page
from catalog.sandbox.servicecatalog.quotas import check_quota
from catalog.sandbox.servicecatalog.state import StoredPortfolio
from catalog.sandbox.servicecatalog.tag_options import visible_options
from catalog.sandbox.servicecatalog.views import portfolio_detail, tag_dict, tag_list, tag_option_detail


def create_portfolio(call: Call) -> dict[str, Any]:
    """CreatePortfolio; display names are not unique."""
    check_quota("portfolios", len(call.state.portfolios) + 1)
    portfolio_id = new_id("port")
    created = StoredPortfolio(
        id=portfolio_id,
        arn=call.arn("portfolio", portfolio_id),
        account=call.account,
        display_name=call.text("DisplayName"),
        provider_name=call.text("ProviderName"),
        description=call.text("Description"),
        tags=tag_dict(call.request.get("Tags")),
        created=timestamp(),
        made_at=call.received_at,
    )
    call.state.portfolios[portfolio_id] = created
    return {"PortfolioDetail": portfolio_detail(created), "Tags": tag_list(created.tags)}


def update_portfolio(call: Call) -> dict[str, Any]:
    """UpdatePortfolio; RemoveTags is applied before AddTags."""
    portfolio = own_portfolio(call, call.text("Id"))
    tags = updated_tags(call, portfolio.tags)
    portfolio.tags = tags
    portfolio.display_name = call.request.get("DisplayName", portfolio.display_name)
    portfolio.provider_name = call.request.get("ProviderName", portfolio.provider_name)
    portfolio.description = call.request.get("Description", portfolio.description)
    return {"PortfolioDetail": portfolio_detail(portfolio), "Tags": tag_list(portfolio.tags)}


def updated_tags(call: Call, tags: dict[str, str]) -> dict[str, str]:
    """The tags after RemoveTags and AddTags of an update."""
    removed = set(call.request.get("RemoveTags") or [])
    remaining = {key: value for key, value in tags.items() if key not in removed}
    remaining |= tag_dict(call.request.get("AddTags"))
    check_quota("tags_per_resource", len(remaining))
    return remaining


def delete_portfolio(call: Call) -> dict[str, Any]:
    """DeletePortfolio; refused while it has products, principals, constraints, shares, TagOptions or budgets.

    Source of the message: aws-cloudformation/cloudformation-coverage-roadmap issue 2430.
    """
    portfolio = own_portfolio(call, call.text("Id"))
    users = {
        "Products": portfolio.product_ids,
        "Principals": call.state.principals.get(portfolio.id),
        "Constraints": constraints_on(call, portfolio.id),
        "Shares": portfolio.shares or shares_of(portfolio, call.partition),
        "TagOptions": portfolio.tag_option_ids,
        "Budgets": portfolio.budgets,
    }
    for noun, members in users.items():
        if members:
            raise ResourceInUseException(f"Portfolio {portfolio.id} still has associated {noun}")
    call.state.principals.pop(portfolio.id, None)
    del call.state.portfolios[portfolio.id]
    return {}


def describe_portfolio(call: Call) -> dict[str, Any]:
    """DescribePortfolio, of an own or imported portfolio."""
    portfolio = find_portfolio(call, call.text("Id"))
    return {
        "PortfolioDetail": portfolio_detail(portfolio),
        "Tags": tag_list(portfolio.tags),
        "TagOptions": [tag_option_detail(option) for option in visible_options(call, portfolio, [portfolio])],
        "Budgets": budget_details(call, portfolio),
    }


def list_portfolios(call: Call) -> dict[str, Any]:
    """ListPortfolios: only own portfolios; ListAcceptedPortfolioShares lists the imported portfolios."""
    items, more = page(call, [item for item in call.state.portfolios.values() if is_listed(item.made_at)])
    return {"PortfolioDetails": [portfolio_detail(item) for item in items], **more}


def list_portfolios_for_product(call: Call) -> dict[str, Any]:
    """ListPortfoliosForProduct."""
    product = find_product(call, call.text("ProductId"))
    items, more = page(
        call,
        [
            item
            for item in all_portfolios(call)
            if product.id in item.product_ids and is_listed(item.associated_at[product.id])
        ],
    )
    return {"PortfolioDetails": [portfolio_detail(item) for item in items], **more}


def associate_product_with_portfolio(call: Call) -> dict[str, Any]:
    """AssociateProductWithPortfolio; idempotent, because its model has no error for duplicates."""
    portfolio = own_portfolio(call, call.text("PortfolioId"))
    product = find_product(call, call.text("ProductId"))
    source = call.text("SourcePortfolioId")
    if source and product.id not in find_portfolio(call, source).product_ids:
        raise ResourceNotFoundException(f"Product {product.id} is not associated with portfolio {source}")
    if product.id not in portfolio.product_ids:
        check_quota("products_per_portfolio", len(portfolio.product_ids) + 1)
        portfolio.product_ids.append(product.id)
        portfolio.associated_at[product.id] = call.received_at
    return {}


def disassociate_product_from_portfolio(call: Call) -> dict[str, Any]:
    """DisassociateProductFromPortfolio; refused while the product has constraints in the portfolio.

    The model has ResourceInUseException; it is assumed that constraints cause it, which is the stricter choice.
    """
    portfolio = own_portfolio(call, call.text("PortfolioId"))
    product_id = call.text("ProductId")
    if product_id not in portfolio.product_ids:
        raise ResourceNotFoundException(f"Product {product_id} is not associated with portfolio {portfolio.id}")
    if constraints_on(call, portfolio.id, product_id):
        raise ResourceInUseException(
            f"Product {product_id} still has associated Constraints in portfolio {portfolio.id}"
        )
    portfolio.product_ids.remove(product_id)
    return {}
