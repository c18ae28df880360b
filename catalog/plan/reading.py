"""Whether a saved plan reads as the plan that publish has made again: people approve words, not identities. Pure.

Operation, Address and order must be the same in any case. The rest of a change (impact, details, values before and
after) may differ where an earlier run of the same file has already changed the object, or what is above or below it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from catalog.errors import ContentError
from catalog.model.addresses import within
from catalog.model.limits import printable

Item = Mapping[str, Any]
"""A change, as the JSON of a plan has it."""

LISTED = 40
"""Limit on the differences that an error lists."""
ALWAYS = ("operation", "address")
COUNTED = "provisioned product"
"""In a detail that counts who uses a version, which changes without anybody's doing."""
COMPARED_VERSION = "difference"
"""The difference to the version before. It is empty for an identity that may not read the template."""


def check_reading(saved: Mapping[str, Sequence[Item]], made: Mapping[str, Sequence[Item]]) -> None:
    """`ContentError` unless `saved`, the plan in a file, reads as `made`, the plan that publish has made again.

    Both have the members `changes` and `left_out`.
    """
    problems: list[str] = []
    for member in ("changes", "left_out"):
        current = {item["identity"]: as_json(item) for item in made[member]}
        problems += [*repeated(saved[member]), *different(saved[member], current)]
        problems += out_of_order(saved[member], current)
    if problems:
        more = (f"and {len(problems) - LISTED} more",) if len(problems) > LISTED else ()
        raise ContentError(
            "the saved plan does not read as the changes that it would make",
            problems=(*problems[:LISTED], *more),
            hint="The file was edited. Nothing was changed. Run `catalog plan -o` again, review the plan, then publish "
            "it.",
        )


def as_json(item: Item) -> dict[str, Any]:
    """An item as it would come from a file."""
    return dict(json.loads(json.dumps(item)))


def repeated(saved: Sequence[Item]) -> Iterator[str]:
    """Changes that the file lists twice."""
    seen: set[str] = set()
    for item in saved:
        if item["identity"] in seen:
            yield f"{named(item)} is listed twice"
        seen.add(item["identity"])


def different(saved: Sequence[Item], current: Mapping[str, Item]) -> Iterator[str]:
    """Changes that the file describes otherwise than they are."""
    done = [item["address"] for item in saved if item["identity"] not in current]
    for item in saved:
        change = current.get(item["identity"])
        if change is None:
            continue
        touched = any(within(item["address"], other) or within(other, item["address"]) for other in done)
        names = ALWAYS if touched else sorted({*item, *change} - {COMPARED_VERSION})
        names = [name for name in names if words(item, name) != words(change, name)]
        if not touched and item.get(COMPARED_VERSION) and change.get(COMPARED_VERSION):
            names += [COMPARED_VERSION] * (item[COMPARED_VERSION] != change[COMPARED_VERSION])
        if names:
            yield printable(f"{named(item)} is {named(change)}; {', '.join(names)} differ{'s' * (len(names) == 1)}")


def words(item: Item, name: str) -> Any:
    """A member of an item, without the details that count provisioned products."""
    value = item.get(name)
    return [line for line in value if COUNTED not in line] if name == "details" and value else value


def named(item: Item) -> str:
    """A change in words."""
    return printable(f"{item['operation']} {item['address']} ({item.get('impact', 'none')})")


def out_of_order(saved: Sequence[Item], current: Mapping[str, Item]) -> Iterator[str]:
    """The first change that the file lists in another place."""
    order = [item["identity"] for item in saved if item["identity"] in current]
    for identity, wanted in zip(dict.fromkeys(order), current, strict=False):
        if identity != wanted:
            yield f"the order differs: {named(current[wanted])} comes before {named(current[identity])}"
            return
