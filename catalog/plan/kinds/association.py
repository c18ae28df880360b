"""Associations: the products that a portfolio holds."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.state import CatalogState
from catalog.plan.changes import Change, Facts, Impact, LaunchImpact, change
from catalog.plan.operations import needs_permission, servicecatalog
from catalog.plan.parts import part_of_diff, part_of_facts, part_of_prune
from catalog.plan.removal import Removal

needs_permission(
    *servicecatalog(
        "publish", "products in portfolios", "AssociateProductWithPortfolio", "DisassociateProductFromPortfolio"
    )
)


@change
class AssociateProductWithPortfolio(Change):
    """Put a product into a portfolio."""

    launch_impact: LaunchImpact = LaunchImpact.OPENS
    portfolio: str
    product: str
    source: str = ""
    """Key of the import whose portfolio the product comes from; empty for a product of this account."""

    @property
    def scope(self) -> tuple[str, str]:
        """The portfolio and the product."""
        return self.portfolio, self.product

    def needs(self) -> tuple[Address, ...]:
        """The portfolio, the product, and the portfolio of another account that it comes from."""
        source = (addresses.portfolio(self.source),) if self.source else ()
        return (*self.above(), addresses.product(self.product), *source)

    @property
    def listing(self) -> str:
        """The portfolios of the product."""
        return f"portfolios of {addresses.product(self.product)}"


@change
class DisassociateProductFromPortfolio(Change):
    """Remove a product from a portfolio."""

    launch_impact: LaunchImpact = LaunchImpact.NARROWS
    portfolio: str
    product: str

    @property
    def scope(self) -> tuple[str, str]:
        """The portfolio and the product."""
        return self.portfolio, self.product

    def needs(self) -> tuple[Address, ...]:
        """The portfolio and the product."""
        return (*self.above(), addresses.product(self.product))


@part_of_diff
def diff_associations(desired: CatalogState, observed: CatalogState, refresh: bool) -> Iterator[Change]:
    """The products of each portfolio."""
    for key, portfolio in desired.portfolios.items():
        observed_products = observed.portfolios[key].products if key in observed.portfolios else {}
        for product, portfolio_product in portfolio.products.items():
            if product not in observed_products:
                yield AssociateProductWithPortfolio(
                    address=addresses.association(key, product),
                    impact=Impact.WIDENS,
                    portfolio=key,
                    product=product,
                    source=portfolio_product.source,
                )
        for product in sorted(observed_products):
            if product not in portfolio.products:
                yield disassociate_product(key, product)


def disassociate_product(portfolio: str, product: str) -> Change:
    """Remove a product from a portfolio."""
    return DisassociateProductFromPortfolio(
        address=addresses.association(portfolio, product),
        impact=Impact.DESTROYS,
        portfolio=portfolio,
        product=product,
    )


@part_of_prune
def prune_associations(removal: Removal) -> Iterator[Change]:
    """Remove products, ours or not, from portfolios where either goes."""
    for portfolio, product in removal.associations():
        yield disassociate_product(portfolio, product)


@part_of_facts
def association_facts(state: CatalogState) -> Facts:
    """Which product is in which portfolio."""
    return {
        addresses.association(key, product): {"product": product}
        for key, portfolio in state.portfolios.items()
        for product in portfolio.products
    }
