"""The matcher of patterns with * and ?."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.sandbox.glob import matches

PATTERNS = st.text("ab/.*?", max_size=12)
TEXTS = st.text("ab/.\n", max_size=12)


@given(PATTERNS, TEXTS)
def test_patterns_match_as_in_fnmatch(pattern: str, text: str) -> None:
    assert matches(pattern, text) is fnmatchcase(text, pattern)


@given(PATTERNS, TEXTS)
def test_an_optional_character_matches_as_in_a_regular_expression(pattern: str, text: str) -> None:
    expression = "".join({"*": ".*", "?": ".?"}.get(char) or re.escape(char) for char in pattern)
    assert matches(pattern, text, optional=True) is (re.fullmatch(expression, text, re.DOTALL) is not None)


@given(st.text("[]!^-ab", max_size=8))
def test_brackets_are_literal(text: str) -> None:
    assert matches(text, text)
    assert not matches("[ab]", "a")


@pytest.mark.parametrize("optional", [False, True])
@pytest.mark.parametrize("part", ["*", "*a", "a*", "?*", "*?a"])
def test_many_wildcards_do_not_take_exponential_time(part: str, optional: bool) -> None:
    assert not matches(part * 300 + "b", "a" * 2000, optional=optional)
    assert matches(part * 300 + "*", "a" * 2000, optional=optional)
