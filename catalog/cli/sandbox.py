"""`catalog sandbox`: the local AWS that `--local` uses."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catalog.cli.options import CommandGroup, json_option
from catalog.cli.output import note, print_json, table
from catalog.cli.workspace import Workspace, pass_workspace
from catalog.errors import EXIT_FAILED, ContentError, SandboxError
from catalog.model.limits import shown

if TYPE_CHECKING:
    from catalog.sandbox.control import Sandbox


class FolderType(click.Path):
    """A folder, whose name is not empty: the variable of a shell that is not set would mean the current folder."""

    def __init__(self) -> None:
        super().__init__(file_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path."""
        if value == "":
            self.fail("the name of a folder is needed, got an empty text.", param, ctx)
        return super().convert(value, param, ctx)


class PortType(click.ParamType[int]):
    """A port that a program of a user may listen on."""

    name = "port"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number."""
        text = str(value)
        if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:6]) <= 65535:
            self.fail(f"a port is a number from 1 to 65535, got {shown(text)}.", param, ctx)
        return int(text)


directory_option = click.option(
    "--directory",
    type=FolderType(),
    help="Folder of the sandbox's record and log. Default: CATALOG_SANDBOX_DIR, or .sandbox in the repository.",
)


@click.group(
    cls=CommandGroup,
    epilog="""\b
Examples:
  catalog sandbox start
  (eval "$(catalog sandbox env)"; aws servicecatalog list-portfolios)
  catalog sandbox stop
""",
)
def sandbox() -> None:
    """A local AWS on 127.0.0.1: Service Catalog, CloudFormation, KMS, S3, IAM and STS."""


def folder_of(workspace: Workspace, directory: Path | None) -> Path:
    """The sandbox's folder."""
    return directory or workspace.sandbox_directory()


@sandbox.command(
    epilog="""\b
Examples:
  catalog sandbox start
  catalog sandbox start --port 4566 --data ~/sandboxes/team
  catalog sandbox start --ephemeral
"""
)
@directory_option
@click.option(
    "--port",
    type=PortType(),
    metavar="N",
    help="Port on 127.0.0.1. Default: the port of the last time, or a free one.",
)
@click.option(
    "--data",
    type=FolderType(),
    help="Folder of its state, for later starts too. Default: that of the last time, or state in the sandbox's folder.",
)
@click.option("--default-data", is_flag=True, help="Return to the default folder of its state, for later starts too.")
@click.option("--ephemeral", is_flag=True, help="Keep no state: everything ends with the process.")
@pass_workspace
def start(
    workspace: Workspace,
    directory: Path | None,
    port: int | None,
    data: Path | None,
    default_data: bool,
    ephemeral: bool,
) -> None:
    """Start the sandbox, unless it is running, with the state that it had."""
    from catalog.sandbox import control, remembered

    if data and ephemeral:
        raise click.UsageError("--ephemeral keeps no state: leave --data out")
    if data and default_data:
        raise click.UsageError("--data and --default-data name two folders: leave one out")
    folder = folder_of(workspace, directory)
    running = control.find(folder)
    if default_data:
        if running and running.data != str((folder / control.STATE).resolve()):
            where = f"with its state in {running.data}" if running.data else "without a state on disk"
            raise SandboxError(f"the sandbox is running {where}", hint="Run: catalog sandbox stop")
        remembered.forget(folder)
    if running is None:
        note("starting the sandbox …")
    options = control.StartOptions(port or 0, data, ephemeral)
    asked = port or data or ephemeral
    running = control.start(folder, options) if asked else control.start(folder)
    click.echo(f"The sandbox is listening on {running.url}")
    click.echo(f"Its state is in {running.data}" if running.data else "Its state ends with the process.")
    note_differing(running)
    if running.data and not data and running.data != str((folder / control.STATE).resolve()):
        note(
            "an earlier start named this folder; to return to the default, stop the sandbox, and start it with "
            "--default-data"
        )


def note_differing(running: Sandbox) -> None:
    """Say that the sandbox is not as it was, because its code or its settings have changed."""
    if running.differing:
        note(
            f"requests of its state that came out otherwise than before: {running.differing}. The sandbox or its "
            "settings have changed since; its log names them. To begin anew: catalog sandbox reset"
        )


@sandbox.command(epilog="\b\nExample:\n  catalog sandbox stop")
@directory_option
@pass_workspace
def stop(workspace: Workspace, directory: Path | None) -> None:
    """Stop the sandbox. Its state stays for the next start, unless it is ephemeral."""
    from catalog.sandbox import control

    stopped = control.stop(folder_of(workspace, directory))
    click.echo("The sandbox is stopped." if stopped else "The sandbox was not running.")


@sandbox.command(epilog="\b\nExample:\n  catalog sandbox status --json")
@directory_option
@json_option
@click.pass_context
def status(context: click.Context, directory: Path | None, as_json: bool) -> None:
    """Report whether the sandbox is running, silent (its process does not answer) or stopped; exit 1 unless it runs."""
    from catalog.sandbox import control

    folder = folder_of(context.obj, directory)
    running = control.find(folder)
    silent = None if running else control.silent(folder)
    if as_json:
        url, pid = (running.url, running.pid) if running else ("", silent or 0)
        state = "running" if running else "silent" if silent else "stopped"
        data = running.data if running else ""
        differing = running.differing if running else 0
        print_json(
            {
                "running": running is not None,
                "state": state,
                "url": url,
                "pid": pid,
                "data": data,
                "differing": differing,
            }
        )
    elif running:
        click.echo(f"The sandbox is listening on {running.url} (process {running.pid})")
        click.echo(f"Its state is in {running.data}" if running.data else "Its state ends with the process.")
        note_differing(running)
    elif silent:
        click.echo(f"The sandbox is silent: process {silent} does not answer. Run: catalog sandbox stop")
    else:
        click.echo("The sandbox is not running.")
    if running is None:
        context.exit(EXIT_FAILED)


@sandbox.command(epilog="\b\nExample:\n  catalog sandbox reset")
@directory_option
@pass_workspace
def reset(workspace: Workspace, directory: Path | None) -> None:
    """Empty the sandbox and its state, and keep it running."""
    from catalog.sandbox import control

    click.echo(f"The sandbox on {control.reset(folder_of(workspace, directory)).url} is empty.")


@sandbox.command(
    epilog="""\b
Examples:
  eval "$(catalog sandbox env)"
  catalog sandbox env --format json
"""
)
@directory_option
@click.option(
    "--format", "form", type=click.Choice(["sh", "json"]), default="sh", show_default=True, help="Shell or JSON."
)
@pass_workspace
def env(workspace: Workspace, directory: Path | None, form: str) -> None:
    """Print the environment variables that point the AWS CLI and SDKs to the sandbox; start it if necessary."""
    from catalog.sandbox import control

    environment = control.start(folder_of(workspace, directory)).environment()
    if form == "json":
        print_json(environment)
        return
    for name, value in environment.items():
        click.echo(f"export {name}={shlex.quote(value)}")
    click.echo("unset AWS_PROFILE AWS_SESSION_TOKEN")  # leftovers of a real account


@sandbox.command(
    epilog="""\b
Examples:
  catalog sandbox types
  catalog sandbox types AWS::S3::Bucket
  catalog sandbox types 'AWS::RDS::*' --json
"""
)
@click.argument("pattern", metavar="[TYPE]", required=False, default="")
@json_option
def types(pattern: str, as_json: bool) -> None:
    """List which resource types the sandbox truly has, and which are modelled from their schemas.

    TYPE is a type, the beginning of one, or a pattern with *. Without it, the real types are listed.
    """
    from catalog.sandbox.type_table import WORDS, hint, rows

    matching = rows(pattern)
    if not matching:
        raise ContentError(f"CloudFormation has no resource type {shown(pattern)}", hint=hint(pattern))
    if as_json:
        print_json(
            [
                {"type": row.type, "proof": row.proof, "calls": list(row.calls), "left_to_stack": list(row.left)}
                for row in matching
            ]
        )
        return
    listed = matching if pattern else [row for row in matching if row.proof != "modelled"]
    click.echo(table(["TYPE", "PROOF"], ([row.type, row.proof] for row in listed)))
    if len(listed) == 1:
        (row,) = listed
        click.echo(f"{row.type} is {row.proof}: {row.words}.")
        for title, names in (("Calls", row.calls), ("Left to the stack", row.left)):
            if names:
                click.echo(f"{title}: {', '.join(names)}")
    elif not pattern:
        note(f"{len(matching) - len(listed)} other types are modelled: {WORDS['modelled']}.")
