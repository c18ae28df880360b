"""Sets of texts as regular expressions with intersection and complement, and the shortest text in one.

Whether pattern B admits all that pattern A does is the question whether "A and not B" is empty. Derivatives answer it
without ever building an automaton for A or B alone (J. Brzozowski, "Derivatives of regular expressions", 1964;
S. Owens, J. Reppy, A. Turon, "Regular-expression derivatives re-examined", 2009): the derivative of a set by a
character holds what may follow that character. `and` and `not` are as easy as `or`, so a lookahead is no special case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Self, cast
from weakref import WeakValueDictionary

Ranges = tuple[tuple[int, int], ...]
LAST = 0x10FFFF
MOST_STATES = 6_000
"""Limit on the derivatives that are explored; beyond it the question stays undecided."""
MOST_WORK = 1_500_000
"""Limit on the parts of all derivatives together: a second or two."""
MADE: WeakValueDictionary[tuple[object, ...], Language] = WeakValueDictionary()


class UndecidedError(Exception):
    """The question is undecided: the pattern uses unsupported syntax, or the search grew too large."""


class Language:
    """A set of texts; the same value is the same set (the reverse need not hold).

    What was made before is not made again, so that comparing is comparing identities, however large a set is.
    """

    __slots__ = ("__weakref__",)

    def __new__(cls, *fields: object) -> Self:
        """The value with these fields."""
        key = (cls, *fields)
        language = MADE.get(key)
        if language is None:
            language = MADE[key] = super().__new__(cls)
        return cast("Self", language)


@dataclass(frozen=True, slots=True, eq=False)
class Chars(Language):
    """Texts of one character; without ranges the empty set."""

    ranges: Ranges


@dataclass(frozen=True, slots=True, eq=False)
class Empty(Language):
    """The empty text alone."""


@dataclass(frozen=True, slots=True, eq=False)
class Concat(Language):
    """A text of `left`, then one of `right`."""

    left: Language
    right: Language


@dataclass(frozen=True, slots=True, eq=False)
class Repeat(Language):
    """`least` to `most` texts of `inner`; any number from `least` on when `most` is None."""

    inner: Language
    least: int
    most: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Any(Language):
    """Texts of at least one of `members`."""

    members: frozenset[Language]


@dataclass(frozen=True, slots=True, eq=False)
class All(Language):
    """Texts of each of `members`."""

    members: frozenset[Language]


@dataclass(frozen=True, slots=True, eq=False)
class Not(Language):
    """All texts but those of `inner`."""

    inner: Language


NOTHING = Chars(())
EMPTY = Empty()
CHARACTER = Chars(((0, LAST),))
EVERYTHING = Repeat(CHARACTER, 0, None)


def concat(left: Language, right: Language) -> Language:
    """`Concat` in its simplest form."""
    if NOTHING in (left, right):
        return NOTHING
    if left == EMPTY:
        return right
    if right == EMPTY:
        return left
    if isinstance(left, Concat):
        return Concat(left.left, concat(left.right, right))
    return Concat(left, right)


def repeat(inner: Language, least: int, most: int | None) -> Language:
    """`Repeat` in its simplest form."""
    if most == 0 or inner == EMPTY:
        return EMPTY
    if inner == NOTHING:
        return EMPTY if least == 0 else NOTHING
    if (least, most) == (1, 1):
        return inner
    return Repeat(inner, least, most)


def either(*languages: Language) -> Language:
    """`Any` in its simplest form: flat, without repeats, sets of characters joined."""
    members: set[Language] = set()
    for language in languages:
        members |= language.members if isinstance(language, Any) else {language}
    ranges = tuple(part for member in members if isinstance(member, Chars) for part in member.ranges)
    members = {member for member in members if not isinstance(member, Chars)}
    if ranges:
        members.add(Chars(joined(ranges)))
    if EVERYTHING in members:
        return EVERYTHING
    return members.pop() if len(members) == 1 else Any(frozenset(members)) if members else NOTHING


def both(*languages: Language) -> Language:
    """`All` in its simplest form."""
    members: set[Language] = set()
    for language in languages:
        members |= language.members if isinstance(language, All) else {language}
    members.discard(EVERYTHING)
    if NOTHING in members or any(complement(member) in members for member in members):
        return NOTHING
    return members.pop() if len(members) == 1 else All(frozenset(members)) if members else EVERYTHING


def complement(language: Language) -> Language:
    """`Not` in its simplest form."""
    if isinstance(language, Not):
        return language.inner
    if language == EVERYTHING:
        return NOTHING
    return EVERYTHING if language == NOTHING else Not(language)


def joined(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Ranges in order, those that touch made one."""
    result: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if result and low <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(high, result[-1][1]))
        else:
            result.append((low, high))
    return tuple(result)


def other_than(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """All characters outside `ranges`."""
    result, low = [], 0
    for start, end in joined(ranges):
        if start > low:
            result.append((low, start - 1))
        low = end + 1
    return (*result, (low, LAST)) if low <= LAST else tuple(result)


@lru_cache(maxsize=50_000)
def has_empty(language: Language) -> bool:
    """Whether the empty text is in the set."""
    match language:
        case Empty():
            return True
        case Concat(left, right):
            return has_empty(left) and has_empty(right)
        case Repeat(inner, least, _):
            return least == 0 or has_empty(inner)
        case Any(members):
            return any(map(has_empty, members))
        case All(members):
            return all(map(has_empty, members))
        case Not(inner):
            return not has_empty(inner)
    return False


@lru_cache(maxsize=100_000)
def derivative(language: Language, character: int) -> Language:
    """What may follow `character`: the rests of all texts that start with it."""
    match language:
        case Chars(ranges):
            return EMPTY if any(low <= character <= high for low, high in ranges) else NOTHING
        case Concat(left, right):
            first = concat(derivative(left, character), right)
            return either(first, derivative(right, character)) if has_empty(left) else first
        case Repeat(inner, least, most):
            rest = repeat(inner, max(least - 1, 0), None if most is None else most - 1)
            return concat(derivative(inner, character), rest)
        case Any(members):
            return either(*(derivative(member, character) for member in members))
        case All(members):
            return both(*(derivative(member, character) for member in members))
        case Not(inner):
            return complement(derivative(inner, character))
    return NOTHING


def shortest(language: Language, longest: int | None = None) -> str | None:
    """A shortest text of the set, the most readable one first; None when it has none of up to `longest` characters.

    Raises `UndecidedError` when that takes more than `MOST_STATES` derivatives, or `MOST_WORK` parts of them.
    """
    alphabet = representatives(language)
    seen = {language}
    work = 0
    frontier: list[tuple[Language, str]] = [(language, "")]
    while frontier:
        following: list[tuple[Language, str]] = []
        for state, text in frontier:
            if has_empty(state):
                return text
            if longest is not None and len(text) >= longest:
                continue
            work += size(state) * len(alphabet)
            if len(seen) > MOST_STATES or work > MOST_WORK:
                raise UndecidedError(f"more than {MOST_STATES} derivatives, or {MOST_WORK} parts of them")
            for character in alphabet:
                after = derivative(state, character)
                if after != NOTHING and after not in seen:
                    seen.add(after)
                    following.append((after, text + chr(character)))
        frontier = following
    return None


@lru_cache(maxsize=100_000)
def size(language: Language) -> int:
    """Of how many parts a set is made."""
    match language:
        case Concat(left, right):
            return 1 + size(left) + size(right)
        case Repeat(inner, _, _) | Not(inner):
            return 1 + size(inner)
        case Any(members) | All(members):
            return 1 + sum(map(size, members))
    return 1


def representatives(language: Language) -> list[int]:
    """One character for each class of characters that `language` treats alike, readable ones first."""
    borders = {0}
    for ranges in all_ranges(language):
        for low, high in ranges:
            borders |= {low, high + 1}
    starts = sorted(border for border in borders if border <= LAST)
    chosen = [
        most_readable(low, high) for low, high in zip(starts, [*(start - 1 for start in starts[1:]), LAST], strict=True)
    ]
    return sorted(chosen, key=readability)


def all_ranges(language: Language) -> Iterator[Ranges]:
    """The ranges of every `Chars` inside."""
    match language:
        case Chars(ranges):
            yield ranges
        case Concat(left, right):
            yield from all_ranges(left)
            yield from all_ranges(right)
        case Repeat(inner, _, _) | Not(inner):
            yield from all_ranges(inner)
        case Any(members) | All(members):
            for member in members:
                yield from all_ranges(member)


PREFERRED: tuple[int, ...] = (*(ord(character) for character in "aA0-_./:+=@ "), *range(33, 127))


def most_readable(low: int, high: int) -> int:
    """The character of a range that people read best; no half of a character of UTF-16 where there is another."""
    for character in PREFERRED:
        if low <= character <= high:
            return character
    return 0xE000 if 0xD800 <= low <= 0xDFFF < high else low


def readability(character: int) -> tuple[int, int]:
    """Sorts letters and digits before signs, and those before what may not be printable."""
    if chr(character).isascii() and chr(character).isalnum():
        return 0, character
    return (1 if 32 < character < 127 else 2), character
