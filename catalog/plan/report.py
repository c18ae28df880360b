"""A plan for people and for programs. Pure: text in, text out; colours are the terminal's business."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from textwrap import wrap
from typing import Any

from catalog.model.addresses import Address
from catalog.model.limits import printable, short_digests
from catalog.plan.changes import Change, Facts, Impact, Plan
from catalog.plan.facts import ID, identity
from catalog.plan.kinds.version import CreateProvisioningArtifact

FORMAT = 2
"""Version of the JSON form; grows when a member changes its meaning or goes."""

MARKS = {
    Impact.NONE: "+",
    Impact.WIDENS: "!",
    Impact.RESTRICTS: "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}",
    Impact.DESTROYS: "-",
}
VERBS = {
    Impact.NONE: ("safe", "safe"),
    Impact.WIDENS: ("widens access", "widen access"),
    Impact.RESTRICTS: ("restricts", "restrict"),
    Impact.DESTROYS: ("destroys", "destroy"),
}
"""What one change does, and what several do."""
FOLD = 3
"""The number of neighbours that differ only in the last part of their Address, from which on one line shows them."""


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One or several changes as a person reads them."""

    operation: str
    impact: Impact
    address: str
    details: tuple[str, ...]
    count: int = 1


def folded(changes: Sequence[Change]) -> Iterator[ChangeLine]:
    """The changes in order, long runs of similar ones folded: fifteen TagOptions are one thing to a reader."""
    for (operation, impact, parent, _), run in groupby(changes, key=likeness):
        members = list(run)
        if len(members) < FOLD:
            yield from (ChangeLine(operation, impact, change.address, change.details) for change in members)
            continue
        names = ", ".join(change.address.removeprefix(f"{parent}/") for change in members)
        wrapped = tuple(wrap(names, 100, break_long_words=False, break_on_hyphens=False))
        yield ChangeLine(operation, impact, f"{parent}/… ({len(members)})", wrapped, len(members))


def likeness(change: Change) -> tuple[str, Impact, str, tuple[str, ...]]:
    """What neighbours must share to be folded; a change with details of its own is never folded with another."""
    parent = change.address.rpartition("/")[0]
    return change.operation, change.impact, parent, (change.address, *change.details) if change.details else ()


def lines(plan: Plan, seconds: float | None = None) -> Iterator[tuple[Impact | None, str]]:
    """Every change in order, each with its impact; no character in it controls a terminal. `overview` has less.

    `seconds` is how long it took to make the plan, if that is to be said.
    """
    yield from ((impact, printable(short_digests(text))) for impact, text in raw_lines(plan, seconds))


def raw_lines(plan: Plan, seconds: float | None) -> Iterator[tuple[Impact | None, str]]:
    """The lines of the plan, before control characters are replaced."""
    yield None, account_line(plan.account, plan.region, plan.sandbox)
    yield from raw_changes(plan)
    for notice in plan.notices:
        yield None, f"  note: {notice}"
    for blocker in plan.blockers:
        yield None, f"  blocked: {blocker}"
    yield None, summary(plan, seconds)


def change_lines(plan: Plan) -> Iterator[tuple[Impact | None, str]]:
    """The changes alone, in order."""
    yield from ((impact, printable(short_digests(text))) for impact, text in raw_changes(plan))


def raw_changes(plan: Plan) -> Iterator[tuple[Impact | None, str]]:
    """The changes, before control characters are replaced."""
    for line in folded(plan.changes):
        yield headline(line)
        for detail in (*line.details, *version_diff(plan, line.operation, line.address)):
            yield None, f"      {detail}"


def headline(line: ChangeLine) -> tuple[Impact, str]:
    """A change on one line, with its mark."""
    impact = "" if line.impact is Impact.NONE else f"  ({VERBS[line.impact][0]})"
    return line.impact, f"  {MARKS[line.impact]} {line.operation:34} {line.address}{impact}"


def version_diff(plan: Plan, operation: str, address: str) -> tuple[str, ...]:
    """What differs from the version before, for a change that creates one."""
    difference = plan.version_diffs.get(Address(address))
    return difference.lines if difference and operation == CreateProvisioningArtifact.__name__ else ()


def account_line(account: str, region: str, sandbox: bool) -> str:
    """Where a plan or a status is for."""
    return f"Account {account}, Region {region}{' (sandbox)' if sandbox else ''}"


def without_account(text: str, plan: Plan) -> str:
    """`text` without the start of ARNs of the plan's own account."""
    return text.replace(f"arn:{plan.partition}:iam::{plan.account}:", "")


def summary(plan: Plan, seconds: float | None = None) -> str:
    """One line: how many changes, and of which impact. `seconds` is how long it took to find none."""
    left_out = f" {counted(plan.left_out)} left out by --target." if plan.left_out else ""
    if plan.changes:
        return f"{counted(plan.changes)}: {impact_counts(plan.changes)}.{left_out}"
    if left_out:
        return f"No changes. What --target names matches the repository.{left_out}"
    return f"No changes. AWS matches the repository{checked_objects(plan, seconds)}."


def checked_objects(plan: Plan, seconds: float | None) -> str:
    """` (checked 212 objects in 0.9 s)`; empty for a plan that compares no facts."""
    number = len(plan.after)
    took = "" if seconds is None else f" in {seconds:.1f} s"
    return f" (checked {number:,} object{'s' * (number > 1)}{took})" if number else ""


def impact_counts(changes: Sequence[Change]) -> str:
    """`52 safe, 8 widen access (!)`."""
    counts = Counter(change.impact for change in changes)
    return ", ".join(
        f"{counts[impact]} {VERBS[impact][counts[impact] > 1]}{'' if impact is Impact.NONE else f' ({MARKS[impact]})'}"
        for impact in Impact
        if counts[impact]
    )


def counted(changes: Sequence[Change]) -> str:
    """`1 change`, `2 changes`."""
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


def change_data(change: Change, plan: Plan) -> dict[str, Any]:
    """One change, with AWS's id of the object if it exists, and its values that differ."""
    data = {**short_data(change), "impact": change.impact.value, "details": list(change.details)}
    data |= values(change.address, plan.before, plan.after)
    if isinstance(change, CreateProvisioningArtifact) and change.address in plan.version_diffs:
        data["difference"] = dict(plan.version_diffs[change.address].data)
    return data


def values(address: Address, before: Facts, after: Facts) -> dict[str, Any]:
    """What the facts of an Address say of its change: AWS's id, and `before` and `after`."""
    old, new = before.get(address), after.get(address)
    known = {} if old is None or ID not in old else {ID: old[ID]}
    return known | differing(old, new)


def differing(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> dict[str, Any]:
    """`before` and `after`: of two sets of facts those that differ; of a single one all of it."""
    if old is not None and new is not None:
        names = [name for name in {**old, **new} if name != ID and old.get(name) != new.get(name)]
        old, new = ({name: facts.get(name) for name in names} for facts in (old, new))
    sides = {"before": old, "after": new}
    return {side: {name: facts[name] for name in facts if name != ID} for side, facts in sides.items() if facts}
