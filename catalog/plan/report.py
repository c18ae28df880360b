"""A plan for people and for programs. Pure: text in, text out; colours are the terminal's business."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from textwrap import wrap
from typing import Any

from catalog.model.addresses import Address
from catalog.model.limits import printable
from catalog.plan.changes import Change, CreateProvisioningArtifact, Effect, Plan
from catalog.plan.facts import ID, identity

FORMAT = 1
"""Version of the JSON form; grows when a member changes its meaning or goes."""

MARKS = {Effect.SAFE: "+", Effect.WIDENS_ACCESS: "!", Effect.DESTRUCTIVE: "-"}


NOWHERE = Plan(account="", region="")
"""For changes that are told alone."""
FOLD = 3
"""So many neighbours that differ in the last part of their address alone are shown as one line."""


@dataclass(frozen=True, slots=True)
class Line:
    """One or several changes as a person reads them."""

    operation: str
    effect: Effect
    address: str
    details: tuple[str, ...]
    count: int = 1


def folded(changes: Sequence[Change]) -> Iterator[Line]:
    """The changes in order, long runs of likes folded: fifteen TagOptions are one thing to a reader."""
    for (operation, effect, parent, _), run in groupby(changes, key=likeness):
        members = list(run)
        if len(members) < FOLD:
            yield from (Line(operation, effect, change.address, change.details) for change in members)
            continue
        names = ", ".join(change.address.removeprefix(f"{parent}/") for change in members)
        shown = tuple(wrap(names, 100, break_long_words=False, break_on_hyphens=False))
        yield Line(operation, effect, f"{parent}/… ({len(members)})", shown, len(members))


def likeness(change: Change) -> tuple[str, Effect, str, tuple[str, ...]]:
    """What neighbours must share to be folded; a change with details of its own is never folded with another."""
    parent = change.address.rpartition("/")[0]
    return change.operation, change.effect, parent, (change.address, *change.details) if change.details else ()


def lines(plan: Plan) -> Iterator[tuple[Effect | None, str]]:
    """The plan line by line, each with the effect that it speaks of; nothing in it has a meaning to a terminal."""
    yield from ((effect, printable(text)) for effect, text in told(plan))


def told(plan: Plan) -> Iterator[tuple[Effect | None, str]]:
    """The same with names and words as they are."""
    yield None, f"Account {plan.account}, Region {plan.region}"
    shown = list(folded(plan.changes))
    yield from warnings(shown)
    for line in shown:
        yield headline(line)
        for detail in (*line.details, *version_diff(plan, line)):
            yield None, f"      {detail}"
    for notice in plan.notices:
        yield None, f"  note: {notice}"
    for blocker in plan.blockers:
        yield None, f"  first: {blocker}"
    yield None, summary(plan)


def headline(line: Line) -> tuple[Effect, str]:
    """A change on one line, with its mark."""
    effect = "" if line.effect is Effect.SAFE else f"  ({line.effect})"
    return line.effect, f"  {MARKS[line.effect]} {line.operation:34} {line.address}{effect}"


def warnings(shown: Sequence[Line]) -> Iterator[tuple[Effect | None, str]]:
    """What takes something away and what widens access, before all else: nobody shall scroll past it."""
    marked = [line for effect in (Effect.DESTRUCTIVE, Effect.WIDENS_ACCESS) for line in shown if line.effect is effect]
    if marked and len(shown) > 1:
        yield None, "Read these first:"
        for line in marked:
            yield headline(line)
            yield from ((None, f"      {name}") for name in (line.details if line.count > 1 else ()))
        yield None, "All changes, in order:"


def version_diff(plan: Plan, line: Line) -> tuple[str, ...]:
    """What differs from the version before, for a change that creates one."""
    known = plan.version_diffs.get(Address(line.address))
    return known.lines if known and line.operation == CreateProvisioningArtifact.__name__ else ()


def progress(changes: Sequence[Change]) -> dict[int, str]:
    """Index of a change → what to say when it begins; the rest of a fold is not told one by one."""
    told, index = {}, 0
    for line in folded(changes):
        last = index + line.count
        numbers = f"{index + 1}" if line.count == 1 else f"{index + 1}-{last}"
        told[index] = f"[{numbers}/{len(changes)}] {line.operation} {line.address}"
        index = last
    return told


def summary(plan: Plan) -> str:
    """One line: how many changes, and of which effect."""
    left_out = f" {counted(plan.left_out)} left out by --target." if plan.left_out else ""
    if not plan.changes:
        return f"Nothing to do{left_out and ' of what was asked for'}: AWS is as the repository says.{left_out}"
    count = Counter(change.effect for change in plan.changes)
    parts = ", ".join(f"{count[effect]} {effect}" for effect in Effect if count[effect])
    return f"{counted(plan.changes)}: {parts}.{left_out}"


def counted(changes: Sequence[Change]) -> str:
    """How many there are."""
    return f"{len(changes)} change{'s' if len(changes) > 1 else ''}"


def as_text(plan: Plan) -> str:
    """The whole plan without colours."""
    return "\n".join(text for _, text in lines(plan)) + "\n"


def as_data(plan: Plan) -> dict[str, Any]:
    """The plan as JSON-like data: `catalog schema --kind plan` and docs/plan.md say what its members mean."""
    return {
        "format": FORMAT,
        "account": plan.account,
        "region": plan.region,
        "changes": [change_data(change, plan) for change in plan.changes],
        "notices": list(plan.notices),
        "blockers": list(plan.blockers),
        "left_out": [short_data(change) for change in plan.left_out],
    }


def short_data(change: Change) -> dict[str, Any]:
    """What tells one change from another."""
    return {"operation": change.operation, "address": change.address, "identity": identity(change)}


def change_data(change: Change, plan: Plan = NOWHERE) -> dict[str, Any]:
    """One change, with AWS's id of what is there already, and what differs in its values."""
    data = {
        **short_data(change),
        "effect": change.effect.value,
        "details": list(change.details),
    }
    old, new = plan.before.get(change.address), plan.after.get(change.address)
    if old is not None and ID in old:
        data[ID] = old[ID]
    data |= differing(old, new)
    if isinstance(change, CreateProvisioningArtifact) and change.address in plan.version_diffs:
        data["difference"] = dict(plan.version_diffs[change.address].data)
    return data


def differing(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> dict[str, Any]:
    """`before` and `after`: of two sets of facts those that differ; of one alone all of it."""
    if old is not None and new is not None:
        names = [name for name in {**old, **new} if name != ID and old.get(name) != new.get(name)]
        old, new = ({name: one.get(name) for name in names} for one in (old, new))
    found = {"before": old, "after": new}
    return {side: {name: one[name] for name in one if name != ID} for side, one in found.items() if one}
