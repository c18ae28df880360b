"""The names that a part of a template depends on: parameters, resources and conditions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Path = tuple[str | int, ...]


def names_in(node: Any) -> Iterator[str]:
    """Every name that `node` depends on, in Ref, Fn::GetAtt, Fn::Sub and conditions (Fn::If, Condition)."""
    for _, name in named_at(node, ()):
        yield name


def named_at(node: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """(path, name) of every name that `node` depends on. The path is that of the function with the name."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            names = NAMING[key](value) if key in NAMING else ()
            yield from ((path, name) for name in names)
            yield from named_at(value, (*path, str(key)))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from named_at(value, (*path, index))


def named_by_sub(argument: Any) -> Iterator[str]:
    """The names in the text of a Fn::Sub, without attributes, and without the variables that the Fn::Sub defines."""
    text, defined = (*argument, {}, {})[:2] if isinstance(argument, list) else (argument, {})
    if isinstance(text, str):
        for name in VARIABLE.findall(text):
            if not (isinstance(defined, Mapping) and name in defined):
                yield name.split(".")[0]


def named_by_get_att(argument: Any) -> Iterator[str]:
    """The resource of a Fn::GetAtt."""
    parts = argument.split(".") if isinstance(argument, str) else argument
    if isinstance(parts, list) and parts and isinstance(parts[0], str):
        yield parts[0]


def the_text(argument: Any) -> Iterator[str]:
    """The argument, if it is a name."""
    if isinstance(argument, str):
        yield argument


def the_condition(argument: Any) -> Iterator[str]:
    """The condition of a Fn::If."""
    if isinstance(argument, list) and argument and isinstance(argument[0], str):
        yield argument[0]


VARIABLE = re.compile(r"\$\{\s*([^!}\s][^}]*?)\s*\}")
NAMING: Mapping[Any, Callable[[Any], Iterator[str]]] = {
    "Ref": the_text,
    "Condition": the_text,
    "Fn::GetAtt": named_by_get_att,
    "Fn::If": the_condition,
    "Fn::Sub": named_by_sub,
}
"""Function → how to read the names that it depends on."""


def referred_id(node: Any) -> str:
    """The name in a Ref, or the logical id in a Fn::GetAtt; empty for any other node."""
    if not isinstance(node, Mapping) or len(node) != 1:
        return ""
    ((function, argument),) = node.items()
    return next(NAMING[function](argument), "") if function in ("Ref", "Fn::GetAtt") else ""
