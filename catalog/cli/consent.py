"""Consent to changes: a question in a terminal, or --yes with what --allow permits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from catalog.cli.output import ask
from catalog.errors import ContentError

if TYPE_CHECKING:
    from catalog.plan.changes import Plan

ALLOWANCES = {"widen": "widens", "restrict": "restricts", "destroy": "destroys"}
"""Word of --allow → the impact that it allows."""

yes_option = click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
allow_option = click.option(
    "--allow",
    type=click.Choice(list(ALLOWANCES)),
    multiple=True,
    help="With --yes, also make changes that widen access, that restrict people, or that destroy something. "
    "May be repeated.",
)


@dataclass(frozen=True, slots=True)
class Consent:
    """--yes and --allow."""

    yes: bool
    allow: tuple[str, ...] = tuple(ALLOWANCES)

    def require(self, plans: Mapping[str, Plan]) -> None:
        """Ask about all changes of `plans` (by target), or check that they are allowed; `ContentError` if not."""
        number = sum(len(plan.changes) for plan in plans.values())
        if self.yes or not number:
            self.check(plans)
            return
        where = f" in {len(plans)} targets" if len(plans) > 1 else ""
        needed = allowances(change.impact.value for plan in plans.values() for change in plan.changes)
        ask(
            f"Make these {number} changes{where}?" if number > 1 else f"Make this change{where}?",
            hint=f"This plan also needs {needed}." if needed else "",
        )

    def check(self, plans: Mapping[str, Plan]) -> None:
        """`ContentError` that names each change that --allow does not permit."""
        allowed = {"none", *(ALLOWANCES[word] for word in self.allow)}
        changes = [(label, change) for label, plan in plans.items() for change in plan.changes]
        refused = [(label, change) for label, change in changes if change.impact.value not in allowed]
        if not refused:
            return
        needed = allowances(change.impact.value for _, change in refused)
        raise ContentError(
            f"{len(refused)} of {len(changes)} change{'s' if len(changes) > 1 else ''} "
            f"need{'' if len(refused) > 1 else 's'} {needed}",
            problems=tuple(
                f"{f'{label}: ' if label else ''}{change.operation} {change.address}: {change.impact}"
                for label, change in refused
            ),
            hint=f"Read the plan, then pass {needed}.",
        )


def allowances(impacts: Iterable[str]) -> str:
    """The --allow options that changes of these impacts need."""
    needed = set(impacts)
    return " ".join(f"--allow {word}" for word, impact in ALLOWANCES.items() if impact in needed)
