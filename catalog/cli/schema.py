"""L5. `catalog schema`: the JSON Schemas of portfolio and import files."""

from __future__ import annotations

import click

EPILOG = """\b
Examples (editors read the schema from a comment in the YAML file):
  catalog schema > portfolio.schema.json
  catalog schema --kind import > import.schema.json
  # yaml-language-server: $schema=portfolio.schema.json
"""


@click.command(epilog=EPILOG)
@click.option(
    "--kind",
    type=click.Choice(["portfolio", "import"]),
    default="portfolio",
    show_default=True,
    help="Of portfolios/*.yaml or of imports/*.yaml.",
)
def schema(kind: str) -> None:
    """Print the JSON Schema (draft 2020-12) of portfolios/*.yaml."""
    from catalog.portfolios import schema_text

    click.echo(schema_text(kind), nl=False)
