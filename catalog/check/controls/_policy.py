"""Policy documents in templates: every statement that some values of the conditions can produce."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from catalog.cfn.json_text import json_data
from catalog.check.controls._control import Path, resources
from catalog.iam import POLICY_KINDS

POLICIES: Mapping[str, str] = {name: kind.property_name for name, kind in POLICY_KINDS.items()}
"""Resource type → the property with its policy."""

IDENTITY_POLICIES = (
    "AWS::IAM::GroupPolicy",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::IAM::RolePolicy",
    "AWS::IAM::UserPolicy",
)
"""Resource types whose PolicyDocument is attached to IAM identities."""

INLINE_POLICIES = ("AWS::IAM::Group", "AWS::IAM::Role", "AWS::IAM::User")
"""Resource types with a list `Policies`, each with a PolicyDocument."""

NO_VALUE = {"Ref": "AWS::NoValue"}


def alternatives(node: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """(path, value) of each value that `node` can have: itself, or the branches of (nested) `Fn::If`; never NoValue."""
    if isinstance(node, Mapping) and len(node) == 1 and "Fn::If" in node:
        branches = node["Fn::If"]
        if isinstance(branches, list):
            for index, branch in enumerate(branches[1:], start=1):
                yield from alternatives(branch, (*path, "Fn::If", index))
    elif node != NO_VALUE:
        yield path, node


def items(node: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """(path, value) of each member of a list, or of the single value that IAM accepts instead of a list."""
    for where, value in alternatives(node, path):
        if isinstance(value, list):
            for index, member in enumerate(value):
                yield from alternatives(member, (*where, index))
        else:
            yield where, value


def statements(document: Any, path: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """(path, statement) of a policy document. Statements of a document that is JSON text have the path of the text."""
    for where, value in alternatives(document, path):
        policy, as_text = parsed(value)
        if isinstance(policy, Mapping) and "Statement" in policy:
            for inner, statement in items(policy["Statement"], (*where, "Statement")):
                if isinstance(statement, Mapping):
                    yield (where if as_text else inner), statement


def parsed(value: Any) -> tuple[Any, bool]:
    """A policy document as data, and whether it was text. Text that cannot be read as JSON stays text."""
    if not isinstance(value, str):
        return value, False
    try:
        return json_data(value), True
    except ValueError:
        return value, True


def resource_statements(template: Mapping[str, Any], *types: str) -> Iterator[tuple[str, str, Path, Mapping[str, Any]]]:
    """(logical id, type, path, statement) of the resource policies of these types, of `POLICIES`."""
    for logical_id, kind, properties in resources(template, *types):
        name = POLICIES[kind]
        for path, statement in statements(properties.get(name), ("Resources", logical_id, "Properties", name)):
            yield logical_id, kind, path, statement


def identity_statements(template: Mapping[str, Any]) -> Iterator[tuple[str, Path, Mapping[str, Any]]]:
    """(logical id, path, statement) of the IAM policies of a template, managed and inline."""
    for logical_id, _, properties in resources(template, *IDENTITY_POLICIES):
        document = ("Resources", logical_id, "Properties", "PolicyDocument")
        for path, statement in statements(properties.get("PolicyDocument"), document):
            yield logical_id, path, statement
    for logical_id, _, properties in resources(template, *INLINE_POLICIES):
        for inline, policy in items(properties.get("Policies"), ("Resources", logical_id, "Properties", "Policies")):
            if isinstance(policy, Mapping):
                for path, statement in statements(policy.get("PolicyDocument"), (*inline, "PolicyDocument")):
                    yield logical_id, path, statement


def can_be(statement: Mapping[str, Any], effect: str) -> bool:
    """Whether the statement can have this Effect. An Effect that cannot be read can be either."""
    other = {"Allow": "Deny", "Deny": "Allow"}[effect]
    return any(value != other for _, value in alternatives(statement.get("Effect"), ()))


def principals(node: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """(path, principal) in a Principal element: `*`, or the members of each of its types."""
    for where, value in alternatives(node, path):
        if isinstance(value, Mapping) and not is_function(value):
            for kind, members in value.items():
                yield from items(members, (*where, str(kind)))
        else:
            yield from items(value, where)


def is_function(value: Mapping[str, Any]) -> bool:
    """Whether a mapping is an intrinsic function."""
    keys = [str(key) for key in value]
    return len(keys) == 1 and (keys[0] == "Ref" or keys[0].startswith("Fn::"))


def holds_if(node: Any) -> bool:
    """Whether `node` contains a Fn::If."""
    if isinstance(node, Mapping):
        return "Fn::If" in node or any(holds_if(value) for value in node.values())
    return isinstance(node, list) and any(holds_if(value) for value in node)


def literal(principal: Any) -> Any:
    """The text of a principal or resource. The text of a `Fn::Sub` includes its placeholders."""
    text = principal.get("Fn::Sub", principal) if isinstance(principal, Mapping) else principal
    return text[0] if isinstance(text, list) and text else text


def texts(node: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """(path, text) of each text in a list or single value, also in Fn::Sub."""
    for where, value in items(node, path):
        text = literal(value)
        if isinstance(text, str):
            yield where, text


def actions_of(statement: Mapping[str, Any], iam_actions: Iterable[str]) -> frozenset[str]:
    """Those of the `iam_actions` (`kms:Decrypt`) that the statement's Action or NotAction can match, in any case."""
    patterns = [text.lower() for _, text in texts(statement.get("Action"), ())]
    excluded = [text.lower() for _, text in texts(statement.get("NotAction"), ())]
    return frozenset(
        action
        for action in iam_actions
        if any(matches(action, pattern) for pattern in patterns)
        or ("NotAction" in statement and not any(matches(action, pattern) for pattern in excluded))
    )


def matches(action: str, pattern: str) -> bool:
    """Whether an IAM pattern, with the wildcards `*` and `?`, matches the action."""
    return fnmatchcase(action.lower(), pattern.replace("[", "[[]"))


def is_everybody(principal: Any) -> bool:
    """Whether a Deny for this principal applies to everybody: `*` or `{"AWS": "*"}`, also among other members."""
    return any(literal(value) == "*" and where in ((), ("AWS",)) for where, value in kinds(principal))


def kinds(principal: Any) -> Iterator[tuple[Path, Any]]:
    """((kind of principal,), principal). The path is empty for a principal that is not a mapping."""
    for where, value in principals(principal, ()):
        yield tuple(part for part in where[:1] if isinstance(part, str) and part != "Fn::If"), value


def only(node: Any, value: str) -> bool:
    """Whether an element is `value`, alone or as the only member of a list."""
    return bool(node == value or node == [value])
