"""Formats of what commands report: one module each.

`FORMATS` are those of a run over targets. `CONTENT_FORMATS` are those of a content that is not of one target, such as
an access matrix. Such a content has the method that the module of the format calls, for each format of its command.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, Protocol, cast

import click

from catalog.cli.formats import csv, html, json, markdown, text
from catalog.cli.options import Command, json_option
from catalog.cli.reports import TargetReport
from catalog.cli.target_run import TargetRun
from catalog.errors import AwsError, StoppedError


class Format(Protocol):
    """A module of this package."""

    HELP: str
    """Help text of its option."""

    def show(self, run: TargetRun, reports: Sequence[TargetReport[Any]], /) -> None:
        """Print what the command found or plans, before it asks and changes anything."""

    def conclude(self, run: TargetRun, reports: Sequence[TargetReport[Any]], /) -> None:
        """Print the outcomes, when all is done."""


class ContentFormat(Protocol):
    """A module of this package that prints a content that is not of one target."""

    HELP: str
    """Help text of its option."""

    def print_content(self, content: Any, /) -> None:
        """Print the content."""


FORMATS: Mapping[str, Format] = {"text": text, "json": json, "markdown": markdown, "csv": csv}
TEXT = FORMATS["text"]
CONTENT_FORMATS: Mapping[str, ContentFormat] = {
    "text": text,
    "table": text,
    "json": json,
    "markdown": markdown,
    "md": markdown,
    "html": html,
}
"""By the names that commands have for them."""


def format_options(*names: str) -> Callable[[Command], Command]:
    """An option for each of these formats of a run; the command gets `form`, which is text without any."""
    return flags(FORMATS, names)


def content_options(*names: str) -> Callable[[Command], Command]:
    """An option for each of these formats of a content; the command gets `form`, which is text without any."""
    return flags(CONTENT_FORMATS, names)


def content_choice(*names: str, **attributes: Any) -> Callable[[Command], Command]:
    """--format with these formats of a content, and --json; the command gets `form`, which is the first by default."""

    def decorate(command: Command) -> Command:
        @wraps(command)
        def wrapper(*arguments: Any, form: str, as_json: bool, **options: Any) -> Any:
            return command(*arguments, form=CONTENT_FORMATS["json" if as_json else form], **options)

        choice = click.Choice(names)
        option = click.option("--format", "form", type=choice, default=names[0], show_default=True, **attributes)
        return cast(Command, option(json_option(wrapper)))

    return decorate


def flags(formats: Mapping[str, Format | ContentFormat], names: Sequence[str]) -> Callable[[Command], Command]:
    """A flag for each name, of which one can be given."""

    def decorate(command: Command) -> Command:
        @wraps(command)
        def wrapper(*arguments: Any, **options: Any) -> Any:
            chosen = [name for name in names if options.pop(f"as_{name}")]
            if len(chosen) > 1:
                raise click.UsageError(f"{' and '.join(f'--{name}' for name in chosen)} exclude each other")
            return command(*arguments, form=formats[chosen[0] if chosen else "text"], **options)

        decorated: Any = wrapper
        for name in reversed(names):
            decorated = click.option(f"--{name}", f"as_{name}", is_flag=True, help=formats[name].HELP)(decorated)
        return cast(Command, decorated)

    return decorate


def finish(run: TargetRun, reports: Sequence[TargetReport[Any]], form: Format) -> None:
    """Print all of a command that changes nothing, then `check_failed`."""
    form.show(run, reports)
    form.conclude(run, reports)
    check_failed(run, reports)


def check_failed(run: TargetRun, reports: Sequence[TargetReport[Any]]) -> None:
    """Raise the error of a run without --to, or one that names the targets that failed or were stopped."""
    failed = {report.target.label: report.error for report in reports if report.error}
    if not failed:
        return
    if not run.named:
        raise next(iter(failed.values()))
    for error in failed.values():
        if isinstance(error, StoppedError):
            raise error.reworded(message=f"stopped: {len(failed)} of {len(reports)} targets are not done")
    raise AwsError(
        f"{len(failed)} of {len(reports)} targets failed: {', '.join(failed)}",
        hint="The other targets are not affected. Fix the cause, then run the same command again: it continues where "
        "it stopped.",
    )
