"""A truth table of each condition operator, answered by this package and by the evaluator of simple_conditions.py."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.iam import Context
from catalog.iam.conditions import condition
from catalog.iam.policy import parse_condition
from tests.unit.iam.simple_conditions import EQUALS, NO_VALUE, NOT, WITH_VARIABLES, expected

DATES = ("2020-01-01T00:00:00+00:00", "2021-01-01T00:00:00+00:00", "tomorrow")
ARNS = ("arn:aws:iam::1:role/a", "arn:aws:iam::2:role/b", "arn:aws:iam::1:user/a:b")
SAMPLES = {
    # (wanted values, values of the request)
    "String": (("a", "A", "a*", "?"), ("a", "A", "ab", "")),
    "Arn": (("arn:aws:iam::*:role/a", "arn:aws:iam::1:*", ARNS[1]), ARNS),
    "Numeric": (("1", "2"), ("1", "2", "3", "many")),
    "Date": (DATES[:2], DATES),
    "Bool": (("true", "false"), ("true", "False", "maybe")),
    "Binary": (("YQ==", "Yg=="), ("YQ==", "Yw==")),
    "IpAddress": (("10.0.0.0/8", "192.0.2.0/24"), ("10.1.2.3", "198.51.100.1", "nowhere")),
    "NotIpAddress": (("10.0.0.0/8",), ("10.1.2.3", "198.51.100.1", "nowhere")),
}


def answered(operator: str, wanted: tuple[str | None, ...], values: tuple[str, ...]) -> bool | None:
    """The answer of this package; None for one that is not decided."""
    texts = ["${aws:username}" if want is NO_VALUE else want for want in wanted]
    tests, faults = parse_condition({operator: {"k": texts}})
    assert faults == ()
    formula = condition(tests, Context({"k": values, "aws:username": ()}), variables=True)
    return formula if isinstance(formula, bool) else None


def operators() -> Iterator[tuple[str, str]]:
    for base in (*EQUALS, *NOT):
        for quantifier, suffix in itertools.product(("", "ForAnyValue:", "ForAllValues:"), ("", "IfExists")):
            yield base, f"{quantifier}{base}{suffix}"


def samples(base: str) -> tuple[list[str | None], list[str]]:
    wanted, values = next(sample for prefix, sample in SAMPLES.items() if base.startswith(prefix))
    return [*wanted, *([NO_VALUE] if base in WITH_VARIABLES else [])], list(values)


@pytest.mark.parametrize(("base", "operator"), list(operators()))
def test_the_truth_table(base: str, operator: str) -> None:
    """Each operator with one or two wanted values, over an absent key, one value and two values."""
    wanted, values = samples(base)
    for wants in itertools.chain(itertools.product(wanted), itertools.permutations(wanted, 2)):
        for held in itertools.chain([()], itertools.product(values), itertools.product(values, repeat=2)):
            assert answered(operator, wants, held) is expected(operator, wants, held), (wants, held)


@settings(deadline=None, max_examples=400)
@given(data=st.data())
def test_longer_lists(data: st.DataObject) -> None:
    base, operator = data.draw(st.sampled_from(list(operators())))
    wanted, values = samples(base)
    wants = tuple(data.draw(st.lists(st.sampled_from(wanted), min_size=1, max_size=4)))
    held = tuple(data.draw(st.lists(st.sampled_from(values), max_size=4)))
    assert answered(operator, wants, held) is expected(operator, wants, held)
