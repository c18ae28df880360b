"""JSON: one document over the targets of --to; without --to the document of the one account and Region, or content."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from catalog.cli.output import print_json
from catalog.cli.reports import TargetReport
from catalog.cli.target_run import TargetRun
from catalog.errors import AwsCallError, CatalogError, ContentError

HELP = "Print JSON instead of text."
FORMAT = 1
"""Version of the document over targets; grows when a member changes its meaning or goes."""


class JsonContent(Protocol):
    """A content that can be printed as JSON."""

    def data(self) -> Any:
        """Itself as JSON-like data."""


def print_content(content: JsonContent) -> None:
    """Print a content as one document."""
    print_json(content.data())


def show(run: TargetRun, reports: Sequence[TargetReport[Any]]) -> None:
    """Print the document of a run without --to: it says nothing of outcomes."""
    if run.named:
        return
    for report in reports:
        if report.content:
            (_, document), *others = report.content.members().items()
            print_json({**document, **dict(others)})


def conclude(run: TargetRun, reports: Sequence[TargetReport[Any]]) -> None:
    """Print the document over targets."""
    if run.named:
        print_json({"format": FORMAT, "targets": [target_data(report) for report in reports]})


def target_data(report: TargetReport[Any]) -> dict[str, Any]:
    """A target as JSON-like data."""
    target = report.target
    return {
        "target": target.name,
        "account": target.account,
        "region": target.region,
        "outcome": report.outcome,
        **(report.content.members() if report.content else {}),
        **({"error": error_data(report.error)} if report.error else {}),
    }


def error_data(error: CatalogError) -> dict[str, Any]:
    """An error as JSON-like data, with the problems of content, or AWS's code and request id."""
    data: dict[str, Any] = {"message": error.message, "hint": error.hint}
    if isinstance(error, ContentError):
        data["problems"] = list(error.problems)
    if isinstance(error, AwsCallError):
        data |= {"operation": error.operation, "code": error.code, "request_id": error.request_id}
    return data
