"""L5. `catalog list`: what the repository declares."""

from __future__ import annotations

import click

from catalog.cli.context import Context, json_option, pass_context, print_json, table

EPILOG = """\b
Examples:
  catalog list
  catalog list --json
"""


@click.command("list", epilog=EPILOG)
@json_option
@pass_context
def list_content(context: Context, as_json: bool) -> None:
    """List products with their versions, and portfolios."""
    content = context.catalog()
    holding = {
        key: [name for name, portfolio in content.portfolios.items() if key in portfolio.products]
        for key in content.products
    }
    if as_json:
        print_json(
            {
                "products": [
                    {"product": key, "name": product.name, "version": product.version, "portfolios": holding[key]}
                    for key, product in content.products.items()
                ],
                "portfolios": [
                    {"portfolio": key, "display_name": portfolio.display_name, "products": list(portfolio.products)}
                    for key, portfolio in content.portfolios.items()
                ],
            }
        )
        return
    click.echo(
        table(
            ("PRODUCT", "VERSION", "NAME", "PORTFOLIOS"),
            (
                (key, product.version, product.name, ", ".join(holding[key]) or "-")
                for key, product in content.products.items()
            ),
        )
    )
    click.echo()
    click.echo(
        table(
            ("PORTFOLIO", "DISPLAY NAME", "PRODUCTS"),
            (
                (key, portfolio.display_name, ", ".join(portfolio.products))
                for key, portfolio in content.portfolios.items()
            ),
        )
    )
