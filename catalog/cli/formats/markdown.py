"""Markdown, as a comment for a pull request: the plans of all targets, or a content."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import click

from catalog.cli.reports import PlanReport, TargetReport
from catalog.cli.target_run import TargetRun

HELP = "Print Markdown, for a pull request, instead of text."


class MarkdownContent(Protocol):
    """A content that can be printed as Markdown."""

    def markdown(self) -> str:
        """Itself as Markdown, with a line feed at the end."""


def print_content(content: MarkdownContent) -> None:
    """Print a content as it is."""
    click.echo(content.markdown(), nl=False)


def show(_: TargetRun, reports: Sequence[TargetReport[PlanReport]]) -> None:
    """Print the plans and errors."""
    from catalog.plan.markdown import as_markdown

    plans = [
        (report.target.label, report.content.plan if report.content else None, str(report.error or ""))
        for report in reports
    ]
    click.echo(as_markdown(plans), nl=False)


def conclude(_: TargetRun, __: Sequence[TargetReport[PlanReport]]) -> None:
    """Print nothing more: the plans are all."""
