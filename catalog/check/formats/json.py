"""JSON: a list of findings, for programs."""

from __future__ import annotations

import json
from dataclasses import asdict

from catalog.check.finding import Finding
from catalog.check.report import Report
from catalog.model.definition import Suppression


def serialize(report: Report) -> str:
    """A list of objects in order, one for each finding; `[]` without findings.

    These members stay, and new ones may come: `id`, `severity` ("error", "warning" or "info"), `message`, `file`,
    `line` (of `file` when `in_file`, otherwise of the rendered template), `path` (list of keys and indices),
    `source_url`, `product`, `title`, `portfolio`, `in_file`, `file_line` (the line of `file` to mark; 0 if unknown),
    `rendered` (the name of the rendered template; "" when `in_file`), `suppression`. `suppression` is null for findings
    that count; otherwise it has `reason` and `expires`.
    """
    data = [
        {
            **asdict(finding),
            "file_line": file_line(finding),
            "rendered": finding.rendered,
            "suppression": suppression_data(suppression),
        }
        for finding, suppression in report.with_suppressions()
    ]
    return json.dumps(data, indent=2) + "\n"


def file_line(finding: Finding) -> int:
    """The line of `file` to mark, 0 if it is not known."""
    return finding.line if finding.in_file else finding.file_line


def suppression_data(suppression: Suppression | None) -> dict[str, str] | None:
    """A suppression as JSON-like data."""
    if suppression is None:
        return None
    return {"reason": suppression.reason, "expires": suppression.expires.isoformat()}
