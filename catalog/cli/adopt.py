"""`catalog adopt` and `catalog import-portfolio`: what exists in AWS becomes files, and ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalog.cli.consent import yes_option
from catalog.cli.options import json_option, key_values
from catalog.cli.output import ask, note, print_json, write_file
from catalog.cli.workspace import Workspace, aws_options

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession
    from catalog.plan.changes import Change
    from catalog.upkeep.adopting import Adoption

ADOPT_EPILOG = """\b
Examples:
  catalog adopt port-abcdefghijklm --dry-run
  catalog adopt port-abcdefghijklm --yes
  catalog adopt prod-abcdefghijklm --key vpc --rename v1=1.0.0

\b
Writes portfolios/KEY.yaml, products/KEY.py with its template, and the ledger with the template of each version, then
marks ownership. In AWS only the tags catalog:owner and catalog:address are added, and what --rename asks for.
"""

IMPORT_EPILOG = """\b
Examples:
  catalog import-portfolio port-abcdefghijklm
  catalog import-portfolio port-abcdefghijklm -o portfolios/networking.yaml --profile hub
"""


@click.command(epilog=ADOPT_EPILOG)
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("--key", default="", metavar="KEY", help="The file's name; else it is made of the name.")
@click.option("--rename", multiple=True, metavar="OLD=NEW", help="Give a version a semantic version for a name.")
@click.option("--dry-run", is_flag=True, help="Say what would be written and marked, and stop.")
@yes_option
@json_option
@aws_options
def adopt(
    workspace: Workspace,
    session: Callable[[], AwsSession],
    ids: tuple[str, ...],
    key: str,
    rename: tuple[str, ...],
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Bring portfolios and products of the account, by ID, under management as they are."""
    from catalog.cli.plan_run import apply_plan
    from catalog.upkeep.adopting import adopt

    config = workspace.config()
    aws = session()
    found = adopt(config, aws, ids, key=key, renames=key_values("--rename", rename))
    show_adoption(found, as_json)
    if dry_run or not found.marking.changes:
        return
    if not yes:
        ask(
            f"Write {len(found.files)} files and make these {len(found.marking.changes)} changes?",
            hint="With --dry-run it shows what it would do, and asks nothing.",
        )
    found.write(config.root)
    apply_plan(found.marking, aws)
    note("Next: read and commit the files, then `catalog validate` and `catalog plan`.")


def show_adoption(found: Adoption, as_json: bool) -> None:
    """Print files, marks, differences and notes."""
    from catalog.plan.report import as_data, change_data

    files = [str(path) for path in found.files]
    if as_json:
        differences = [change_data(change) for change in found.differences]
        print_json({**as_data(found.marking), "files": files, "differences": differences, "notices": list(found.notes)})
        return
    click.echo(f"Account {found.marking.account}, Region {found.marking.region}")
    for file in files:
        click.echo(f"  write {file}")
    show_changes(found.marking.changes)
    for text in found.notes:
        click.echo(f"  note: {text}")
    if found.differences:
        click.echo("What the files cannot say as it is, so that `catalog publish` would change it:")
        show_changes(found.differences)
    elif found.marking.changes:
        click.echo("Then there is nothing to publish: the files say what AWS has.")


def show_changes(changes: Sequence[Change]) -> None:
    """Print changes, as lines of a plan."""
    from catalog.model.limits import printable
    from catalog.plan.report import MARKS, folded

    for line in folded(changes):
        click.echo(f"  {MARKS[line.effect]} {line.operation:34} {line.address}")
        for detail in line.details:
            click.echo(printable(f"      {detail}"))


@click.command("import-portfolio", epilog=IMPORT_EPILOG)
@click.argument("portfolio_id", metavar="ID")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@aws_options
def import_portfolio(
    workspace: Workspace, session: Callable[[], AwsSession], portfolio_id: str, output: Path | None
) -> None:
    """Print the portfolio ID of the account as YAML; changes nothing in AWS."""
    from catalog.upkeep.importing import import_portfolio

    body, notes = import_portfolio(workspace.config(), session(), portfolio_id)
    for text in notes:
        note(f"note: {text}")
    if output:
        write_file(output, body)
    else:
        click.echo(body.decode(), nl=False)
