"""What the search of a site finds: the words of each product, portfolio, principal and service action."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from catalog.model.portfolio import Principal
from catalog.site.catalogue import Site
from catalog.site.portfolios import SiteImport, SitePortfolio, principal_words
from catalog.site.products import SiteProduct


@dataclass(frozen=True, slots=True)
class SearchedText:
    """The words of a member of the start page, in lower case, each once."""

    text: str
    names: str = ""
    """The names that say why it was found, one a line: `parameter KeyUsers`."""


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """The words of all members of the start page."""

    products: Mapping[str, SearchedText]
    portfolios: Mapping[str, SearchedText]
    imports: Mapping[str, SearchedText]
    principals: Mapping[Principal, SearchedText]
    actions: Mapping[tuple[str, str], SearchedText]


def search_index(site: Site, *, brief: bool = False) -> SearchIndex:
    """The index; `brief` without descriptions of parameters and outputs, for a start page that would be too large."""
    portfolios = {portfolio.key: portfolio.name for portfolio in site.portfolios}
    return SearchIndex(
        {product.key: product_text(product, portfolios, brief=brief) for product in site.products},
        {portfolio.key: SearchedText(words(*portfolio_texts(portfolio))) for portfolio in site.portfolios},
        {each.key: SearchedText(words(*import_texts(each))) for each in site.imports},
        {
            principal: SearchedText(words(principal.arn, principal_words(principal)))
            for group in site.groups
            for principal in group.principals
        },
        {
            (product.key, action.key): SearchedText(words(action.name, action.description, product.name))
            for product in site.products
            for action in product.actions
        },
    )


def words(*texts: str) -> str:
    """The words of texts in lower case, each once."""
    return " ".join(dict.fromkeys(word for text in texts for word in text.lower().split()))


def product_text(product: SiteProduct, portfolios: Mapping[str, str], *, brief: bool) -> SearchedText:
    """The words of a product."""
    names = tuple(names_of(product))
    texts = [product.key, product.name, product.version, product.definition.owner, *names]
    texts += [portfolios[key] for key in product.portfolios]
    if not brief:
        texts += [product.definition.description, *descriptions(product)]
    return SearchedText(words(*texts), "\n".join(names))


def names_of(product: SiteProduct) -> Iterator[str]:
    """What people know the parts of a product by."""
    for group in product.groups:
        yield from (f"parameter {pair.field.name}" for pair in group.pairs)
    yield from (f"output {output.name}" for output in product.outputs)
    yield from (f"resource {kind}" for kind in product.types)
    yield from (f"service action {action.name}" for action in product.actions)
    yield from (f"launch role {name}" for name in product.roles)


def descriptions(product: SiteProduct) -> Iterator[str]:
    """What the parts of a product are for."""
    for group in product.groups:
        yield from (pair.field.text for pair in group.pairs)
    yield from (output.description for output in product.outputs)


def portfolio_texts(portfolio: SitePortfolio) -> Iterator[str]:
    """The words of a portfolio."""
    yield from (portfolio.key, portfolio.name, portfolio.description, portfolio.provider, portfolio.stage)
    yield from (offer.name for offer in portfolio.offers)
    yield from map(principal_words, portfolio.principals)


def import_texts(imported: SiteImport) -> Iterator[str]:
    """The words of a portfolio of another account."""
    yield from (imported.key, imported.name, imported.account)
    yield from (name for _, name in imported.products)
    yield from map(principal_words, imported.principals)
