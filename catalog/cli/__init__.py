"""The command line: `catalog`. Commands are thin; heavy imports happen inside them."""

from __future__ import annotations

import errno
import gc
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catalog import __version__
from catalog.cli.commands import GROUPS, ROWS, LazyCommands
from catalog.cli.completing import VARIABLE
from catalog.cli.output import note
from catalog.cli.reports import error_line
from catalog.cli.terminal import guard, guarded, open_standard_streams
from catalog.cli.workspace import Workspace
from catalog.errors import EXIT_DONE, EXIT_FAILED, CatalogError, StoppedError
from catalog.runs.recording import RECORDING
from catalog.stopping import STOP

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
"""Numbers of errors of a disk that cannot be written."""


class Commands(click.Group):
    """The group that turns expected errors into a message and an exit code; other errors keep their traceback."""

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run the command line; all that it prints passes the edge to the terminal."""
        with guarded():
            return super().main(*arguments, **options)

    def invoke(self, context: click.Context) -> Any:
        """Run the command; print a `CatalogError` and exit with its code."""
        STOP.reset()
        with recorded():
            return self.run_command(context)

    def run_command(self, context: click.Context) -> Any:
        """Run the command, with its expected errors as messages."""
        try:
            return super().invoke(context)
        except CatalogError as error:
            click.echo(error_line(error), err=True)
            context.exit(error.exit_code)
        except OSError as error:
            if not (words := no_room(error)):
                raise
            hint = "Make room, or let TMPDIR name a folder with room; then run the same command again."
            click.echo(error_line(CatalogError(words, hint=hint)), err=True)
            context.exit(EXIT_FAILED)
        except click.Abort:
            if not STOP.event.is_set():  # a question was answered with no
                raise
            click.echo("Stopped.", err=True)
        except KeyboardInterrupt as interrupt:
            click.echo(next(map(error_line, stopped_before(interrupt)), "Stopped."), err=True)
        return context.exit(128 + STOP.number)

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by group, each with its whole first sentence; imports none of them."""
        width = max(map(len, ROWS))
        for title, rows in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(f"{row.name:{width}}", row.summary) for row in rows])

    def shell_complete(self, context: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete names of commands; imports none of them."""
        from click.shell_completion import CompletionItem

        options = click.Command.shell_complete(self, context, incomplete)
        names = [CompletionItem(name, help=row.summary) for name, row in ROWS.items() if name.startswith(incomplete)]
        return names + options


def no_room(error: OSError) -> str:
    """What is said of an error of the system that means that a disk is full; empty for another one, which is a bug."""
    if error.errno in NO_ROOM:
        file = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else "a file"
        return f"{file}: cannot be written: {error.strerror}"
    is_of_tempfile = error.errno == errno.ENOENT and error.filename is None
    return str(error.strerror) if is_of_tempfile else ""


@contextmanager
def recorded() -> Iterator[None]:
    """End the journal of the run with the exit code."""
    code = EXIT_FAILED
    try:
        yield
        code = EXIT_DONE
    except click.exceptions.Exit as ended:
        code = ended.exit_code
        raise
    except click.ClickException as error:
        code = error.exit_code
        raise
    finally:
        RECORDING.end(code)


def stopped_before(interrupt: BaseException) -> Iterator[StoppedError]:
    """The error that a second Ctrl-C interrupted on its way up: it says how far the command came."""
    error = interrupt.__context__
    while error is not None:
        if isinstance(error, StoppedError):
            yield error
        error = error.__context__


OWN_PROCESS = object()
"""Marks a command that has this process for itself."""
EPILOG = """\b
Examples:
  catalog init my-catalog && cd my-catalog
  catalog publish --local --yes --allow widen
  catalog launch bucket --local --name my-bucket --param Service=orders \\
      --as arn:aws:iam::123456789012:role/developer

Exit codes: 0 done, 1 AWS failed, 2 wrong input or content, 3 findings, 4 changes or drift, 130 Ctrl-C, 143 SIGTERM.
`catalog help COMMAND` and `catalog help TOPIC` say more; `catalog help` lists the topics.
"""
SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(cls=Commands, epilog=EPILOG, context_settings=SETTINGS)
@click.option(
    "-C",
    "--directory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help="The repository, or a folder in it; by default the current folder. Other paths stay relative to the "
    "current folder.",
)
@click.option(
    "-v", "--verbose", count=True, help="Plans list every change. -vv also names each AWS call as it is made."
)
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def main(context: click.Context, directory: Path, verbose: int) -> None:
    """Publish versioned CloudFormation products to AWS Service Catalog."""
    if os.environ.get("NO_COLOR"):
        context.color = False
    workspace = Workspace(directory, verbose)
    row = ROWS.get(context.invoked_subcommand or "")
    if row and row.journal:
        RECORDING.begin(row.name, note, mostly_reads=row.journal == "change")
    if row and row.products and context.obj is OWN_PROCESS:
        workspace.expect_products()
    context.obj = workspace


main.commands = LazyCommands()


def run() -> None:
    """The console script. It looks for garbage rarely: imports leave none, and looking took a tenth of a command.

    A publish of hundreds of products leaves some: without a look, 400 products took 370 MiB instead of 215.
    """
    gc.set_threshold(50_000, 20, 20)
    open_standard_streams()
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Arguments may hold bytes that are not text: print them escaped, without a traceback.
        sys.stdout.reconfigure(errors="backslashreplace")
    if VARIABLE in os.environ:  # a shell asks for completions: nothing but them may appear on the terminal
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115  # to the end of the process
    STOP.listen()
    guard()  # to the end of the process, so that a traceback passes the edge too
    try:
        main(prog_name="catalog", obj=OWN_PROCESS)  # also for python -m catalog
    finally:
        if STOP.at_once:  # threads may be in calls, for which the interpreter would wait
            for stream in (sys.stdout, sys.stderr):
                with suppress(OSError, ValueError, AttributeError):
                    stream.flush()
            os._exit(128 + STOP.number)
