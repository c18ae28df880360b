"""The line of a product file in Python that makes an element of the template."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator, Sequence
from pathlib import Path

from catalog.check.helper_calls import REFERENCES, function_name, helper_call


def line_of_element(source: str, path: Sequence[str | int]) -> int:
    """The line of a Python source that makes the element at `path` of the template; 0 if no line or several do.

    The element is made by a call that has its name as first argument (`kms.Key("Key", …)`) or stands under its name in
    a dictionary. Otherwise it is the call that passes its name to a helper, that puts the name together, or that has
    the variable of a loop over names (`catalog.check.helper_calls`). From there, the line goes down the properties as
    far as the source names each of them once.
    """
    if len(path) < 2:
        return 0
    node = maker(source, str(path[1]))
    if node is None:
        return 0
    line = node.lineno
    for part in path[2:]:
        if part == "Properties" or isinstance(part, int) or part.startswith("Fn::"):
            continue  # troposphere has no such level
        inside = [value for name, value in members(node) if name == part]
        if len(inside) != 1:
            break
        (node,) = inside
        line = node.lineno
    return line


def maker(source: str, name: str) -> ast.expr | None:
    """The node that makes the element `name`; None if the source has none, or several."""
    makers = [node for made_name, node in made(source) if made_name == name]
    if len(makers) > 1:
        return None
    return makers[0] if makers else helper_call(parsed(source), name)


def source_of(file: Path) -> str:
    """The text of a product file; empty if it cannot be read."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def line_of_suppression(source: str, control: str) -> int:
    """The line of the only `Suppression(…)` of a control in a product file; 0 for none or several."""
    lines = []
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.Call) and function_name(node) == "Suppression":
            named = [keyword.value for keyword in node.keywords if keyword.arg == "control"]
            if any(isinstance(first, ast.Constant) and first.value == control for first in (node.args or named)[:1]):
                lines.append(node.lineno)
    return lines[0] if len(lines) == 1 else 0


@functools.lru_cache(maxsize=8)
def made(source: str) -> tuple[tuple[str, ast.expr], ...]:
    """(name, node) of each element that a source makes."""
    return tuple(named for node in ast.walk(parsed(source)) for named in elements(node))


@functools.lru_cache(maxsize=8)
def parsed(source: str) -> ast.Module:
    """A source as a tree; an empty one if it is no Python."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return ast.Module([], [])


def elements(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The elements that one node makes: a call with a name, the values of a dictionary, or an assignment into one."""
    if isinstance(node, ast.Call) and function_name(node) not in REFERENCES:
        first = node.args[0] if node.args else None
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value, node
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str) and isinstance(value, ast.Dict | ast.Call):
                yield key.value, value
    elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict | ast.Call):
        for target in node.targets:
            if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
                yield str(target.slice.value), node.value


def members(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """(name, value) of the keyword arguments and dictionary keys inside a node."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.keyword) and inner.arg:
            yield inner.arg, inner.value
        elif isinstance(inner, ast.Dict):
            for key, value in zip(inner.keys, inner.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, value
