"""`catalog graph`: a product, a portfolio or the whole catalogue as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalog.cli.completing import complete_portfolios, complete_products
from catalog.cli.output import note, write_file
from catalog.cli.workspace import Workspace, pass_workspace
from catalog.errors import ContentError
from catalog.model.limits import listed, shown

if TYPE_CHECKING:
    from catalog.content.load import Catalog
    from catalog.graphs.graph import Graph

EPILOG = """\b
Examples:
  catalog graph kms_key -o kms_key.svg
  catalog graph security-prod --format mermaid
  catalog graph --format dot | dot -Tpng > catalogue.png
  catalog graph product/network         (where a portfolio has the same key)

A product: its resources, what they need and which of them hold data. A portfolio: who may launch from it, its products,
their launch roles and what these create. Without a name: all portfolios. SVG needs the extra `pages`.
"""


def complete_names(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Products, then portfolios."""
    return [
        *complete_products(context, parameter, incomplete),
        *complete_portfolios(context, parameter, incomplete),
    ]


@click.command(epilog=EPILOG)
@click.argument("name", required=False, metavar="[PRODUCT|PORTFOLIO]", shell_complete=complete_names)
@click.option(
    "--format",
    "form",
    type=click.Choice(["svg", "mermaid", "dot"]),
    default="svg",
    show_default=True,
    help="mermaid is for Markdown, dot for Graphviz.",
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of the terminal.")
@pass_workspace
def graph(workspace: Workspace, name: str | None, form: str, output: Path | None) -> None:
    """Draw a product with its resources, a portfolio with who launches what, or all portfolios."""
    text = drawn(chosen_graph(workspace.catalog(), name), form)
    if output:
        write_file(output, text.encode())
        note(f"Written: {output}")
    else:
        click.echo(text, nl=False)


def drawn(picture: Graph, form: str) -> str:
    """The graph in a form."""
    if form == "mermaid":
        from catalog.graphs.mermaid import mermaid

        return mermaid(picture)
    if form == "dot":
        from catalog.graphs.dot import dot

        return dot(picture)
    from catalog.graphs.svg import svg
    from catalog.web.style import style

    return svg(picture, "graph", style=style("graph")) + "\n"


def chosen_graph(catalog: Catalog, name: str | None) -> Graph:
    """The graph of a product, a portfolio or all; `ContentError` for an unknown name, or one that both have."""
    from catalog.content.render import render
    from catalog.graphs.resources import resource_graph

    kind, _, key = (name or "").rpartition("/")
    if not name:
        return portfolios_graph(catalog, tuple(catalog.portfolios))
    is_product = key in catalog.products and kind in ("", "product")
    is_portfolio = key in catalog.portfolios and kind in ("", "portfolio")
    if is_product and is_portfolio:
        raise ContentError(f"{key} is a product and a portfolio", hint=f"Name product/{key} or portfolio/{key}.")
    if is_product:
        definition = catalog.products[key]
        rendered = render(key, definition)
        return resource_graph(f"{definition.name} {rendered.version}", rendered.template)
    if is_portfolio:
        return portfolios_graph(catalog, (key,))
    names = listed([*catalog.products, *catalog.portfolios], key)
    raise ContentError(f"unknown product or portfolio {shown(name)}; the repository has {names}")


def portfolios_graph(catalog: Catalog, keys: tuple[str, ...]) -> Graph:
    """The graph of portfolios for the account of examples; one alone shows what its launch roles create."""
    from catalog.cfn.template import section
    from catalog.content.portfolio_files import EXAMPLE
    from catalog.content.render import render
    from catalog.graphs.offers import joined, offer_graph

    names = {key: definition.name for key, definition in catalog.products.items()}
    types: dict[str, list[str]] = {}
    if len(keys) == 1:
        for key in catalog.portfolios[keys[0]].products:
            bodies = section(render(key, catalog.products[key]).template, "Resources").values()
            types[key] = [str(body["Type"]) for body in bodies if isinstance(body, dict) and "Type" in body]
    return joined([offer_graph(catalog.portfolios[key].resolved(EXAMPLE), types, names) for key in keys])
