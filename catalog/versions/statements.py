"""The statements of a policy document, with their meaning in a form that can be compared."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.cfn.canonical import Canonical, Guard, as_key, guarded_members

UNORDERED = ("Action", "NotAction", "Resource", "NotResource")
"""Elements in which a single value and a list mean the same, in any order (IAM, "Policy grammar")."""
PRINCIPALS = ("Principal", "NotPrincipal")


@dataclass(frozen=True, slots=True)
class PolicyStatement:
    """A statement with the conditions under which the template has it."""

    sid: str
    guard: Guard
    body: Mapping[str, Any]
    meaning: Mapping[str, str]
    """Element → its canonical form as text; "When" is the guard."""

    @property
    def label(self) -> str:
        """The Sid, or the effect and actions of a statement without one."""
        actions = self.body.get("Action", self.body.get("NotAction", ""))
        return self.sid or f"{self.body.get('Effect', '')} {in_words(actions)}"[:80]


def is_policy(node: Any) -> bool:
    """Whether a value is a policy document as data. Others, such as the rules of a firewall, have statements too."""
    if not isinstance(node, Mapping) or "Statement" not in node:
        return False
    return any(
        isinstance(statement, Mapping) and "Effect" in statement for _, statement in guarded_members(node["Statement"])
    )


def statements(document: Mapping[str, Any], canonical: Canonical) -> Iterator[PolicyStatement]:
    """Every statement of the document, with the conditions under which it exists."""
    for guard, body in guarded_members(document["Statement"]):
        if isinstance(body, Mapping):
            sid = body.get("Sid")
            meaning = {
                key: as_key(normalized(key, canonical.value(value))) for key, value in body.items() if key != "Sid"
            }
            meaning["When"] = as_key(canonical.guard(guard))
            yield PolicyStatement(sid if isinstance(sid, str) else "", guard, body, meaning)


def normalized(element: str, value: Any) -> Any:
    """An element in canonical form: lists are sorted; actions are in lower case, because IAM ignores their case."""
    if element in UNORDERED:
        return sorted_list(value, lower=element.endswith("Action"))
    if element in PRINCIPALS:
        return sorted_members(value)
    if element == "Condition" and is_plain(value):
        return {operator: sorted_members(keys) for operator, keys in value.items()}
    return value


def is_plain(value: Any) -> bool:
    """Whether a value is a mapping of names, and not a function, whose arguments have an order."""
    return isinstance(value, Mapping) and not any(str(name).startswith(("Fn::", "Ref")) for name in value)


def sorted_members(value: Any) -> Any:
    """A mapping of names to values with its values as sorted lists."""
    return {name: sorted_list(members) for name, members in value.items()} if is_plain(value) else value


def sorted_list(value: Any, *, lower: bool = False) -> list[Any]:
    """A single value or a list as a sorted list without repeats."""
    members = value if isinstance(value, list) else [value]
    texts = {as_key(member.lower() if lower and isinstance(member, str) else member) for member in members}
    return [json.loads(text) for text in sorted(texts)]


def in_words(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(member, str) for member in value):
        return ", ".join(value)
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)
