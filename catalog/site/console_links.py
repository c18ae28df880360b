"""The pages of a product in the Service Catalog console, in each Region in which it is published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalog.content.targets import Target
from catalog.model.console import service_catalog_page

PRODUCTS = "products"
"""The page of people who launch; that of a product has its id."""


@dataclass(frozen=True, slots=True)
class ConsoleLink:
    """A page of the console."""

    region: str
    url: str
    account: str = ""
    """The account in which it exists; empty for the list of products, which each account has."""


def list_links(regions: Iterable[str]) -> tuple[ConsoleLink, ...]:
    """The list of products in the console of each Region: the ids of products differ between accounts."""
    urls = {region: service_catalog_page(region, PRODUCTS) for region in regions}
    return tuple(ConsoleLink(region, url) for region, url in urls.items() if url)


def product_link(region: str, account: str, product_id: str) -> ConsoleLink | None:
    """The page of a product; None where it is not published, or the console has no address."""
    url = service_catalog_page(region, PRODUCTS, product_id) if product_id else ""
    return ConsoleLink(region, url, account) if url else None


def regions_of(targets: Sequence[Target], portfolios: Iterable[str], regions: Sequence[str]) -> tuple[str, ...]:
    """The Regions in which one of the portfolios is published: those of the targets, or without targets all."""
    if not targets:
        return tuple(regions)
    wanted = set(portfolios)
    published = [target.region for target in targets if not target.portfolios or wanted & set(target.portfolios)]
    return tuple(dict.fromkeys(published))
