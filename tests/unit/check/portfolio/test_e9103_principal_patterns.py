from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.check.finding import Finding
from catalog.check.portfolio.e9103_principal_patterns import covers

Judge = Callable[..., list[Finding]]


PRODUCTS = "products:\n  - product: loose\n"
SIGNS = st.text("ab*?/", max_size=6)


@pytest.mark.parametrize(
    ("entry", "pattern", "expected"),
    [
        ("role/dev-*", "role/dev-*", True),
        ("role/dev-*", "role/dev-app-*", True),
        ("role/dev-*", "role/dev-", True),
        ("role/dev-*", "role/dev*", False),
        ("role/dev-?", "role/dev-*", False),
        ("role/dev-?", "role/dev-?", True),
        ("role/dev-?", "role/dev-", True),
        ("role/*-deploy", "role/a/b-deploy", True),
        ("role/*-deploy", "role/a-*", False),
        ("user/*", "role/x", False),
        ("role/a*c", "role/a*b*c", True),
        ("role/*" + "?a" * 400, "role/" + "a" * 900, True),
    ],
)
def test_an_entry_covers_a_pattern(entry: str, pattern: str, expected: bool) -> None:
    assert covers(entry, pattern) is expected


def as_regex(pattern: str) -> str:
    return "".join({"*": ".*", "?": ".?"}.get(sign, re.escape(sign)) for sign in pattern)


@given(SIGNS, SIGNS, st.lists(st.text("ab/", max_size=7), max_size=30))
def test_a_covered_pattern_matches_only_what_the_entry_matches(entry: str, pattern: str, names: list[str]) -> None:
    if covers(entry, pattern):
        for name in [*names, pattern.replace("*", "").replace("?", ""), re.sub(r"[*?]", "a", pattern)]:
            if re.fullmatch(as_regex(pattern), name):
                assert re.fullmatch(as_regex(entry), name)


@pytest.mark.parametrize("pattern", ["role/*", "user/**", "group/?*", "role/*/*"])
def test_a_pattern_for_everybody_must_be_listed_literally(judge: Judge, pattern: str) -> None:
    text = f"principals:\n  - {{arn: 'arn:aws:iam:::{pattern}', type: IAM_PATTERN}}\n" + PRODUCTS
    (finding,) = judge(text, "E9103", principal_patterns=("role/**", "user/*", "group/*"))
    assert "must list it literally" in finding.message
    assert judge(text, "E9103", principal_patterns=(pattern,)) == []


def test_without_a_list_no_pattern_is_allowed(judge: Judge) -> None:
    text = "principals:\n  - {arn: 'arn:aws:iam:::role/dev-a', type: IAM_PATTERN}\n" + PRODUCTS
    (finding,) = judge(text, "E9103", principal_patterns=())
    assert "it has no entries" in finding.message


def test_the_partition_does_not_matter(judge: Judge) -> None:
    text = "principals:\n  - {arn: 'arn:${AWS::Partition}:iam:::role/dev-a', type: IAM_PATTERN}\n" + PRODUCTS
    assert judge(text, "E9103") == []
