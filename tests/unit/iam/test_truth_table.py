"""Conditions against a second, deliberately simple evaluator, written from AWS's pages alone.

Sources: IAM user guide, "Condition operators", "Single-valued vs. multivalued context keys", "Variables and tags". Both
evaluators would have to be wrong in the same way.
"""

from __future__ import annotations

import ipaddress
import itertools
import re
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.iam import Context
from catalog.iam.conditions import condition
from catalog.iam.policy import parse_condition

NO_VALUE = None
"""A policy variable without a value: it matches nothing."""


def glob(pattern: str, text: str) -> bool:
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, text) is not None


def arn(pattern: str, text: str) -> bool:
    parts, texts = pattern.split(":", 5), text.split(":", 5)
    return len(parts) == len(texts) == 6 and all(glob(*pair) for pair in zip(parts, texts, strict=True))


def ordered(read: Callable[[str], float], compare: Callable[[float, float], bool]) -> Callable[[str, str], bool]:
    def matches(limit: str, text: str) -> bool:
        try:
            return compare(read(text), read(limit))
        except ValueError:
            return False

    return matches


def seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def address(network: str, text: str) -> bool:
    try:
        return ipaddress.ip_address(text) in ipaddress.ip_network(network)
    except ValueError:
        return False


EQUALS = {
    "StringEquals": str.__eq__,
    "StringEqualsIgnoreCase": lambda wanted, text: wanted.lower() == text.lower(),
    "StringLike": glob,
    "ArnLike": arn,
    "ArnEquals": arn,
    "NumericEquals": ordered(float, float.__eq__),
    "NumericLessThan": ordered(float, float.__lt__),
    "NumericLessThanEquals": ordered(float, float.__le__),
    "NumericGreaterThan": ordered(float, float.__gt__),
    "NumericGreaterThanEquals": ordered(float, float.__ge__),
    "DateEquals": ordered(seconds, float.__eq__),
    "DateLessThan": ordered(seconds, float.__lt__),
    "DateLessThanEquals": ordered(seconds, float.__le__),
    "DateGreaterThan": ordered(seconds, float.__gt__),
    "DateGreaterThanEquals": ordered(seconds, float.__ge__),
    "Bool": lambda wanted, text: wanted.lower() == text.lower(),
    "BinaryEquals": str.__eq__,
    "IpAddress": address,
}
NOT = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
}
WITH_VARIABLES = [name for name in (*EQUALS, *NOT) if name.startswith(("String", "Arn", "Bool"))]

DATES = ("2020-01-01T00:00:00+00:00", "2021-01-01T00:00:00+00:00", "tomorrow")
ARNS = ("arn:aws:iam::1:role/a", "arn:aws:iam::2:role/b", "arn:aws:iam::1:user/a:b")
SAMPLES = {
    # (wanted values, values of the request)
    "String": (("a", "A", "a*", "?"), ("a", "A", "ab")),
    "Arn": (("arn:aws:iam::*:role/a", "arn:aws:iam::1:*", ARNS[1]), ARNS),
    "Numeric": (("1", "2"), ("1", "2", "3", "many")),
    "Date": (DATES[:2], DATES),
    "Bool": (("true", "false"), ("true", "False", "maybe")),
    "Binary": (("YQ==", "Yg=="), ("YQ==", "Yw==")),
    "IpAddress": (("10.0.0.0/8", "192.0.2.0/24"), ("10.1.2.3", "198.51.100.1", "nowhere")),
    "NotIpAddress": (("10.0.0.0/8",), ("10.1.2.3", "198.51.100.1", "nowhere")),
}


def expected(operator: str, wanted: tuple[str | None, ...], values: tuple[str, ...]) -> bool | None:
    """Whether the condition holds; None where AWS does not say."""
    quantifier, _, name = operator.rpartition(":")
    base = name.removesuffix("IfExists")
    negated = base in NOT
    matches = EQUALS[NOT.get(base, base)]

    def holds(value: str) -> bool:
        return any(want is not NO_VALUE and matches(want, value) for want in wanted) != negated

    if quantifier == "ForAnyValue":
        return any(holds(value) for value in values)
    if quantifier == "ForAllValues":
        return all(holds(value) for value in values)
    if not values:
        return negated or name != base
    return holds(values[0]) if len(values) == 1 else None


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
