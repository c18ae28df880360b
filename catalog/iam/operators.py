"""Condition operators: how one value of a key is compared with what a policy wants.

Source: IAM user guide, "IAM JSON policy elements: Condition operators". One row of `OPERATORS` is one operator; what is
not there is unknown and decides nothing.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from catalog.iam.matching import Match, compare, has_symbol, is_plain, matches, readable


class UnreadableValueError(ValueError):
    """A policy has a value that its operator cannot compare with, such as text where a number is needed."""


@dataclass(frozen=True, slots=True)
class Check:
    """A comparison with what a policy wants: in words, and for one value."""

    match: str
    other: str
    holds: Callable[[str], Match]
    inverse: bool = False
    """Whether the policy wants that it does not hold."""


Checks = Callable[[Sequence[str]], list[Check]]
"""From the wanted patterns to comparisons, of which one must hold."""


@dataclass(frozen=True, slots=True)
class Operator:
    """A comparison, and whether the operator asks that it does not hold."""

    checks: Checks
    inverse: bool = False
    negated: bool = False
    """An `inverse` that also holds for a key that is absent, such as StringNotEquals; not so NumericLessThanEquals."""


def _yes(held: bool) -> Match:
    return Match.YES if held else Match.NO


def _any(outcomes: Sequence[Match]) -> Match:
    for outcome in (Match.YES, Match.UNKNOWN, Match.SOME):
        if outcome in outcomes:
            return outcome
    return Match.NO


def listed(values: Sequence[str], item: str, several: str) -> str:
    """`is a`, or `is one of a, b`."""
    shown = [readable(value) for value in values]
    return f"{item} {shown[0]}" if len(shown) == 1 else f"{several} {', '.join(shown)}"


def strings(wanted: Sequence[str]) -> list[Check]:
    """Equal, character by character; the wanted values are patterns without wildcards."""
    return [
        Check(
            listed(wanted, "is", "is one of"),
            listed(wanted, "is not", "is none of"),
            lambda value: _any([compare(pattern, value) for pattern in wanted]),
        )
    ]


def strings_in_any_case(wanted: Sequence[str]) -> list[Check]:
    """Equal but for case."""

    def holds(value: str) -> Match:
        if any(map(has_symbol, [*wanted, value])):
            return _any([compare(pattern.lower(), value.lower()) for pattern in wanted])
        return _yes(any(matches(pattern, value, ignore_case=True) for pattern in wanted))

    return [
        Check(
            f"{listed(wanted, 'is', 'is one of')} in any case",
            f"{listed(wanted, 'is not', 'is none of')} in any case",
            holds,
        )
    ]


def patterns(wanted: Sequence[str]) -> list[Check]:
    """Like, with * and ?."""
    if all(is_plain(pattern) for pattern in wanted):
        return strings(wanted)
    return [
        Check(
            listed(wanted, "is like", "is like one of"),
            listed(wanted, "is not like", "is like none of"),
            lambda value: _any([compare(pattern, value) for pattern in wanted]),
        )
    ]


def arns(wanted: Sequence[str]) -> list[Check]:
    """Like, each of the six parts of an ARN for itself: a * does not reach over a colon but in the last part."""

    def one(pattern: str, value: str) -> Match:
        ours, theirs = pattern.split(":", 5), value.split(":", 5)
        if len(ours) != 6 or len(theirs) != 6:
            return compare(pattern, value) if has_symbol(pattern + value) else _yes(pattern == value)
        outcomes = [compare(part, text) for part, text in zip(ours, theirs, strict=True)]
        for outcome in (Match.NO, Match.UNKNOWN, Match.SOME):
            if outcome in outcomes:
                return outcome
        return Match.YES

    (check,) = patterns(wanted)
    return [Check(check.match, check.other, lambda value: _any([one(pattern, value) for pattern in wanted]))]


def _ordered(read: Callable[[str], Any], compared: Callable[[Any, Any], bool], match: str, other: str) -> Checks:
    """One check for each wanted value, in the order of what `read` makes of texts."""

    def checks(wanted: Sequence[str]) -> list[Check]:
        return [_against(value, read(value)) for value in wanted]

    def _against(shown: str, limit: Any) -> Check:
        def holds(value: str) -> Match:
            try:
                return _yes(compared(read(value), limit))
            except UnreadableValueError:
                return Match.NO  # a request that does not hold a number matches no comparison of numbers

        return Check(f"{match} {shown}", f"{other} {shown}", holds)

    return checks


def number(text: str) -> Decimal:
    """A number; raises `UnreadableValueError`."""
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise UnreadableValueError(f"{readable(text)!r} is not a number") from error
    if not value.is_finite():
        raise UnreadableValueError(f"{readable(text)!r} is not a finite number")
    return value


def moment(text: str) -> datetime:
    """A date of ISO 8601 or seconds since 1970; raises `UnreadableValueError`."""
    try:
        if text.isdecimal() and len(text) > 8:
            return datetime.fromtimestamp(int(text), UTC)
        value = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError) as error:
        raise UnreadableValueError(f"{readable(text)!r} is not a date") from error
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def truth(wanted: Sequence[str]) -> list[Check]:
    """True or false. The test is always for true, so that statements which want opposites are seen to do so."""
    values = {value.lower() for value in wanted}
    if not values <= {"true", "false"}:
        raise UnreadableValueError(f"{', '.join(sorted(map(readable, values)))} is not true or false")
    return [
        Check("is true", "is false", lambda value: _yes(value.lower() == "true"), inverse=value == "false")
        for value in sorted(values)
    ]


def addresses(wanted: Sequence[str]) -> list[Check]:
    """In one of the ranges."""
    ranges = [network(value) for value in wanted]

    def holds(value: str) -> Match:
        try:
            address = ipaddress.ip_address(value)
        except ValueError:
            return Match.NO
        return _yes(any(address in each for each in ranges))

    return [Check(listed(wanted, "is in", "is in one of"), listed(wanted, "is outside of", "is outside of"), holds)]


def network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """A range of addresses, or one; raises `UnreadableValueError`."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise UnreadableValueError(f"{readable(text)!r} is not a range of addresses") from error


def _pairs(name: str, checks: Checks, negative: str) -> dict[str, Operator]:
    return {name: Operator(checks), negative: Operator(checks, inverse=True, negated=True)}


def _comparisons(name: str, read: Callable[[str], Any], words: tuple[str, str, str, str]) -> dict[str, Operator]:
    less, at_least, more, at_most = words
    below = _ordered(read, lambda value, limit: value < limit, less, at_least)
    above = _ordered(read, lambda value, limit: value > limit, more, at_most)
    return {
        f"{name}LessThan": Operator(below),
        f"{name}GreaterThanEquals": Operator(below, inverse=True),
        f"{name}GreaterThan": Operator(above),
        f"{name}LessThanEquals": Operator(above, inverse=True),
        **_pairs(
            f"{name}Equals",
            _ordered(read, lambda value, limit: value == limit, "is", "is not"),
            f"{name}NotEquals",
        ),
    }


OPERATORS: dict[str, Operator] = {
    **_pairs("StringEquals", strings, "StringNotEquals"),
    **_pairs("StringEqualsIgnoreCase", strings_in_any_case, "StringNotEqualsIgnoreCase"),
    **_pairs("StringLike", patterns, "StringNotLike"),
    **_pairs("ArnEquals", arns, "ArnNotEquals"),
    **_pairs("ArnLike", arns, "ArnNotLike"),
    **_comparisons("Numeric", number, ("is less than", "is at least", "is more than", "is at most")),
    **_comparisons("Date", moment, ("is before", "is not before", "is after", "is not after")),
    **_pairs("IpAddress", addresses, "NotIpAddress"),
    "Bool": Operator(truth),
    "BinaryEquals": Operator(strings),
}

WITH_WILDCARDS = frozenset({"StringLike", "StringNotLike", "ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"})
"""In the others * and ? are characters like all others."""
