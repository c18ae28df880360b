"""JUnit XML, for test reports of CI systems."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from catalog.check.finding import Finding, count
from catalog.check.report import Report, scope
from catalog.model.definition import Suppression

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, not even escaped."""


def serialize(report: Report) -> str:
    """A suite for each product and portfolio, and a case for each finding; only errors are failures.

    A suppressed finding is a skipped case. A product without findings has one case that passes, because many readers
    report an empty suite as a broken run.
    """
    suites = ElementTree.Element("testsuites", name="catalog validate")
    for name in (*report.products, *(f"portfolios/{key}" for key in report.portfolios)):
        findings = [pair for pair in report.with_suppressions() if scope(pair[0]) == name]
        suite = ElementTree.SubElement(
            suites,
            "testsuite",
            name=name,
            tests=str(len(findings) or 1),
            failures=str(count(finding for finding, suppression in findings if not suppression)["error"]),
            errors="0",
            skipped=str(sum(suppression is not None for _, suppression in findings)),
        )
        if not findings:
            ElementTree.SubElement(suite, "testcase", classname=name, name="no findings")
        for finding, suppression in findings:
            add_case(report, suite, finding, suppression)
    ElementTree.indent(suites)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(suites, encoding="unicode")}\n'


def add_case(report: Report, suite: ElementTree.Element, finding: Finding, suppression: Suppression | None) -> None:
    """Add a failed case for an error; for the other levels a case that passes and holds the finding as output."""
    name = " ".join(part for part in (finding.id, finding.title, finding.where) if part)
    file, _ = report.mark(finding)
    case = ElementTree.SubElement(suite, "testcase", classname=scope(finding), name=xml_text(name), file=file)
    text = xml_text(f"{report.marked_message(finding)}\n{finding.source_url}")
    if suppression:
        message = f"suppressed until {suppression.expires}: {suppression.reason}"
        ElementTree.SubElement(case, "skipped", message=xml_text(message)).text = text
    elif finding.severity == "error":
        failure = ElementTree.SubElement(case, "failure", type=finding.id, message=xml_text(finding.message))
        failure.text = text
    else:
        ElementTree.SubElement(case, "system-out").text = f"{finding.severity}: {text}"


def xml_text(text: str) -> str:
    """Text with a replacement for each character that XML cannot hold."""
    return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
