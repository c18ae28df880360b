"""What goes and what stays, as `prune` decides; the kinds derive their deletions from it (plan/kinds/)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.holdings import Holdings
from catalog.model.portfolio import Portfolio
from catalog.model.product import Product, ProvisioningArtifact
from catalog.model.state import CatalogState


@dataclass(frozen=True, slots=True)
class Kept:
    """An object of ours that is not declared and stays."""

    address: Address
    reason: str


@dataclass(slots=True)
class Removal:
    """What goes. It also gives Addresses to what goes with it and is not ours, and collects the AWS ids."""

    observed: CatalogState
    holdings: Holdings
    ids: dict[Address, str]
    """AWS's ids, by Address."""
    portfolios: tuple[Portfolio, ...]
    products: tuple[Product, ...]
    """They go with all their versions."""
    versions: tuple[tuple[str, ProvisioningArtifact], ...]
    """(product, version), of products that stay."""
    staying: frozenset[str]
    """Products that are declared or kept."""
    by_id: dict[str, Address] = field(init=False)
    gone: frozenset[str] = field(init=False)
    """AWS ids of the portfolios, products and versions."""

    def __post_init__(self) -> None:
        self.by_id = {aws_id: address for address, aws_id in reversed(self.ids.items())}
        going = [
            *(addresses.portfolio(portfolio.key) for portfolio in self.portfolios),
            *(addresses.product(product.key) for product in self.products),
            *(addresses.version(key, artifact.name) for key, artifact in self.versions),
        ]
        self.gone = frozenset(self.ids[address] for address in going)

    def takes(self, *aws_ids: str) -> bool:
        """Whether an association of these two goes, because one of them does."""
        return not self.gone.isdisjoint(aws_ids)

    def address_of(self, aws_id: str, address: Address) -> Address:
        """The Address of an object by its id; `address` if it is not ours."""
        own = self.by_id.setdefault(aws_id, address)
        self.ids[own] = aws_id
        return own

    def portfolio_key(self, portfolio_id: str) -> str:
        """The key of a portfolio of ours. For any other portfolio, its id is used as the key."""
        return self.address_of(portfolio_id, addresses.portfolio(portfolio_id)).removeprefix("portfolio/")

    def product_key(self, product_id: str) -> str:
        """The key of a product of ours. For any other product, its id is used as the key."""
        return self.address_of(product_id, addresses.product(product_id)).removeprefix("product/")

    def associations(self) -> Iterator[tuple[str, str]]:
        """(portfolio, product) keys where either goes. Two reads list associations, and either may lag behind."""
        for portfolio_id, held in self.holdings.portfolios.items():
            having = (each.id for each in self.holdings.products.values() if portfolio_id in each.portfolio_ids)
            for product_id in dict.fromkeys((*held.product_ids, *having)):
                if self.takes(portfolio_id, product_id):
                    yield self.portfolio_key(portfolio_id), self.product_key(product_id)
