"""`catalog schema`: the JSON Schemas of portfolio and import files, and of the output of `catalog plan`."""

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
    help="portfolios/*.yaml, imports/*.yaml, the output of `catalog plan --json`, or a plan saved with `-o`.",
)
def schema(kind: str) -> None:
    """Print the JSON Schema (draft 2020-12) of portfolio files, import files or plans."""
    from catalog.content.schema_files import schema_text

    click.echo(schema_text(kind), nl=False)
