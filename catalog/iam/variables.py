"""Policy variables, such as `${aws:username}`, in a Resource or in a condition's value.

Source: IAM user guide, "IAM policy elements: Variables and tags". They exist since policy version 2012-10-17.
"""

from __future__ import annotations

import re

from catalog.iam.context import Context, Some, Within
from catalog.iam.matching import as_pattern, literal, variable


class MultivaluedVariableError(ValueError):
    """A variable names a key with several values: "You cannot use a multivalued context key as a policy variable"."""


VARIABLE = re.compile(r"\$\{(?P<key>[^},]+)(?:,\s*'(?P<default>[^']*)')?\s*\}")
CHARACTERS = frozenset("*?$")


def pattern_of(text: str, context: Context, *, variables: bool, wildcards: bool = True) -> str | None:
    """`text` as a pattern with its variables filled; None if a variable has neither a value nor a default.

    Without `wildcards`, * and ? are ordinary characters. Raises `MultivaluedVariableError`.
    """
    read = as_pattern if wildcards else literal
    if not variables:
        return read(text)
    parts: list[str] = []
    position = 0
    for match in VARIABLE.finditer(text):
        value = _value(match["key"].strip(), match["default"], context)
        if value is None:
            return None
        parts += [read(text[position : match.start()]), value]
        position = match.end()
    return "".join([*parts, read(text[position:])])


def _value(key: str, default: str | None, context: Context) -> str | None:
    if key in CHARACTERS:
        return literal(key)  # ${*}, ${?} and ${$} are the characters themselves
    values = context.get(key)
    if values is None or isinstance(values, Some | Within):
        return variable(key)
    if not values:
        return None if default is None else literal(default)
    if len(values) > 1:
        raise MultivaluedVariableError(f"the variable ${{{key}}} has several values, and AWS allows only one")
    return literal(values[0])
