"""Checks of the limits of the Service Catalog API (API reference, service-2.json of botocore), and text for errors."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Mapping

from catalog.errors import ContentError

SHOWN = 100
"""Number of characters of a wrong value that an error shows."""
LISTED = 20
"""Number of names that an error lists."""
DIGEST = re.compile(r"(sha256:[0-9a-f]{12})[0-9a-f]{52}")


def shown(value: str) -> str:
    """`value` in quotes, cut after 100 characters."""
    return repr(cut(value))


def cut(text: str) -> str:
    """`text`, cut after 100 characters."""
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def listed(names: Collection[str], wanted: str = "") -> str:
    """The names, for an error; of more than 20 those that are like `wanted`, else the first ones."""
    if len(names) <= LISTED:
        return ", ".join(names) or "none"
    from difflib import get_close_matches

    some = get_close_matches(cut(wanted), names, LISTED) or list(names)[:LISTED]
    return f"{', '.join(some)} and {len(names) - len(some):,} more"


def printable(text: str) -> str:
    """`text` with its unprintable characters escaped, such as those that move the cursor of a terminal."""
    return text if text.isprintable() else "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def short_digests(text: str) -> str:
    """`text` with the SHA-256 digests cut to 12 of their 64 digits, which are enough to tell versions apart."""
    return DIGEST.sub(r"\1…", text)


def shown_json(value: object) -> str:
    """A text in quotes or any other value as JSON, cut after 100 characters."""
    return shown(value) if isinstance(value, str) else cut(json.dumps(value))


def shown_value(value: object) -> str:
    """Any value of a product file as Python writes it, cut after 100 characters; its type if that fails."""
    try:
        return cut(repr(value))
    except BaseException:  # noqa: BLE001  # a huge number cannot be written, and an author's __repr__ can raise anything
        return f"a value of type {type(value).__name__}"


def check_length(label: str, value: str, minimum: int, maximum: int) -> None:
    """Raise `ContentError` unless `value` has `minimum` to `maximum` characters."""
    if not minimum <= len(value) <= maximum:
        raise ContentError(f"{label} must have {minimum} to {maximum} characters, got {len(value)}: {shown(value)}")


def check_characters(label: str, value: str, *, lines: bool = True) -> None:
    """Raise `ContentError` on a control character, or half a surrogate pair, which no UTF-8 can hold.

    A text of several lines may have line ends and tabs.
    """
    for char in value:
        if unicodedata.category(char) in ("Cc", "Cs") and not (lines and char in "\n\r\t"):
            raise ContentError(f"{label} has the character {char!r}, which no text may have: {shown(value)}")


def check_pattern(label: str, value: str, pattern: re.Pattern[str], meaning: str) -> None:
    """Raise `ContentError` unless the whole of `value` matches `pattern`."""
    if not pattern.fullmatch(value):
        raise ContentError(f"{label} must be {meaning}, got {shown(value)}")


def check_tag_text(label: str, text: str, maximum: int) -> None:
    """Raise `ContentError` unless `text` can be a key or value of a tag or TagOption.

    AWS accepts letters, digits, spaces and `_.:/=+-@`: the patterns of TagKey, TagValue, TagOptionKey and
    TagOptionValue in the API.
    """
    check_length(label, text, 1, maximum)
    for char in text:
        if char not in "_.:/=+-@" and unicodedata.category(char)[0] not in "LZN":
            raise ContentError(f"{label} must be letters, digits, spaces and _.:/=+-@, got {char!r} in {shown(text)}")


def check_tags(label: str, tags: Mapping[str, str], maximum: int) -> None:
    """Raise `ContentError` on more than `maximum` tags, or on a tag that AWS would reject."""
    if not isinstance(tags, Mapping):
        raise ContentError(f"{label}: tags must be a mapping of keys to values, got {shown(repr(tags))}")
    if len(tags) > maximum:
        raise ContentError(f"{label} can have at most {maximum} tags, got {len(tags)}")
    for key, value in tags.items():
        check_tag(label, key, value)


def check_tag(label: str, key: str, value: str) -> None:
    """Raise `ContentError` on a tag that AWS would reject."""
    for text in (key, value):
        if not isinstance(text, str):
            raise ContentError(f"{label}: tag {key!r} must have a text as key and value, got {shown(repr(text))}")
    check_tag_text(f"{label}: tag key", key, 128)
    check_tag_text(f"{label}: value of tag {key!r}", value, 256)
    if key.lower().startswith("aws:"):
        raise ContentError(f"{label}: tag key {key!r} starts with 'aws:', which AWS reserves")
