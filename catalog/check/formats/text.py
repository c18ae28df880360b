"""Text, for a terminal: one line for each finding, and a summary."""

from __future__ import annotations

from catalog.check.report import Report, summary


def serialize(report: Report) -> str:
    """One line for each finding, `ID severity file:line path message source`, and the summary."""
    lines = [
        f"{finding.id} {finding.severity} {finding.file}:{finding.line} "
        + " ".join(part for part in (finding.where, one_line(finding.message), finding.source_url) if part)
        for finding in report.findings
    ]
    keys = dict.fromkeys(finding.product for finding in report.findings if not finding.in_file)
    if keys:
        shown = ", ".join(f"`catalog export {key}`" for key in keys)
        lines.append(f"Line numbers refer to the rendered template: {shown}.")
    return "\n".join([*lines, summary(report)]) + "\n"


def one_line(text: str) -> str:
    """Text on one line, with single spaces."""
    return " ".join(text.split())
