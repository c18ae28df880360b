"""A launch role as it is deployed against as it is derived: what it lacks, and what it has too much of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from catalog.model.definition import LaunchPermission
from catalog.roles.cover import covers, covers_action

DifferenceKind = Literal["missing", "superfluous", "wider", "denied", "trust"]
KINDS: Mapping[DifferenceKind, str] = {
    "missing": "the product's launches can fail for want of it",
    "superfluous": "nothing of the product needs it",
    "wider": "allowed on more, or under fewer conditions, than needed",
    "denied": "a Deny stands against what is needed",
    "trust": "who may assume the role",
}

ComparableConditions = frozenset[tuple[str, str, frozenset[str]]]
"""(operator, key in lower case, values): all must hold."""


@dataclass(frozen=True, slots=True, order=True)
class RoleDifference:
    """One thing in which a deployed role is not the derived one."""

    kind: DifferenceKind
    action: str
    """The action; a principal for trust."""
    resource: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class DeployedRole:
    """A role as IAM answers it."""

    arn: str
    trust: Mapping[str, Any]
    policies: Mapping[str, Mapping[str, Any]]
    """Name of an inline policy, or ARN of a managed one → its document."""
    boundary: str = ""
    """ARN of the permissions boundary, if it has one."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One action on one resource, as derived."""

    action: str
    resource: str
    conditions: ComparableConditions


@dataclass(frozen=True, slots=True)
class DeployedStatement:
    """One statement of a policy, with one-member forms as lists."""

    where: str
    """Policy and Sid, for people."""
    allow: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: ComparableConditions
    not_actions: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()

    def meets(self, need: Wanted) -> bool:
        """Whether it can speak of what is needed; a resource is met when either pattern covers the other."""
        if self.not_actions:
            action = not any(covers_action(one, need.action) for one in self.not_actions)
        else:
            action = any(covers_action(one, need.action) for one in self.actions)
        if self.not_resources:
            return action and not any(covers(one, need.resource) for one in self.not_resources)
        return action and any(covers(one, need.resource) or covers(need.resource, one) for one in self.resources)


def compare(
    permissions: Sequence[LaunchPermission], trust: Mapping[str, Any], deployed: DeployedRole
) -> tuple[RoleDifference, ...]:
    """All differences, in order. `permissions` and `trust` have their placeholders filled in."""
    wanted = [
        Wanted(action, resource, normal_conditions(permission.conditions))
        for permission in permissions
        for action in permission.actions
        for resource in permission.resources
    ]
    statements = [one for name, document in deployed.policies.items() for one in read_policy(name, document)]
    allows = [one for one in statements if one.allow]
    found = {
        *missing(wanted, allows),
        *denied(wanted, [one for one in statements if not one.allow]),
        *too_much(wanted, allows),
        *trust_differences(trust, deployed.trust),
    }
    order = list(KINDS)
    return tuple(sorted(found, key=lambda one: (order.index(one.kind), one.action, one.resource, one.detail)))


def missing(wanted: Sequence[Wanted], allows: Sequence[DeployedStatement]) -> Iterator[RoleDifference]:
    """What no statement allows, or only under a condition that is not ours."""
    for need in wanted:
        actions = [one for one in allows if any(covers_action(action, need.action) for action in one.actions)]
        there = [one for one in actions if any(covers(resource, need.resource) for resource in one.resources)]
        if not actions:
            yield RoleDifference("missing", need.action)
        elif not there:
            yield RoleDifference("missing", need.action, need.resource)
        elif not any(one.conditions <= need.conditions for one in there):
            conditions = "; ".join(shown(one.conditions - need.conditions) for one in there)
            yield RoleDifference("missing", need.action, need.resource, f"allowed only with {conditions}")


def denied(wanted: Sequence[Wanted], denies: Sequence[DeployedStatement]) -> Iterator[RoleDifference]:
    """Denies that can meet what is needed."""
    for need in wanted:
        for one in denies:
            if one.meets(need):
                condition = f" with {shown(one.conditions)}" if one.conditions else ""
                yield RoleDifference("denied", need.action, need.resource, f"by {one.where}{condition}")


def too_much(wanted: Sequence[Wanted], allows: Sequence[DeployedStatement]) -> Iterator[RoleDifference]:
    """What is allowed and not needed: actions, resources, the lack of a condition."""
    for one in allows:
        for key, names in (("NotAction", one.not_actions), ("NotResource", one.not_resources)):
            if names:
                detail = f"in {one.where}, which allows all but what it names"
                yield RoleDifference("superfluous", f"{key} {', '.join(names)}", "", detail)
        for action in one.actions:
            needs = [need for need in wanted if covers_action(need.action, action)]
            if not needs:
                yield RoleDifference("superfluous", action, "", f"in {one.where}")
                continue
            for resource in one.resources:
                there = [need for need in needs if covers(need.resource, resource)]
                if not there:
                    limit = ", ".join(sorted({need.resource for need in needs}))
                    yield RoleDifference("wider", action, resource, f"in {one.where}; needed on {limit}")
                elif not any(need.conditions <= one.conditions for need in there):
                    lacking = "; ".join(sorted({shown(need.conditions - one.conditions) for need in there}))
                    yield RoleDifference("wider", action, resource, f"in {one.where}; without the condition {lacking}")


def trust_differences(wanted: Mapping[str, Any], deployed: Mapping[str, Any]) -> Iterator[RoleDifference]:
    """Who may assume the role beyond, or short of, what is derived."""
    ours, theirs = set(read_trust(wanted)), set(read_trust(deployed))
    for principal, action, condition in sorted(theirs - ours):
        yield RoleDifference(
            "trust", principal, "", f"is trusted to {action}{f' with {condition}' if condition else ''}"
        )
    for principal, action, condition in sorted(ours - theirs):
        with_condition = f" with {condition}" if condition else ""
        yield RoleDifference("trust", principal, "", f"should be trusted to {action}{with_condition}")


def read_trust(document: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(principal, action, condition) of every statement; a Deny is shown as one."""
    for statement in members(document.get("Statement", [])):
        effect = "" if statement.get("Effect") == "Allow" else "not "
        condition = shown(normal_conditions(statement.get("Condition", {})))
        for key in ("Principal", "NotPrincipal"):
            principals = statement.get(key, {})
            named = principals if isinstance(principals, Mapping) else {"AWS": principals}
            for kind, names in named.items():
                for name in members(names):
                    for action in members(statement.get("Action", [])):
                        prefix = "all but " if key == "NotPrincipal" else ""
                        yield f"{prefix}{kind} {name}", f"{effect}{action}", condition


def read_policy(name: str, document: Mapping[str, Any]) -> Iterator[DeployedStatement]:
    """The statements of a policy."""
    for index, statement in enumerate(members(document.get("Statement", []))):
        yield DeployedStatement(
            f"policy {name}, statement {statement.get('Sid') or index + 1}",
            statement.get("Effect") == "Allow",
            texts(statement, "Action"),
            texts(statement, "Resource"),
            normal_conditions(statement.get("Condition", {})),
            texts(statement, "NotAction"),
            texts(statement, "NotResource"),
        )


def texts(statement: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """An element of a statement as texts; none when it is not there."""
    return tuple(map(str, members(statement.get(key, []))))


def normal_conditions(conditions: Mapping[str, Mapping[str, Any]]) -> ComparableConditions:
    """Conditions that compare: keys have no case, one value is a list of one."""
    return frozenset(
        (operator, key.lower(), frozenset(str(value) for value in members(values)))
        for operator, keys in conditions.items()
        for key, values in keys.items()
    )


def shown(conditions: ComparableConditions) -> str:
    """Conditions for people."""
    return " and ".join(
        f"{operator} {key} = {', '.join(sorted(values))}" for operator, key, values in sorted(conditions)
    )


def members(value: Any) -> list[Any]:
    """A list, or the one member that IAM lets stand without one."""
    return list(value) if isinstance(value, list | tuple) else [value]
