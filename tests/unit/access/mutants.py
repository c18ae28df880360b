"""Weaker and stronger variants of a policy, generated systematically: each has one difference."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from catalog.access.actions import matrix_actions

STRANGER = "role/somebody-else"
REPRESENTATIVES = ("kms:*", "kms:Encrypt", "kms:Sign", "kms:CreateGrant", "kms:ReplicateKey", "kms:PutKeyPolicy")
"""Everything, and one action of each family, for widening an Allow or a Deny."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change of one statement, and the policy with this change."""

    sid: str
    change: str
    document: dict[str, Any]

    @property
    def id(self) -> str:
        return f"{self.sid}: {self.change}"


def mutants(document: dict[str, Any]) -> Iterator[Mutant]:
    """Every mutant of every statement."""
    for index, statement in enumerate(document["Statement"]):
        sid = statement["Sid"]
        yield Mutant(sid, "removed", with_statement(document, index, None))
        for change, changed in variants(statement):
            yield Mutant(sid, change, with_statement(document, index, changed))


def with_statement(document: dict[str, Any], index: int, statement: dict[str, Any] | None) -> dict[str, Any]:
    """The policy with another statement at `index`, or without it."""
    statements = list(document["Statement"])
    statements[index : index + 1] = [statement] if statement is not None else []
    return {**document, "Statement": statements}


def variants(statement: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(change in words, new statement) of each variant of a statement."""
    yield "effect flipped", {**statement, "Effect": "Deny" if statement["Effect"] == "Allow" else "Allow"}
    yield from elements(statement, "Action", action_lists(statement))
    yield from elements(statement, "Principal", principals(statement["Principal"]))
    yield from elements(statement, "Resource", resources())
    if "Condition" in statement:
        yield "Condition dropped", {key: value for key, value in statement.items() if key != "Condition"}
        yield from elements(statement, "Condition", conditions(statement["Condition"]))
    else:
        narrowed = {"StringEquals": {"aws:PrincipalOrgID": "o-example"}}
        yield "Condition added", {**statement, "Condition": narrowed}


def elements(
    statement: dict[str, Any], name: str, values: Iterator[tuple[str, Any]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    for change, value in values:
        yield f"{name} {change}", {**statement, name: value}


def action_lists(statement: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Each variant of the list of actions; variants that name the same actions of the service count once."""
    seen = {named(statement["Action"])}
    for change, changed in every_action_list(statement["Action"], has_condition="Condition" in statement):
        if named(changed) not in seen:
            seen.add(named(changed))
            yield change, changed


def every_action_list(actions: list[str], *, has_condition: bool) -> Iterator[tuple[str, list[str]]]:
    """Each action dropped, each made narrower or wider, each representative added.

    Under a Condition, only `*` is added: if it changes nothing, no smaller addition does.
    """
    for action in actions:
        yield f"without {action}", [other for other in actions if other != action]
        other = action.removesuffix("*") if action.endswith("*") else f"{action}*"
        yield f"{action} as {other}", [other if member == action else member for member in actions]
    for added in REPRESENTATIVES[:1] if has_condition else REPRESENTATIVES:
        yield f"with {added}", [*actions, added]


def named(patterns: list[str]) -> frozenset[str]:
    """The KMS actions that match the patterns."""
    return frozenset(
        name
        for name in matrix_actions("kms").names
        for pattern in patterns
        if f"kms:{name}" == pattern or (pattern.endswith("*") and f"kms:{name}".startswith(pattern[:-1]))
    )


def principals(principal: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """All principals, another principal, each member dropped, another account, a service."""
    ((kind, value),) = principal.items()
    members = value if isinstance(value, list) else [value]
    if members != ["*"]:
        yield "is everybody", {"AWS": "*"}
    else:
        yield "is the account only", {"AWS": "arn:aws:iam::123456789012:root"}
        yield "is nobody of the account", {"AWS": "arn:aws:iam::999999999999:root"}
    for member in members:
        if len(members) > 1:
            yield f"without {member}", {kind: [other for other in members if other != member]}
    own = "arn:aws:iam::123456789012:"
    if members not in (["*"], [f"{own}root"]):
        yield "with the account", {**principal, "AWS": [*(members if kind == "AWS" else []), f"{own}root"]}
    if members != ["*"]:
        yield "with somebody else", {**principal, "AWS": [*(members if kind == "AWS" else []), own + STRANGER]}
        yield (
            "with another service",
            {**principal, "Service": [*(members if kind == "Service" else []), "x.amazonaws.com"]},
        )
    yield "is somebody else", {"AWS": own + STRANGER}
    yield "by its opposite", {"AWS": "arn:aws:iam::555555555555:root"}


def resources() -> Iterator[tuple[str, Any]]:
    yield "is another key", ["arn:aws:kms:us-east-1:123456789012:key/another"]
    yield "is an alias", ["arn:aws:kms:us-east-1:123456789012:alias/dev/s3-data"]
    yield "is empty", []


def conditions(block: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each key dropped, each value changed or loosened, each operator inverted, IfExists added or removed."""
    for operator, keys in block.items():
        for key, value in keys.items():
            left = {other: kept for other, kept in keys.items() if other != key}
            if left:
                yield f"without {key}", {**block, operator: left}
            for change, changed in condition_values(value):
                yield f"{key} {change}", {**block, operator: {**keys, key: changed}}
            yield f"{key} renamed", {**block, operator: {**left, f"{key}X": value}}
        others = {name: copy.deepcopy(keys_) for name, keys_ in block.items() if name != operator}
        for other in turned(operator):
            yield f"{operator} as {other}", {**others, other: keys}


def condition_values(value: Any) -> Iterator[tuple[str, Any]]:
    if value in ("true", "false"):
        yield "inverted", "false" if value == "true" else "true"
    elif isinstance(value, list):
        yield "with another value", [*value, "ap-south-1"]
        for member in value:
            if len(value) > 1:
                yield f"without {member}", [other for other in value if other != member]
    elif value.isdecimal():
        yield "less by one", str(int(value) - 1)
        yield "more by one", str(int(value) + 1)
    else:
        yield "is *", "*"
        yield "in another account", value.replace("123456789012", "*")


def turned(operator: str) -> Iterator[str]:
    base = operator.removesuffix("IfExists")
    yield base if operator.endswith("IfExists") else f"{operator}IfExists"
    yield {
        "NumericLessThan": "NumericGreaterThan",
        "StringNotEquals": "StringEquals",
        "ArnLike": "ArnNotLike",
        "ArnNotEquals": "ArnEquals",
        "Bool": "Null",
    }[base]
    if base == "NumericLessThan":
        yield "NumericLessThanEquals"
