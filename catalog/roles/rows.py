"""The kinds of rows in the tables that narrow and complete the handlers' lists of IAM actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from catalog.roles.needs import Need, present
from catalog.roles.statements import Conditions

NOT_WRITTEN = "no version has the property that this action sets or removes"


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Actions of a type's handlers that are needed only when `need` holds."""

    resource_type: str
    actions: tuple[str, ...]
    need: Need
    reason: str
    """Why the actions are not needed when it does not hold."""


@dataclass(frozen=True, slots=True)
class Addition:
    """An action that the handlers' lists lack, needed when `need` holds."""

    resource_type: str
    action: str
    need: Need
    reason: str
    """Why it is needed, with AWS's page that says so."""
    resources: tuple[str, ...] = ()
    """ARNs; empty: a scope, or every resource of the kinds that the action takes."""
    conditions: Conditions = field(default_factory=dict)
    when_inactive: bool = False
    """Whether reading and deleting a resource needs it."""


@dataclass(frozen=True, slots=True)
class ActionScope:
    """The resource and condition of an action, narrower than the Service Authorization Reference."""

    resource_type: str
    action: str
    resources: tuple[str, ...]
    reason: str
    conditions: Conditions = field(default_factory=dict)


def unwritten(resource_type: str, actions: Sequence[str], *properties: str) -> Narrowing:
    """Actions that are needed only when a version has one of the properties."""
    return Narrowing(resource_type, tuple(actions), present(*properties), f"{NOT_WRITTEN}: {', '.join(properties)}")
