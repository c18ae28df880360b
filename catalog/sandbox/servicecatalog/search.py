"""Search products: SearchProductsAsAdmin and SearchProducts.

Source: the same operations in the API Reference; FullTextSearch finds parts of words and ignores case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from catalog.sandbox.servicecatalog.call import Call, is_listed
from catalog.sandbox.servicecatalog.launch_paths import launchable_products
from catalog.sandbox.servicecatalog.lookup import all_products, find_portfolio
from catalog.sandbox.servicecatalog.paging import page
from catalog.sandbox.servicecatalog.state import StoredProduct
from catalog.sandbox.servicecatalog.views import product_view_detail, product_view_summary


def search_products_as_admin(call: Call) -> dict[str, Any]:
    """SearchProductsAsAdmin: all products, or those in a portfolio; ProductSource ACCOUNT excludes shared products."""
    products = all_products(call)
    if "PortfolioId" in call.request:
        portfolio = find_portfolio(call, call.text("PortfolioId"))
        products = {
            key: products[key]
            for key in portfolio.product_ids
            if key in products and is_listed(portfolio.associated_at[key])
        }
    selected = [
        item
        for item in products.values()
        if is_listed(item.made_at) and (not call.text("ProductSource") or item.account == call.account)
    ]
    items, more = page(call, _sorted(call, _filtered(call, selected)))
    return {"ProductViewDetails": [product_view_detail(item) for item in items], **more}


def search_products(call: Call) -> dict[str, Any]:
    """SearchProducts: the view of an end user, so only products with a launch path."""
    products = _sorted(call, _filtered(call, launchable_products(call).values()))
    items, more = page(call, products)
    aggregations = {
        "Owner": _counted(item.texts["Owner"] for item in products),
        "ProductType": _counted(item.type for item in products),
    }
    return {
        "ProductViewSummaries": [product_view_summary(item) for item in items],
        "ProductViewAggregations": aggregations,
        **more,
    }


def _counted(values: Iterable[str]) -> list[dict[str, Any]]:
    return [{"Value": value, "ApproximateCount": count} for value, count in Counter(values).items()]


def _filtered(call: Call, products: Iterable[StoredProduct]) -> list[StoredProduct]:
    """The products that match all filters, with any of the values of each filter."""
    filters = call.request.get("Filters") or {}
    return [
        item
        for item in products
        if all(any(_fits(item, key, value) for value in values) for key, values in filters.items())
    ]


def _fits(item: StoredProduct, key: str, value: str) -> bool:
    if key == "FullTextSearch":
        return any(value.lower() in text.lower() for text in (item.id, *item.texts.values()))
    exact = {"Owner": item.texts["Owner"], "ProductType": item.type, "SourceProductId": item.id}
    return exact[key] == value


def _sorted(call: Call, products: list[StoredProduct]) -> list[StoredProduct]:
    keys = {
        "Title": lambda item: item.texts["Name"].lower(),
        "VersionCount": lambda item: len(item.artifacts),
        "CreationDate": lambda item: item.created,
    }
    if "SortBy" not in call.request:
        return products
    return sorted(products, key=keys[call.text("SortBy")], reverse=call.text("SortOrder") == "DESCENDING")
