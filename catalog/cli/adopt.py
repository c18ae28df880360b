"""`catalog adopt` and `catalog import-portfolio`: write files for existing portfolios and products."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catalog.cli.consent import yes_option
from catalog.cli.formats import ContentFormat, content_options
from catalog.cli.locking import Locking, lock_option
from catalog.cli.options import key_values, parallelism_option
from catalog.cli.output import ask, note, write_file
from catalog.cli.reports import change_lines
from catalog.cli.workspace import Workspace, aws_options, today

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession
    from catalog.upkeep.adopting import Adoption

ADOPT_EPILOG = """\b
Examples:
  catalog adopt port-abcdefghijklm --dry-run
  catalog adopt port-abcdefghijklm --yes
  catalog adopt prod-abcdefghijklm --key vpc --number first=0.1.0

Writes portfolios/KEY.yaml, the template of each product with its metadata in products/KEY.product.yaml, and the ledger
with the template of each version. Then it marks ownership in AWS: it adds the tags catalog:owner and catalog:address,
and renames the versions of --rename. Other versions keep their names: v1 and v1.0 are version 1.0.0 in the ledger, with
their names in AWS.
"""

IMPORT_EPILOG = """\b
Examples:
  catalog import-portfolio port-abcdefghijklm
  catalog import-portfolio port-abcdefghijklm -o portfolios/networking.yaml --profile hub
"""


@click.command(epilog=ADOPT_EPILOG)
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option(
    "--key", default="", metavar="KEY", help="Its key, which names the files. Default: made from the name in AWS."
)
@click.option(
    "--rename",
    multiple=True,
    metavar="OLD=NEW",
    help="Rename version OLD to the semantic version NEW. May be repeated.",
)
@click.option(
    "--number",
    multiple=True,
    metavar="NAME=VERSION",
    help="The version of the one called NAME, which keeps its name. May be repeated.",
)
@click.option("--dry-run", is_flag=True, help="Show the files and tags that would be written, and stop.")
@yes_option
@lock_option
@parallelism_option
@content_options("json")
@aws_options
def adopt(
    workspace: Workspace,
    session: Callable[[], AwsSession],
    ids: tuple[str, ...],
    key: str,
    rename: tuple[str, ...],
    number: tuple[str, ...],
    dry_run: bool,
    yes: bool,
    no_lock: bool,
    parallelism: int,
    form: ContentFormat,
) -> None:
    """Bring existing portfolios and products of the account under management, unchanged."""
    from catalog.cli.plan_run import apply_plan
    from catalog.upkeep.adopting import adopt

    config, aws, locking = workspace.config(), session(), Locking(workspace, "adopt", no_lock)
    if not dry_run:
        locking.look(aws)
    renames, numbers = key_values("--rename", rename), key_values("--number", number)
    adoption = adopt(config, aws, ids, key=key, renames=renames, numbers=numbers, day=today())
    form.print_content(AdoptionReport(adoption))
    if dry_run or not adoption.marking.changes:
        return
    if not yes:
        files, changes = len(adoption.files), len(adoption.marking.changes)
        ask(f"Write {files} files and make these {changes} changes?", hint="--dry-run shows them and does not ask.")
    with locking.released():
        adoption.write(config.root)
        apply_plan(adoption.marking, aws, locking, parallelism)
    note("Next: read and commit the files, then `catalog validate` and `catalog plan`.")


@dataclass(frozen=True, slots=True)
class AdoptionReport:
    """The files, the ownership tags, remaining differences and notes."""

    adoption: Adoption

    def lines(self) -> Iterator[str]:
        """What is written and changed, and what `catalog publish` would still change."""
        from catalog.plan.report import account_line

        marking, differences = self.adoption.marking, self.adoption.differences
        yield account_line(marking.account, marking.region, marking.sandbox)
        yield from (f"  write {path}" for path in self.adoption.files)
        yield from change_lines(marking)
        yield from (f"  note: {text}" for text in self.adoption.notes)
        if differences:
            yield "The files cannot express these settings, so `catalog publish` would change them:"
            yield from change_lines(replace(marking, changes=differences))
        elif marking.changes:
            yield "After that there is nothing to publish: the files match AWS."

    def data(self) -> dict[str, Any]:
        """The plan of the tags with the other members."""
        from catalog.plan.report import as_data, change_data

        marking = self.adoption.marking
        return {
            **as_data(marking),
            "files": [str(path) for path in self.adoption.files],
            "differences": [change_data(change, marking) for change in self.adoption.differences],
            "notices": list(self.adoption.notes),
        }


@click.command("import-portfolio", epilog=IMPORT_EPILOG)
@click.argument("portfolio_id", metavar="ID")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@aws_options
def import_portfolio(
    workspace: Workspace, session: Callable[[], AwsSession], portfolio_id: str, output: Path | None
) -> None:
    """Print portfolio ID of the account as YAML. Changes nothing in AWS."""
    from catalog.upkeep.importing import import_portfolio

    body, notes = import_portfolio(workspace.config(), session(), portfolio_id)
    for text in notes:
        note(f"note: {text}")
    if output:
        write_file(output, body)
    else:
        click.echo(body.decode(), nl=False)
