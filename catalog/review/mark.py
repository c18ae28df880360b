"""What a change does to a part of a product: the same four words in every form of a review."""

from __future__ import annotations

from enum import StrEnum


class PartMark(StrEnum):
    """Whether a part was added, changed or removed."""

    SAME = ""
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


def mark_of(before: object | None, after: object | None) -> PartMark:
    """The mark of a part that has these values before and after; None where it does not exist."""
    if before is None:
        return PartMark.ADDED
    if after is None:
        return PartMark.REMOVED
    return PartMark.SAME if before == after else PartMark.CHANGED
