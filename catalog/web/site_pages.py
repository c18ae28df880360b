"""The pages of a site: HTML files, an Atom feed, and the evidence as JSON. The same site gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from catalog import __version__
from catalog.check.evidence import as_bytes
from catalog.model.portfolio import Principal
from catalog.site.access_words import statements
from catalog.site.catalogue import Site
from catalog.site.history import urn_of
from catalog.site.portfolios import SitePortfolio
from catalog.site.products import SiteProduct
from catalog.web.page import STYLES, render
from catalog.web.site_links import (
    ACTIONS,
    CHANGES,
    FEED,
    INDEX,
    PRINCIPALS,
    SiteLinks,
    evidence_page,
    import_page,
    portfolio_page,
    product_page,
)
from catalog.web.site_search import search_index
from catalog.web.style import FILES

LIMIT = 1_000_000
"""Bytes of a page that opens at once everywhere."""
CHANGES_SHOWN, FEED_SHOWN = 500, 100
MOST_NODES = 40
"""Boxes of a picture that stands open."""
NEVER = "1970-01-01T00:00:00Z"
"""When the feed of a catalogue without releases was updated: Atom wants a moment, and the clock is not asked."""
MENU = ((INDEX, "Catalogue"), (PRINCIPALS, "Who may launch what"), (ACTIONS, "Service actions"), (CHANGES, "Changes"))


@dataclass(frozen=True, slots=True)
class SitePage:
    """A file of the site."""

    path: str
    """Relative to the folder of the site, with slashes."""
    kind: str
    """`start`, `product`, `portfolio`, `import`, `principals`, `actions`, `changes`, `feed` or `evidence`."""
    title: str
    body: bytes


def site_pages(site: Site, url: str = "") -> Iterator[SitePage]:
    """All files. With `url`, the feed has absolute links."""
    yield SitePage(INDEX, "start", site.title, start_page(site))
    for product in site.products:
        yield SitePage(product_page(product.key), "product", product.name, product_file(site, product))
    for portfolio in site.portfolios:
        body = portfolio_file(site, portfolio)
        yield SitePage(portfolio_page(portfolio.key), "portfolio", portfolio.name, body)
    for each in site.imports:
        body = page(site, "site_import.html", import_page(each.key), imported=each)
        yield SitePage(import_page(each.key), "import", each.name, body)
    yield SitePage(PRINCIPALS, "principals", "Who may launch what", principals_page(site))
    acting = tuple(product for product in site.products if product.actions)
    yield SitePage(ACTIONS, "actions", "Service actions", page(site, "site_actions.html", ACTIONS, acting=acting))
    yield SitePage(CHANGES, "changes", "Changes", changes_page(site))
    yield SitePage(FEED, "feed", "Changes, as a feed", feed(site, url))
    for product in site.products:
        if product.evidence is not None:
            title = f"Evidence of {product.name} {product.version}"
            yield SitePage(evidence_page(product), "evidence", title, as_bytes(product.evidence))


def page(site: Site, template: str, path: str, **values: Any) -> bytes:
    """A page of HTML."""
    root = "../" * path.count("/")
    text = render(
        template,
        styles=(*STYLES, "site"),
        site=site,
        menu=MENU,
        here=path,
        root=root,
        to=SiteLinks(root),
        version=__version__,
        **values,
    )
    return text.encode()


def fitting(make: Callable[[int], bytes], most: int) -> bytes:
    """The page with all of `most` parts, or with as many as fit the limit."""
    body = make(most)
    while len(body) > LIMIT and most > 0:
        most //= 2
        body = make(most)
    return body


def start_page(site: Site) -> bytes:
    """The start page; without descriptions of parameters in its search where it would be too large."""
    script = (FILES / "site.js").read_text()
    acting = tuple(product for product in site.products if product.actions)

    def make(whole: int) -> bytes:
        searched = search_index(site, brief=not whole)
        return page(site, "site_index.html", INDEX, scripts=(script,), searched=searched, acting=acting)

    return fitting(make, 1)


def product_file(site: Site, product: SiteProduct) -> bytes:
    """The page of a product."""

    def make(shown: int) -> bytes:
        return page(
            site,
            "site_product.html",
            product_page(product.key),
            product=product,
            definition=product.definition,
            sections=tuple(sections(site, product)),
            launchers=launchers(site, product),
            takers=takers(site, product),
            words=lambda table: tuple(statements(table)),
            shown=shown,
        )

    return fitting(make, max(len(product.access), len(product.versions), 1))


def sections(site: Site, product: SiteProduct) -> Iterator[tuple[str, str]]:
    """(id, words) of the sections that the page has."""
    yield from (("get", "How to get it"), ("parameters", "Parameters"), ("examples", "Examples"))
    yield from (("outputs", "Outputs"), ("resources", "Resources"), ("access", "Access"))
    if product.actions:
        yield "actions", "Service actions"
    if product.roles:
        yield "roles", "Launch role"
    yield "versions", "Versions"
    if site.with_usage:
        yield "usage", "Usage"
    yield "controls", "Controls"


def launchers(site: Site, product: SiteProduct) -> tuple[Principal, ...]:
    """Who may launch the product, through any portfolio."""
    reached = (site.portfolio(key) for key in product.portfolios)
    return tuple(sorted({principal for portfolio in reached if portfolio for principal in portfolio.principals}))


def takers(site: Site, product: SiteProduct) -> dict[str, list[tuple[str, str]]]:
    """Output → (key, name) of the products that have a parameter of its name.

    A parameter that is an output of the same product too, such as BucketName, names what that one makes.
    """
    names = {output.name for output in product.outputs}
    result: dict[str, list[tuple[str, str]]] = {}
    for other in site.products:
        parameters = {pair.field.name for group in other.groups for pair in group.pairs}
        for name in sorted(names & parameters - {output.name for output in other.outputs}):
            result.setdefault(name, []).append((other.key, other.name))
    return result


def portfolio_file(site: Site, portfolio: SitePortfolio) -> bytes:
    """The page of a portfolio."""
    declared = {each.key for each in site.imports}
    heads = {offer.key: offer.key.partition("/")[0] for offer in portfolio.offers if "/" in offer.key}
    return page(
        site,
        "site_portfolio.html",
        portfolio_page(portfolio.key),
        portfolio=portfolio,
        most_nodes=MOST_NODES,
        imported_from={key: head for key, head in heads.items() if head in declared},
    )


def principals_page(site: Site) -> bytes:
    """Who may launch what; without the products where it would be too large."""
    return fitting(lambda whole: page(site, "site_principals.html", PRINCIPALS, brief=not whole), 1)


def changes_page(site: Site) -> bytes:
    """The newest changes."""
    changes = site.changes[:CHANGES_SHOWN]
    left_out = len(site.changes) - len(changes)
    return page(site, "site_changes.html", CHANGES, changes=changes, left_out=left_out)


def feed(site: Site, url: str) -> bytes:
    """The newest changes as Atom (RFC 4287)."""
    changes = site.changes[:FEED_SHOWN]
    return render(
        "feed.xml",
        site=site,
        changes=changes,
        feed_id=urn_of(site.owner, "site"),
        updated=changes[0].moment if changes else NEVER,
        base=f"{url.rstrip('/')}/" if url else "",
        to=SiteLinks(),
    ).encode()
