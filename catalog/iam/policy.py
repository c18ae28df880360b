"""Read a policy document into values. Unreadable parts are kept, and make the answer unknown where they matter."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.cfn.json_text import json_data
from catalog.iam.matching import has_symbol, readable, symbol

VERSIONS = ("2008-10-17", "2012-10-17")
ELEMENTS = frozenset(
    {
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    }
)


class PolicyError(ValueError):
    """The document is not a policy: not an object with statements, or not JSON."""


@dataclass(frozen=True, slots=True)
class Test:
    """One key of a Condition under one operator; it holds if one of `values` does."""

    __test__ = False  # tells pytest that this is not a test class

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """A statement of a policy. A missing element is None, which differs from an empty one."""

    label: str
    """The Sid, or the position: Statement[2]."""
    effect: str
    principals: tuple[tuple[str, str], ...] | None = None
    """(type, value); the type of the principal "*" is "*"."""
    not_principals: tuple[tuple[str, str], ...] | None = None
    actions: tuple[str, ...] | None = None
    not_actions: tuple[str, ...] | None = None
    resources: tuple[str, ...] | None = None
    not_resources: tuple[str, ...] | None = None
    conditions: tuple[Test, ...] = ()
    unknown: tuple[str, ...] = ()
    """The parts of the statement that cannot be read, in words."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy document: its statements, in order."""

    statements: tuple[Statement, ...]
    has_variables: bool
    """Whether `${…}` is a policy variable: since version 2012-10-17."""


def parse_policy(document: Any) -> Policy:
    """Read a policy from data or JSON text. Raises `PolicyError` if it is not a policy with statements."""
    if isinstance(document, str):
        try:
            document = json_data(document)
        except ValueError as error:
            raise PolicyError(f"the text of the policy is not JSON: {error}") from error
    if not isinstance(document, Mapping) or "Statement" not in document:
        raise PolicyError("a policy must be an object with Statement")
    version = document.get("Version", VERSIONS[0])
    if version not in VERSIONS:
        raise PolicyError(f"Version must be one of {', '.join(VERSIONS)}, got {version!r}")
    statements = document["Statement"]
    listed = statements if isinstance(statements, list | tuple) else [statements]
    return Policy(
        tuple(parse_statement(statement, index) for index, statement in enumerate(listed)), version == VERSIONS[1]
    )


def parse_statement(statement: Any, index: int) -> Statement:
    """Read the statement at position `index`. Raises `PolicyError` unless it is an object."""
    if not isinstance(statement, Mapping):
        raise PolicyError(f"Statement[{index}] must be an object, got {statement!r}")
    sid = statement.get("Sid")
    actions, not_actions = texts(statement, "Action"), texts(statement, "NotAction")
    unknown = [f"unknown element {name}" for name in statement if name not in ELEMENTS]
    effect = statement.get("Effect")
    if effect not in ("Allow", "Deny"):
        unknown.append(f"Effect must be Allow or Deny, got {effect!r}")
    conditions, faults = parse_condition(statement.get("Condition", {}))
    for name in ("Principal", "Action", "Resource"):
        if name in statement and f"Not{name}" in statement:
            unknown.append(f"{name} and Not{name} exclude each other")
    for action in (*(actions or ()), *(not_actions or ())):
        if has_symbol(action):
            unknown.append(f"which actions {readable(action)} means")
    return Statement(
        label=readable(sid) if isinstance(sid, str) and sid else f"Statement[{index}]",
        effect=str(effect),
        principals=principals(statement, "Principal"),
        not_principals=principals(statement, "NotPrincipal"),
        actions=actions,
        not_actions=not_actions,
        resources=texts(statement, "Resource"),
        not_resources=texts(statement, "NotResource"),
        conditions=conditions,
        unknown=(*unknown, *faults),
    )


def principals(statement: Mapping[str, Any], name: str) -> tuple[tuple[str, str], ...] | None:
    """(type, value) of each principal; None without the element."""
    if name not in statement:
        return None
    element = statement[name]
    if element == "*":
        return (("*", "*"),)
    if not isinstance(element, Mapping) or is_function(element):
        return (("?", text(element)),)
    return tuple((str(kind), text(value)) for kind, values in element.items() for value in items(values))


def texts(statement: Mapping[str, Any], name: str) -> tuple[str, ...] | None:
    """The members of an element as texts; None without the element."""
    return tuple(text(value) for value in items(statement[name])) if name in statement else None


def parse_condition(block: Any) -> tuple[tuple[Test, ...], tuple[str, ...]]:
    """(tests of a Condition, its unreadable parts in words)."""
    if not isinstance(block, Mapping) or is_function(block):
        return (), ("Condition must be an object",)
    tests, faults = [], []
    for operator, keys in block.items():
        if not isinstance(keys, Mapping) or is_function(keys):
            faults.append(f"Condition {operator} must be an object")
            continue
        tests += [Test(str(operator), str(key), tuple(map(text, items(value)))) for key, value in keys.items()]
    return tuple(tests), tuple(faults)


def items(value: Any) -> Iterator[Any]:
    """The members of a list, or the single value that IAM accepts in place of a list."""
    if isinstance(value, list | tuple):
        yield from value
    else:
        yield value


def text(value: Any) -> str:
    """A value as the text that IAM compares: `true` is "true", 30 is "30"; a CloudFormation function is a symbol."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    return symbol(json.dumps(value, sort_keys=True, default=str))


def is_function(value: Mapping[Any, Any]) -> bool:
    """Whether an object is a CloudFormation function that is not evaluated yet."""
    key = str(next(iter(value), ""))
    return len(value) == 1 and (key == "Ref" or key.startswith("Fn::"))
