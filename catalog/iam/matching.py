"""Match patterns with * and ? against texts with unknown parts.

A symbol is a placeholder for an unknown text. It is part of ordinary text, between two characters that no policy
contains, and its name has no punctuation inside (a name such as /shared/bucket is written with other characters), so
that joining and splitting need no special care. There are three kinds: a value that only a created
resource or another stack has, the future name of a resource of this stack (which equals no existing name), and a policy
variable, whose value comes with the request.
"""

from __future__ import annotations

import fnmatch
import re
from enum import Enum
from functools import lru_cache
from itertools import pairwise

UNKNOWN, FRESH, VARIABLE, END = "\ue000", "\ue001", "\ue002", "\ue003"
STAR_IN_SEGMENT, ANY_IN_SEGMENT = "\ue004", "\ue005"
"""The * and ? that match no colon, in patterns of `in_segments`."""
_INSIDE = {code: chr(0xE100 + code) for code in range(0x20, 0x7F) if not chr(code).isalnum()}
"""Punctuation → how the name of a symbol has it, so that nobody splits a symbol or finds a wildcard in it."""
_OUTSIDE = {ord(written): chr(code) for code, written in _INSIDE.items()}
_WILDCARDS = frozenset({"*", "?", STAR_IN_SEGMENT, ANY_IN_SEGMENT})
_ANY_SYMBOL = re.compile(f"[{UNKNOWN}{FRESH}{VARIABLE}][^{END}]*{END}")
_OPEN_SYMBOL = re.compile(f"[{UNKNOWN}{VARIABLE}][^{END}]*{END}")
_TOKEN = re.compile(r"\[[^]]\]|.", re.DOTALL)
_SYMBOL_OR_TOKEN = re.compile(f"[{UNKNOWN}{FRESH}{VARIABLE}][^{END}]*{END}|{_TOKEN.pattern}", re.DOTALL)


class Match(Enum):
    """The result of matching a pattern against a text, or against all texts of another pattern."""

    YES = "all of it matches"
    NO = "nothing of it matches"
    SOME = "part of it matches: which, the request says"
    UNKNOWN = "depends on a symbol"


def symbol(name: str, *, fresh: bool = False) -> str:
    """The placeholder for the unknown value called `name`; `fresh` for a name that is generated later."""
    return f"{FRESH if fresh else UNKNOWN}{name.translate(_INSIDE)}{END}"


def variable(name: str) -> str:
    """The placeholder for the value of the policy variable `name` in a request."""
    return f"{VARIABLE}{name.translate(_INSIDE)}{END}"


def has_symbol(text: str) -> bool:
    """Whether part of `text` is unknown."""
    return END in text


def readable(text: str) -> str:
    """`text` for people: a symbol shows as ${name}, a pattern as IAM writes it."""
    text = text.replace(STAR_IN_SEGMENT, "*").replace(ANY_IN_SEGMENT, "?")
    text = re.sub(f"[{UNKNOWN}{FRESH}{VARIABLE}]", "${", text).replace(END, "}")
    return re.sub(r"\[([*?])\]", r"${\1}", text).replace("[[]", "[").translate(_OUTSIDE)


def literal(text: str) -> str:
    """`text` as a pattern that matches only this text."""
    return re.sub(r"[*?\[]", r"[\g<0>]", text)


def as_pattern(text: str) -> str:
    """An IAM pattern as a pattern for `fnmatch`, in which only * and ? are special."""
    return text.replace("[", "[[]")


def is_plain(pattern: str) -> bool:
    """Whether a pattern has no wildcard, and so matches one text only."""
    return _WILDCARDS.isdisjoint(_TOKEN.findall(pattern))


def in_segments(pattern: str, segments: int | None = None) -> str:
    """An ARN pattern whose * and ? stay within their segments, except a * at the end of one, which runs over colons.

    With `segments`, only in the first segments. Source: IAM user guide, "IAM JSON policy elements: Resource": "You can
    use wildcard characters (* and ?) within the individual segments of an ARN (the parts separated by colons)"; "If the
    * wildcard is the last character of a resource ARN segment, it can expand to match beyond the colon boundaries".
    """
    characters = _SYMBOL_OR_TOKEN.findall(pattern)
    parts: list[str] = []
    for character, following in pairwise([*characters, ":"]):
        if segments is not None and parts.count(":") >= segments:
            parts.append(character)
        elif character == "*" and following != ":":
            parts.append(STAR_IN_SEGMENT)
        else:
            parts.append(ANY_IN_SEGMENT if character == "?" else character)
    return "".join(parts)


def covers_arn(pattern: str, wanted: str) -> Match:
    """`covers` for the ARN pattern of a Resource element, whose wildcards stay within their segments.

    AWS does not say whether a colon in the last of the six parts, such as in the name of an S3 object, separates
    segments too: unknown if it matters.
    """
    everywhere, before_resource = covers(in_segments(pattern), wanted), covers(in_segments(pattern, 5), wanted)
    return everywhere if everywhere is before_resource else Match.UNKNOWN


@lru_cache(maxsize=4096)
def _compiled(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    # fnmatch's regular expression does not backtrack into a *: many stars stay fast.
    return re.compile(fnmatch.translate(pattern), re.IGNORECASE if ignore_case else 0)


@lru_cache(maxsize=65536)
def matches(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """Whether all of `text` matches `pattern`, an `as_pattern`: * is any text, ? is one character."""
    if not {STAR_IN_SEGMENT, ANY_IN_SEGMENT}.isdisjoint(pattern):
        return _overlap(pattern, literal(text))
    return _compiled(pattern, ignore_case).match(text) is not None


@lru_cache(maxsize=65536)
def compare(pattern: str, text: str) -> Match:
    """Whether `text` matches `pattern`; a * or ? in `text` is an ordinary character, and both may have symbols."""
    return covers(pattern, literal(text))


@lru_cache(maxsize=65536)
def covers(pattern: str, wanted: str) -> Match:
    """Whether `pattern` matches all texts that the pattern `wanted` matches."""
    plain = is_plain(wanted)
    text = "".join(token[1] if len(token) == 3 else token for token in _TOKEN.findall(wanted))
    if not has_symbol(pattern + wanted) and plain:
        return Match.YES if matches(pattern, text) else Match.NO
    # A symbol matches itself and a * of the pattern, but not a ?.
    if {"?", ANY_IN_SEGMENT}.isdisjoint(_TOKEN.findall(pattern)) and "[*]" not in pattern and matches(pattern, text):
        return Match.YES
    if not plain and _overlap(pattern, wanted):
        return Match.SOME
    if common := _common(pattern, wanted):
        return covers(pattern[common:], wanted[common:])
    if _names_another(pattern, wanted):
        return Match.NO
    # Nobody can have written a name that this stack generates, but a wildcard may match it.
    symbols = _OPEN_SYMBOL if is_plain(pattern) else _ANY_SYMBOL
    opened, other = symbols.sub("*", pattern), symbols.sub("*", wanted)
    if not _overlap(opened, other):
        return Match.NO
    unknown = any(mark in pattern + wanted for mark in (UNKNOWN, FRESH))
    return Match.UNKNOWN if unknown else Match.SOME


def _common(pattern: str, wanted: str) -> int:
    """The length of the common start up to the first symbol, if it has no wildcard: it matches for every value."""
    end = pattern.find(END) + 1
    head = pattern[:end]
    return end if wanted.startswith(head) and is_plain(head) else 0


def _names_another(pattern: str, wanted: str) -> bool:
    """Whether the pattern, before its first wildcard, has another text where this stack generates a name.

    Generated names contain neither : nor /, so a name in the pattern ends at the next : or /.
    """
    before, mark, _ = wanted.partition(FRESH)
    head = re.split(f"[{''.join(_WILDCARDS)}]", pattern, maxsplit=1)[0]
    if not mark or not head.startswith(before):
        return False
    name, is_whole, _ = head[len(before) :].replace(":", "/").partition("/")
    return name.startswith(FRESH) or bool(is_whole and name and not has_symbol(name))


def _overlap(left: str, right: str) -> bool:
    """Whether a text exists that matches both patterns: a search over pairs of positions, as patterns are short."""
    ours, theirs = [*_TOKEN.findall(left), ""], [*_TOKEN.findall(right), ""]
    reached = {(0, 0)}
    todo = [(0, 0)]
    while todo:
        i, j = todo.pop()
        for position in _next(ours[i], theirs[j], i, j):
            if position not in reached:
                reached.add(position)
                todo.append(position)
    return (len(ours) - 1, len(theirs) - 1) in reached


def _next(left: str, other: str, i: int, j: int) -> list[tuple[int, int]]:
    """The pairs of positions after one step; "" is the end of a pattern."""
    positions = []
    if left in ("*", STAR_IN_SEGMENT):
        consumes = left == "*" or other not in _BEYOND_SEGMENT
        positions += [(i + 1, j), *([(i, j + 1)] if other and consumes else [])]
    if other == "*":
        positions += [(i, j + 1), *([(i + 1, j)] if left else [])]
    if left and other and not {left, other} & {"*", STAR_IN_SEGMENT} and _same_character(left, other):
        positions.append((i + 1, j + 1))
    return positions


_BEYOND_SEGMENT = frozenset({":", "[*]", "[?]", UNKNOWN, VARIABLE})
"""A colon, and what may contain one: wildcards of the text, and values that are not known."""


def _same_character(left: str, other: str) -> bool:
    """Whether two tokens, of which none is a *, match a common character."""
    if left == ANY_IN_SEGMENT:
        return other not in _BEYOND_SEGMENT
    return left == other or "?" in (left, other)
