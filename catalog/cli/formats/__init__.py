"""Formats of what a run reports: one module each, found in `FORMATS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, Protocol

import click

from catalog.cli.formats import csv, json, markdown, text
from catalog.cli.reports import TargetReport
from catalog.cli.target_run import TargetRun
from catalog.cli.workspace import Command
from catalog.errors import AwsError, StoppedError


class Format(Protocol):
    """A module of this package."""

    HELP: str
    """Help text of its option."""

    def show(self, run: TargetRun, reports: Sequence[TargetReport[Any]], /) -> None:
        """Print what the command found or plans, before it asks and changes anything."""

    def conclude(self, run: TargetRun, reports: Sequence[TargetReport[Any]], /) -> None:
        """Print the outcomes, when all is done."""


FORMATS: Mapping[str, Format] = {"text": text, "json": json, "markdown": markdown, "csv": csv}
TEXT = FORMATS["text"]


def format_options(*names: str) -> Callable[[Command], Command]:
    """An option for each of these formats; the command gets `form`, which is text without any."""

    def decorate(command: Command) -> Command:
        @wraps(command)
        def wrapper(*arguments: Any, **options: Any) -> Any:
            chosen = [name for name in names if options.pop(f"as_{name}")]
            if len(chosen) > 1:
                raise click.UsageError(f"{' and '.join(f'--{name}' for name in chosen)} exclude each other")
            return command(*arguments, form=FORMATS[chosen[0]] if chosen else TEXT, **options)

        decorated: Any = wrapper
        for name in reversed(names):
            decorated = click.option(f"--{name}", f"as_{name}", is_flag=True, help=FORMATS[name].HELP)(decorated)
        return decorated  # type: ignore[no-any-return]

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
