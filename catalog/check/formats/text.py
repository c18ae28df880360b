"""Text, for a terminal: one line for each finding, and a summary."""

from __future__ import annotations

from catalog.check.report import Report, explained, place, summary


def serialize(report: Report) -> str:
    """One line for each finding, `ID severity place path message source`, and the summary."""
    lines = [
        f"{finding.id} {finding.severity} {place(finding)} "
        + " ".join(part for part in (finding.where, one_line(finding.message), finding.source_url) if part)
        for finding in report.findings
    ]
    for key in dict.fromkeys(finding.product for finding in report.findings if not finding.in_file):
        lines.append(f"{key}.yaml is the rendered template: `catalog export {key}`.")
    if controls := explained(report.findings):
        lines.append(f"Why, and what to do: catalog controls {' '.join(controls)}")
    return "\n".join([*lines, summary(report)]) + "\n"


def one_line(text: str) -> str:
    """Text on one line, with single spaces."""
    return " ".join(text.split())
