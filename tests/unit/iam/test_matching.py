"""Patterns with * and ?, and matches of texts with unknown parts."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.iam.matching import (
    Match,
    as_pattern,
    compare,
    covers,
    covers_arn,
    literal,
    matches,
    readable,
    symbol,
    variable,
)


def slow(pattern: str, text: str) -> bool:
    expression = "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in pattern)
    return re.fullmatch(expression, text, re.DOTALL) is not None


@settings(deadline=None, max_examples=300)
@given(pattern=st.text("ab*?[]!-\n", max_size=8), text=st.text("ab[]!-\n", max_size=8))
def test_only_star_and_question_mark_are_special(pattern: str, text: str) -> None:
    assert matches(as_pattern(pattern), text) is slow(pattern, text)


# Symbols are private-use characters, which no policy contains (iam/matching.py).
@given(st.text(st.characters(exclude_categories=["Cs", "Co"]), max_size=10))
def test_a_literal_matches_itself_alone(text: str) -> None:
    assert matches(literal(text), text)
    assert not matches(literal(text), text + "x")
    assert readable(as_pattern(text)) == text


def test_many_stars_are_fast() -> None:
    started = time.monotonic()
    assert not matches("*a" * 40, "a" * 5000 + "b")
    assert time.monotonic() - started < 5


@settings(deadline=None, max_examples=200)
@given(left=st.text("ab*?", max_size=5), right=st.text("ab*?", max_size=5))
def test_covers_against_all_short_texts(left: str, right: str) -> None:
    """YES and NO are proven; SOME is neither, or not proven."""
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
    # A name that this stack generates equals no written text, but a wildcard may match it.
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


QUEUE = "arn:aws:sqs:us-east-1:123456789012:q"
SEGMENTS = [
    # pattern, ARN, outcome. Case B3.
    ("arn:aws:sqs:us-*2:q", QUEUE, Match.NO),
    ("arn:aws:sqs:us-east-1?123456789012:q", QUEUE, Match.NO),
    ("arn:aws:sqs:us-*1:123456789012:q", QUEUE, Match.YES),
    ("arn:aws:sqs:us-east-?:*:q", QUEUE, Match.YES),
    ("arn:aws:sqs:us-*:q", QUEUE, Match.YES),  # at the end of a segment: over colons
    ("arn:aws:sqs:*", QUEUE, Match.YES),
    ("*", QUEUE, Match.YES),
    ("arn:*:q", QUEUE, Match.YES),
    ("arn:*q", QUEUE, Match.NO),
    ("arn:aws:s*q", QUEUE, Match.NO),
    ("arn:aws:sqs:**1:123456789012:q", QUEUE, Match.YES),
    ("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/a:b", Match.YES),
    ("arn:aws:s3:::bucket/*/c", "arn:aws:s3:::bucket/a/b/c", Match.YES),
    ("arn:aws:s3:::bucket/*/c", "arn:aws:s3:::bucket/a:b/c", Match.UNKNOWN),  # AWS does not say
    ("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/*", Match.YES),
    ("arn:aws:s3:::bucket/*/c", "arn:aws:s3:::bucket/*", Match.SOME),
    ("arn:aws:s3:::b*t/*", "arn:aws:s3:::bucket/*", Match.YES),
    ("arn:aws:logs:*:*:log-group:/aws/*:*", "arn:aws:logs:us-east-1:1:log-group:/aws/x:log-stream:y", Match.YES),
    (f"arn:aws:sqs:us-*1:123456789012:{KEY}", f"arn:aws:sqs:us-east-1:123456789012:{KEY}", Match.YES),
    (f"arn:aws:sqs:us-*2:{KEY}", f"arn:aws:sqs:us-east-1:123456789012:{KEY}", Match.NO),
    ("arn:aws:sqs:us-east-1:123456789012:a*b", f"arn:aws:sqs:us-east-1:123456789012:a{IMPORT}b", Match.UNKNOWN),
    ("arn:aws:sqs:us-east-1:123456789012:a*b", f"arn:aws:sqs:us-east-1:123456789012:a{KEY}b", Match.YES),
]


@pytest.mark.parametrize(("pattern", "arn", "outcome"), SEGMENTS)
def test_wildcards_of_a_resource_stay_within_their_segment(pattern: str, arn: str, outcome: Match) -> None:
    assert covers_arn(as_pattern(pattern), as_pattern(arn)) is outcome


def within_segments(pattern: str, text: str) -> bool:
    """The rule of the IAM user guide as a regular expression, for patterns without a sixth part."""
    expression = re.escape(pattern).replace(r"\?", "[^:]")
    expression = re.sub(r"\\\*(?=:|$)", ".*", expression).replace(r"\*", "[^:]*")
    return re.fullmatch(expression, text) is not None


@settings(deadline=None, max_examples=500)
@given(pattern=st.text("ab:*?", max_size=7), text=st.text("ab:", max_size=6))
def test_segments_against_a_regular_expression(pattern: str, text: str) -> None:
    outcome = covers_arn(as_pattern(pattern), text)
    if pattern.count(":") < 5:
        assert outcome is (Match.YES if within_segments(pattern, text) else Match.NO)


def test_many_stars_within_a_segment_take_no_time() -> None:
    started = time.monotonic()
    assert covers_arn("*a" * 40 + ":x", "a" * 2000 + "b:y") is Match.NO
    assert time.monotonic() - started < 5
