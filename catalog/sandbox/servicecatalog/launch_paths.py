"""Launch paths: the portfolios through which a caller may launch a product.

Source: ListLaunchPaths in the API Reference; the error messages are AWS's (aws/aws-cdk issue 8404,
idealo/terraform-provider-controltower pull request 48).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from catalog.sandbox.servicecatalog.call import Call
from catalog.sandbox.servicecatalog.caller import grants
from catalog.sandbox.servicecatalog.exceptions import InvalidParametersException, ResourceNotFoundException
from catalog.sandbox.servicecatalog.identifiers import path_id
from catalog.sandbox.servicecatalog.lookup import (
    all_portfolios,
    all_principals,
    all_products,
    constraints_on,
    find_product,
    listed_as,
)
from catalog.sandbox.servicecatalog.paging import page
from catalog.sandbox.servicecatalog.state import StoredConstraint, StoredPortfolio, StoredPrincipal, StoredProduct
from catalog.sandbox.servicecatalog.views import constraint_summary


@dataclass(frozen=True)
class LaunchPath:
    """One portfolio through which the caller may launch the product."""

    portfolio: StoredPortfolio
    product: StoredProduct
    constraints: tuple[StoredConstraint, ...]

    @property
    def id(self) -> str:
        """The id of the path."""
        return path_id(self.portfolio.id)

    def of_type(self, constraint_type: str) -> list[StoredConstraint]:
        """The constraints of one type."""
        return [constraint for constraint in self.constraints if constraint.type == constraint_type]


def paths_to(call: Call, product_id: str) -> list[LaunchPath]:
    """The caller's launch paths to a product; empty if the product does not exist."""
    product = all_products(call).get(product_id)
    if not product:
        return []
    return [
        LaunchPath(portfolio, product, tuple(constraints_on(call, portfolio.id, product_id)))
        for portfolio in _granted(call)
        if product_id in portfolio.product_ids
    ]


def launchable_products(call: Call) -> dict[str, StoredProduct]:
    """The products that the caller may launch, by id."""
    products = all_products(call)
    return {
        product_id: products[product_id]
        for portfolio in _granted(call)
        for product_id in portfolio.product_ids
        if product_id in products
    }


def _granted(call: Call) -> list[StoredPortfolio]:
    return [portfolio for portfolio in all_portfolios(call) if grants(_alive(call, portfolio), call.caller)]


def _alive(call: Call, portfolio: StoredPortfolio) -> list[StoredPrincipal]:
    return [listed_as(call, portfolio.id, principal) for principal in all_principals(call, portfolio)]


def select_path(call: Call, product: StoredProduct, *, preferred: str = "") -> LaunchPath:
    """The launch path that the request names by PathId or PathName, or the only path.

    If the request names no path and there are several, `preferred` selects one by its id. Raises
    `ResourceNotFoundException` if there is no path, and `InvalidParametersException` if there are several, or none
    with the id of the request, which may be that of a portfolio that the product has left.
    """
    paths = _existing_paths(call, product)
    wanted_id, wanted_name = call.text("PathId"), call.text("PathName")
    if wanted_id and wanted_name:
        raise InvalidParametersException("You must provide either PathId or PathName, but not both.")
    if wanted_id or wanted_name:
        paths = [path for path in paths if wanted_id == path.id or wanted_name == path.portfolio.display_name]
        if not paths:
            if wanted_id:
                raise InvalidParametersException("Invalid PathId")
            raise ResourceNotFoundException(f"Launch path not found: {wanted_name}")
    elif preferred:
        paths = [path for path in paths if path.id == preferred] or paths
    if len(paths) > 1:
        raise InvalidParametersException("More than one launch path ids exist. Please specify the launch path id")
    return paths[0]


def _existing_paths(call: Call, product: StoredProduct) -> list[LaunchPath]:
    paths = paths_to(call, product.id)
    if not paths:
        raise ResourceNotFoundException(f"No launch paths found for resource: {product.id}")
    return paths


def list_launch_paths(call: Call) -> dict[str, Any]:
    """ListLaunchPaths."""
    launch_paths = _existing_paths(call, find_product(call, call.text("ProductId")))
    items, more = page(call, launch_paths)
    return {
        "LaunchPathSummaries": [
            {
                "Id": path.id,
                "Name": path.portfolio.display_name,
                "ConstraintSummaries": [constraint_summary(item) for item in path.constraints],
                "Tags": [],
            }
            for path in items
        ],
        **more,
    }
