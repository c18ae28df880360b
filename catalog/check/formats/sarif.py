"""SARIF 2.1.0 (OASIS), for code scanning."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from catalog import __version__
from catalog.check.finding import Finding, Severity
from catalog.check.report import Report, scope
from catalog.model.definition import Suppression

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/cos02/schemas/sarif-schema-2.1.0.json"
LEVELS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}


def serialize(report: Report) -> str:
    """The report with what GitHub code scanning requires: rules, regions and stable fingerprints."""
    findings = report.with_suppressions()
    rules = {finding.id: finding for finding, _ in reversed(findings)}
    ids = sorted(rules)
    driver = {"name": "catalog", "version": __version__, "rules": [rule_data(rules[rule_id]) for rule_id in ids]}
    results = [
        {**result_data(report, finding, ids.index(finding.id)), **suppressions_of(report, suppression)}
        for finding, suppression in findings
    ]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def suppressions_of(report: Report, suppression: Suppression | None) -> dict[str, Any]:
    """The property `suppressions`: all results of a run have it, or none (SARIF 2.1.0, 3.27.23)."""
    if not report.suppressed:
        return {}
    if suppression is None:
        return {"suppressions": []}
    justification = f"{suppression.reason} (until {suppression.expires})"
    return {"suppressions": [{"kind": "inSource", "status": "accepted", "justification": justification}]}


def rule_data(finding: Finding) -> dict[str, Any]:
    """A `reportingDescriptor`, made of any finding of the rule."""
    return {
        "id": finding.id,
        "shortDescription": {"text": finding.title or finding.id},
        "defaultConfiguration": {"level": LEVELS[finding.severity]},
        **({"helpUri": finding.source_url} if finding.source_url else {}),
    }


def result_data(report: Report, finding: Finding, rule_index: int) -> dict[str, Any]:
    """A `result`: the file is the physical location, the path in the template or portfolio the logical location."""
    file, line = report.mark(finding)
    return {
        "ruleId": finding.id,
        "ruleIndex": rule_index,
        "level": LEVELS[finding.severity],
        "message": {"text": report.marked_message(finding)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(file), "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": line},
                },
                "logicalLocations": [{"fullyQualifiedName": finding.where or "/", "kind": "member"}],
            }
        ],
        "partialFingerprints": {"templatePath/v1": f"{scope(finding)}:{finding.id}:{finding.where}"},
        **({} if finding.in_file else {"properties": {"templateLine": finding.line}}),
    }
