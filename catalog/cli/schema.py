"""`catalog schema`: the JSON Schemas of the files that catalog reads, and of what its commands print as JSON."""

from __future__ import annotations

import click

from catalog.cli.completing import completer
from catalog.cli.workspace import Workspace, pass_workspace

EPILOG = """\b
Examples:
  catalog schema                          (of portfolios/*.yaml)
  catalog schema --kind product
  catalog schema --kind output:list       (of `catalog list --json`; `catalog help json.md`)
  catalog schema --write

KIND is one of
  portfolio    portfolios/*.yaml
  import       imports/*.yaml
  product      products/*.product.yaml
  config       [tool.catalog] of pyproject.toml
  plan         what plan and publish print with --json
  saved-plan   a plan saved with -o
  output:NAME  what a command prints with --json, such as output:role-check

--write writes the first six to .catalog/schemas/, and replaces those of an earlier version. Editors
find them by a comment:
  # yaml-language-server: $schema=../.catalog/schemas/portfolio.json
"""


def kinds_of_schemas(_: click.Context) -> tuple[str, ...]:
    """All kinds."""
    from catalog.content.schema_files import KINDS, output_kinds

    return (*KINDS, *output_kinds())


@click.command(epilog=EPILOG)
@click.option(
    "--kind",
    metavar="KIND",
    default="portfolio",
    show_default=True,
    shell_complete=completer(kinds_of_schemas),
    help="Which schema; see below.",
)
@click.option("--write", is_flag=True, help="Write the schemas of files into the repository, for editors.")
@pass_workspace
def schema(workspace: Workspace, kind: str, write: bool) -> None:
    """Print the JSON Schema of portfolio, product and import files, of the configuration, or of JSON output."""
    from catalog.content.schema_files import check_kind, schema_bodies, schema_text

    if not write:
        click.echo(schema_text(check_kind(kind)), nl=False)
        return
    from catalog.scaffolds.writing import Scaffold, write_scaffold

    for path in write_scaffold(workspace.root, Scaffold(new=schema_bodies()), force=True).written:
        click.echo(f"Wrote {path}")
