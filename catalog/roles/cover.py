"""Which IAM patterns cover others: `arn:aws:s3:::*` covers `arn:aws:s3:::a-*`."""

from __future__ import annotations

import functools
import re


@functools.cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern as a regular expression that matches other patterns. `?` matches one character, but never a `*`."""
    parts = (".*" if char == "*" else "[^*]" if char == "?" else re.escape(char) for char in pattern)
    return re.compile("".join(parts), re.DOTALL)


def covers(wide: str, narrow: str) -> bool:
    """Whether `wide` matches every text that `narrow` matches. False if one match cannot decide."""
    return compiled(wide).fullmatch(narrow) is not None


def covers_action(wide: str, narrow: str) -> bool:
    """Whether `wide` covers `narrow`, for IAM actions: case does not matter."""
    return covers(wide.lower(), narrow.lower())
