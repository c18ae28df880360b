"""L1. From loaded and rendered content to the desired `CatalogState` of one account and Region."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from catalog.load import Catalog, check_rules
from catalog.model.definition import ProductDefinition
from catalog.model.limits import check_tags
from catalog.model.product import Product, ProvisioningArtifact
from catalog.model.state import CatalogState
from catalog.portfolios import Place
from catalog.render import Rendered


def desired_state(catalog: Catalog, rendered: Iterable[Rendered], place: Place) -> CatalogState:
    """What shall be in `place`; `ContentError` when a portfolio does not fit its products' templates."""
    by_key = {item.product: item for item in rendered}
    check_portfolios(catalog, by_key)
    portfolios = {key: file.resolve(place) for key, file in catalog.portfolios.items()}
    products = {key: product_state(key, catalog.products[key], item) for key, item in by_key.items()}
    options = {option: True for portfolio in portfolios.values() for option in portfolio.tag_options}
    return CatalogState(products, portfolios, options)


def check_portfolios(catalog: Catalog, rendered: Mapping[str, Rendered]) -> None:
    """Every TEMPLATE rule against the template that it speaks of."""
    for file in catalog.portfolios.values():
        for key in file.products:
            check_rules(file, key, rendered[key].template)


def product_state(key: str, definition: ProductDefinition, rendered: Rendered) -> Product:
    """A product with the version that its file builds."""
    check_tags(f"product/{key}", dict(definition.tags), 18)  # 20 at creation, less the two ownership tags
    artifact = ProvisioningArtifact(rendered.version, definition.version_description, rendered.digest)
    return Product(
        key=key,
        name=definition.name,
        owner=definition.owner,
        description=definition.description,
        distributor=definition.distributor,
        support_description=definition.support_description,
        support_email=definition.support_email,
        support_url=definition.support_url,
        tags=definition.tags,
        artifacts=(artifact,),
    )
