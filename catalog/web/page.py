"""Makes a page: a Jinja2 template of files/, with everything that it needs inside of it.

A template that names something that does not exist is an error. Texts are escaped, also in attributes, and
invisible signs and those that turn the direction of a text are replaced in every text. The Content-Security-Policy
allows the style of the page and nothing else: no script, no picture from elsewhere, no form, no frame.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from catalog.errors import ContentError
from catalog.graphs.graph import SIGNS, Graph
from catalog.graphs.layout import INSTALL
from catalog.graphs.svg import svg
from catalog.graphs.text import plain
from catalog.web.style import FILES, source_hash, style

if TYPE_CHECKING:
    from jinja2 import Environment

STYLES = ("page", "graph")


def render(
    template: str,
    /,
    *,
    scripts: tuple[str, ...] = (),
    styles: tuple[str, ...] = STYLES,
    also: str = "",
    **values: Any,
) -> str:
    """The page of a template, with these values. `scripts` are texts of scripts that the template has in it.

    `also` is what the policy of a server's pages has besides.
    """
    css = style(*styles)
    policy = content_security_policy(css, scripts, also=also)
    return environment().get_template(template).render(style=css, policy=policy, scripts=scripts, **values)


def content_security_policy(css: str, scripts: tuple[str, ...] = (), *, also: str = "") -> str:
    """The policy of a page: `also` adds what a server's pages need, such as `form-action 'self'`."""
    script = f" script-src {' '.join(map(source_hash, scripts))};" if scripts else ""
    rest = also or "form-action 'none'"
    return f"default-src 'none'; style-src {source_hash(css)};{script} img-src data:; base-uri 'none'; {rest}"


@cache
def environment() -> Environment:
    """Jinja2, as all pages use it. Raises `ContentError` without the library."""
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
    except ModuleNotFoundError as error:
        raise ContentError("pages need the library Jinja2", hint=INSTALL) from error
    made = Environment(
        loader=FileSystemLoader(FILES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=readable,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals |= {"picture": picture, "signs": {str(mark): sign for mark, sign in SIGNS.items()}}
    made.filters["breakable"] = breakable
    made.filters["anchor"] = anchor
    return made


def readable(value: Any) -> Any:
    """What an expression of a template shows: text without invisible signs; None is an error of the template."""
    if value is None:
        raise ValueError("a template shows None")
    return plain(value) if type(value) is str else value


def picture(graph: Graph, name: str) -> Any:
    """A graph as SVG, which is markup already."""
    from markupsafe import Markup

    return Markup(svg(graph, name))  # noqa: S704  # svg escapes each text of the graph


def breakable(text: str) -> Any:
    """A name or an ARN that may be broken after its separators, so that it fits on a telephone."""
    from markupsafe import Markup, escape

    parts: list[str] = []
    for sign in plain(text):
        parts.append(str(escape(sign)))
        if sign in "/:_=":
            parts.append("<wbr>")
    return Markup("".join(parts))  # noqa: S704  # each sign is escaped


def anchor(*parts: str) -> str:
    """The id of a section. Keys of products and portfolios keep their signs."""
    return "".join(sign if sign.isascii() and (sign.isalnum() or sign in "_-") else "-" for sign in "-".join(parts))
