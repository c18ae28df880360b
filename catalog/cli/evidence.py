"""`catalog evidence`: a document for auditors about one released version."""

from __future__ import annotations

from pathlib import Path

import click

from catalog.cli.completing import complete_products, complete_versions
from catalog.cli.output import note, write_file
from catalog.cli.workspace import Workspace, pass_workspace

EPILOG = """\b
Examples:
  catalog evidence kms_key 1.0.0
  catalog evidence kms_key 1.0.0 -o kms_key-1.0.0.json

The same repository and lock file give the same bytes on every machine: see `catalog help evidence.md`.

Exit codes: 0 done, also when controls fail; 2 unknown version, or bad content.
"""


@click.command(epilog=EPILOG)
@click.argument("product", shell_complete=complete_products)
@click.argument("version", shell_complete=complete_versions)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of the terminal.")
@pass_workspace
def evidence(workspace: Workspace, product: str, version: str, output: Path | None) -> None:
    """Print the result of every control for a released version, as JSON for auditors.

    Judges the released bytes and the portfolios that offer them. Each control has a result (pass, fail, suppressed,
    advisory or not applicable), the places where it looked, and what a template cannot decide. The checklist and the
    compliance table of the profile name the controls that cover them. Suppressions are judged as of the day of the
    release.
    """
    from catalog.check.evidence import as_bytes
    from catalog.check.evidence import evidence as document

    data = document(workspace.config(), product, version)
    if output:
        write_file(output, as_bytes(data))
        counts = ", ".join(f"{number} {result}" for result, number in data["summary"].items())
        note(f"{product} {version}: {counts}")
    else:
        click.echo(as_bytes(data), nl=False)
