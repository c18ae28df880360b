"""L2. A plan for people and for programs. Pure: text in, text out; colours are the terminal's business."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from catalog.plan.changes import Change, Effect, Plan

FORMAT = 1
"""Version of the JSON form; grows when a member changes its meaning or goes."""

MARKS = {Effect.SAFE: "+", Effect.WIDENS_ACCESS: "!", Effect.DESTRUCTIVE: "-"}


def lines(plan: Plan) -> Iterator[tuple[Effect | None, str]]:
    """The plan line by line, each with the effect that it speaks of."""
    yield None, f"Account {plan.account}, Region {plan.region}"
    for change in plan.changes:
        effect = "" if change.effect is Effect.SAFE else f"  ({change.effect})"
        yield change.effect, f"  {MARKS[change.effect]} {change.operation:34} {change.address}{effect}"
        for detail in change.details:
            yield None, f"      {detail}"
    for notice in plan.notices:
        yield None, f"  note: {notice}"
    yield None, summary(plan)


def summary(plan: Plan) -> str:
    """One line: how many changes, and of which effect."""
    if not plan.changes:
        return "Nothing to do: AWS is as the repository says."
    count = Counter(change.effect for change in plan.changes)
    parts = ", ".join(f"{count[effect]} {effect}" for effect in Effect if count[effect])
    return f"{len(plan.changes)} change{'s' if len(plan.changes) > 1 else ''}: {parts}."


def as_text(plan: Plan) -> str:
    """The whole plan without colours."""
    return "\n".join(text for _, text in lines(plan)) + "\n"


def as_data(plan: Plan) -> dict[str, Any]:
    """The plan as JSON-like data: format, account, region, changes in order, notices."""
    return {
        "format": FORMAT,
        "account": plan.account,
        "region": plan.region,
        "changes": [change_data(change) for change in plan.changes],
        "notices": list(plan.notices),
    }


def change_data(change: Change) -> dict[str, Any]:
    """One change: operation, address, effect (safe, widens access, destroys), details."""
    return {
        "operation": change.operation,
        "address": change.address,
        "effect": change.effect.value,
        "details": list(change.details),
    }
