"""The addresses of the pages of a site, relative to the page that links: they work from files and below any path."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from catalog.model.portfolio import Principal
from catalog.site.history import SiteChange
from catalog.site.portfolios import principal_words
from catalog.site.products import SiteProduct
from catalog.web.page import anchor

SAFE = re.compile(r"[a-z0-9][a-z0-9_-]*")
"""Names of files that are the same everywhere, also where upper and lower case do not differ."""
INDEX, PRINCIPALS, ACTIONS, CHANGES, FEED = (
    "index.html",
    "principals.html",
    "actions.html",
    "changes.html",
    "feed.xml",
)


def short_digest(text: str) -> str:
    """Ten hex digits that stand for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def file_name(key: str) -> str:
    """The name of a page without its ending: the key, or one made of it that every file system and URL takes."""
    if SAFE.fullmatch(key):
        return key
    return f"{re.sub('[^a-z0-9_-]+', '-', key.lower()).strip('-')[:40] or 'page'}-{short_digest(key)}"


def product_page(key: str) -> str:
    """The page of a product, below the folder of the site."""
    return f"products/{file_name(key)}.html"


def portfolio_page(key: str) -> str:
    """The page of a portfolio."""
    return f"portfolios/{file_name(key)}.html"


def import_page(key: str) -> str:
    """The page of a portfolio of another account."""
    return f"imports/{file_name(key)}.html"


def evidence_page(product: SiteProduct) -> str:
    """The evidence of the version that a product's page shows."""
    return f"evidence/{file_name(product.key)}-{product.version}.json"


@dataclass(frozen=True, slots=True)
class SiteLinks:
    """Links from a page that is in a folder: `root` leads from it to the start page's folder."""

    root: str = ""

    def product(self, key: str) -> str:
        """The page of a product."""
        return f"{self.root}{product_page(key)}"

    def portfolio(self, key: str) -> str:
        """The page of a portfolio."""
        return f"{self.root}{portfolio_page(key)}"

    def imported(self, key: str) -> str:
        """The page of a portfolio of another account."""
        return f"{self.root}{import_page(key)}"

    def version(self, key: str, version: str) -> str:
        """A version on the page of its product."""
        return f"{self.product(key)}#{self.version_id(version)}"

    def principal(self, principal: Principal) -> str:
        """A principal among all."""
        return f"{self.root}{PRINCIPALS}#{self.principal_id(principal)}"

    def action(self, product: str, action: str) -> str:
        """A service action among all."""
        return f"{self.root}{ACTIONS}#{self.action_id(product, action)}"

    def evidence(self, product: SiteProduct) -> str:
        """The evidence of the version that is shown."""
        return f"{self.root}{evidence_page(product)}"

    @staticmethod
    def version_id(version: str) -> str:
        """The id of a version on the page of its product."""
        return f"version-{anchor(version)}"

    @staticmethod
    def principal_id(principal: Principal) -> str:
        """The id of a principal."""
        return f"principal-{short_digest(f'{principal.type} {principal.arn}')}"

    @staticmethod
    def action_id(product: str, action: str) -> str:
        """The id of a service action."""
        return f"action-{anchor(product, action)}-{short_digest(f'{product}/{action}')}"

    @staticmethod
    def change_id(change: SiteChange) -> str:
        """The id of a change."""
        return f"change-{short_digest(change.id)}"

    @staticmethod
    def words(principal: Principal) -> str:
        """`role/deploy`, or `every role/dev-*` for a pattern."""
        return principal_words(principal)
