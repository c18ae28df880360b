"""Text, for a terminal: each target's content, and a table of outcomes when there are several targets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import click

from catalog.cli.output import table
from catalog.cli.reports import TargetReport, error_line
from catalog.cli.target_run import TargetRun
from catalog.cli.terminal import style

HELP = "Print text."


class TextContent(Protocol):
    """A content that can be printed as text."""

    def lines(self) -> Iterator[str]:
        """Its lines, which may be in colour."""


def print_content(content: TextContent) -> None:
    """Print a content line by line."""
    for line in content.lines():
        click.echo(line)


def show(_: TargetRun, reports: Sequence[TargetReport[Any]], *, err: bool = False) -> None:
    """Print each target's content or error; to standard error with `err`.

    Several targets have headings, and the notices that all of them have come once, before them.
    """
    several = len(reports) > 1
    shared = shared_notices(reports) if several else ()
    if shared:
        click.echo("\n".join((heading("All targets"), *(f"  note: {notice}" for notice in shared), "")), err=err)
    for report in reports:
        if several:
            click.echo(heading(f"Target {report.target.label}"), err=err)
        for line in report.content.lines(shared) if report.content else ():
            click.echo(line, err=err)
        if report.error:
            click.echo(error_line(report.error), err=err)
        if several:
            click.echo(err=err)


def conclude(_: TargetRun, reports: Sequence[TargetReport[Any]]) -> None:
    """Print the table of outcomes of several targets."""
    if len(reports) > 1:
        header = ("TARGET", "REGION", "ACCOUNT", "CHANGES", "OUTCOME", "ERROR")
        click.echo(table(header, map(cells, reports)))


def heading(words: str) -> str:
    """The heading of a target."""
    return style(words, bold=True)


def shared_notices(reports: Sequence[TargetReport[Any]]) -> tuple[str, ...]:
    """The notices that all targets with content have."""
    first, *others = [report.content.notices for report in reports if report.content] or [()]
    return tuple(notice for notice in first if all(notice in other for other in others)) if others else ()


def cells(report: TargetReport[Any]) -> tuple[str, ...]:
    """A target's line of the table."""
    target, changes = report.target, "-" if report.changes is None else str(report.changes)
    error = report.error.message.splitlines()[0] if report.error else ""
    return target.name, target.region, target.account, changes, report.outcome, error
