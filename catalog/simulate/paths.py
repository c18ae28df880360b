"""Launch paths: the portfolios through which a product can be launched."""

from __future__ import annotations

from collections.abc import Mapping

from catalog.content.portfolio_files import PortfolioFile
from catalog.errors import ContentError
from catalog.model.limits import listed, shown


def launch_paths(portfolios: Mapping[str, PortfolioFile], product: str, key: str | None) -> tuple[PortfolioFile, ...]:
    """The portfolio with this key, or all portfolios that have the product; empty when no portfolio has it.

    `ContentError` when the portfolio is unknown, or does not have the product.
    """
    with_product = {name: file for name, file in portfolios.items() if product in file.products}
    if key is None:
        return tuple(with_product.values())
    if key not in portfolios:
        raise ContentError(f"unknown portfolio {shown(key)}; portfolios/ has {listed(portfolios, key)}")
    if key not in with_product:
        having = listed(with_product, key)
        raise ContentError(f"portfolio {key!r} does not have product {product!r}; portfolios that have it: {having}")
    return (portfolios[key],)
