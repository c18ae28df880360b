"""Patterns with * and ?, and what can be said when part of a text is not known."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.iam.matching import Match, as_pattern, compare, covers, literal, matches, readable, symbol, variable


def slow(pattern: str, text: str) -> bool:
    expression = "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in pattern)
    return re.fullmatch(expression, text, re.DOTALL) is not None


@settings(deadline=None, max_examples=300)
@given(pattern=st.text("ab*?[]!-\n", max_size=8), text=st.text("ab[]!-\n", max_size=8))
def test_only_star_and_question_mark_mean_something(pattern: str, text: str) -> None:
    assert matches(as_pattern(pattern), text) is slow(pattern, text)


# Symbols are private-use characters, which no policy holds (iam/matching.py).
@given(st.text(st.characters(exclude_categories=["Cs", "Co"]), max_size=10))
def test_a_literal_matches_itself_alone(text: str) -> None:
    assert matches(literal(text), text)
    assert not matches(literal(text), text + "x")
    assert readable(as_pattern(text)) == text


def test_many_stars_take_no_time() -> None:
    started = time.monotonic()
    assert not matches("*a" * 40, "a" * 5000 + "b")
    assert time.monotonic() - started < 5


@settings(deadline=None, max_examples=200)
@given(left=st.text("ab*?", max_size=5), right=st.text("ab*?", max_size=5))
def test_covers_against_all_short_texts(left: str, right: str) -> None:
    """YES and NO are proofs; SOME is what is neither, or was not proven."""
    texts = ["".join(text) for size in range(5) for text in _product("ab", size)]
    wanted = [text for text in texts if slow(right, text)]
    hits = [text for text in wanted if slow(left, text)]
    outcome = covers(as_pattern(left), as_pattern(right))
    if outcome is Match.YES:
        assert hits == wanted
    elif outcome is Match.NO:
        assert hits == []


def _product(letters: str, size: int) -> list[tuple[str, ...]]:
    import itertools

    return list(itertools.product(letters, repeat=size))


KEY, OTHER = symbol("Key", fresh=True), symbol("Other", fresh=True)
IMPORT = symbol("export Name")

SYMBOLS = [
    # pattern, text, outcome
    (f"arn:aws:s3:::{KEY}", f"arn:aws:s3:::{KEY}", Match.YES),
    ("arn:aws:s3:::*", f"arn:aws:s3:::{KEY}", Match.YES),
    ("arn:aws:sqs:*", f"arn:aws:s3:::{KEY}", Match.NO),
    # What this stack makes up is like nothing that somebody wrote down, but a wildcard may catch it.
    ("arn:aws:s3:::logs", f"arn:aws:s3:::{KEY}", Match.NO),
    (f"arn:aws:s3:::{OTHER}", f"arn:aws:s3:::{KEY}", Match.NO),
    ("arn:aws:s3:::logs-*", f"arn:aws:s3:::{KEY}", Match.UNKNOWN),
    ("arn:aws:s3:::????", f"arn:aws:s3:::{KEY}", Match.UNKNOWN),
    # An import may be anything.
    (f"arn:aws:s3:::{IMPORT}", "arn:aws:s3:::logs", Match.UNKNOWN),
    (f"arn:aws:s3:::{IMPORT}", f"arn:aws:s3:::{IMPORT}", Match.YES),
    (f"arn:aws:sns:::{IMPORT}", "arn:aws:s3:::logs", Match.NO),
    # A policy variable depends on the request.
    (f"home/{variable('aws:username')}", "home/anaya", Match.SOME),
    (f"home/{variable('aws:username')}", "var/anaya", Match.NO),
]


@pytest.mark.parametrize(("pattern", "text", "outcome"), SYMBOLS)
def test_symbols(pattern: str, text: str, outcome: Match) -> None:
    assert compare(pattern, text) is outcome


def test_a_pattern_of_objects() -> None:
    objects = f"arn:aws:s3:::{KEY}/*"
    assert covers(f"arn:aws:s3:::{KEY}/*", objects) is Match.YES
    assert covers(f"arn:aws:s3:::{KEY}/public/*", objects) is Match.SOME
    assert covers(f"arn:aws:s3:::{KEY}", objects) is Match.NO
    assert covers("*", objects) is Match.YES
    assert covers(f"arn:aws:s3:::{OTHER}/*", objects) is Match.NO
    assert covers("arn:aws:s3:::logs/*", objects) is Match.NO
    assert covers("arn:aws:s3:::logs*", objects) is Match.UNKNOWN
    assert covers("arn:aws:s3:::*/public", objects) is Match.SOME
    assert covers(f"arn:aws:s3:::{IMPORT}/*", objects) is Match.UNKNOWN
    assert covers("arn:aws:s3:::logs/*", f"arn:aws:s3:::{IMPORT}/*") is Match.UNKNOWN
