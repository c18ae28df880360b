"""`catalog schema`: the JSON Schemas of what people write, and of what `catalog plan` writes."""

from __future__ import annotations

import click

EPILOG = """\b
Examples (editors read the schema from a comment in the YAML file):
  catalog schema > portfolio.schema.json
  catalog schema --kind import > import.schema.json
  catalog schema --kind plan > plan.schema.json
  # yaml-language-server: $schema=portfolio.schema.json
"""


@click.command(epilog=EPILOG)
@click.option(
    "--kind",
    type=click.Choice(["portfolio", "import", "plan", "saved-plan"]),
    default="portfolio",
    show_default=True,
    help="Of portfolios/*.yaml, of imports/*.yaml, or of what `catalog plan` prints with --json and saves with -o.",
)
def schema(kind: str) -> None:
    """Print the JSON Schema (draft 2020-12) of portfolios/*.yaml."""
    from catalog.content.schema_files import schema_text

    click.echo(schema_text(kind), nl=False)
