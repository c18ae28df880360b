"""CatalogState: what this repository publishes to an account and Region, as declared or as observed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.governed import GovernedObject
from catalog.model.imports import PortfolioImport
from catalog.model.portfolio import Portfolio, TagOption
from catalog.model.product import Product
from catalog.model.service_action import PublishedServiceAction

OWNER_TAG = "catalog:owner"
ADDRESS_TAG = "catalog:address"
PROTECT_TAG = "catalog:protect"
"""`true` on products and portfolios that declare `protect`: prune never deletes them."""


@dataclass(frozen=True, slots=True)
class CatalogState:
    """Products, portfolios and imports by key, TagOptions, and service actions by Address."""

    products: Mapping[str, Product] = field(default_factory=dict)
    portfolios: Mapping[str, Portfolio] = field(default_factory=dict)
    tag_options: Mapping[TagOption, bool] = field(default_factory=dict)
    """TagOption → active. TagOptions belong to the account: those that are not declared stay unchanged."""
    imports: Mapping[str, PortfolioImport] = field(default_factory=dict)
    """Portfolios of other accounts by the keys of their import files."""
    service_actions: Mapping[Address, PublishedServiceAction] = field(default_factory=dict)
    """Service actions of products, by their Addresses."""

    def governed_objects(self) -> dict[Address, frozenset[GovernedObject]]:
        """What each product and portfolio is associated with, by their Addresses."""
        objects = {addresses.product(key): product.governed for key, product in self.products.items()}
        return objects | {addresses.portfolio(key): portfolio.governed for key, portfolio in self.portfolios.items()}


def owned_tags(owner: str, address: Address, tags: Mapping[str, str]) -> dict[str, str]:
    """The tags of a portfolio or product with the ownership tags."""
    return {**tags, OWNER_TAG: owner, ADDRESS_TAG: address}
