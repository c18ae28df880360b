"""What publish would do, from a saved plan of `catalog plan -o`: for the account and Region that it was made in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.plan.saved import read_saved


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One change of the plan."""

    operation: str
    address: str
    impact: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublishPlan:
    """The plan of one account and Region."""

    where: str
    lines: tuple[PlannedStep, ...]
    notices: tuple[str, ...]
    blockers: tuple[str, ...]


def read_plans(file: Path) -> tuple[PublishPlan, ...]:
    """The plans of a file. Raises `ContentError` if it is not a saved plan of this version."""
    return tuple(
        PublishPlan(
            plan.where,
            tuple(steps(plan.document)),
            tuple(plan.document.get("notices", ())),
            tuple(plan.document.get("blockers", ())),
        )
        for plan in read_saved(file).plans
    )


def steps(document: Mapping[str, Any]) -> Iterator[PlannedStep]:
    """The changes in their order."""
    for change in document["changes"]:
        yield PlannedStep(change["operation"], change["address"], change["impact"], tuple(change["details"]))
