"""CSV: the provisioned products of all targets, one a line."""

from __future__ import annotations

from collections.abc import Sequence

import click

from catalog.cli.reports import TargetReport
from catalog.cli.target_run import TargetRun
from catalog.cli.usage_report import UsageReport

HELP = "Print one line of CSV for each provisioned product."


def show(_: TargetRun, reports: Sequence[TargetReport]) -> None:
    """Print the provisioned products."""
    from catalog.lifecycle.report import as_csv

    contents = [report.content for report in reports if isinstance(report.content, UsageReport)]
    click.echo(as_csv([usage for content in contents for usage in content.listed]), nl=False)


def conclude(_: TargetRun, __: Sequence[TargetReport]) -> None:
    """Print nothing more: the lines are all."""
