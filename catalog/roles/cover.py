"""Which IAM patterns cover others: `arn:aws:s3:::*` covers `arn:aws:s3:::a-*`."""

from __future__ import annotations

import functools
import re

PLACEHOLDER = re.compile(r"\$\{AWS::(\w+)\}")
SEGMENTS = 6
"""Of an ARN: arn, partition, service, Region, account, resource. A `*` of a policy stays within its segment, except in
the last one, whose resource can have colons (IAM user guide, "IAM JSON policy elements: Resource")."""


@functools.cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern as a regular expression that matches other patterns. `?` matches one character, but never a `*`."""
    parts = (".*" if char == "*" else "[^*]" if char == "?" else re.escape(char) for char in pattern)
    return re.compile("".join(parts), re.DOTALL)


@functools.cache
def segments(pattern: str) -> tuple[str, ...]:
    """The segments of an ARN, whose placeholders have colons too; the whole text of another pattern."""
    parts = PLACEHOLDER.sub(r"${\1}", pattern).split(":", SEGMENTS - 1)
    return tuple(parts) if parts[0] == "arn" else (pattern,)


def covers(wide: str, narrow: str) -> bool:
    """Whether `wide` matches every text that `narrow` matches. False if one match cannot decide.

    A pattern of fewer segments, such as `arn:aws:sqs:*`, covers the rest with a `*` at its end.
    """
    of_wide, of_narrow = segments(wide), segments(narrow)
    if len(of_wide) < len(of_narrow) and wide.endswith("*"):
        last = len(of_wide) - 1
        of_narrow = (*of_narrow[:last], ":".join(of_narrow[last:]))
    return len(of_wide) == len(of_narrow) and all(
        compiled(part).fullmatch(other) for part, other in zip(of_wide, of_narrow, strict=True)
    )


def covers_action(wide: str, narrow: str) -> bool:
    """The same for IAM actions, whose names are case-insensitive."""
    return covers(wide.lower(), narrow.lower())
