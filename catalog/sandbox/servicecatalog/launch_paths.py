"""Launch paths: through which portfolios a caller may launch a product.

Source: ListLaunchPaths in the API Reference; the error texts are AWS's own (aws/aws-cdk issue 8404,
idealo/terraform-provider-controltower pull request 48).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from catalog.sandbox.servicecatalog.call import Call
from catalog.sandbox.servicecatalog.caller import grants
from catalog.sandbox.servicecatalog.exceptions import InvalidParametersException, ResourceNotFoundException
from catalog.sandbox.servicecatalog.identifiers import path_id
from catalog.sandbox.servicecatalog.lookup import all_principals, constraints, listed_as, portfolios, product, products
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
        """The path's id."""
        return path_id(self.portfolio.id)

    def of_type(self, constraint_type: str) -> list[StoredConstraint]:
        """The path's constraints of one type."""
        return [constraint for constraint in self.constraints if constraint.type == constraint_type]


def paths_to(call: Call, product_id: str) -> list[LaunchPath]:
    """The caller's launch paths to a product; none for a product that is not there."""
    target = products(call).get(product_id)
    if not target:
        return []
    return [
        LaunchPath(found, target, tuple(constraints(call, found.id, product_id)))
        for found in _granted(call)
        if product_id in found.product_ids
    ]


def launchable_products(call: Call) -> dict[str, StoredProduct]:
    """The products to which the caller has a launch path, by id."""
    known = products(call)
    return {
        product_id: known[product_id]
        for found in _granted(call)
        for product_id in found.product_ids
        if product_id in known
    }


def _granted(call: Call) -> list[StoredPortfolio]:
    return [found for found in portfolios(call) if grants(_alive(call, found), call.caller)]


def _alive(call: Call, found: StoredPortfolio) -> list[StoredPrincipal]:
    return [listed_as(call, found.id, each) for each in all_principals(call, found)]


def select_path(call: Call, target: StoredProduct, *, preferred: str = "") -> LaunchPath:
    """The path that the request names by PathId or PathName, or the only one.

    `preferred` is the path that counts when the request names none and there are several. Raises
    `ResourceNotFoundException` without a path, `InvalidParametersException` when it cannot be decided.
    """
    found = _existing_paths(call, target)
    wanted_id, wanted_name = call.text("PathId"), call.text("PathName")
    if wanted_id and wanted_name:
        raise InvalidParametersException("You must provide either PathId or PathName, but not both.")
    if wanted_id or wanted_name:
        found = [path for path in found if wanted_id == path.id or wanted_name == path.portfolio.display_name]
        if not found:
            raise ResourceNotFoundException(f"Launch path not found: {wanted_id or wanted_name}")
    elif preferred:
        found = [path for path in found if path.id == preferred] or found
    if len(found) > 1:
        raise InvalidParametersException("More than one launch path ids exist. Please specify the launch path id")
    return found[0]


def _existing_paths(call: Call, target: StoredProduct) -> list[LaunchPath]:
    found = paths_to(call, target.id)
    if not found:
        raise ResourceNotFoundException(f"No launch paths found for resource: {target.id}")
    return found


def list_launch_paths(call: Call) -> dict[str, Any]:
    """ListLaunchPaths."""
    found = _existing_paths(call, product(call, call.text("ProductId")))
    items, more = page(call, found)
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
