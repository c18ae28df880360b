"""Whether the statements of a policy cover another statement: all that it says, they say too.

A policy is judged as a whole, however its statements are cut: what counts is each action of each principal on each
resource. Only what is certain counts as covered; functions, policy variables and principals cover nothing but
themselves.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from itertools import product
from typing import Any

from catalog.cfn.canonical import as_key
from catalog.iam.matching import Match, as_pattern, covers, covers_arn
from catalog.versions.statements import PolicyStatement, is_plain

ELEMENTS = ("Principal", "Action", "Resource", "Condition", "When")


def covered(statement: PolicyStatement, others: Iterable[PolicyStatement]) -> bool:
    """Whether the other statements, of the same effect, together say all that the statement says."""
    able = [other for other in others if is_as_wide(other, statement)]
    parts = product(principals(statement), members(statement, "Action"), members(statement, "Resource"))
    return all(any(has(other, *part) for other in able) for part in parts)


def is_as_wide(other: PolicyStatement, statement: PolicyStatement) -> bool:
    """Whether a statement applies whenever another does: without a condition, or with the same."""
    rest, other_rest = (
        {name: text for name, text in side.meaning.items() if name not in ELEMENTS} for side in (statement, other)
    )
    same_condition = other.meaning.get("Condition") in (None, statement.meaning.get("Condition"))
    same_guard = not other.guard or other.meaning["When"] == statement.meaning["When"]
    return rest == other_rest and same_condition and same_guard


def members(statement: PolicyStatement, name: str) -> list[Any]:
    """The members of an element; None alone if the statement does not have it."""
    text = statement.meaning.get(name)
    return [None] if text is None else list(json.loads(text))


def principals(statement: PolicyStatement) -> list[str]:
    """Each principal with its type, as text; one empty text if the statement does not have the element."""
    whole = json.loads(statement.meaning.get("Principal", '""'))
    if not is_plain(whole):
        return [as_key(whole)]
    return [as_key([kind, name]) for kind, names in whole.items() for name in names] or [as_key(whole)]


def has(other: PolicyStatement, principal: str, action: Any, resource: Any) -> bool:
    """Whether a statement has an action of a principal on a resource."""
    if principal not in principals(other):
        return False
    return any(matches(each, action, covers) for each in members(other, "Action")) and any(
        matches(each, resource, covers_arn) for each in members(other, "Resource")
    )


def matches(pattern: Any, wanted: Any, compare: Callable[[str, str], Match]) -> bool:
    """Whether a pattern is certain to match all that another one matches."""
    if as_key(pattern) == as_key(wanted) or (pattern == "*" and wanted is not None):
        return True
    if not isinstance(pattern, str) or not isinstance(wanted, str) or "${" in pattern + wanted:
        return False
    return compare(as_pattern(pattern), as_pattern(wanted)) is Match.YES
