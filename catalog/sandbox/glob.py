"""Patterns with * and ?, as IAM and Service Catalog use them, in time that grows with pattern and text alone.

Patterns come from requests and are matched while locks are held, so nothing here goes back: all positions of the
pattern that the text read so far may stand at are bits of one number, which each character moves on.
"""

from __future__ import annotations

from collections import defaultdict


def matches(pattern: str, text: str, *, optional: bool = False) -> bool:
    """Whether all of `text` matches `pattern`: * is any text, ? one character, or with `optional` one or none."""
    stars = singles = 0
    letters: defaultdict[str, int] = defaultdict(int)
    for index, char in enumerate(pattern):
        if char == "*":
            stars |= 1 << index
        elif char == "?":
            singles |= 1 << index
        else:
            letters[char] |= 1 << index
    skipped = stars | singles if optional else stars
    at = _skip(1, skipped)
    for char in text:
        passed = (at & (letters.get(char, 0) | singles)) << 1
        at = _skip(passed | (at & stars), skipped)
        if not at:
            return False
    return bool(at >> len(pattern))


def _skip(at: int, skipped: int) -> int:
    """The positions reached from `at` over those that may stand for nothing: a carry runs through each row of them."""
    return at | (((at & skipped) + skipped) ^ skipped)
