"""The launch roles of a catalogue: what each one may do, and what needs each permission."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.errors import ContentError
from catalog.review.permissions import permissions, rows
from catalog.review.sides import Side
from catalog.roles.launch import LaunchRole, launch_role, products_by_role, topics_by_role


@dataclass(frozen=True, slots=True)
class ReasonedPermission:
    """Actions of a role on the same resources, and why the role has them."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: str
    """In words; empty without any."""
    reasons: tuple[str, ...]
    """The callers, such as `create AWS::KMS::Key`, or the reason of a statement that a person wrote."""


@dataclass(frozen=True, slots=True)
class SiteRole:
    """A launch role."""

    name: str
    products: tuple[str, ...]
    """Their keys."""
    permissions: tuple[ReasonedPermission, ...] = ()
    problem: str = ""
    """Why it cannot be derived."""

    @property
    def actions(self) -> int:
        """How many actions it may do."""
        return len({action for permission in self.permissions for action in permission.actions})


def site_roles(side: Side) -> dict[str, SiteRole]:
    """The roles that portfolios name, by name."""
    files = side.catalog.portfolios.values()
    topics = topics_by_role(files)
    roles = {}
    for name, keys in products_by_role(files).items():
        products = {key: side.catalog.products[key] for key in keys}
        try:
            role = launch_role(side.config, name, products, topics=topics.get(name, ()))
        except ContentError as error:
            roles[name] = SiteRole(name, keys, problem="; ".join((error.message, *error.problems)))
        else:
            roles[name] = SiteRole(name, keys, tuple(reasoned(role)))
    return roles


def reasoned(role: LaunchRole) -> Iterator[ReasonedPermission]:
    """The permissions with their reasons: those of their derivation, else those of their statements."""
    written: dict[str, list[str]] = {}
    for statement in role.permissions:
        for action in statement.actions:
            written.setdefault(action, []).append(statement.reason)
    groups: dict[tuple[tuple[str, ...], str, tuple[str, ...]], list[str]] = {}
    for permission in permissions(rows(role.permissions)):
        callers = role.derived.needed_by.get(permission.action, ())
        reasons = callers or tuple(dict.fromkeys(filter(None, written.get(permission.action, ()))))
        groups.setdefault((permission.resources, permission.conditions, reasons), []).append(permission.action)
    return (
        ReasonedPermission(tuple(actions), resources, conditions, reasons)
        for (resources, conditions, reasons), actions in groups.items()
    )
