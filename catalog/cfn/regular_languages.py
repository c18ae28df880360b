"""Regular languages: sets of texts with union, intersection and complement, and the shortest text of a set.

Pattern B accepts everything that pattern A accepts if "A and not B" is empty. Derivatives decide that without an
automaton for A or B (J. Brzozowski, "Derivatives of regular expressions", 1964; S. Owens, J. Reppy, A. Turon,
"Regular-expression derivatives re-examined", 2009): the derivative of a set by a character has the rests of all texts
that start with the character. Intersection and complement are as easy as union, so a lookahead is no special case.
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
INTERNED: WeakValueDictionary[tuple[object, ...], Language] = WeakValueDictionary()
"""(class, fields) → the one object with these fields."""


class UndecidedError(Exception):
    """The question is undecided: the pattern uses unsupported syntax, or the search grew too large."""


class Language:
    """A set of texts. Equal objects are equal sets; different objects may be equal sets too.

    There is only one object for the same class and fields. So objects are compared by identity, which is fast for sets
    of any size.
    """

    __slots__ = ("__weakref__",)

    def __new__(cls, *fields: object) -> Self:
        """The value with these fields."""
        key = (cls, *fields)
        language = INTERNED.get(key)
        if language is None:
            language = INTERNED[key] = super().__new__(cls)
        return cast("Self", language)


@dataclass(frozen=True, slots=True, eq=False)
class Chars(Language):
    """The texts of one character in these ranges; the empty set without ranges."""

    ranges: Ranges


@dataclass(frozen=True, slots=True, eq=False)
class Empty(Language):
    """The set with only the empty text."""


@dataclass(frozen=True, slots=True, eq=False)
class Concat(Language):
    """The texts of `left` followed by a text of `right`."""

    left: Language
    right: Language


@dataclass(frozen=True, slots=True, eq=False)
class Repeat(Language):
    """Sequences of `least` to `most` texts of `inner`; `most` None: without limit."""

    inner: Language
    least: int
    most: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Union(Language):
    """The texts of at least one of `members`."""

    members: frozenset[Language]


@dataclass(frozen=True, slots=True, eq=False)
class Intersection(Language):
    """The texts that are in all `members`."""

    members: frozenset[Language]


@dataclass(frozen=True, slots=True, eq=False)
class Complement(Language):
    """The texts that are not in `inner`."""

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
    """`Union` in its simplest form: flat, without repeats, with sets of characters merged."""
    members: set[Language] = set()
    for language in languages:
        members |= language.members if isinstance(language, Union) else {language}
    ranges = tuple(part for member in members if isinstance(member, Chars) for part in member.ranges)
    members = {member for member in members if not isinstance(member, Chars)}
    if ranges:
        members.add(Chars(joined(ranges)))
    if EVERYTHING in members:
        return EVERYTHING
    return members.pop() if len(members) == 1 else Union(frozenset(members)) if members else NOTHING


def both(*languages: Language) -> Language:
    """`Intersection` in its simplest form."""
    members: set[Language] = set()
    for language in languages:
        members |= language.members if isinstance(language, Intersection) else {language}
    members.discard(EVERYTHING)
    if NOTHING in members or any(complement(member) in members for member in members):
        return NOTHING
    return members.pop() if len(members) == 1 else Intersection(frozenset(members)) if members else EVERYTHING


def complement(language: Language) -> Language:
    """`Complement` in its simplest form."""
    if isinstance(language, Complement):
        return language.inner
    if language == EVERYTHING:
        return NOTHING
    return EVERYTHING if language == NOTHING else Complement(language)


def joined(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """The ranges in order, with adjacent and overlapping ones merged."""
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
        case Union(members):
            return any(map(has_empty, members))
        case Intersection(members):
            return all(map(has_empty, members))
        case Complement(inner):
            return not has_empty(inner)
    return False


@lru_cache(maxsize=100_000)
def derivative(language: Language, character: int) -> Language:
    """The rests of all texts that start with `character`."""
    match language:
        case Chars(ranges):
            return EMPTY if any(low <= character <= high for low, high in ranges) else NOTHING
        case Concat(left, right):
            first = concat(derivative(left, character), right)
            return either(first, derivative(right, character)) if has_empty(left) else first
        case Repeat(inner, least, most):
            rest = repeat(inner, max(least - 1, 0), None if most is None else most - 1)
            return concat(derivative(inner, character), rest)
        case Union(members):
            return either(*(derivative(member, character) for member in members))
        case Intersection(members):
            return both(*(derivative(member, character) for member in members))
        case Complement(inner):
            return complement(derivative(inner, character))
    return NOTHING


def shortest(language: Language, longest: int | None = None) -> str | None:
    """A shortest text of the set, preferably a readable one; None if it has no text of up to `longest` characters.

    Raises `UndecidedError` after `MOST_STATES` derivatives, or `MOST_WORK` parts of them.
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
    """The number of parts of a set's expression."""
    match language:
        case Concat(left, right):
            return 1 + size(left) + size(right)
        case Repeat(inner, _, _) | Complement(inner):
            return 1 + size(inner)
        case Union(members) | Intersection(members):
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
    """The ranges of every `Chars` in the set's expression."""
    match language:
        case Chars(ranges):
            yield ranges
        case Concat(left, right):
            yield from all_ranges(left)
            yield from all_ranges(right)
        case Repeat(inner, _, _) | Complement(inner):
            yield from all_ranges(inner)
        case Union(members) | Intersection(members):
            for member in members:
                yield from all_ranges(member)


PREFERRED: tuple[int, ...] = (*(ord(character) for character in "aA0-_./:+=@ "), *range(33, 127))


def most_readable(low: int, high: int) -> int:
    """The most readable character of a range; a UTF-16 surrogate only if the range has no other character."""
    for character in PREFERRED:
        if low <= character <= high:
            return character
    return 0xE000 if 0xD800 <= low <= 0xDFFF < high else low


def readability(character: int) -> tuple[int, int]:
    """A sort key: letters and digits come before other printable ASCII characters, and these before all others."""
    if chr(character).isascii() and chr(character).isalnum():
        return 0, character
    return (1 if 32 < character < 127 else 2), character
