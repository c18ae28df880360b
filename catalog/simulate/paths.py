"""Launch paths: the portfolios through which a product can be launched."""

from __future__ import annotations

from collections.abc import Mapping

from catalog.content.portfolio_files import PortfolioFile
from catalog.errors import ContentError


def launch_paths(portfolios: Mapping[str, PortfolioFile], product: str, key: str | None) -> tuple[PortfolioFile, ...]:
    """The portfolio that is named, or all that have the product: none when no portfolio has it.

    `ContentError` when the one that is named is unknown, or does not have the product.
    """
    holding = {name: file for name, file in portfolios.items() if product in file.products}
    if key is None:
        return tuple(holding.values())
    if key not in portfolios:
        raise ContentError(f"unknown portfolio {key!r}; portfolios/ has {', '.join(portfolios) or 'none'}")
    if key not in holding:
        raise ContentError(f"portfolio {key!r} does not have product {product!r}; {', '.join(holding) or 'none'} has")
    return (portfolios[key],)
