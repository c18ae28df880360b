"""The languages of patterns agree with the matcher, and decide which of two patterns accepts more."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from catalog.cfn.accepted_values import accepts, included
from catalog.cfn.pattern_languages import language_of
from catalog.cfn.patterns import matches
from catalog.cfn.regular_languages import (
    NOTHING,
    Language,
    UndecidedError,
    both,
    complement,
    derivative,
    has_empty,
    shortest,
)

LETTERS = "abA0-_/ ."
ATOMS = ["a", "b", "A", "0", "/", ".", r"\.", r"\d", r"\w", r"\S", "[ab]", "[^a]", "[a-b_]", "[0-9/-]", r"\p{Alpha}"]


def patterns() -> st.SearchStrategy[str]:
    """Patterns with supported syntax."""
    return st.recursive(
        st.sampled_from(ATOMS),
        lambda inner: st.one_of(
            st.tuples(inner, inner).map("".join),
            st.tuples(inner, inner).map("|".join).map("({})".format),
            inner.map("(?:{})*".format),
            inner.map("({})?".format),
            inner.map("({}){{1,2}}".format),
            st.tuples(inner, inner).map(lambda pair: f"(?!{pair[0]}){pair[1]}"),
            st.tuples(inner, inner).map(lambda pair: f"(?:(?={pair[0]}){pair[1]})"),
            st.tuples(inner, inner).map(lambda pair: f"(?!{pair[0]}$){pair[1]}"),
        ),
        max_leaves=5,
    ).map("^{}$".format)


def read(pattern: str) -> Language:
    """The language of a pattern; unsupported patterns are skipped."""
    try:
        return language_of(pattern)
    except UndecidedError:
        reject()


def contains(pattern: str, text: str) -> bool:
    language = read(pattern)
    for character in text:
        language = derivative(language, ord(character))
    return has_empty(language)


@settings(deadline=None, max_examples=150)
@given(patterns(), st.lists(st.text(LETTERS, max_size=4), min_size=1, max_size=8))
def test_a_language_contains_exactly_the_texts_that_match_the_pattern(pattern: str, texts: list[str]) -> None:
    for text in texts:
        assert contains(pattern, text) == matches(pattern, text), (pattern, text)


@settings(deadline=None, max_examples=150)
@given(patterns(), patterns())
def test_the_witness_matches_one_pattern_and_not_the_other(pattern: str, other: str) -> None:
    witness = shortest(both(read(pattern), complement(read(other))))
    if witness is not None:
        assert matches(pattern, witness)
        assert not matches(other, witness)


@pytest.mark.parametrize(
    ("pattern", "other", "witness"),
    [
        ("^[a-z]+$", "^[a-z0-9]+$", None),
        ("^[a-z0-9]+$", "^[a-z]+$", "0"),
        ("^(?!aws(/|$)|alias/)[a-zA-Z0-9/_-]+$", "^(?!aws(/|$)|alias/)[a-zA-Z0-9:/_-]+$", None),
        ("^(?!aws(/|$)|alias/)[a-zA-Z0-9:/_-]+$", "^(?!aws(/|$)|alias/)[a-zA-Z0-9/_-]+$", ":"),
        ("^(?!aws)[a-z]*$", "^[a-z]*$", None),
        ("^[a-z]*$", "^(?!aws)[a-z]*$", "aws"),
        ("a{2,4}", "a{1,9}", None),
        ("a{2,4}", "a{3,9}", "aa"),
        (r"\d{12}", "[0-9]+", None),
        ("(a|b)*", "(b*a*)*", None),
        (r"\Qa.b\E", r"a\.b", None),
        ("[]a]+", r"[\]a]+", None),
    ],
)
def test_a_pattern_that_accepts_more_has_a_witness(pattern: str, other: str, witness: str | None) -> None:
    assert shortest(both(language_of(pattern), complement(language_of(other)))) == witness


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a)\1",
        "(?<=a)b",
        "a++",
        "(?i)a",
        "[a[bc]]",
        "[a-z&&[^b]]",
        r"\p{IsGreek}",
        "(?>a)",
        "a^b",
        "(^a)*",
        "(a",
        "a)",
        "*a",
        "[a-",
        r"a{2,1}",
        r"\k<x>",
    ],
)
def test_unsupported_syntax_is_undecided(pattern: str) -> None:
    with pytest.raises(UndecidedError):
        language_of(pattern)


def test_a_search_that_grows_too_large_is_undecided() -> None:
    with pytest.raises(UndecidedError):
        shortest(both(language_of("(a|b)*a(a|b){16}"), language_of("(a|b)*b(a|b){17}c")))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("(a{0,50}){0,50}", "(a{0,50}){0,51}"),
        ("((a{0,30}b?){0,30}c?){0,30}", "((a{0,30}b?){0,30}c?){0,29}"),
        ("".join(f"(?=.*{letter})" for letter in "abcdefghijkl"), "".join(f"(?=.*{letter})" for letter in "klmno")),
        ("a{1000000}", "(a{1000}){1001}"),
        ("(a+)+b", "(a|aa)+b"),
    ],
)
def test_patterns_that_are_hard_to_compare_take_little_time(first: str, second: str) -> None:
    """The result is undecided, or the matcher confirms it."""
    began = time.process_time()
    definitions = [{"Type": "String", "AllowedPattern": pattern} for pattern in (first, second)]
    answer = included(*definitions)
    assert time.process_time() - began < 10
    if answer.witness is not None:
        assert [accepts(definition, answer.witness) for definition in definitions] == [True, False]


def test_a_witness_can_be_printed() -> None:
    """A UTF-16 surrogate is a text in Java, but a terminal cannot print it."""
    halves, letter = ({"Type": "String", "AllowedPattern": pattern} for pattern in (r"[\ud800-\udfff]", "a"))
    assert included(halves, letter).witness == r"\ud800"


def test_the_empty_set_has_no_text() -> None:
    assert shortest(NOTHING) is None
    assert shortest(language_of("a"), longest=0) is None
