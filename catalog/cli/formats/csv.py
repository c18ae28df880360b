"""CSV: the provisioned products of all targets, one a line."""

from __future__ import annotations

from collections.abc import Sequence

import click

from catalog.cli.reports import TargetReport
from catalog.cli.target_run import TargetRun
from catalog.cli.usage_report import UsageReport

HELP = "Print one line of CSV for each provisioned product."


def show(_: TargetRun, reports: Sequence[TargetReport[UsageReport]]) -> None:
    """Print the provisioned products."""
    from catalog.lifecycle.report import as_csv

    usages = [usage for report in reports if report.content for usage in report.content.listed]
    click.echo(as_csv(usages), nl=False)


def conclude(_: TargetRun, __: Sequence[TargetReport[UsageReport]]) -> None:
    """Print nothing more: the lines are all."""
