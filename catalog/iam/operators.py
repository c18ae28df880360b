"""The condition operators: how a value of a key is compared with the values in a policy.

Source: IAM user guide, "IAM JSON policy elements: Condition operators". Each row of `OPERATORS` is one operator; other
operators make an answer unknown.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from catalog.iam.matching import Match, compare, has_symbol, is_plain, matches, readable


class UnreadableValueError(ValueError):
    """The policy has a value that its operator cannot compare, such as text in place of a number."""


@dataclass(frozen=True, slots=True)
class Check:
    """A comparison with values of a policy, as words and as a function."""

    match: str
    """The words if it holds: `is a`."""
    other: str
    """The words if it does not hold: `is not a`."""
    holds: Callable[[str], Match]
    inverse: bool = False
    """Whether the policy requires that it does not hold."""
    comparable: Callable[[str], bool] = lambda value: True
    """Whether a value of the request can be compared at all. One that cannot matches nothing, in either direction."""


Checks = Callable[[Sequence[str]], list[Check]]
"""A function from the values in a policy to comparisons, of which one must hold."""


@dataclass(frozen=True, slots=True)
class Operator:
    """A condition operator."""

    checks: Checks
    inverse: bool = False
    """Whether the operator requires that the comparison does not hold."""
    negated: bool = False
    """Whether it also holds for an absent key: StringNotEquals does, NumericLessThanEquals (an `inverse`) does not."""


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
    """Equality, character by character; the wanted values are patterns without wildcards."""
    return [
        Check(
            listed(wanted, "is", "is one of"),
            listed(wanted, "is not", "is none of"),
            lambda value: _any([compare(pattern, value) for pattern in wanted]),
        )
    ]


def strings_in_any_case(wanted: Sequence[str]) -> list[Check]:
    """Equality that ignores case."""

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
    """Match with * and ?."""
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
    """Match of ARNs, part by part: a * matches no colon, except in the last of the six parts."""

    def match_arn(pattern: str, value: str) -> Match:
        ours, theirs = pattern.split(":", 5), value.split(":", 5)
        if len(ours) != 6 or len(theirs) != 6:
            return compare(pattern, value) if has_symbol(pattern + value) else Match.NO  # an ARN has six parts
        outcomes = [compare(part, text) for part, text in zip(ours, theirs, strict=True)]
        for outcome in (Match.NO, Match.UNKNOWN, Match.SOME):
            if outcome in outcomes:
                return outcome
        return Match.YES

    (check,) = patterns(wanted)
    return [Check(check.match, check.other, lambda value: _any([match_arn(pattern, value) for pattern in wanted]))]


def _ordered(read: Callable[[str], Any], compared: Callable[[Any, Any], bool], match: str, other: str) -> Checks:
    """One check for each wanted value, comparing the values that `read` returns for texts."""

    def checks(wanted: Sequence[str]) -> list[Check]:
        return [_against(value, read(value)) for value in wanted]

    def _against(shown: str, limit: Any) -> Check:
        def holds(value: str) -> Match:
            try:
                return _yes(compared(read(value), limit))
            except UnreadableValueError:
                return Match.NO

        return Check(f"{match} {shown}", f"{other} {shown}", holds, comparable=comparable)

    def comparable(value: str) -> bool:
        try:
            read(value)
        except UnreadableValueError:
            return False
        return True

    return checks


NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
"""Narrower than Python: no NaN, underscores, spaces and digits of other scripts."""


def number(text: str) -> Decimal:
    """The text as a number. Raises `UnreadableValueError`."""
    if not NUMBER.fullmatch(text):
        raise UnreadableValueError(f"{readable(text)!r} is not a number")
    return Decimal(text)


SECONDS = re.compile(r"(?![0-9]{4}$)[0-9]+")
DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}(-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?)?"
)
"""The formats of the W3C (NOTE-datetime) but the year alone; without a time zone, it is UTC."""
MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


def moment(text: str) -> Decimal:
    """The text, an ISO 8601 date or seconds since 1970, as seconds since 1970. Raises `UnreadableValueError`.

    Four digits can be a year or seconds: "You must specify date/time values with one of the W3C implementations of the
    ISO 8601 date formats or in epoch (UNIX) time". The W3C's formats include a year alone, and a month.
    """
    if SECONDS.fullmatch(text):
        return Decimal(text)
    if not DATE.fullmatch(text):
        raise UnreadableValueError(f"{readable(text)!r} is not a date")
    try:
        value = datetime.fromisoformat(f"{text}-01" if MONTH.fullmatch(text) else text)
    except ValueError as error:
        raise UnreadableValueError(f"{readable(text)!r} is not a date") from error
    since = (value if value.tzinfo else value.replace(tzinfo=UTC)) - datetime(1970, 1, 1, tzinfo=UTC)
    return Decimal(since // timedelta(microseconds=1)) / 1_000_000


def truth(wanted: Sequence[str]) -> list[Check]:
    """True or false. The check is always for true, so that opposite statements test the same."""
    values = {value.lower() for value in wanted}
    if not values <= {"true", "false"}:
        raise UnreadableValueError(f"{', '.join(sorted(map(readable, values)))} is not true or false")
    return [
        Check(
            "is true",
            "is false",
            lambda value: _yes(value.lower() == "true"),
            inverse=value == "false",
            comparable=lambda value: value.lower() in ("true", "false"),
        )
        for value in sorted(values)
    ]


def addresses(wanted: Sequence[str]) -> list[Check]:
    """Membership in one of the ranges of IP addresses."""
    ranges = [network(value) for value in wanted]

    def holds(value: str) -> Match:
        try:
            address = ipaddress.ip_address(value)
        except ValueError:
            return Match.NO
        return _yes(any(address in ip_range for ip_range in ranges))

    return [Check(listed(wanted, "is in", "is in one of"), listed(wanted, "is outside of", "is outside of"), holds)]


def network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """The text, a range of IP addresses or a single one, as a network. Raises `UnreadableValueError`."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise UnreadableValueError(f"{readable(text)!r} is not a range of IP addresses") from error


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
"""In all other operators, * and ? are ordinary characters."""

WITH_VARIABLES = WITH_WILDCARDS | {
    *("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "Bool")
}
"""In all other operators, ${…} is ordinary text: IAM user guide, "Variables and tags", "Where you can use policy
variables"; the pages on the numeric and the date operators say that they take none."""
