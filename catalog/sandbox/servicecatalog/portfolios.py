"""Portfolios, and which products are in them."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.servicecatalog.budgets import budget_details
from catalog.sandbox.servicecatalog.call import Call, seen, timestamp
from catalog.sandbox.servicecatalog.exceptions import ResourceInUseException, ResourceNotFoundException
from catalog.sandbox.servicecatalog.identifiers import new_id
from catalog.sandbox.servicecatalog.lookup import constraints, own_portfolio, portfolio, portfolios, product
from catalog.sandbox.servicecatalog.node_shares import shares_of
from catalog.sandbox.servicecatalog.paging import page
from catalog.sandbox.servicecatalog.quotas import check_quota
from catalog.sandbox.servicecatalog.state import StoredPortfolio
from catalog.sandbox.servicecatalog.tag_options import options_of
from catalog.sandbox.servicecatalog.views import portfolio_detail, tag_dict, tag_list


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
    )
    call.state.portfolios[portfolio_id] = created
    return {"PortfolioDetail": portfolio_detail(created), "Tags": tag_list(created.tags)}


def update_portfolio(call: Call) -> dict[str, Any]:
    """UpdatePortfolio; RemoveTags apply before AddTags."""
    found = own_portfolio(call, call.text("Id"))
    tags = updated_tags(call, found.tags)
    found.tags = tags
    found.display_name = call.request.get("DisplayName", found.display_name)
    found.provider_name = call.request.get("ProviderName", found.provider_name)
    found.description = call.request.get("Description", found.description)
    return {"PortfolioDetail": portfolio_detail(found), "Tags": tag_list(found.tags)}


def updated_tags(call: Call, tags: dict[str, str]) -> dict[str, str]:
    """The tags after an update's RemoveTags and AddTags."""
    removed = set(call.request.get("RemoveTags") or [])
    kept = {key: value for key, value in tags.items() if key not in removed}
    kept |= tag_dict(call.request.get("AddTags"))
    check_quota("tags_per_resource", len(kept))
    return kept


def delete_portfolio(call: Call) -> dict[str, Any]:
    """DeletePortfolio; refused while it has products, principals, constraints or shares, or TagOptions or budgets.

    Text: aws-cloudformation/cloudformation-coverage-roadmap issue 2430.
    """
    found = own_portfolio(call, call.text("Id"))
    users = {
        "Products": found.product_ids,
        "Principals": call.state.principals.get(found.id),
        "Constraints": constraints(call, found.id),
        "Shares": found.shares or shares_of(found, call.partition),
        "TagOptions": found.tag_option_ids,
        "Budgets": found.budgets,
    }
    for noun, members in users.items():
        if members:
            raise ResourceInUseException(f"Portfolio {found.id} still has associated {noun}")
    call.state.principals.pop(found.id, None)
    del call.state.portfolios[found.id]
    return {}


def describe_portfolio(call: Call) -> dict[str, Any]:
    """DescribePortfolio, of an own or imported portfolio."""
    found = portfolio(call, call.text("Id"))
    owner = call.state_of(found.account)
    return {
        "PortfolioDetail": portfolio_detail(found),
        "Tags": tag_list(found.tags),
        "TagOptions": options_of(owner, found),
        "Budgets": budget_details(call, found),
    }


def list_portfolios(call: Call) -> dict[str, Any]:
    """ListPortfolios: own ones only; ListAcceptedPortfolioShares has the imported ones."""
    items, more = page(call, list(call.state.portfolios.values()))
    return {"PortfolioDetails": [portfolio_detail(item) for item in items], **more}


def list_portfolios_for_product(call: Call) -> dict[str, Any]:
    """ListPortfoliosForProduct."""
    found = product(call, call.text("ProductId"))
    items, more = page(
        call, [item for item in portfolios(call) if found.id in item.product_ids and seen(item.associated_at[found.id])]
    )
    return {"PortfolioDetails": [portfolio_detail(item) for item in items], **more}


def associate_product_with_portfolio(call: Call) -> dict[str, Any]:
    """AssociateProductWithPortfolio; a repetition changes nothing, as its model has no duplicate error."""
    found = own_portfolio(call, call.text("PortfolioId"))
    member = product(call, call.text("ProductId"))
    source = call.text("SourcePortfolioId")
    if source and member.id not in portfolio(call, source).product_ids:
        raise ResourceNotFoundException(f"Product {member.id} is not associated with portfolio {source}")
    if member.id not in found.product_ids:
        check_quota("products_per_portfolio", len(found.product_ids) + 1)
        found.product_ids.append(member.id)
        found.associated_at[member.id] = call.received_at
    return {}


def disassociate_product_from_portfolio(call: Call) -> dict[str, Any]:
    """DisassociateProductFromPortfolio; refused while the product has constraints in the portfolio.

    ResourceInUse is modelled; that constraints cause it is an assumption, and the stricter of the two.
    """
    found = own_portfolio(call, call.text("PortfolioId"))
    product_id = call.text("ProductId")
    if product_id not in found.product_ids:
        raise ResourceNotFoundException(f"Product {product_id} is not associated with portfolio {found.id}")
    if constraints(call, found.id, product_id):
        raise ResourceInUseException(f"Product {product_id} still has associated Constraints in portfolio {found.id}")
    found.product_ids.remove(product_id)
    return {}
