"""Policy variables: `${aws:username}` in a Resource or in a condition's value.

Source: IAM user guide, "IAM policy elements: Variables and tags". They exist since policy version 2012-10-17.
"""

from __future__ import annotations

import re

from catalog.iam.context import Context, Some
from catalog.iam.matching import as_pattern, literal, variable

VARIABLE = re.compile(r"\$\{(?P<key>[^},]+)(?:,\s*'(?P<default>[^']*)')?\s*\}")
CHARACTERS = frozenset("*?$")


def pattern_of(text: str, context: Context, *, variables: bool, wildcards: bool = True) -> str | None:
    """`text` as a pattern, its variables filled; None when one has no value and no default: then nothing matches.

    Without `wildcards` * and ? are characters like all others.
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
    known = context.get(key)
    if known is None or isinstance(known, Some):
        return variable(key)
    if not known:
        return None if default is None else literal(default)
    return literal(known[0]) if len(known) == 1 else None
