"""The parts of two values that differ, short enough for a line of a report. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

WIDTH = 100
"""Limit on the characters of a value on a line; JSON has all of them."""
BEFORE = 20
"""Number of equal characters that are shown before the first difference."""
MOST_PARTS = 5
"""Limit on the parts of one value; the report gives the number of the others."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part that differs, as text on one line: its path inside the value, and both sides."""

    where: str
    old: str
    new: str


def excerpts(old: Any, new: Any) -> list[Excerpt]:
    """The whole values if both fit on a line; else each part that differs, up to `MOST_PARTS`."""
    if all(len(one_line(side)) <= WIDTH for side in (old, new)):
        return [Excerpt("", *distinct(old, new))]
    parts = list(differing(old, new, "")) or [("", old, new)]
    shown = [Excerpt(where, *distinct(was, now)) for where, was, now in parts[:MOST_PARTS]]
    if len(parts) > MOST_PARTS:
        more = f"and {len(parts) - MOST_PARTS} more parts"
        shown.append(Excerpt("", more, more))
    return shown


class Absent:
    """In place of a part that one side does not have."""


def differing(old: Any, new: Any, where: str) -> Iterator[tuple[str, Any, Any]]:
    """(path, old, new) of the smallest parts that differ; of lists of different lengths, what is between equal ends."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in [*new, *(name for name in old if name not in new)]:
            was, now = old.get(name, Absent), new.get(name, Absent)
            if was != now:
                yield from differing(was, now, f"{where}/{name}" if where else str(name))
    elif isinstance(old, list) and isinstance(new, list):
        start = equal_members(old, new)
        end = equal_members(old[start:][::-1], new[start:][::-1])
        olds, news = old[start : len(old) - end], new[start : len(new) - end]
        if len(olds) == len(news):
            for index, (was, now) in enumerate(zip(olds, news, strict=True), start):
                if was != now:
                    yield from differing(was, now, f"{where}/{index}" if where else str(index))
        else:
            yield where, olds or Absent, news or Absent
    else:
        yield where, old, new


def equal_members(left: list[Any], right: list[Any]) -> int:
    """The number of equal members at the start of both lists."""
    number = 0
    while number < min(len(left), len(right)) and left[number] == right[number]:
        number += 1
    return number


def distinct(old: Any, new: Any) -> tuple[str, str]:
    """Both sides on a line, so that a reader sees the difference, also one of spaces or of the type."""
    sides = [one_line(side) for side in (old, new)]
    if sides[0] == sides[1]:
        sides = ["nothing" if side is Absent else json.dumps(side, ensure_ascii=False) for side in (old, new)]
    equal = 0
    while equal < min(map(len, sides)) and sides[0][equal] == sides[1][equal]:
        equal += 1
    was, now = (window(side, equal) for side in sides)
    return was, now


def window(text: str, first: int) -> str:
    """The text, cut at both ends around the first difference if it is longer than `WIDTH`."""
    if len(text) <= WIDTH:
        return text
    start = max(0, first - BEFORE) if first > WIDTH - BEFORE else 0
    body = text[start:]
    head = "…" if start else ""
    return head + (body if len(head + body) <= WIDTH else f"{body[: WIDTH - len(head) - 1]}…")


def one_line(value: Any) -> str:
    """A value on one line."""
    if value is Absent:
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return " ".join(text.split())
