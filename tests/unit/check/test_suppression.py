"""What a suppression does to findings, and what is found about suppressions themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.check.finding import Finding
from catalog.check.suppression import CheckResult, DeclaredSuppression, suppress
from catalog.model.definition import Suppression

DAY = date(2026, 6, 30)
KNOWN = ("E9001", "E9003", "W9001")
REASON = "The key is imported and cannot rotate."


def finding(control: str = "E9001", where: str = "Resources/Key", product: str = "a", portfolio: str = "") -> Finding:
    path = tuple(where.split("/"))
    return Finding(control, "error", "m", f"products/{product}.py", 1, path, "", product, portfolio=portfolio)


def declared(control: str = "E9001", expires: date = DAY, where: str = "", product: str = "a") -> DeclaredSuppression:
    return DeclaredSuppression(Suppression(control, REASON, expires, where), f"products/{product}.py", 1, (), product)


def run(findings: Sequence[Finding], *each: DeclaredSuppression, today: date = DAY) -> CheckResult:
    return suppress(findings, each, today, KNOWN)


def ids(result: CheckResult) -> list[str]:
    return [one.id for one in result.findings]


def test_a_suppressed_finding_does_not_count_and_is_kept_with_its_reason() -> None:
    result = run([finding(), finding("E9003")], declared())
    assert ids(result) == ["E9003"]
    assert [(one.finding, one.suppression.reason) for one in result.suppressed] == [(finding(), REASON)]


def test_it_applies_on_its_day_of_expiry_and_not_on_the_next_day() -> None:
    assert ids(run([finding()], declared())) == []
    expired = run([finding()], declared(), today=DAY + timedelta(days=1))
    assert ids(expired) == ["E9001", "E9091"]
    assert expired.suppressed == ()
    assert "2026-06-30" in expired.findings[1].message
    assert expired.findings[1].severity == "error"


@pytest.mark.parametrize(
    ("where", "holds"),
    [
        ("", True),
        ("Resources", True),
        ("Resources/Key", True),
        ("Resources/Ke", False),
        ("Resources/Key/Properties", False),
        ("Outputs", False),
    ],
)
def test_it_applies_only_at_or_below_its_path(where: str, holds: bool) -> None:
    result = run([finding()], declared(where=where))
    assert ids(result) == ([] if holds else ["E9001", "W9093"])


@pytest.mark.parametrize("other", [finding(product="b"), finding(portfolio="p"), finding("E9003")])
def test_it_applies_only_to_findings_of_its_file(other: Finding) -> None:
    assert ids(run([other], declared())) == [other.id, "W9093"]


def test_an_unused_suppression_is_a_warning_with_its_file() -> None:
    (unused,) = run([], declared()).findings
    assert (unused.id, unused.severity, unused.file) == ("W9093", "warning", "products/a.py")


@pytest.mark.parametrize(
    ("control", "words"),
    [("E9002", "not a control"), ("E9201", "migration"), ("W9299", "migration"), ("E9091", "not a control")],
)
def test_a_control_that_cannot_be_suppressed_is_an_error(control: str, words: str) -> None:
    result = run([finding(control)], declared(control))
    assert ids(result) == [control, "E9092"]
    assert words in result.findings[1].message


def test_a_suppression_is_not_unused_when_not_everything_was_checked() -> None:
    assert suppress([], [declared()], DAY, KNOWN, lambda _: False).findings == ()


FINDINGS = st.lists(
    st.builds(
        finding,
        control=st.sampled_from([*KNOWN, "E9002", "I3011"]),
        where=st.sampled_from(["Resources", "Resources/Key", "Outputs/A"]),
        product=st.sampled_from(["a", "b"]),
    )
)
DECLARED = st.lists(
    st.builds(
        declared,
        control=st.sampled_from([*KNOWN, "E9002", "E9201"]),
        expires=st.sampled_from([DAY - timedelta(days=1), DAY, DAY + timedelta(days=1)]),
        where=st.sampled_from(["", "Resources", "Resources/Key"]),
        product=st.sampled_from(["a", "b"]),
    ),
    max_size=4,
)


@given(FINDINGS, DECLARED)
def test_no_finding_is_lost(findings: list[Finding], each: list[DeclaredSuppression]) -> None:
    result = run(findings, *each)
    own = [one for one in result.findings if one.id in ("E9091", "E9092", "W9093")]
    kept = [one for one in result.findings if one not in own]
    assert sorted(map(repr, [*kept, *(one.finding for one in result.suppressed)])) == sorted(map(repr, findings))
    for one in result.suppressed:
        assert one.suppression.expires >= DAY
        assert one.finding.id in KNOWN


@given(FINDINGS, DECLARED)
def test_a_later_day_never_suppresses_more(findings: list[Finding], each: list[DeclaredSuppression]) -> None:
    now, later = run(findings, *each), run(findings, *each, today=DAY + timedelta(days=2))
    assert later.suppressed == ()
    assert len(later.findings) >= len(findings)
    assert len(now.suppressed) <= len(findings)
