"""A deployed launch role compared with the derived one: what it lacks, and what it has beyond."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from catalog.model.definition import LaunchPermission
from catalog.roles.cover import covers, covers_action

DifferenceKind = Literal["missing", "superfluous", "wider", "denied", "trust"]
"""missing: launches of the product can fail without it. superfluous: the product does not need it. wider: allowed on
more resources, or under fewer conditions, than needed. denied: a Deny can apply to what is needed. trust: a principal
that may assume the role and should not, or the reverse."""
ORDER: tuple[DifferenceKind, ...] = get_args(DifferenceKind)

ComparableConditions = frozenset[tuple[str, str, frozenset[str]]]
"""(operator, key in lower case, values), which must all hold."""


@dataclass(frozen=True, slots=True, order=True)
class RoleDifference:
    """One difference between a deployed role and the derived one."""

    kind: DifferenceKind
    action: str
    """The IAM action; for trust, the principal."""
    resource: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class DeployedRole:
    """A role as IAM returns it."""

    arn: str
    trust: Mapping[str, Any]
    policies: Mapping[str, Mapping[str, Any]]
    """Name of an inline policy, or ARN of a managed one → its document."""
    boundary: str = ""
    """ARN of the permissions boundary, if it has one."""


@dataclass(frozen=True, slots=True)
class NeededAction:
    """One IAM action on one resource, as derived."""

    action: str
    resource: str
    conditions: ComparableConditions


@dataclass(frozen=True, slots=True)
class DeployedStatement:
    """One statement of a deployed policy; elements with a single value are tuples of one."""

    where: str
    """Policy and Sid, for messages."""
    allow: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: ComparableConditions
    not_actions: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()

    def can_match(self, need: NeededAction) -> bool:
        """Whether it can apply to what is needed. Resources match when either pattern covers the other."""
        if self.not_actions:
            action = not any(covers_action(pattern, need.action) for pattern in self.not_actions)
        else:
            action = any(covers_action(pattern, need.action) for pattern in self.actions)
        if self.not_resources:
            return action and not any(covers(pattern, need.resource) for pattern in self.not_resources)
        return action and any(
            covers(pattern, need.resource) or covers(need.resource, pattern) for pattern in self.resources
        )


def compare(
    permissions: Sequence[LaunchPermission], trust: Mapping[str, Any], deployed: DeployedRole
) -> tuple[RoleDifference, ...]:
    """All differences, sorted. The placeholders of `permissions` and `trust` must be filled in."""
    needed = [
        NeededAction(action, resource, normal_conditions(permission.conditions))
        for permission in permissions
        for action in permission.actions
        for resource in permission.resources
    ]
    statements = [
        statement for name, document in deployed.policies.items() for statement in read_policy(name, document)
    ]
    allows = [statement for statement in statements if statement.allow]
    denies = [statement for statement in statements if not statement.allow]
    differences = {
        *missing(needed, allows),
        *denied(needed, denies),
        *too_much(needed, allows),
        *trust_differences(trust, deployed.trust),
    }
    return tuple(
        sorted(differences, key=lambda each: (ORDER.index(each.kind), each.action, each.resource, each.detail))
    )


def missing(needed: Sequence[NeededAction], allows: Sequence[DeployedStatement]) -> Iterator[RoleDifference]:
    """What no statement allows, or only under a condition that is not derived."""
    for need in needed:
        with_action = [
            allow for allow in allows if any(covers_action(pattern, need.action) for pattern in allow.actions)
        ]
        with_resource = [
            allow for allow in with_action if any(covers(pattern, need.resource) for pattern in allow.resources)
        ]
        if not with_action:
            yield RoleDifference("missing", need.action)
        elif not with_resource:
            yield RoleDifference("missing", need.action, need.resource)
        elif not any(allow.conditions <= need.conditions for allow in with_resource):
            conditions = "; ".join(condition_text(allow.conditions - need.conditions) for allow in with_resource)
            yield RoleDifference("missing", need.action, need.resource, f"allowed only with {conditions}")


def denied(needed: Sequence[NeededAction], denies: Sequence[DeployedStatement]) -> Iterator[RoleDifference]:
    """Deny statements that can apply to what is needed."""
    for need in needed:
        for deny in denies:
            if deny.can_match(need):
                condition = f" with {condition_text(deny.conditions)}" if deny.conditions else ""
                yield RoleDifference("denied", need.action, need.resource, f"by {deny.where}{condition}")


def too_much(needed: Sequence[NeededAction], allows: Sequence[DeployedStatement]) -> Iterator[RoleDifference]:
    """What is allowed and not needed: an action, a resource, or the absence of a condition."""
    for allow in allows:
        for key, names in (("NotAction", allow.not_actions), ("NotResource", allow.not_resources)):
            if names:
                detail = f"in {allow.where}, which allows everything except these"
                yield RoleDifference("superfluous", f"{key} {', '.join(names)}", "", detail)
        for action in allow.actions:
            needs = [need for need in needed if covers_action(need.action, action)]
            if not needs:
                yield RoleDifference("superfluous", action, "", f"in {allow.where}")
                continue
            for resource in allow.resources:
                needs_here = [need for need in needs if covers(need.resource, resource)]
                if not needs_here:
                    limit = ", ".join(sorted({need.resource for need in needs}))
                    yield RoleDifference("wider", action, resource, f"in {allow.where}; needed on {limit}")
                elif not any(need.conditions <= allow.conditions for need in needs_here):
                    absent = {condition_text(need.conditions - allow.conditions) for need in needs_here}
                    detail = f"in {allow.where}; without the condition {'; '.join(sorted(absent))}"
                    yield RoleDifference("wider", action, resource, detail)


def trust_differences(derived: Mapping[str, Any], deployed: Mapping[str, Any]) -> Iterator[RoleDifference]:
    """Principals that may assume the role but should not, and those that should but may not."""
    expected, actual = set(read_trust(derived)), set(read_trust(deployed))
    for principal, action, condition in sorted(actual - expected):
        suffix = f" with {condition}" if condition else ""
        yield RoleDifference("trust", principal, "", f"is trusted to {action}{suffix}")
    for principal, action, condition in sorted(expected - actual):
        suffix = f" with {condition}" if condition else ""
        yield RoleDifference("trust", principal, "", f"should be trusted to {action}{suffix}")


def read_trust(document: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(principal, action, condition) of every statement; a Deny has "not " before the action."""
    for statement in members(document.get("Statement", [])):
        effect = "" if statement.get("Effect") == "Allow" else "not "
        condition = condition_text(normal_conditions(statement.get("Condition", {})))
        for key in ("Principal", "NotPrincipal"):
            principals = statement.get(key, {})
            by_kind = principals if isinstance(principals, Mapping) else {"AWS": principals}
            for kind, names in by_kind.items():
                for name in members(names):
                    for action in members(statement.get("Action", [])):
                        prefix = "all except " if key == "NotPrincipal" else ""
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
    """The values of an element of a statement; empty when the statement does not have it."""
    return tuple(map(str, members(statement.get(key, []))))


def normal_conditions(conditions: Mapping[str, Mapping[str, Any]]) -> ComparableConditions:
    """Conditions in a form that can be compared: keys in lower case, a single value as a set of one."""
    return frozenset(
        (operator, key.lower(), frozenset(str(value) for value in members(values)))
        for operator, keys in conditions.items()
        for key, values in keys.items()
    )


def condition_text(conditions: ComparableConditions) -> str:
    """Conditions as text."""
    return " and ".join(
        f"{operator} {key} = {', '.join(sorted(values))}" for operator, key, values in sorted(conditions)
    )


def members(value: Any) -> list[Any]:
    """A list; IAM lets a single member stand without one."""
    return list(value) if isinstance(value, list | tuple) else [value]
