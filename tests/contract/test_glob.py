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
def test_it_matches_as_fnmatch_does(pattern: str, text: str) -> None:
    assert matches(pattern, text) is fnmatchcase(text, pattern)


@given(PATTERNS, TEXTS)
def test_an_optional_character_matches_as_a_regular_expression_does(pattern: str, text: str) -> None:
    expression = "".join({"*": ".*", "?": ".?"}.get(char) or re.escape(char) for char in pattern)
    assert matches(pattern, text, optional=True) is (re.fullmatch(expression, text, re.DOTALL) is not None)


@given(st.text("[]!^-ab", max_size=8))
def test_brackets_mean_themselves(text: str) -> None:
    assert matches(text, text)
    assert not matches("[ab]", "a")


@pytest.mark.parametrize("optional", [False, True])
@pytest.mark.parametrize("part", ["*", "*a", "a*", "?*", "*?a"])
def test_many_wildcards_come_to_an_end(part: str, optional: bool) -> None:
    assert not matches(part * 300 + "b", "a" * 2000, optional=optional)
    assert matches(part * 300 + "*", "a" * 2000, optional=optional)
