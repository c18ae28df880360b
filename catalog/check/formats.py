"""Findings as text, JSON, SARIF, JUnit and GitHub's workflow commands: five readers of one `Report`.

cfn-lint's own formatters do not serve here: they read its `Match`, and would name the temporary file that was linted.
They also report every level as a failure, where ours fails on errors alone.

The line of a finding in a template is a line of the rendered template, which is no file of the repository. So the
formats that put marks into files (SARIF, GitHub) mark the first line of the product file, and say line and path in the
message. A finding in a portfolio has a line of its file, which is marked.
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
from catalog.check.finding import Finding, Severity, count, sort_key
from catalog.check.suppression import Suppressed
from catalog.model.definition import Suppression

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
    portfolios: tuple[str, ...] = ()
    """Keys of all portfolios that were checked."""
    suppressed: tuple[Suppressed, ...] = ()
    """Findings that do not count, with the reason."""

    def all(self) -> list[tuple[Finding, Suppression | None]]:
        """Every finding in order, with its suppression when it has one."""
        pairs: list[tuple[Finding, Suppression | None]] = [(finding, None) for finding in self.findings]
        pairs += [(one.finding, one.suppression) for one in self.suppressed]
        return sorted(pairs, key=lambda pair: sort_key(pair[0])) if self.suppressed else pairs


def as_text(report: Report) -> str:
    """A line for each finding, `ID severity file:line path message source`, and the summary."""
    lines = [
        f"{finding.id} {finding.severity} {finding.file}:{finding.line} "
        + " ".join(part for part in (finding.where, one_line(finding.message), finding.source_url) if part)
        for finding in report.findings
    ]
    keys = dict.fromkeys(finding.product for finding in report.findings if not finding.in_file)
    if keys:
        shown = ", ".join(f"`catalog export {key}`" for key in keys)
        lines.append(f"Line numbers are those of the rendered template: {shown}.")
    return "\n".join([*lines, summary(report)]) + "\n"


def summary(report: Report) -> str:
    """One line: how much was checked, how many findings of each level, and how many are suppressed."""
    counts = count(report.findings)
    portfolios = f" and {plural(len(report.portfolios), 'portfolio')}" if report.portfolios else ""
    regions = plural(len(report.regions), "Region")
    checked = f"{plural(len(report.products), 'product')}{portfolios} checked for {regions}"
    suppressed = f", {len(report.suppressed)} suppressed" if report.suppressed else ""
    found = (
        f"{plural(counts['error'], 'error')}, {plural(counts['warning'], 'warning')}, {counts['info']} informational"
    )
    return f"{checked}: {found if report.findings else 'nothing found'}{suppressed}"


def as_json(report: Report) -> str:
    """A list of objects, one a finding, in order; `[]` when there is none.

    Keys, which stay: `id`, `severity` ("error", "warning" or "info"), `message`, `file`, `line` (of the rendered
    template, or of `file` when `in_file`), `path` (list of keys and indices), `source_url`, `product`, `title`,
    `portfolio`, `in_file`, `suppression`. New keys may come. `suppression` is null for a finding that counts; else it
    has `reason` and `expires`, and the finding fails nothing.
    """
    found = [{**asdict(finding), "suppression": suppression_data(suppression)} for finding, suppression in report.all()]
    return json.dumps(found, indent=2) + "\n"


def suppression_data(suppression: Suppression | None) -> dict[str, str] | None:
    """What JSON says of a suppression."""
    if suppression is None:
        return None
    return {"reason": suppression.reason, "expires": suppression.expires.isoformat()}


def as_sarif(report: Report) -> str:
    """SARIF 2.1.0 (OASIS), with what GitHub code scanning asks for: a rule each, a region, a stable fingerprint."""
    found = report.all()
    rules = {finding.id: finding for finding, _ in reversed(found)}
    ids = sorted(rules)
    driver = {
        "name": "catalog",
        "version": __version__,
        "rules": [sarif_rule(rules[rule_id]) for rule_id in ids],
    }
    results = [
        {**sarif_result(finding, ids.index(finding.id)), **sarif_suppressions(report, suppression)}
        for finding, suppression in found
    ]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def sarif_suppressions(report: Report, suppression: Suppression | None) -> dict[str, Any]:
    """A result's `suppressions`: all results of a run have the property, or none (SARIF 2.1.0, 3.27.23)."""
    if not report.suppressed:
        return {}
    if suppression is None:
        return {"suppressions": []}
    justification = f"{suppression.reason} (until {suppression.expires})"
    return {"suppressions": [{"kind": "inSource", "status": "accepted", "justification": justification}]}


def sarif_rule(finding: Finding) -> dict[str, Any]:
    """A `reportingDescriptor`, from any one finding of the rule."""
    return {
        "id": finding.id,
        "shortDescription": {"text": finding.title or finding.id},
        "defaultConfiguration": {"level": SARIF_LEVELS[finding.severity]},
        **({"helpUri": finding.source_url} if finding.source_url else {}),
    }


def sarif_result(finding: Finding, rule_index: int) -> dict[str, Any]:
    """A `result`: the file as physical location, the path in the template or portfolio as logical one."""
    return {
        "ruleId": finding.id,
        "ruleIndex": rule_index,
        "level": SARIF_LEVELS[finding.severity],
        "message": {"text": placed_message(finding)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(finding.file), "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": marked_line(finding)},
                },
                "logicalLocations": [{"fullyQualifiedName": finding.where or "/", "kind": "member"}],
            }
        ],
        "partialFingerprints": {"templatePath/v1": f"{scope(finding)}:{finding.id}:{finding.where}"},
        **({} if finding.in_file else {"properties": {"templateLine": finding.line}}),
    }


def as_junit(report: Report) -> str:
    """JUnit XML: a suite for each product and portfolio, a case for each finding; only errors are failures.

    A suppressed finding is a skipped case. A product with nothing found has one case that passed, since many readers
    take an empty suite for a broken run.
    """
    suites = ElementTree.Element("testsuites", name="catalog validate")
    for name in (*report.products, *(f"portfolios/{key}" for key in report.portfolios)):
        found = [pair for pair in report.all() if scope(pair[0]) == name]
        suite = ElementTree.SubElement(
            suites,
            "testsuite",
            name=name,
            tests=str(len(found) or 1),
            failures=str(count(finding for finding, suppression in found if not suppression)["error"]),
            errors="0",
            skipped=str(sum(suppression is not None for _, suppression in found)),
        )
        if not found:
            ElementTree.SubElement(suite, "testcase", classname=name, name="no findings")
        for finding, suppression in found:
            junit_case(suite, finding, suppression)
    ElementTree.indent(suites)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(suites, encoding="unicode")}\n'


def scope(finding: Finding) -> str:
    """What a finding belongs to: a product's key, or `portfolios/<key>`, which no product can be called."""
    return f"portfolios/{finding.portfolio}" if finding.portfolio else finding.product


def junit_case(suite: ElementTree.Element, finding: Finding, suppression: Suppression | None) -> None:
    """A failed case for an error; for the other levels one that passed and says what was found."""
    name = " ".join(part for part in (finding.id, finding.title, finding.where) if part)
    case = ElementTree.SubElement(suite, "testcase", classname=scope(finding), name=xml_text(name), file=finding.file)
    text = xml_text(f"{placed_message(finding)}\n{finding.source_url}")
    if suppression:
        message = f"suppressed until {suppression.expires}: {suppression.reason}"
        ElementTree.SubElement(case, "skipped", message=xml_text(message)).text = text
    elif finding.severity == "error":
        failure = ElementTree.SubElement(case, "failure", type=finding.id, message=xml_text(finding.message))
        failure.text = text
    else:
        ElementTree.SubElement(case, "system-out").text = f"{finding.severity}: {text}"


def as_github(report: Report) -> str:
    """GitHub Actions' workflow commands, one a finding, and the summary as a line of the log.

    Escapes as GitHub's own toolkit does (actions/toolkit, packages/core/src/command.ts).
    """
    lines = [
        f"::{GITHUB_COMMANDS[finding.severity]} file={github_property(finding.file)},line={marked_line(finding)},"
        f"title={github_property(' '.join(filter(None, (finding.id, finding.title))))}"
        f"::{github_data(f'{placed_message(finding)} ({finding.source_url})')}"
        for finding in report.findings
    ]
    return "\n".join([*lines, summary(report)]) + "\n"


def marked_line(finding: Finding) -> int:
    """The line of `finding.file` to mark."""
    return finding.line if finding.in_file else 1


def placed_message(finding: Finding) -> str:
    """The message with its place in the rendered template, or in the portfolio."""
    place = "" if finding.in_file else f" (line {finding.line} of the rendered template)"
    return f"{f'{finding.where}: ' if finding.path else ''}{finding.message}{place}"


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
