from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from catalog.check.finding import Finding, count, in_order

FINDINGS = st.builds(
    Finding,
    id=st.sampled_from(["E9001", "W9001", "I3011"]),
    severity=st.sampled_from(["error", "warning", "info"]),
    message=st.text(max_size=3),
    file=st.sampled_from(["products/a.py", "products/b.py"]),
    line=st.integers(1, 3),
    path=st.lists(st.sampled_from(["Resources", "Key"]) | st.integers(0, 2), max_size=3).map(tuple),
    source_url=st.just("https://docs.aws.amazon.com/"),
    product=st.sampled_from(["a", "b"]),
)


def test_findings_that_differ_only_in_severity_keep_their_order() -> None:
    one, two = (Finding("E9001", severity, "m", "products/a.py", 1, (), "u", "a") for severity in ("error", "warning"))
    assert in_order([one, two]) == in_order([two, one])


@given(st.lists(FINDINGS), st.randoms(use_true_random=False))
def test_the_order_depends_only_on_the_findings(findings: list[Finding], random: Random) -> None:
    shuffled = findings * 2
    random.shuffle(shuffled)
    assert in_order(shuffled) == in_order(findings)
    assert set(in_order(findings)) == set(findings)
    assert len(in_order(shuffled)) == len(set(findings))


@given(st.lists(FINDINGS))
def test_every_finding_counts_once(findings: list[Finding]) -> None:
    counts = count(findings)
    assert sum(counts.values()) == len(findings)
    assert list(counts) == ["error", "warning", "info"]
