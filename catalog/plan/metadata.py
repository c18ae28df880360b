"""Metadata of products and portfolios: which API members and tags differ, as values and as lines for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping


def changed_fields(names: Mapping[str, str], desired: object, observed: object) -> dict[str, str]:
    """API member → new value, for the attributes that differ."""
    return {
        member: getattr(desired, attribute)
        for member, attribute in names.items()
        if getattr(desired, attribute) != getattr(observed, attribute)
    }


def field_lines(names: Mapping[str, str], fields: Mapping[str, str], observed: object) -> Iterator[str]:
    """`name: old → new` lines."""
    for member, value in fields.items():
        yield f"{names[member]}: {getattr(observed, names[member])!r} → {value!r}"


def diff_tags(desired: Mapping[str, str], observed: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """(tags to add or change, keys to remove)."""
    add = {key: value for key, value in desired.items() if observed.get(key) != value}
    return add, tuple(sorted(set(observed) - set(desired)))


def tag_lines(add: Mapping[str, str], remove: Iterable[str], observed: Mapping[str, str]) -> Iterator[str]:
    """Lines for tag changes."""
    for key, value in add.items():
        yield f"tag {key}: {observed.get(key)!r} → {value!r}" if key in observed else f"tag {key}: + {value!r}"
    for key in remove:
        yield f"tag {key}: - {observed[key]!r}"
