"""Match the patterns with * and ? of IAM and Service Catalog, in time bounded by both lengths.

Patterns come from requests and are matched while locks are held, so the matcher never backtracks: the bits of one
number are the positions in the pattern that the text read so far can have reached, and each character advances them
all.
"""

from __future__ import annotations

from collections import defaultdict


def matches(pattern: str, text: str, *, optional: bool = False) -> bool:
    """Whether `text` matches `pattern`: * matches any text, ? one character, or with `optional` one or none."""
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
    """Add the positions that follow when wildcards match nothing: the carry of the addition runs through each row."""
    return at | (((at & skipped) + skipped) ^ skipped)
