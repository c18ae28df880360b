"""L2. Findings as text, JSON, SARIF, JUnit and GitHub's workflow commands: five readers of one `Report`.

cfn-lint's own formatters do not serve here: they read its `Match`, and would name the temporary file that was linted.
They also report every level as a failure, where ours fails on errors alone.

A finding's line is a line of the rendered template, which is no file of the repository. So the formats that put marks
into files (SARIF, GitHub) mark the first line of the product file, and say line and path in the message.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from catalog import __version__
from catalog.check.finding import Finding, Severity, count

SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/cos02/schemas/sarif-schema-2.1.0.json"
SARIF_LEVELS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
GITHUB_COMMANDS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked and what was found."""

    products: tuple[str, ...]
    """Keys of all products that were checked, also those without findings."""
    regions: tuple[str, ...]
    findings: tuple[Finding, ...]


def as_text(report: Report) -> str:
    """A line for each finding, `ID severity file:line path message source`, and the summary."""
    lines = [
        f"{finding.id} {finding.severity} {finding.file}:{finding.line} "
        + " ".join(part for part in (finding.where, one_line(finding.message), finding.source_url) if part)
        for finding in report.findings
    ]
    if report.findings:
        keys = dict.fromkeys(finding.product for finding in report.findings)
        shown = ", ".join(f"`catalog export {key}`" for key in keys)
        lines.append(f"Line numbers are those of the rendered template: {shown}.")
    return "\n".join([*lines, summary(report)]) + "\n"


def summary(report: Report) -> str:
    """One line: how much was checked, and how many findings of each level."""
    counts = count(report.findings)
    checked = f"{plural(len(report.products), 'product')} checked for {plural(len(report.regions), 'Region')}"
    found = (
        f"{plural(counts['error'], 'error')}, {plural(counts['warning'], 'warning')}, {counts['info']} informational"
    )
    return f"{checked}: {found if report.findings else 'nothing found'}"


def as_json(report: Report) -> str:
    """A list of objects, one a finding, in order; `[]` when there is none.

    Keys, which stay: `id`, `severity` ("error", "warning" or "info"), `message`, `file`, `line` (of the rendered
    template), `path` (list of keys and indices), `source_url`, `product`, `title`. New keys may come.
    """
    return json.dumps([asdict(finding) for finding in report.findings], indent=2) + "\n"


def as_sarif(report: Report) -> str:
    """SARIF 2.1.0 (OASIS), with what GitHub code scanning asks for: a rule each, a region, a stable fingerprint."""
    rules = {finding.id: finding for finding in reversed(report.findings)}
    ids = sorted(rules)
    driver = {
        "name": "catalog",
        "version": __version__,
        "rules": [sarif_rule(rules[rule_id]) for rule_id in ids],
    }
    results = [sarif_result(finding, ids.index(finding.id)) for finding in report.findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def sarif_rule(finding: Finding) -> dict[str, Any]:
    """A `reportingDescriptor`, from any one finding of the rule."""
    return {
        "id": finding.id,
        "shortDescription": {"text": finding.title or finding.id},
        "defaultConfiguration": {"level": SARIF_LEVELS[finding.severity]},
        **({"helpUri": finding.source_url} if finding.source_url else {}),
    }


def sarif_result(finding: Finding, rule_index: int) -> dict[str, Any]:
    """A `result`: the product file as physical location, the path in the template as logical one."""
    return {
        "ruleId": finding.id,
        "ruleIndex": rule_index,
        "level": SARIF_LEVELS[finding.severity],
        "message": {"text": placed_message(finding)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(finding.file), "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 1},
                },
                "logicalLocations": [{"fullyQualifiedName": finding.where or "/", "kind": "member"}],
            }
        ],
        "partialFingerprints": {"templatePath/v1": f"{finding.product}:{finding.id}:{finding.where}"},
        "properties": {"templateLine": finding.line},
    }


def as_junit(report: Report) -> str:
    """JUnit XML: a suite for each product, a case for each finding; only errors are failures.

    A product with nothing found has one case that passed, since many readers take an empty suite for a broken run.
    """
    suites = ElementTree.Element("testsuites", name="catalog validate")
    for product in report.products:
        findings = [finding for finding in report.findings if finding.product == product]
        suite = ElementTree.SubElement(
            suites,
            "testsuite",
            name=product,
            tests=str(len(findings) or 1),
            failures=str(count(findings)["error"]),
            errors="0",
        )
        if not findings:
            ElementTree.SubElement(suite, "testcase", classname=product, name="no findings")
        for finding in findings:
            junit_case(suite, finding)
    ElementTree.indent(suites)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(suites, encoding="unicode")}\n'


def junit_case(suite: ElementTree.Element, finding: Finding) -> None:
    """A failed case for an error; for the other levels one that passed and says what was found."""
    name = " ".join(part for part in (finding.id, finding.title, finding.where) if part)
    case = ElementTree.SubElement(suite, "testcase", classname=finding.product, name=xml_text(name), file=finding.file)
    text = xml_text(f"{placed_message(finding)}\n{finding.source_url}")
    if finding.severity == "error":
        failure = ElementTree.SubElement(case, "failure", type=finding.id, message=xml_text(finding.message))
        failure.text = text
    else:
        ElementTree.SubElement(case, "system-out").text = f"{finding.severity}: {text}"


def as_github(report: Report) -> str:
    """GitHub Actions' workflow commands, one a finding, and the summary as a line of the log.

    Escapes as GitHub's own toolkit does (actions/toolkit, packages/core/src/command.ts).
    """
    lines = [
        f"::{GITHUB_COMMANDS[finding.severity]} file={github_property(finding.file)},line=1,"
        f"title={github_property(' '.join(filter(None, (finding.id, finding.title))))}"
        f"::{github_data(f'{placed_message(finding)} ({finding.source_url})')}"
        for finding in report.findings
    ]
    return "\n".join([*lines, summary(report)]) + "\n"


def placed_message(finding: Finding) -> str:
    """The message with its place in the rendered template."""
    place = f"line {finding.line} of the rendered template"
    return f"{f'{finding.where}: ' if finding.path else ''}{finding.message} ({place})"


def github_data(text: str) -> str:
    """Text as the message of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def github_property(text: str) -> str:
    """Text as a property of a workflow command, where `:` and `,` separate."""
    return github_data(text).replace(":", "%3A").replace(",", "%2C")


def xml_text(text: str) -> str:
    """Text without what XML cannot hold."""
    return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def one_line(text: str) -> str:
    """Text on one line, single spaces."""
    return " ".join(text.split())


def plural(number: int, noun: str) -> str:
    """`1 product`, `2 products`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


FORMATS: Mapping[str, Callable[[Report], str]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "junit": as_junit,
    "github": as_github,
}
"""The names that `catalog validate --format` takes."""
