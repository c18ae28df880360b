"""Patterns with * and ? over texts, of which parts may not be known.

A symbol is a placeholder for an unknown text. It is part of ordinary text, between two characters that no policy
holds, so that joining and splitting need no care. There are three kinds: what only a created resource or another stack
can tell, what a resource of this stack will be called (it is like nothing else that exists), and a policy variable that
only the request can fill.
"""

from __future__ import annotations

import fnmatch
import re
from enum import Enum
from functools import lru_cache

UNKNOWN, FRESH, VARIABLE, END = "\ue000", "\ue001", "\ue002", "\ue003"
_ANY_SYMBOL = re.compile(f"[{UNKNOWN}{FRESH}{VARIABLE}][^{END}]*{END}")
_OPEN_SYMBOL = re.compile(f"[{UNKNOWN}{VARIABLE}][^{END}]*{END}")
_TOKEN = re.compile(r"\[[^]]\]|.", re.DOTALL)


class Match(Enum):
    """How a pattern and a text, or all texts of another pattern, go together."""

    YES = "all of it matches"
    NO = "nothing of it matches"
    SOME = "part of it matches: which, the request says"
    UNKNOWN = "depends on a symbol"


def symbol(name: str, *, fresh: bool = False) -> str:
    """The placeholder for the unknown value called `name`; `fresh` for a name that is generated later."""
    return f"{FRESH if fresh else UNKNOWN}{name}{END}"


def variable(name: str) -> str:
    """The placeholder for the value of the policy variable `name` in a request."""
    return f"{VARIABLE}{name}{END}"


def has_symbol(text: str) -> bool:
    """Whether part of `text` is not known."""
    return END in text


def readable(text: str) -> str:
    """`text` for people: a symbol shows as ${name}, a pattern as IAM writes it."""
    text = re.sub(f"[{UNKNOWN}{FRESH}{VARIABLE}]", "${", text).replace(END, "}")
    return re.sub(r"\[([*?])\]", r"${\1}", text).replace("[[]", "[")


def literal(text: str) -> str:
    """`text` as a pattern that matches nothing but itself."""
    return re.sub(r"[*?\[]", r"[\g<0>]", text)


def as_pattern(text: str) -> str:
    """IAM's pattern as one of `fnmatch`, in which only * and ? mean something."""
    return text.replace("[", "[[]")


def is_plain(pattern: str) -> bool:
    """Whether a pattern has no wildcard, and so matches one text only."""
    return not {"*", "?"} & set(_TOKEN.findall(pattern))


@lru_cache(maxsize=4096)
def _compiled(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    # fnmatch's regular expression does not go back over what a * has passed: linear stars, as many as there are.
    return re.compile(fnmatch.translate(pattern), re.IGNORECASE if ignore_case else 0)


@lru_cache(maxsize=65536)
def matches(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """Whether all of `text` matches `pattern`, an `as_pattern`: * is any text, ? is one character."""
    return _compiled(pattern, ignore_case).match(text) is not None


@lru_cache(maxsize=65536)
def compare(pattern: str, text: str) -> Match:
    """Whether `text`, in which no wildcard has a meaning, matches `pattern`; either may hold symbols."""
    return covers(pattern, literal(text))


@lru_cache(maxsize=65536)
def covers(pattern: str, wanted: str) -> Match:
    """Whether `pattern` matches all texts that the pattern `wanted` matches."""
    plain = is_plain(wanted)
    text = "".join(token[1] if len(token) == 3 else token for token in _TOKEN.findall(wanted))
    if not has_symbol(pattern + wanted) and plain:
        return Match.YES if matches(pattern, text) else Match.NO
    # A symbol of the pattern meets itself, and a * of the pattern matches it; a ? does not.
    if "?" not in _TOKEN.findall(pattern) and "[*]" not in pattern and matches(pattern, text):
        return Match.YES
    if not plain and _overlap(pattern, wanted):
        return Match.SOME
    if common := _common(pattern, wanted):
        return covers(pattern[common:], wanted[common:])
    if _names_another(pattern, wanted):
        return Match.NO
    # What this stack makes up has no name that somebody could have written down, but a wildcard may catch it.
    symbols = _OPEN_SYMBOL if is_plain(pattern) else _ANY_SYMBOL
    opened, other = symbols.sub("*", pattern), symbols.sub("*", wanted)
    if not _overlap(opened, other):
        return Match.NO
    unknown = any(mark in pattern + wanted for mark in (UNKNOWN, FRESH))
    return Match.UNKNOWN if unknown else Match.SOME


def _common(pattern: str, wanted: str) -> int:
    """How far both begin with the same text up to a symbol, and no wildcard: there they match, whatever it is."""
    end = pattern.find(END) + 1
    head = pattern[:end]
    return end if wanted.startswith(head) and is_plain(head) else 0


def _names_another(pattern: str, wanted: str) -> bool:
    """Whether a pattern has another text where this stack generates a name, before its first wildcard.

    Such names hold neither : nor /, so that a name in the pattern ends at the next of them.
    """
    before, mark, _ = wanted.partition(FRESH)
    head = re.split(r"[*?]", pattern, maxsplit=1)[0]
    if not mark or not head.startswith(before):
        return False
    name, is_whole, _ = head[len(before) :].replace(":", "/").partition("/")
    return name.startswith(FRESH) or bool(is_whole and name and not has_symbol(name))


def _overlap(left: str, right: str) -> bool:
    """Whether one text matches both patterns: a walk over pairs of positions, for patterns are short."""
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
    """The places that one step leads to; "" is the end of a pattern."""
    places = []
    if left == "*":
        places += [(i + 1, j), *([(i, j + 1)] if other else [])]
    if other == "*":
        places += [(i, j + 1), *([(i + 1, j)] if left else [])]
    if left and other and "*" not in (left, other) and (left == other or "?" in (left, other)):
        places.append((i + 1, j + 1))
    return places
