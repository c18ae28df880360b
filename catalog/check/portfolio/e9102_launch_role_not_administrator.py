"""E9102: no launch role is an administrator."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject
from catalog.model.definition import ProductDefinition

WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
POWERFUL = frozenset(
    {
        "OrganizationAccountAccessRole",
        "AWSControlTowerExecution",
        "AWSCloudFormationStackSetExecutionRole",
        "PowerUserAccess",
    }
)
"""Roles to which AWS gives AdministratorAccess or nearly all permissions: Organizations, Control Tower, StackSets."""


class LaunchRoleNotAdministrator(PortfolioControl):
    """Only the name of an existing role is judged, because its permissions are not in the repository."""

    id = "E9102"
    shortdesc = "No launch role is an administrator"
    description = (
        "No launch role and no role of a stack set has the name of an administrator: with the word Administrator, with "
        "the first or last word Admin, or of a role that AWS creates with AdministratorAccess. No permission that the "
        "product gives its generated launch role has the action * or iam:*."
    )
    why = (
        "Everybody who may launch the product acts with this role. So each fault of the template has full permissions."
    )
    remedy = "Use the role that bootstrap generates, and list additional permissions in launch_permissions."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each role by its name, and each permission of a generated role."""
        for path, product, value in roles(subject):
            for key in ("local_role_name", "role_arn", "admin_role", "execution_role"):
                name = value.get(key, "").rpartition("/")[2]
                if is_administrator(name):
                    yield (*path, key), f"role {name} has the name of an administrator"
            if "local_role_name" in value:
                for offered in subject.offered.get(product, ())[:1]:
                    yield from permissions(path, product, offered.definition)

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each launch role."""
        yield from (path for path, _, _ in roles(subject))


def roles(subject: Subject) -> Iterator[tuple[Path, str, Mapping[str, Any]]]:
    """(path, product, value) of each constraint with roles for launches."""
    for name in ("launch", "stackset"):
        yield from subject.declared(name)


def is_administrator(name: str) -> bool:
    """Whether the name of a role is that of an administrator."""
    words = [word.lower() for word in WORDS.findall(name)]
    ends = words[:-1] if words[-1:] == ["role"] else words
    return (
        name in POWERFUL
        or any(word.startswith("administrator") for word in words)
        or "admin" in (*ends[:1], *ends[-1:])
    )


def permissions(path: Path, product: str, definition: ProductDefinition) -> Iterator[Fault]:
    """The permissions that make the generated role an administrator. With iam:*, it can give itself all permissions."""
    for permission in definition.launch_permissions:
        for action in permission.actions:
            if action.startswith("*") or action.lower() == "iam:*":
                yield path, f"permission {permission.sid} of {definition.shown(product)} gives the launch role {action}"
