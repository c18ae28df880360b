"""The formats of `catalog validate`, parsed as their readers parse them."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.check.finding import Finding
from catalog.check.formats import format_names, github, gitlab, junit, sarif, serialize
from catalog.check.formats import json as json_format
from catalog.check.formats import text as text_format
from catalog.check.report import Report
from catalog.check.suppression import Suppressed
from catalog.model.definition import Suppression
from tests import programs

ROOT = Path(__file__).resolve().parents[3]
ERROR = Finding(
    id="E9001",
    severity="error",
    message="EnableKeyRotation of Key must be the literal true,\ngot 100%",
    file="products/kms_key.py",
    line=123,
    path=("Resources", "Key", "Properties", "EnableKeyRotation"),
    source_url="https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
    product="kms_key",
    title="KMS key rotation is the literal true",
    file_line=41,
)
IN_PORTFOLIO = Finding(
    id="E9101",
    severity="error",
    message="kms_key has no launch role",
    file="portfolios/security-prod.yaml",
    line=17,
    path=("products", "kms_key"),
    source_url="https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html",
    product="kms_key",
    title="Every product has a launch role",
    portfolio="security-prod",
    in_file=True,
)
WARNING = Finding("W9003", "warning", "output A has no Description", "products/b.py", 7, ("Outputs", "A"), "", "b")
INFO = Finding("I1022", "info", "use Sub: <a & b>", "products/b.py", 9, ("Resources", 0), "https://example.com/", "b")
REPORT = Report(("b", "clean", "kms_key"), ("us-east-1", "cn-north-1"), (WARNING, INFO, ERROR))
ACCEPTED = Suppression("E9001", "The key is imported and cannot rotate.", date(2027, 1, 31))
WHOLE = Report(
    ("b", "kms_key"),
    ("us-east-1",),
    (WARNING, IN_PORTFOLIO),
    ("security-dev", "security-prod"),
    (Suppressed(ERROR, ACCEPTED),),
)
CLEAN = Report(("clean",), ("us-east-1",), ())
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
REPORTS = st.lists(
    st.builds(
        Finding,
        id=st.sampled_from(["E9001", "W9001", "I3011"]),
        severity=st.sampled_from(["error", "warning", "info"]),
        message=TEXTS,
        file=st.just("products/a b.py"),
        line=st.integers(1, 9),
        path=st.lists(TEXTS | st.integers(0, 9), max_size=3).map(tuple),
        source_url=st.sampled_from(["", "https://docs.aws.amazon.com/"]),
        product=st.just("a"),
        title=TEXTS,
    ),
    max_size=4,
).map(lambda findings: Report(("a",), ("us-east-1",), tuple(findings)))

# What SARIF 2.1.0 (OASIS, sarif-schema-2.1.0.json) and GitHub's page "SARIF support for code scanning" demand of the
# properties that we write. The real schema forbids unknown properties everywhere, so this does as well.
TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
LEVEL = {"enum": ["none", "note", "warning", "error"]}


def closed(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    properties = {**required, **(optional or {})}
    return {"type": "object", "required": list(required), "properties": properties, "additionalProperties": False}


RULE = closed(
    {"id": {"type": "string"}, "shortDescription": TEXT, "defaultConfiguration": closed({"level": LEVEL})},
    {"helpUri": {"type": "string", "format": "uri", "pattern": "^https://"}},
)
PHYSICAL = closed(
    {
        "artifactLocation": closed(
            {"uri": {"type": "string", "pattern": r"^[^\s:]+$"}, "uriBaseId": {"type": "string"}}
        ),
        "region": closed({"startLine": {"type": "integer", "minimum": 1}}),
    }
)
LOGICAL = closed({"fullyQualifiedName": {"type": "string", "minLength": 1}, "kind": {"type": "string"}})
RESULT = closed(
    {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": LEVEL,
        "message": TEXT,
        "locations": {
            "type": "array",
            "minItems": 1,
            "items": closed({"physicalLocation": PHYSICAL, "logicalLocations": {"type": "array", "items": LOGICAL}}),
        },
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    {
        "properties": {"type": "object"},
        "suppressions": {
            "type": "array",
            "items": closed(
                {"kind": {"enum": ["inSource", "external"]}},
                {"status": {"enum": ["accepted", "underReview", "rejected"]}, "justification": {"type": "string"}},
            ),
        },
    },
)
DRIVER = closed({"name": {"type": "string"}, "version": {"type": "string"}, "rules": {"type": "array", "items": RULE}})
RUN = closed(
    {
        "tool": closed({"driver": DRIVER}),
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "results": {"type": "array", "items": RESULT},
    }
)
SARIF = closed(
    {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "minItems": 1, "items": RUN},
    }
)


def test_text_has_a_line_for_each_finding_and_a_summary() -> None:
    error = (
        f"E9001 error products/kms_key.py:41 (kms_key.yaml:123) {ERROR.where} "
        f"EnableKeyRotation of Key must be the literal true, got 100% {ERROR.source_url}"
    )
    assert text_format.serialize(REPORT).splitlines() == [
        "W9003 warning products/b.py (b.yaml:7) Outputs/A output A has no Description",
        "I1022 info products/b.py (b.yaml:9) Resources/0 use Sub: <a & b> https://example.com/",
        error,
        "b.yaml is the rendered template: `catalog export b`.",
        "kms_key.yaml is the rendered template: `catalog export kms_key`.",
        "Why, and what to do: catalog controls W9003 E9001",
        "3 products checked for 2 Regions: 1 error, 1 warning, 1 informational",
    ]
    assert text_format.serialize(CLEAN) == "1 product checked for 1 Region: no findings\n"


def test_json_is_the_findings_with_stable_keys() -> None:
    data = json.loads(json_format.serialize(REPORT))
    assert list(data[0]) == [
        "id", "severity", "message", "file", "line", "path", "source_url", "product", "title", "portfolio", "in_file",
        "file_line", "rendered", "suppression",
    ]  # fmt: skip
    assert {one.pop("suppression") for one in data} == {None}
    assert [one.pop("rendered") for one in data] == ["b.yaml", "b.yaml", "kms_key.yaml"]
    assert [Finding(**{**one, "path": tuple(one["path"])}) for one in data] == list(REPORT.findings)
    assert json.loads(json_format.serialize(CLEAN)) == []


@given(REPORTS)
def test_sarif_conforms_to_the_schema(report: Report) -> None:
    jsonschema.validate(json.loads(sarif.serialize(report)), SARIF)


def test_sarif_results_point_at_their_rule_and_file() -> None:
    (run,) = json.loads(sarif.serialize(REPORT))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == ["W9003", "I1022", "E9001"]
    assert [result["level"] for result in run["results"]] == ["warning", "note", "error"]
    (location,) = run["results"][2]["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "products/kms_key.py"
    assert location["logicalLocations"][0]["fullyQualifiedName"] == ERROR.where
    assert location["physicalLocation"]["region"] == {"startLine": 41}
    assert "kms_key.yaml:123" in run["results"][2]["message"]["text"]


def test_a_finding_in_a_file_of_a_package_marks_pyproject_and_names_the_file() -> None:
    """Services that show marks have no such file in the repository."""
    name = "acme-portfolios 1.2.0: acme/portfolios/prod.yaml"
    packages = {name: "acme-portfolios 1.2.0", "acme/b.py": "acme-products 3.0"}
    findings = (replace(IN_PORTFOLIO, file=name), replace(WARNING, file="acme/b.py"))
    report = Report(("b",), ("us-east-1",), findings, ("prod",), packages=packages)
    for result in results(report):
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert physical["artifactLocation"]["uri"] == "pyproject.toml"
        assert physical["region"] == {"startLine": 1}
    assert results(report)[0]["message"]["text"].startswith(f"{name}:17: products/kms_key: kms_key has no launch role")
    assert results(report)[1]["message"]["text"].startswith("acme/b.py:1: Outputs/A: output A has no Description")
    commands = github.serialize(report).splitlines()[:2]
    assert all(" file=pyproject.toml,line=1," in command for command in commands)
    assert [issue["location"]["path"] for issue in json.loads(gitlab.serialize(report))] == ["pyproject.toml"] * 2
    root = ElementTree.fromstring(junit.serialize(report))  # noqa: S314  # our own output
    assert {case.get("file") for case in root.iter("testcase")} - {None} == {"pyproject.toml"}


def test_sarif_fingerprints_survive_a_moved_line() -> None:
    moved = Report(REPORT.products, REPORT.regions, (Finding(**{**fields(ERROR), "line": 500}),))
    (before,) = [one for one in results(REPORT) if one["ruleId"] == "E9001"]
    (after,) = results(moved)
    assert before["partialFingerprints"] == after["partialFingerprints"]


def results(report: Report) -> list[dict[str, Any]]:
    (run,) = json.loads(sarif.serialize(report))["runs"]
    found: list[dict[str, Any]] = run["results"]
    return found


def fields(finding: Finding) -> dict[str, Any]:
    return {name: getattr(finding, name) for name in finding.__slots__}


def test_junit_fails_on_errors_only_and_has_a_case_for_a_clean_product() -> None:
    root = ElementTree.fromstring(junit.serialize(REPORT))  # noqa: S314  # our own output
    suites = {suite.get("name"): suite for suite in root}
    assert [(suite.get("name"), suite.get("tests"), suite.get("failures")) for suite in root] == [
        ("b", "2", "0"),
        ("clean", "1", "0"),
        ("kms_key", "1", "1"),
    ]
    (failure,) = root.iter("failure")
    assert failure.get("type") == "E9001"
    assert failure.get("message") == ERROR.message
    assert ERROR.source_url in str(failure.text)
    assert [case.findtext("system-out", "").partition(":")[0] for case in suites["b"]] == ["warning", "info"]
    assert len(suites["clean"]) == 1


@given(REPORTS)
def test_junit_is_xml_with_any_message(report: Report) -> None:
    root = ElementTree.fromstring(junit.serialize(report))  # noqa: S314  # our own output
    errors = [finding for finding in report.findings if finding.severity == "error"]
    assert len(list(root.iter("failure"))) == len(errors)


COMMAND = re.compile(r"::(error|warning|notice) file=([^:,]*),line=1,title=([^:,]*)::(.*)")


def unescaped(text: str) -> str:
    """As the runner reads it (actions/runner, ActionCommand.cs): the percent sign last."""
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


def test_github_annotates_the_product_file() -> None:
    warning, notice, error, summary = github.serialize(REPORT).splitlines()
    assert warning.startswith("::warning file=products/b.py,line=1,title=W9003::Outputs/A: output A has no Description")
    assert notice.startswith("::notice ")
    assert error.startswith(
        "::error file=products/kms_key.py,line=41,title=E9001 KMS key rotation is the literal true::"
    )
    assert "true,%0Agot 100%25 (kms_key.yaml:123, `catalog export kms_key`)" in error
    assert not summary.startswith("::")


@given(REPORTS)
def test_no_message_breaks_out_of_its_github_command(report: Report) -> None:
    *commands, _ = github.serialize(report).split("\n")[:-1]
    assert len(commands) == len(report.findings)
    for command, finding in zip(commands, report.findings, strict=True):
        match = COMMAND.fullmatch(command)
        assert match is not None
        assert unescaped(match[3]) == (f"{finding.id} {finding.title}" if finding.title else finding.id)
        assert finding.message in unescaped(match[4])


def test_the_formats_are_the_modules_of_the_package() -> None:
    modules = [file.stem for file in (ROOT / "catalog" / "check" / "formats").glob("[!_]*.py")]
    assert sorted(format_names()) == sorted(modules)
    assert {"github", "json", "junit", "sarif", "text"} <= {*modules}


def test_the_names_of_the_formats_need_no_import_of_a_format() -> None:
    names = "import sys, catalog.cli.validate; print([m for m in sys.modules if m.startswith('catalog.check')])"
    done = programs.run([sys.executable, "-c", names], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "['catalog.check', 'catalog.check.formats']\n"


@pytest.mark.parametrize("name", format_names())
@given(report=REPORTS)
def test_every_format_ends_with_one_line_feed_and_repeats_itself(name: str, report: Report) -> None:
    serialized = serialize(name, report)
    assert serialized.endswith("\n")
    assert not serialized.endswith("\n\n")
    assert serialized == serialize(name, report)


def test_text_counts_suppressed_findings_and_names_the_line_of_a_portfolio() -> None:
    lines = text_format.serialize(WHOLE).splitlines()
    assert lines[1].startswith("E9101 error portfolios/security-prod.yaml:17 products/kms_key kms_key has no launch")
    assert lines[-3:] == [
        "b.yaml is the rendered template: `catalog export b`.",
        "Why, and what to do: catalog controls W9003 E9101",
        "2 products and 2 portfolios checked for 1 Region: 1 error, 1 warning, 0 informational, 1 suppressed",
    ]
    clean = Report(("b",), ("us-east-1",), (), (), WHOLE.suppressed)
    assert text_format.serialize(clean) == "1 product checked for 1 Region: no findings, 1 suppressed\n"


def test_json_has_suppressed_findings_with_their_reason() -> None:
    found = {one["id"]: one["suppression"] for one in json.loads(json_format.serialize(WHOLE))}
    assert found == {
        "W9003": None,
        "E9001": {"reason": "The key is imported and cannot rotate.", "expires": "2027-01-31"},
        "E9101": None,
    }


def test_sarif_marks_the_line_of_a_portfolio_and_carries_suppressions() -> None:
    jsonschema.validate(json.loads(sarif.serialize(WHOLE)), SARIF)
    found = {one["ruleId"]: one for one in results(WHOLE)}
    (location,) = found["E9101"]["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "portfolios/security-prod.yaml"
    assert location["physicalLocation"]["region"] == {"startLine": 17}
    assert "rendered template" not in found["E9101"]["message"]["text"]
    assert [found[rule]["suppressions"] for rule in ("W9003", "E9101")] == [[], []]
    (suppression,) = found["E9001"]["suppressions"]
    assert suppression["status"] == "accepted"
    assert "2027-01-31" in suppression["justification"]


def test_junit_has_a_suite_for_each_portfolio_and_skips_suppressed_findings() -> None:
    root = ElementTree.fromstring(junit.serialize(WHOLE))  # noqa: S314  # our own output
    suites = {suite.get("name"): (suite.get("tests"), suite.get("failures"), suite.get("skipped")) for suite in root}
    assert suites == {
        "b": ("1", "0", "0"),
        "kms_key": ("1", "0", "1"),
        "portfolios/security-dev": ("1", "0", "0"),
        "portfolios/security-prod": ("1", "1", "0"),
    }
    (skipped,) = root.iter("skipped")
    assert "2027-01-31" in str(skipped.get("message"))


def test_github_marks_the_line_of_a_portfolio_but_not_suppressed_findings() -> None:
    _, portfolio, summary = github.serialize(WHOLE).splitlines()
    assert portfolio.startswith("::error file=portfolios/security-prod.yaml,line=17,title=E9101 ")
    assert summary.endswith("1 suppressed")


@given(REPORTS)
def test_gitlab_has_one_issue_for_each_finding_with_a_fingerprint_of_its_own(report: Report) -> None:
    issues = json.loads(gitlab.serialize(report))
    assert len({issue["fingerprint"] for issue in issues}) == len(issues) == len(report.findings)
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert issue["location"]["lines"]["begin"] >= 1


def test_gitlab_marks_the_line_of_a_portfolio_and_keeps_the_fingerprint_of_a_moved_line() -> None:
    warning, error = json.loads(gitlab.serialize(WHOLE))
    assert error["location"] == {"path": "portfolios/security-prod.yaml", "lines": {"begin": 17}}
    assert (warning["severity"], error["severity"], error["check_name"]) == ("minor", "critical", "E9101")
    moved = replace(WHOLE, findings=(WARNING, replace(IN_PORTFOLIO, line=99)))
    assert json.loads(gitlab.serialize(moved))[1]["fingerprint"] == error["fingerprint"]
