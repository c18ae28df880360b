"""Workflow commands of GitHub Actions: annotations in the changed files."""

from __future__ import annotations

from collections.abc import Mapping

from catalog.check.finding import Severity
from catalog.check.report import Report, summary

COMMANDS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}


def serialize(report: Report) -> str:
    """One workflow command for each finding that counts, and the summary as a line of the log.

    Escapes text as GitHub's own toolkit does (actions/toolkit, packages/core/src/command.ts).
    """
    lines = [
        f"::{COMMANDS[finding.severity]} file={escaped_property(file)},line={line},"
        f"title={escaped_property(' '.join(filter(None, (finding.id, finding.title))))}"
        f"::{escaped(f'{report.marked_message(finding)} ({finding.source_url})')}"
        for finding in report.findings
        for file, line in (report.mark(finding),)
    ]
    return "\n".join([*lines, summary(report)]) + "\n"


def escaped(text: str) -> str:
    """Text, escaped for the message of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escaped_property(text: str) -> str:
    """Text, escaped for a property of a workflow command, where `:` and `,` are separators too."""
    return escaped(text).replace(":", "%3A").replace(",", "%2C")
