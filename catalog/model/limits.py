"""Limits of the Service Catalog API, checked when a value is made (API reference, service-2.json of botocore)."""

from __future__ import annotations

import json
import re
import unicodedata

from catalog.errors import ContentError

SHOWN = 100  # characters of a wrong value that an error repeats


def shown(value: str) -> str:
    """`value` in quotes, cut after 100 characters."""
    return repr(cut(value))


def cut(text: str) -> str:
    """`text`, cut after 100 characters."""
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def printable(text: str) -> str:
    """`text` with signs that are not shown, such as those that move a terminal's cursor, as escapes."""
    return text if text.isprintable() else "".join(one if one.isprintable() else repr(one)[1:-1] for one in text)


def shown_json(value: object) -> str:
    """A text as `shown` has it, anything else as JSON, cut alike."""
    return shown(value) if isinstance(value, str) else cut(json.dumps(value))


def check_length(what: str, value: str, minimum: int, maximum: int) -> None:
    """Raise `ContentError` unless `value` has `minimum` to `maximum` characters."""
    if not minimum <= len(value) <= maximum:
        raise ContentError(f"{what} must have {minimum} to {maximum} characters, got {len(value)}: {shown(value)}")


def check_pattern(what: str, value: str, pattern: re.Pattern[str], meaning: str) -> None:
    """Raise `ContentError` unless the whole of `value` matches `pattern`."""
    if not pattern.fullmatch(value):
        raise ContentError(f"{what} must be {meaning}, got {shown(value)}")


def check_tag_option(part: str, text: str, maximum: int) -> None:
    """Raise `ContentError` unless `text` can be a TagOption's key or value: letters, digits, spaces and _.:/=+-@ ."""
    check_length(part, text, 1, maximum)
    for letter in text:
        if letter not in "_.:/=+-@" and unicodedata.category(letter)[0] not in "LZN":
            raise ContentError(f"{part} may hold letters, digits, spaces and _.:/=+-@ only, got {shown(text)}")


def check_tags(what: str, tags: dict[str, str], maximum: int) -> None:
    """Raise `ContentError` on more than `maximum` tags, or a key or value that AWS would refuse."""
    if len(tags) > maximum:
        raise ContentError(f"{what} may have at most {maximum} tags, got {len(tags)}")
    for key, value in tags.items():
        check_length(f"{what}: tag key", key, 1, 128)
        check_length(f"{what}: value of tag {key!r}", value, 1, 256)
        if key.lower().startswith("aws:"):
            raise ContentError(f"{what}: tag key {key!r} starts with 'aws:', which AWS reserves")
