"""Policy variables: `${aws:PrincipalTag/team}` in a Resource or in a condition's value, filled for one request.

Source: IAM user guide, "IAM policy elements: Variables and tags". They exist since policy version 2012-10-17; a
statement with a variable that has no value and no default matches nothing; a key with several values is no variable.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from catalog.sandbox.kms.conditions import LITERALS, Context

VARIABLE = re.compile(r"\$\{\s*(?P<key>[^},]+?)\s*(?:,\s*'(?P<default>[^']*)')?\s*\}")
ELEMENTS = ("Resource", "NotResource", "Condition")
SINCE = "2012-10-17"


class NoValueError(Exception):
    """A variable has neither a value nor a default."""


def of_version(document: Any) -> Any:
    """A policy whose version has no variables as one that means the same, in which `${` is text."""
    if not isinstance(document, Mapping) or document.get("Version", "2008-10-17") == SINCE:
        return document
    return _replaced(document, lambda text: text.replace("${", "${$}{"))


def filled(
    statement: Mapping[str, Any], context: Context, untold: Callable[[str], bool] = lambda key: False
) -> Mapping[str, Any] | None:
    """The statement with its variables filled; None if one has no value, so that it matches no request.

    A variable whose key is `untold`, in lower case, becomes *: it may have any value.
    """

    def value(match: re.Match[str]) -> str:
        key = match["key"].lower()
        if key in LITERALS:
            return LITERALS[key]
        given = context.get(key)
        if isinstance(given, str):
            return "".join(LITERALS.get(each, each) for each in given)
        if untold(key):
            return "*"
        if match["default"] is None:
            raise NoValueError
        return match["default"]

    try:
        own = {
            name: _replaced(statement[name], lambda text: VARIABLE.sub(value, text))
            for name in ELEMENTS
            if name in statement and "${" in str(statement[name])
        }
    except NoValueError:
        return None
    return {**statement, **own} if own else statement


def _replaced(node: Any, change: Callable[[str], str]) -> Any:
    """The same with all texts changed; names of members stay."""
    if isinstance(node, Mapping):
        return {name: _replaced(value, change) for name, value in node.items()}
    if isinstance(node, list | tuple):
        return [_replaced(value, change) for value in node]
    return change(node) if isinstance(node, str) else node
