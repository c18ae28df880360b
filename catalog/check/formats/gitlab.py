"""GitLab's Code Quality report: findings in the widget of a merge request.

Source: GitLab, "Code Quality", "Code Quality report format": an array of objects with description, check_name,
fingerprint, severity (info, minor, major, critical or blocker) and location. A fingerprint that is repeated is dropped.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from catalog.check.finding import Finding, Severity
from catalog.check.report import Report

SEVERITIES: Mapping[Severity, str] = {"error": "critical", "warning": "minor", "info": "info"}


def serialize(report: Report) -> str:
    """One object for each finding that counts."""
    seen: Counter[str] = Counter()
    issues = []
    for finding in report.findings:
        identity = identity_of(finding)
        issues.append(issue(report, finding, f"{identity}\0{seen[identity]}"))
        seen[identity] += 1
    return json.dumps(issues, indent=2) + "\n"


def identity_of(finding: Finding) -> str:
    """What makes a finding the same after lines above it were added: all but its line."""
    return "\0".join((finding.id, finding.file, finding.product, finding.portfolio, finding.where, finding.message))


def issue(report: Report, finding: Finding, identity: str) -> dict[str, Any]:
    """A finding."""
    file, line = report.mark(finding)
    return {
        "description": report.marked_message(finding),
        "check_name": finding.id,
        "fingerprint": hashlib.sha256(identity.encode(errors="backslashreplace")).hexdigest(),
        "severity": SEVERITIES[finding.severity],
        "location": {"path": file, "lines": {"begin": line}},
    }
