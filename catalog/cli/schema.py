"""L5. `catalog schema`: the JSON Schema of portfolio files."""

from __future__ import annotations

import click

EPILOG = """\b
Example (editors read the schema from a comment in the YAML file):
  catalog schema > portfolio.schema.json
  # yaml-language-server: $schema=portfolio.schema.json
"""


@click.command(epilog=EPILOG)
def schema() -> None:
    """Print the JSON Schema (draft 2020-12) of portfolios/*.yaml."""
    from catalog.portfolios import schema_text

    click.echo(schema_text(), nl=False)
