"""`catalog runs`: what earlier commands of this user did to AWS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from catalog.cli.completing import complete_runs
from catalog.cli.options import CommandGroup, json_option
from catalog.cli.output import note, print_json, table
from catalog.model.limits import short_digests

if TYPE_CHECKING:
    from catalog.runs.journal import RecordedRun

ABOUT = """\
Commands that may change AWS write a journal of each change, and of each call that changes something, with its request
id, duration and outcome. It has no parameters, no error texts and no templates. The journals are files of JSON Lines,
for their user only, in $XDG_STATE_HOME/catalog/runs or ~/.local/state/catalog/runs. The newest 200 are kept, up to 50
MB.
"""
LIST_EPILOG = f"""\b
Examples:
  catalog runs list
  catalog runs list --json
  catalog runs               (the same as `catalog runs list`)

An id begins with the date and time of the start, in UTC.

{ABOUT}"""
SHOW_EPILOG = f"""\b
Examples:
  catalog runs show last
  catalog runs show 20261128-1042
  catalog runs show last --json

ID may be the beginning of an id, or `last`. AWS Support can look up a request id.

{ABOUT}"""


@click.group(cls=CommandGroup, epilog=ABOUT, invoke_without_command=True)
@json_option
@click.pass_context
def runs(context: click.Context, as_json: bool) -> None:
    """List and show what commands did to AWS."""
    if context.invoked_subcommand is None:
        print_runs(as_json)


@runs.command("list", epilog=LIST_EPILOG)
@json_option
def list_runs(as_json: bool) -> None:
    """List the recorded runs of this user, the newest first."""
    print_runs(as_json)


def print_runs(as_json: bool) -> None:
    """Print the runs."""
    from catalog.runs.folder import runs_folder
    from catalog.runs.journal import recorded_runs

    recorded = list(recorded_runs())
    if as_json:
        print_json({"runs": [run.data() for run in recorded]})
        return
    if not recorded:
        note(f"No runs are recorded in {runs_folder()}.")
        return
    click.echo(table(("ID", "COMMAND", "SECONDS", "EXIT", "CHANGES", "CALLS", "ACCOUNTS"), map(row, recorded)))


def row(run: RecordedRun) -> tuple[str, ...]:
    """A line of the list."""
    data = run.data()
    places = ", ".join(f"{place['account']}/{place['region']}" for place in data["accounts"])
    numbers = (str(data["changes"]), str(data["calls"]))
    return (
        run.id,
        data["command"],
        shown(data["seconds"]),
        shown(run.exit),
        *numbers,
        places or "-",
    )


def shown(value: object) -> str:
    """A value in a table; `-` for none, as of a run that was killed."""
    return "-" if value is None else str(value)


@runs.command(epilog=SHOW_EPILOG)
@click.argument("name", metavar="ID", shell_complete=complete_runs)
@json_option
def show(name: str, as_json: bool) -> None:
    """Show the changes and the changing calls of a run."""
    from catalog.runs.journal import find_run

    run = find_run(name)
    if as_json:
        print_json({**run.data(), "lines": [line for line in run.lines if "call" in line or "change" in line]})
        return
    data = run.data()
    ended = f"exit {run.exit} after {data['seconds']} s" if run.exit is not None else "no end: it runs, or was killed"
    click.echo(f"{run.id}: catalog {data['command']}, {data['started'][:19]} UTC, {ended}")
    for place in data["accounts"]:
        click.echo(f"Account {place['account']}, Region {place['region']}{' (sandbox)' if place['sandbox'] else ''}")
    rows = list(steps(run))
    if rows:
        click.echo(table(("SECONDS", "OUTCOME", "OPERATION", "REQUEST ID", "ADDRESS"), rows))


def steps(run: RecordedRun) -> Iterator[tuple[str, ...]]:
    """The rows of a run: each call, and each change that failed or made no call, in the order in which they ended."""
    called = {line.get("address") for line in run.of("call")}
    for line in run.lines:
        operation = line.get("call") or line.get("change")
        if "call" in line or (
            "change" in line and (line.get("outcome") != "done" or line.get("address") not in called)
        ):
            address = short_digests(shown(line.get("address") or None))
            yield (shown(line.get("seconds")), shown(line.get("outcome")), shown(operation), request(line), address)


def request(line: dict[str, object]) -> str:
    """The request id of a call; what a change says in its place."""
    return shown(line.get("request_id") or None) if "call" in line else "the whole change"
