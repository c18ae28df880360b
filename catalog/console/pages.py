"""A page of the console: a template of catalog/web/files/console/ with what all pages have."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import g, request
from werkzeug.wrappers import Response

from catalog.console.state import console, where_of
from catalog.console.visitors import Visitor
from catalog.web.page import content_security_policy, render
from catalog.web.style import FILES, style

STYLES = ("page", "graph", "console")
POLICY = "form-action 'self'; connect-src 'self'"
USER_PAGES = (("/products", "Products"), ("/provisioned", "Provisioned products"))
ADMINISTRATOR_PAGES = (
    ("/portfolios", "Portfolios"),
    ("/catalogue", "All products"),
    ("/provisioned", "Provisioned products"),
    ("/records", "Records"),
)
TREE_PAGES = (("/working-tree", "Working tree"),)


@cache
def script() -> str:
    """The only script of the console."""
    return (FILES / "console.js").read_text()


@cache
def policy(also: str) -> str:
    """The Content-Security-Policy."""
    return content_security_policy(style(*STYLES), (script(),), also=also)


def show(template: str, status: int = 200, /, **values: Any) -> Response:
    """The page of a template."""
    visitor: Visitor | None = g.get("visitor")
    body = render(
        f"console/{template}",
        scripts=(script(),),
        styles=STYLES,
        also=POLICY,
        visitor=visitor,
        token=visitor.token if visitor else "",
        links=links(visitor),
        where=where_of(console().administrator),
        **values,
    )
    return Response(body, status, mimetype="text/html")


def links(visitor: Visitor | None) -> list[tuple[str, str, bool]]:
    """(address, words, whether this page is there) of the pages that the visitor has."""
    if visitor is None:
        return []
    pages = ADMINISTRATOR_PAGES if visitor.is_administrator else USER_PAGES if visitor.session else ()
    listed = [*pages, *(TREE_PAGES if console().root else ())]
    return [(path, words, f"{request.path}/".startswith(f"{path}/")) for path, words in listed]
