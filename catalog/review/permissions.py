"""What a launch role may do before and after a change: each action on each resource, under its conditions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalog.model.definition import LaunchPermission
from catalog.roles.compare import ComparableConditions, condition_text, normal_conditions
from catalog.roles.cover import covers, covers_action


@dataclass(frozen=True, slots=True)
class Permission:
    """One action on resources that share their conditions."""

    action: str
    resources: tuple[str, ...]
    conditions: str
    """In words; empty without any."""


@dataclass(frozen=True, slots=True)
class RoleComparison:
    """A launch role before and after."""

    role: str
    products: tuple[str, ...]
    gained: tuple[Permission, ...]
    lost: tuple[Permission, ...]
    kept: tuple[Permission, ...]
    is_new: bool = False
    is_gone: bool = False
    problem: str = ""
    """Why it cannot be derived."""


_Row = tuple[str, str, ComparableConditions]


def compare_permissions(
    role: str,
    products: Sequence[str],
    new: Sequence[LaunchPermission] | None,
    old: Sequence[LaunchPermission] | None,
) -> RoleComparison:
    """The role of two versions of the repository; None where no portfolio names it."""
    before, after = list(rows(old or ())), list(rows(new or ()))
    gained = [row for row in after if not any(covered(row, other) for other in before)]
    lost = [row for row in before if not any(covered(row, other) for other in after)]
    kept = [row for row in after if row not in gained]
    return RoleComparison(
        role,
        tuple(products),
        permissions(gained),
        permissions(lost),
        permissions(kept),
        is_new=old is None,
        is_gone=new is None,
    )


def rows(statements: Iterable[LaunchPermission]) -> Iterable[_Row]:
    """Each action on each resource."""
    for statement in statements:
        conditions = normal_conditions(statement.conditions)
        for action in statement.actions:
            for resource in statement.resources:
                yield action, resource, conditions


def covered(row: _Row, by: _Row) -> bool:
    """Whether another row allows all that a row allows."""
    return covers_action(by[0], row[0]) and covers(by[1], row[1]) and by[2] <= row[2]


def permissions(listed: Iterable[_Row]) -> tuple[Permission, ...]:
    """Rows in words: one for each action and its conditions."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for action, resource, conditions in listed:
        grouped.setdefault((action, condition_text(conditions)), []).append(resource)
    return tuple(
        Permission(action, tuple(dict.fromkeys(resources)), conditions)
        for (action, conditions), resources in sorted(grouped.items())
    )
