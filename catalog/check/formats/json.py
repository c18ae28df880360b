"""JSON: a list of findings, for programs."""

from __future__ import annotations

import json
from dataclasses import asdict

from catalog.check.report import Report
from catalog.model.definition import Suppression


def serialize(report: Report) -> str:
    """A list of objects in order, one for each finding; `[]` without findings.

    These members stay, and new ones may come: `id`, `severity` ("error", "warning" or "info"), `message`, `file`,
    `line` (of the rendered template, or of `file` when `in_file`), `path` (list of keys and indices), `source_url`,
    `product`, `title`, `portfolio`, `in_file`, `suppression`. `suppression` is null for a finding that counts;
    otherwise it has `reason` and `expires`.
    """
    data = [
        {**asdict(finding), "suppression": suppression_data(suppression)}
        for finding, suppression in report.with_suppressions()
    ]
    return json.dumps(data, indent=2) + "\n"


def suppression_data(suppression: Suppression | None) -> dict[str, str] | None:
    """A suppression as JSON-like data."""
    if suppression is None:
        return None
    return {"reason": suppression.reason, "expires": suppression.expires.isoformat()}
