"""What each launch role gains and loses between two templates of their stack, in words for a plan.

A permission counts as gained only if no earlier one covers it, so a role that is narrowed loses and gains nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.model.definition import LaunchPermission
from catalog.plan.kinds.stack import GAINS
from catalog.roles.boundaries import administrator_note
from catalog.roles.compare import ComparableConditions, condition_text, members, normal_conditions
from catalog.roles.cover import covers, covers_action
from catalog.roles.statements import CALLED_VIA

OF_CLOUDFORMATION = normal_conditions(CALLED_VIA)
"""The condition of every derived statement, which the lines do not repeat."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """One IAM action on one resource that a role may use."""

    action: str
    resource: str
    conditions: ComparableConditions

    def covers(self, other: Allowed) -> bool:
        """Whether it allows all that `other` does."""
        return (
            self.conditions <= other.conditions
            and covers_action(self.action, other.action)
            and covers(self.resource, other.resource)
        )


@dataclass(frozen=True, slots=True)
class TemplateRole:
    """A launch role in the template of a stack."""

    name: str
    trust: Any
    allowed: frozenset[Allowed]
    permissions: tuple[LaunchPermission, ...]


@dataclass(slots=True)
class RoleChanges:
    """What the roles of a stack gain and lose."""

    lines: list[str] = field(default_factory=list)
    gains: bool = False
    loses: bool = False


def role_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> RoleChanges:
    """The changes of every role between two templates; `before` is empty for a new stack."""
    changes = RoleChanges()
    earlier = {role.name: role for role in roles_of(before)}
    for role in roles_of(after):
        old = earlier.pop(role.name, None)
        gained = uncovered(role.allowed, old.allowed if old else ())
        lost = uncovered(old.allowed if old else (), role.allowed)
        changes.gains = changes.gains or bool(gained) or old is None or old.trust != role.trust
        changes.loses = changes.loses or bool(lost)
        if old is None:
            changes.lines.append(f"role {role.name} is new: {services(gained)}")
        elif old.trust != role.trust:
            changes.lines.append(f"role {role.name} trusts others than before")
        changes.lines += (f"role {role.name}{GAINS}{line}" for line in permission_lines(gained))
        changes.lines += (f"role {role.name} loses {line}" for line in permission_lines(lost))
        if (gained or lost) and (note := administrator_note(role.permissions)):
            changes.lines.append(f"role {role.name} {note}")
    for name in sorted(earlier):
        changes.lines.append(f"role {name} leaves the stack and stays in the account as it is")
    return changes


def services(allowed: Iterable[Allowed]) -> str:
    """`iam:CreateServiceLinkedRole, kms (11 actions)`: what a new role may do, by service."""
    by_service: dict[str, set[str]] = {}
    for each in allowed:
        by_service.setdefault(each.action.partition(":")[0], set()).add(each.action)
    return ", ".join(
        f"{service} ({len(actions)} actions)" if len(actions) > 1 else min(actions)
        for service, actions in sorted(by_service.items())
    )


def uncovered(allowed: Iterable[Allowed], others: Iterable[Allowed]) -> frozenset[Allowed]:
    """Those of `allowed` that none of `others` covers."""
    exact = frozenset(others)
    by_action: dict[str, list[Allowed]] = {}
    for other in exact:
        by_action.setdefault("*" if "*" in other.action else other.action.lower(), []).append(other)
    return frozenset(
        each
        for each in allowed
        if each not in exact
        and not any(other.covers(each) for key in (each.action.lower(), "*") for other in by_action.get(key, ()))
    )


def permission_lines(allowed: Iterable[Allowed]) -> Iterator[str]:
    """One line for each set of resources and conditions: the actions, the resources, the conditions."""
    by_action: dict[tuple[str, ComparableConditions], set[str]] = {}
    for each in allowed:
        by_action.setdefault((each.action, each.conditions), set()).add(each.resource)
    groups: dict[tuple[tuple[str, ...], ComparableConditions], list[str]] = {}
    for (action, conditions), resources in by_action.items():
        groups.setdefault((tuple(sorted(resources)), conditions), []).append(action)
    lines = []
    for (patterns, conditions), actions in groups.items():
        own = conditions - OF_CLOUDFORMATION
        suffix = f" with {condition_text(own)}" if own else ""
        lines.append(f"{', '.join(sorted(actions))} on {', '.join(patterns)}{suffix}")
    yield from sorted(lines)


def roles_of(template: Mapping[str, Any]) -> Iterator[TemplateRole]:
    """The roles of a template with all their policies, sorted by name."""
    resources = template.get("Resources", {})
    roles = [resource for resource in resources.values() if resource.get("Type") == "AWS::IAM::Role"]
    for role in sorted(roles, key=lambda resource: str(resource["Properties"]["RoleName"])):
        properties = role["Properties"]
        documents = [policy["PolicyDocument"] for policy in properties.get("Policies", ())]
        for reference in properties.get("ManagedPolicyArns", ()):
            policy = resources.get(reference.get("Ref"), {}) if isinstance(reference, Mapping) else {}
            documents += [policy["Properties"]["PolicyDocument"]] if policy else []
        permissions = tuple(permission for document in documents for permission in permissions_of(document))
        trust = properties.get("AssumeRolePolicyDocument")
        yield TemplateRole(properties["RoleName"], trust, frozenset(allowed_by(permissions)), permissions)


def permissions_of(document: Mapping[str, Any]) -> Iterator[LaunchPermission]:
    """The statements of a policy in a template of ours."""
    for statement in members(document.get("Statement", ())):
        yield LaunchPermission(
            str(statement.get("Sid", "")),
            tuple(map(str, members(statement.get("Action", ())))),
            tuple(plain(arn) for arn in members(statement.get("Resource", ()))),
            "",
            {
                operator: {key: plain(value) for key, value in keys.items()}
                for operator, keys in statement.get("Condition", {}).items()
            },
        )


def allowed_by(permissions: Iterable[LaunchPermission]) -> Iterator[Allowed]:
    """Each action on each resource of the statements."""
    for permission in permissions:
        conditions = normal_conditions(permission.conditions)
        for action in permission.actions:
            for resource in permission.resources:
                yield Allowed(action, resource, conditions)


def plain(value: Any) -> str:
    """A text of a template of ours, without its Fn::Sub."""
    return str(value.get("Fn::Sub", value)) if isinstance(value, Mapping) else str(value)
