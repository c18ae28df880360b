"""Which patterns of IAM cover which: `arn:aws:s3:::*` covers `arn:aws:s3:::a-*`."""

from __future__ import annotations

import functools
import re


@functools.cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern as a regular expression over other patterns: `?` stands for one character, and never for a `*`."""
    parts = (".*" if char == "*" else "[^*]" if char == "?" else re.escape(char) for char in pattern)
    return re.compile("".join(parts), re.DOTALL)


def covers(wide: str, narrow: str) -> bool:
    """Whether all that `narrow` matches is matched by `wide`. Where that takes more than reading, the answer is no."""
    return compiled(wide).fullmatch(narrow) is not None


def covers_action(wide: str, narrow: str) -> bool:
    """The same for actions, whose names have no case."""
    return covers(wide.lower(), narrow.lower())
