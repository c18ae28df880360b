"""Stack policies: which resources an update may modify, replace or delete.

Source: CloudFormation user guide, "Prevent updates to stack resources" (a policy protects everything that it does not
allow; a Deny wins; conditions are about ResourceType). The words of a refusal are assumed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.sandbox.cloudformation.errors import StackRefused
from catalog.sandbox.glob import matches
from catalog.sandbox.kms.conditions import as_list

MODIFY, REPLACE, DELETE = "Update:Modify", "Update:Replace", "Update:Delete"
ACTIONS = (MODIFY, REPLACE, DELETE, "Update:*")
MEMBERS = {"Sid", "Effect", "Action", "NotAction", "Principal", "Resource", "NotResource", "Condition"}
Statements = tuple[Mapping[str, Any], ...]


def read_policy(text: str) -> Statements | None:
    """The statements of a policy; None for an empty text. Raises `StackRefused` for what is no stack policy."""
    if not text.strip():
        return None
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise StackRefused(f"Error validating stack policy: {error}") from error
    statements = document.get("Statement") if isinstance(document, dict) else None
    listed = tuple(as_list(statements)) if statements else ()
    if not listed or set(document) - {"Version", "Statement"}:
        raise StackRefused("Error validating stack policy: Invalid stack policy")
    for statement in listed:
        if fault := _fault(statement):
            raise StackRefused(f"Error validating stack policy: {fault}")
    return listed


def _fault(statement: Any) -> str:
    if not isinstance(statement, dict):
        return "a statement must be an object"
    if unknown := sorted(statement.keys() - MEMBERS):
        return f"Unknown field {unknown[0]}"
    if statement.get("Effect") not in ("Allow", "Deny"):
        return "Effect must be Allow or Deny"
    if statement.get("Principal") != "*":
        return "Principal must be *"
    for name in ("Action", "Resource"):
        if (name in statement) == (f"Not{name}" in statement):
            return f"a statement must have {name} or Not{name}"
    actions = [*as_list(statement.get("Action", [])), *as_list(statement.get("NotAction", []))]
    return next((f"Invalid action {action}" for action in actions if action not in ACTIONS), "")


def refusal(statements: Statements | None, action: str, logical_id: str, type_name: str) -> str:
    """Why a policy does not let an update do something with a resource; empty if it does, or without a policy."""
    if statements is None:
        return ""
    fitting = list(_fitting(statements, action, logical_id, type_name))
    denied = next(((number, each) for number, each in fitting if each["Effect"] == "Deny"), None)
    if denied is None and fitting:
        return ""
    if denied is None:
        return f"Action not allowed by stack policy: [{action}] for resource [LogicalResourceId/{logical_id}]"
    number, statement = denied
    actions = ", ".join(as_list(statement.get("Action", [action])))
    resources = ", ".join(as_list(statement.get("Resource", [f"LogicalResourceId/{logical_id}"])))
    return f"Action denied by stack policy: Statement [#{number}] does not allow [{actions}] for resource [{resources}]"


def _fitting(
    statements: Statements, action: str, logical_id: str, type_name: str
) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, statement in enumerate(statements, 1):
        about = _lists(statement, "Action", action) and _lists(statement, "Resource", f"LogicalResourceId/{logical_id}")
        if about and _holds(statement.get("Condition", {}), type_name):
            yield number, statement


def _lists(statement: Mapping[str, Any], name: str, value: str) -> bool:
    if name in statement:
        return any(matches(str(pattern), value) for pattern in as_list(statement[name]))
    return not any(matches(str(pattern), value) for pattern in as_list(statement[f"Not{name}"]))


def _holds(condition: Mapping[str, Any], type_name: str) -> bool:
    """StringEquals, StringLike and their negations about ResourceType."""
    for operator, keys in condition.items():
        wanted = [str(value) for value in as_list(keys.get("ResourceType", []))]
        if operator.endswith("Like"):
            fits = any(matches(pattern, type_name) for pattern in wanted)
        else:
            fits = type_name in wanted
        if fits == ("Not" in operator):
            return False
    return True
