"""Whether a saved plan reads as the plan that publish has made again: people approve words, not identities. Pure.

Each member of a change must be the same. The values of a change (`before`, `after`, AWS's id) must be those of the
facts in the file, which `SavedPlan.choose` compares with AWS and the repository. An earlier run of the same file can
change what is said of one kind of change: that which completes an object that the run has created (`completes`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.errors import ContentError
from catalog.model.addresses import Address, is_document
from catalog.model.limits import printable
from catalog.plan.changes import Facts
from catalog.plan.facts import ID
from catalog.plan.report import values as values_of

Item = Mapping[str, Any]
"""A change, as the JSON of a plan has it."""

LISTED = 40
"""Limit on the differences that an error lists."""
COUNTED = re.compile(
    r"(no|\d+) provisioned products? of (this account uses? it|theirs stays?)"
    r"|number of (its|their) provisioned products: unknown, servicecatalog:SearchProvisionedProducts is denied"
)
"""A detail that counts what people have launched, which changes without anybody's doing."""
VALUES = (ID, "before", "after")
"""Members of a change that come from the facts of its Address."""
REPEATED = ("AssociatePrincipalWithPortfolio", "UpdateConstraint")
"""Operations for objects that can be as declared: for a new role of the name, or after status FAILED."""
WHOLE = ("account", "blockers", "format", "region")
"""Members of a plan besides its changes that must be the same."""


@dataclass(frozen=True, slots=True)
class ReviewedPlan:
    """A plan as people have read it, with the facts that it was made from, and those of AWS now."""

    document: Mapping[str, Any]
    before: Facts
    after: Facts
    now: Facts

    def done(self, made: Mapping[str, Item]) -> list[Item]:
        """The changes of the file that publish has not made again."""
        return [item for item in self.document["changes"] if item["identity"] not in made]

    def invented(self, made: Mapping[str, Item]) -> Iterator[str]:
        """Changes that no run can have done: AWS is not as they leave it, or the file's facts have no such change."""
        for item in self.done(made):
            address = Address(item["address"])
            old, new, now = (without_id(facts.get(address)) for facts in (self.before, self.after, self.now))
            if is_document(address):
                continue  # it is observed only while an action runs it
            if old != new and now == old:
                yield f"{named(item)} is none of the changes that publish would make, and nobody has made it"
            elif old is not None and old == new and item["operation"] not in REPEATED:
                yield f"{named(item)} would change nothing: the object is as declared"

    def completes(self, item: Item, made: Mapping[str, Item]) -> bool:
        """Whether an earlier run has created the object: it, the association of a constraint, or a version's product.

        Such a change says `none` while the object is new. When the run was interrupted, people can use the object.
        """
        address = item["address"]
        created = (address, address.partition("/constraint/")[0], address.partition("/version/")[0])
        return address not in self.before and any(
            done["address"] in created
            and done["operation"].startswith(("Create", "Associate"))
            and done["address"] not in self.before
            and done["address"] in self.now
            for done in self.done(made)
        )


def without_id(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The facts of an Address, as JSON, without AWS's id."""
    return None if values is None else as_json({name: value for name, value in values.items() if name != ID})


def check_reading(reviewed: ReviewedPlan, made: Mapping[str, Any]) -> None:
    """`ContentError` unless a plan in a file reads as `made`, the plan that publish has made again, as JSON."""
    problems: list[str] = []
    saved = reviewed.document
    for name in WHOLE:
        if saved.get(name) != made[name]:
            problems.append(printable(f"{name} is {made[name]!r}, the file says {saved.get(name)!r}"))
    if not reviewed.done({item["identity"]: item for item in made["changes"]}):
        problems += other_notices(saved, made)
    for member in ("changes", "left_out"):
        current = {item["identity"]: as_json(item) for item in made[member]}
        problems += repeated(saved[member])
        problems += different(reviewed, saved[member], current)
        completing = {item["identity"] for item in saved[member] if reviewed.completes(item, current)}
        problems += out_of_order(saved[member], {key: current[key] for key in current if key not in completing})
        problems += map(printable, reviewed.invented(current)) if member == "changes" else ()
    if problems:
        more = (f"and {len(problems) - LISTED} more",) if len(problems) > LISTED else ()
        raise ContentError(
            "the saved plan does not read as the changes that it would make",
            problems=(*problems[:LISTED], *more),
            hint="The file was edited, or something around the changes is different now. Nothing was changed. "
            "Run `catalog plan -o` again, review the plan, then publish it.",
        )


def other_notices(saved: Mapping[str, Any], made: Mapping[str, Any]) -> Iterator[str]:
    """Notices that only one plan has, when nothing is done yet. What --target says is only in the file."""
    written, wanted = saved.get("notices", []), made["notices"]
    for notice in wanted:
        if notice not in written:
            yield printable(f"the file has no notice {notice!r}")
    for notice in written:
        if notice not in wanted and not saved["left_out"]:
            yield printable(f"the file has a notice that the plan has not: {notice!r}")


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


def different(reviewed: ReviewedPlan, saved: Sequence[Item], current: Mapping[str, Item]) -> Iterator[str]:
    """Changes that the file describes otherwise than they are."""
    for item in saved:
        change = current.get(item["identity"])
        if change is None:
            continue
        wanted = {name: value for name, value in change.items() if name not in VALUES}
        if "impact" in change:
            wanted |= as_json(values_of(Address(item["address"]), reviewed.before, reviewed.after))
        names = [name for name in sorted({*item, *wanted}) if words(item, name) != words(wanted, name)]
        if names and {*names} <= {"impact", "details"} and reviewed.completes(item, current):
            names = [] if says_less(item, change) else names
        if names:
            yield printable(f"{named(item)} is {named(change)}; {', '.join(names)} differ{'s' * (len(names) == 1)}")


def says_less(item: Item, change: Item) -> bool:
    """Whether the file says what a plan says while the object is new: no impact, nothing of who loses it."""
    details, whole = item.get("details"), change.get("details", [])
    if "impact" not in change or not isinstance(details, list):
        return False
    return item.get("impact") in ("none", change["impact"]) and details == whole[: len(details)]


def words(item: Item, name: str) -> Any:
    """A member of an item, without the numbers of provisioned products."""
    value = item.get(name)
    if name == "details" and isinstance(value, list):
        return [line for line in value if not (isinstance(line, str) and COUNTED.fullmatch(line))]
    return value


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
