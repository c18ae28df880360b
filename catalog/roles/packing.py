"""The statements of a launch role, packed into the policies that IAM allows a role.

First into the inline policy, then into customer managed policies. The order of the statements decides, so the same
permissions always give the same policies. A statement that no policy can hold is split by its resources or its actions,
which allows exactly the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from catalog.errors import ContentError
from catalog.model.definition import LaunchPermission

INLINE_LIMIT = 10_240
"""Characters of all inline policies of a role, without white space (IAM user guide, "IAM and AWS STS quotas")."""
MANAGED_LIMIT = 6_144
"""Characters of a managed policy, without white space (the same page)."""
MANAGED_POLICIES = 10
"""Managed policies that can be attached to a role without a higher quota (the same page)."""

LONGEST_VALUES = {"${AWS::Partition}": "aws-us-gov", "${AWS::Region}": "ap-southeast-1", "${AWS::AccountId}": "0" * 12}
"""The longest values of the placeholders: IAM counts an ARN after CloudFormation has filled it in."""


@dataclass(slots=True)
class RolePolicy:
    """The statements of one policy, and their size."""

    limit: int
    statements: list[LaunchPermission] = field(default_factory=list)
    size: int = len('{"Version":"2012-10-17","Statement":[]}')

    def has_room(self, statement: LaunchPermission) -> bool:
        """Whether the statement fits."""
        return self.size + statement_size(statement) <= self.limit

    def add(self, statement: LaunchPermission) -> None:
        """Add a statement that fits."""
        self.statements.append(statement)
        self.size += statement_size(statement)


@dataclass(frozen=True, slots=True)
class PackedPolicies:
    """The policies of one role."""

    inline: tuple[LaunchPermission, ...]
    managed: tuple[tuple[LaunchPermission, ...], ...] = ()


def pack(role: str, permissions: Iterable[LaunchPermission]) -> PackedPolicies:
    """The policies of a role. `ContentError` when the statements do not fit into what IAM allows a role."""
    statements = [part for permission in permissions for part in parts(permission)]
    inline = RolePolicy(INLINE_LIMIT)
    managed: list[RolePolicy] = []
    for statement in statements:
        policy = next((policy for policy in (inline, *managed) if policy.has_room(statement)), None)
        if policy is None:
            policy = RolePolicy(MANAGED_LIMIT)
            managed.append(policy)
        policy.add(statement)
    if len(managed) > MANAGED_POLICIES:
        size = sum(policy.size for policy in (inline, *managed))
        raise ContentError(
            f"launch role {role}: its policies have {size} characters; IAM's limit for a role is one inline policy of "
            f"{INLINE_LIMIT} and {MANAGED_POLICIES} managed policies of {MANAGED_LIMIT}",
            hint="Launch its products with several roles (local_role_name in portfolios/*.yaml). For a single product, "
            "write a role by hand and name it by role_arn.",
        )
    return PackedPolicies(tuple(inline.statements), tuple(tuple(policy.statements) for policy in managed))


def parts(permission: LaunchPermission) -> tuple[LaunchPermission, ...]:
    """The statement, in as many parts as the limit of a managed policy asks for; each part has a Sid of its own."""
    pieces = split(permission)
    if len(pieces) == 1:
        return pieces
    return tuple(replace(piece, sid=f"{permission.sid}Part{number}") for number, piece in enumerate(pieces, 1))


def split(permission: LaunchPermission) -> tuple[LaunchPermission, ...]:
    """Halves of the longer list, until each part fits into a managed policy."""
    room = MANAGED_LIMIT - RolePolicy(MANAGED_LIMIT).size - len("Part99")
    longest: Sequence[str] = max(permission.resources, permission.actions, key=lambda texts: sum(map(len, texts)))
    if statement_size(permission) <= room or len(longest) == 1:
        return (permission,)
    name = "resources" if longest is permission.resources else "actions"
    half = len(longest) // 2
    first: Mapping[str, Any] = {name: tuple(longest[:half])}
    second: Mapping[str, Any] = {name: tuple(longest[half:])}
    return (*split(replace(permission, **first)), *split(replace(permission, **second)))


def statement_size(permission: LaunchPermission) -> int:
    """Characters of a statement in a policy, with the comma before it."""
    text = json.dumps(as_statement(permission), separators=(",", ":"))
    for placeholder, longest in LONGEST_VALUES.items():
        text = text.replace(placeholder, longest)
    return len(text) + 1


def as_statement(permission: LaunchPermission) -> dict[str, Any]:
    """An IAM statement; the ARNs still have their placeholders."""
    return {
        "Sid": permission.sid,
        "Effect": "Allow",
        "Action": list(permission.actions),
        "Resource": list(permission.resources),
        **(
            {"Condition": {key: dict(value) for key, value in permission.conditions.items()}}
            if permission.conditions
            else {}
        ),
    }
