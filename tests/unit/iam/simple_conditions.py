"""The conditions of policies for the second evaluator (simple_evaluator.py), written from AWS's pages alone.

Sources, all in the IAM user guide: "Condition operators", "Single-valued vs. multivalued context keys", "Variables and
tags".
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

Truth = bool | None
"""True, False, or None: AWS does not say."""
Keys = Mapping[str, tuple[str, ...]]
"""Condition key → its values; without a value, the request does not have the key."""

STAR, QUESTION = "\x01", "\x02"
"""A * and a ? that are ordinary characters: from ${*} and ${?}, or in the value of a variable."""
NO_VALUE = None
"""A policy variable without a value: it matches nothing ("Variables and tags")."""


class NotSaidError(Exception):
    """AWS does not say what happens."""


def every(parts: Iterable[Truth]) -> Truth:
    truths = list(parts)
    return False if False in truths else None if None in truths else True


def some(parts: Iterable[Truth]) -> Truth:
    truths = list(parts)
    return True if True in truths else None if None in truths else False


def opposite(truth: Truth) -> Truth:
    return None if truth is None else not truth


def texts(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [str(item).lower() if isinstance(item, bool) else str(item) for item in items]


def plain(text: str) -> str:
    return text.replace(STAR, "*").replace(QUESTION, "?")


@cache
def expression(pattern: str, star: str = ".*", question: str = ".") -> str:
    special = {"*": star, "?": question, STAR: r"\*", QUESTION: r"\?"}
    return "".join(special.get(character, re.escape(character)) for character in pattern)


def glob(pattern: str, text: str) -> bool:
    return re.fullmatch(expression(pattern), text, re.DOTALL) is not None


def arn(pattern: str, text: str) -> bool:
    """ "Each of the six colon-delimited components of the ARN is checked separately and each can include * or ?"."""
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
    return float(text) if text.isdecimal() else datetime.fromisoformat(text).timestamp()


def address(network: str, text: str) -> bool:
    try:
        return ipaddress.ip_address(text) in ipaddress.ip_network(network)
    except ValueError:
        return False


def same(wanted: str, text: str) -> bool:
    return plain(wanted) == text


def same_in_any_case(wanted: str, text: str) -> bool:
    return plain(wanted).lower() == text.lower()


EQUALS: Mapping[str, Callable[[str, str], bool]] = {
    "StringEquals": same,
    "StringEqualsIgnoreCase": same_in_any_case,
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
    "Bool": same_in_any_case,
    "BinaryEquals": same,
    "IpAddress": address,
}
NOT: Mapping[str, str] = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
}
READS: Mapping[str, Callable[[str], object]] = {
    "Numeric": float,
    "Date": seconds,
    "IpAddress": ipaddress.ip_network,
    "NotIpAddress": ipaddress.ip_network,
}
WITH_VARIABLES = tuple(name for name in (*EQUALS, *NOT) if name.startswith(("String", "Arn", "Bool")))


def expected(operator: str, wanted: Iterable[str | None], values: tuple[str, ...]) -> Truth:
    """Whether the test holds for the values of its key; `wanted` has the variables filled in."""
    quantifier, _, name = operator.rpartition(":")
    base = name.removesuffix("IfExists")
    negated = base in NOT
    matches = EQUALS[NOT.get(base, base)]
    wants = list(wanted)

    def holds(value: str) -> bool:
        return any(want is not NO_VALUE and matches(want, value) for want in wants) != negated

    if quantifier == "ForAnyValue":
        return any(holds(value) for value in values)
    if quantifier == "ForAllValues":
        # It "also returns true … if the context key value resolves to a null dataset, such as an empty string".
        return not any(values) or all(holds(value) for value in values)
    if not values:
        return negated or name != base
    return holds(values[0]) if len(values) == 1 else None


def null(wanted: Iterable[str], values: tuple[str, ...]) -> Truth:
    """True: the key does not exist; false: it "exists and its value is not null". An empty text may be null."""
    asked = {text.lower() for text in wanted}
    if len(asked) != 1 or not asked <= {"true", "false"} or (values and not any(values)):
        return None
    return (not values) == (asked == {"true"})


def can_be_read(base: str, want: str) -> bool:
    if base == "Bool":
        return plain(want).lower() in ("true", "false")
    try:
        next((read for prefix, read in READS.items() if base.startswith(prefix)), str)(want)
    except ValueError:
        return False
    return True


def holds_for(operator: str, wanted: list[str], values: tuple[str, ...], keys: Keys, variables: bool) -> Truth:
    base = operator.rpartition(":")[2].removesuffix("IfExists")
    if operator == "Null":
        return null(wanted, values)
    if base not in EQUALS and base not in NOT:
        return None
    wants = [filled(text, keys) if variables and base in WITH_VARIABLES else text for text in wanted]
    if not all(want is NO_VALUE or can_be_read(base, want) for want in wants):
        return None
    return expected(operator, wants, values)


def condition_holds(block: Mapping[str, Any], keys: Keys, variables: bool) -> Truth:
    """ "If there are multiple condition operators or keys, all must be true; of the values of a key, one"."""
    return every(
        unless_unsaid(
            lambda operator=operator, key=key, value=value: holds_for(
                operator, texts(value), values_of(key, keys), keys, variables
            )
        )
        for operator, tests in block.items()
        for key, value in tests.items()
    )


def unless_unsaid(answer: Callable[[], Truth]) -> Truth:
    try:
        return answer()
    except NotSaidError:
        return None


def filled(text: str, keys: Keys) -> str | None:
    """The text with its variables; None if one has no value. Characters of a value are no wildcards."""
    result = ""
    while (start := text.find("${")) >= 0 and "}" in text[start:]:
        end = text.index("}", start)
        value = variable(text[start + 2 : end], keys)
        if value is None:
            return NO_VALUE
        result, text = result + text[:start] + value, text[end + 1 :]
    return result + text


def values_of(key: str, keys: Keys) -> tuple[str, ...]:
    """The values of a key; the case of its name has no meaning."""
    return next((values for name, values in keys.items() if name.lower() == key.strip().lower()), ())


def variable(content: str, keys: Keys) -> str | None:
    name, comma, default = content.partition(",")
    if name.strip() in ("*", "?", "$"):
        return name.strip().replace("*", STAR).replace("?", QUESTION)
    values = values_of(name, keys)
    if len(values) > 1:
        raise NotSaidError  # "You cannot use a multivalued context key as a policy variable."
    value = values[0] if values else default.strip().strip("'") if comma else None
    return value if value is None else value.replace("*", STAR).replace("?", QUESTION)
