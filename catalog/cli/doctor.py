"""`catalog doctor`: what would keep a command from working, and what to do about it."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from catalog.cli.options import json_option
from catalog.cli.output import print_json
from catalog.cli.terminal import one_line, style
from catalog.cli.workspace import SessionOptions, Workspace, session_options
from catalog.errors import EXIT_FAILED, AwsError, CatalogError

if TYPE_CHECKING:
    from catalog.aws.credentials import CredentialsInUse
    from catalog.upkeep.doctor import Diagnosis, Health

EPILOG = """\b
Examples:
  catalog doctor
  catalog doctor --local
  catalog doctor --profile hub --region eu-west-1 --json

It reads only. Permissions are asked of IAM's simulator, which needs iam:SimulatePrincipalPolicy.

Exit codes: 0 no faults, 1 faults, 2 wrong input.
"""
WIDTH = len("not checked")
COLUMNS = 100
LISTED = 10
"""Details of a fault that are printed; JSON has all."""


@click.command(epilog=EPILOG)
@json_option
@session_options
@click.pass_context
def doctor(context: click.Context, workspace: Workspace, where: SessionOptions, as_json: bool) -> None:
    """Check this machine, the repository and the account, and say what to do about each fault."""
    from catalog.upkeep.doctor import Health

    shown: list[tuple[str, Diagnosis]] = []
    group = ""
    for name, diagnosis in examine(workspace, where):
        shown.append((name, diagnosis))
        if as_json:
            continue
        if name != group:
            click.echo(style(name, bold=True))
            group = name
        for line in lines_of(diagnosis):
            click.echo(line)
    counts = Counter(diagnosis.health for _, diagnosis in shown)
    if as_json:
        print_json(as_data(shown, counts))
    else:
        click.echo(summary(counts))
    if counts[Health.FAULT]:
        context.exit(EXIT_FAILED)


def examine(workspace: Workspace, where: SessionOptions) -> Iterator[tuple[str, Diagnosis]]:
    """(group, diagnosis) of each check, as soon as it is made. `ContentError` for a profile that does not exist."""
    from catalog.aws.credentials import credentials_in_use
    from catalog.upkeep.doctor import RepositoryChecks, account_checks, machine_checks

    credentials: CredentialsInUse | CatalogError | None
    try:
        credentials = None if where.local else credentials_in_use(where.profile, where.region)
    except AwsError as error:  # such as a file of the AWS configuration that cannot be read
        credentials = error
    for diagnosis in machine_checks():
        yield "This machine", diagnosis
    repository = RepositoryChecks(workspace.directory)
    for diagnosis in repository.run():
        yield "Repository", diagnosis
    for diagnosis in account_checks(where.open, credentials, repository):
        yield "Sandbox" if where.local else "Account", diagnosis


def lines_of(diagnosis: Diagnosis) -> Iterator[str]:
    """The line of a check, and under it its details, if it is a fault, and what to do."""
    from catalog.upkeep.doctor import Health

    colours = {Health.OK: "green", Health.WARNING: "yellow", Health.FAULT: "red"}
    label = style(f"{diagnosis.health.value:{WIDTH}}", fg=colours.get(diagnosis.health))
    first, *rest = wrapped(diagnosis.seen)
    yield f"  {label}  {first}"
    margin = f"  {'':{WIDTH}}  "
    yield from (f"{margin}{line}" for line in rest)
    details = diagnosis.details if diagnosis.health is Health.FAULT else ()
    for detail in (*details[:LISTED], *([f"… and {len(details) - LISTED} more: --json"] if details[LISTED:] else [])):
        yield from (f"{margin}  {line}" for line in wrapped(detail))
    for index, line in enumerate(wrapped(diagnosis.next)):
        yield f"{margin}{'  ' if index else '→ '}{line}"


def wrapped(text: str) -> list[str]:
    """The lines of a text beside the column of labels; words are never broken."""
    return textwrap.wrap(one_line(text), COLUMNS - WIDTH - 6, break_long_words=False, break_on_hyphens=False)


def summary(counts: Counter[Health]) -> str:
    """The last line: how many checks ended in each way."""
    from catalog.check.report import plural
    from catalog.upkeep.doctor import Health

    parts = [
        f"{counts[Health.OK]} ok",
        plural(counts[Health.WARNING], "warning"),
        plural(counts[Health.FAULT], "fault"),
        f"{counts[Health.NOT_CHECKED]} not checked",
    ]
    return ", ".join(parts) + "."


def as_data(shown: Iterable[tuple[str, Diagnosis]], counts: Counter[Health]) -> dict[str, object]:
    """The report as JSON data."""
    from catalog.upkeep.doctor import Health

    return {
        "format": 1,
        "checks": [
            {
                "group": group,
                "check": diagnosis.check,
                "health": diagnosis.health.value,
                "seen": diagnosis.seen,
                "next": diagnosis.next,
                "details": list(diagnosis.details),
            }
            for group, diagnosis in shown
        ],
        "counts": {health.value.replace(" ", "_"): counts[health] for health in Health},
    }
