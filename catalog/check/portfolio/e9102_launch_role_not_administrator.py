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
"""Roles that AWS itself gives AdministratorAccess, or nearly: Organizations, Control Tower, StackSets."""


class LaunchRoleNotAdministrator(PortfolioControl):
    """What a role that exists may do is not in the repository, so its name must do; what we generate is read."""

    id = "E9102"
    shortdesc = "No launch role is an administrator"
    description = (
        "No launch role, and no role of a stack set, bears the name of an administrator (a word Administrator, a first "
        "or last word Admin, a role that AWS makes with AdministratorAccess), and no permission that the product gives "
        "its generated launch role has the action * or iam:*."
    )
    why = "Everybody who may launch the product acts through this role. A fault in the template is then a fault of all."
    remedy = "List in launch_permissions what the template's resources need, and use the role that bootstrap generates."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each role by its name, and each permission of a generated role."""
        for path, product, value in roles(subject):
            for key in ("local_role_name", "role_arn", "admin_role", "execution_role"):
                name = value.get(key, "").rpartition("/")[2]
                if is_administrator(name):
                    yield (*path, key), f"role {name} bears the name of an administrator"
            if "local_role_name" in value:
                for offered in subject.offered.get(product, ())[:1]:
                    yield from permissions(path, product, offered.definition)

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each launch role."""
        yield from (path for path, _, _ in roles(subject))


def roles(subject: Subject) -> Iterator[tuple[Path, str, Mapping[str, Any]]]:
    """(path, product, value) of each constraint that gives a launch the power of roles."""
    for name in ("launch", "stackset"):
        yield from subject.declared(name)


def is_administrator(name: str) -> bool:
    """Whether a role's name says that it may do everything."""
    words = [word.lower() for word in WORDS.findall(name)]
    ends = words[:-1] if words[-1:] == ["role"] else words
    return (
        name in POWERFUL
        or any(word.startswith("administrator") for word in words)
        or "admin" in (*ends[:1], *ends[-1:])
    )


def permissions(path: Path, product: str, definition: ProductDefinition) -> Iterator[Fault]:
    """Permissions that make the generated role an administrator; with iam:* it can make itself one."""
    for permission in definition.launch_permissions:
        for action in permission.actions:
            if action.startswith("*") or action.lower() == "iam:*":
                yield path, f"permission {permission.sid} of products/{product}.py gives the launch role {action}"
