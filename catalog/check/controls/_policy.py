"""L2. Reading policy documents inside templates: every statement that any set of conditions can bring about."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.check.controls._control import Path

NO_VALUE = {"Ref": "AWS::NoValue"}


def alternatives(node: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """(path, value) of what `node` can become: itself, or each branch of `Fn::If`, nested ones too; never NoValue."""
    if isinstance(node, Mapping) and len(node) == 1 and "Fn::If" in node:
        branches = node["Fn::If"]
        if isinstance(branches, list):
            for index, branch in enumerate(branches[1:], start=1):
                yield from alternatives(branch, (*path, "Fn::If", index))
    elif node != NO_VALUE:
        yield path, node


def items(node: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """(path, value) of each member of a list, or of the one value that IAM takes in place of a list."""
    for where, value in alternatives(node, path):
        if isinstance(value, list):
            for index, member in enumerate(value):
                yield from alternatives(member, (*where, index))
        else:
            yield where, value


def statements(document: Any, path: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """(path, statement) of a policy document; one given as JSON text is read, and has the path of the text."""
    for where, value in alternatives(document, path):
        policy, as_text = parsed(value)
        if isinstance(policy, Mapping) and "Statement" in policy:
            for inner, statement in items(policy["Statement"], (*where, "Statement")):
                if isinstance(statement, Mapping):
                    yield (where if as_text else inner), statement


def parsed(value: Any) -> tuple[Any, bool]:
    """A policy document as data, and whether it was JSON text; text that is no JSON stays text."""
    if not isinstance(value, str):
        return value, False
    try:
        return json.loads(value), True
    except json.JSONDecodeError:
        return value, True
