"""Evaluate IAM condition blocks, with the operators that key policies use.

Source: IAM user guide, "IAM JSON policy elements: Condition operators".
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from catalog.sandbox.glob import matches

Context = Mapping[str, str | tuple[str, ...]]
"""Condition key in lower case → its value or values."""

LITERALS = {"*": "\ue000", "?": "\ue001", "$": "$"}
"""Character → what it is in a pattern that means the character itself: `${*}`, and what fills a variable."""
_AS_LITERALS, _AS_WRITTEN = str.maketrans(LITERALS), str.maketrans({value: key for key, value in LITERALS.items()})


def wildcard(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """Whether `text` matches `pattern`: * matches any text and ? one character."""
    if LITERALS["*"] in pattern or LITERALS["?"] in pattern:
        text = text.translate(_AS_LITERALS)
    return matches(pattern.lower(), text.lower()) if ignore_case else matches(pattern, text)


def holds(block: Mapping[str, Any], context: Context) -> bool:
    """Whether a Condition holds: all its operators and keys must match; an unknown operator never matches."""
    return all(
        _key_holds(name, [_text(value) for value in as_list(expected)], context.get(key.lower()))
        for name, keys in block.items()
        for key, expected in keys.items()
    )


def as_list(value: Any) -> list[Any]:
    """A value or a list of values as a list."""
    return list(value) if isinstance(value, list | tuple) else [value]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _key_holds(name: str, expected: list[str], actual: str | tuple[str, ...] | None) -> bool:
    quantifier, _, base = name.rpartition(":")
    if base == "Null":
        return (actual is None) == (expected[0].lower() == "true")
    if_exists = base.endswith("IfExists")
    base = base.removesuffix("IfExists")
    if base not in OPERATORS:
        return False
    test, negated = OPERATORS[base]
    if actual is None or actual == ():  # over no values, ForAllValues holds and ForAnyValue does not, IfExists or not
        return quantifier == "ForAllValues" if quantifier else if_exists or negated
    values = (actual,) if isinstance(actual, str) else actual
    if test not in (_like, _arn_like):
        expected = [wanted.translate(_AS_WRITTEN) for wanted in expected]
    results = [any(test(value, wanted) for wanted in expected) != negated for value in values]
    return all(results) if quantifier == "ForAllValues" else any(results)


def _numeric(compare: Callable[[float, float], bool]) -> Callable[[str, str], bool]:
    def test(actual: str, wanted: str) -> bool:
        try:
            return compare(float(actual), float(wanted))
        except ValueError:
            return False

    return test


def _same_ignoring_case(actual: str, wanted: str) -> bool:
    return actual.lower() == wanted.lower()


def _like(actual: str, wanted: str) -> bool:
    return wildcard(wanted, actual)


def _arn_like(actual: str, wanted: str) -> bool:
    """Part by part: a * in one of the first five parts matches no colon."""
    patterns, parts = wanted.split(":", 5), actual.split(":", 5)
    return len(patterns) == len(parts) == 6 and all(map(wildcard, patterns, parts))


OPERATORS: dict[str, tuple[Callable[[str, str], bool], bool]] = {
    "StringEquals": (operator.eq, False),
    "StringNotEquals": (operator.eq, True),
    "StringEqualsIgnoreCase": (_same_ignoring_case, False),
    "StringNotEqualsIgnoreCase": (_same_ignoring_case, True),
    "StringLike": (_like, False),
    "StringNotLike": (_like, True),
    "ArnEquals": (_arn_like, False),
    "ArnNotEquals": (_arn_like, True),
    "ArnLike": (_arn_like, False),
    "ArnNotLike": (_arn_like, True),
    "Bool": (_same_ignoring_case, False),
    "NumericEquals": (_numeric(operator.eq), False),
    "NumericNotEquals": (_numeric(operator.eq), True),
    "NumericLessThan": (_numeric(operator.lt), False),
    "NumericLessThanEquals": (_numeric(operator.le), False),
    "NumericGreaterThan": (_numeric(operator.gt), False),
    "NumericGreaterThanEquals": (_numeric(operator.ge), False),
}
"""Operator → (comparison of an actual value with an expected value, whether the operator negates it)."""
