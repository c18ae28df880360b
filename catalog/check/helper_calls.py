"""The call of a Python source that makes an element whose name it does not have as first argument.

Such an element is made by a helper that gets the name, in a loop over names, or with a name that is put together. The
source is read, not run, so what cannot be told by reading has no line.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

REFERENCES = {"Ref", "GetAtt", "Sub", "If", "Equals", "Select", "ImportValue", "Condition", "FindInMap", "DependsOn"}
"""Functions whose first argument names an element of the template, without making it."""


def function_name(node: ast.Call) -> str:
    """The last part of the name of the function that is called."""
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def helper_call(tree: ast.Module, name: str) -> ast.Call | None:
    """The call that makes the element `name`: the first way to make it that fits calls of one line alone."""
    ways: tuple[Callable[[ast.Module, str], Iterator[ast.Call]], ...] = (with_name, in_loops, with_pattern, unnamed)
    for way in ways:
        calls = list(way(tree, name))
        if calls:
            outermost = min(calls, key=lambda call: (call.lineno, call.col_offset))
            return outermost if len({call.lineno for call in calls}) == 1 else None
    return None


def calls_in(node: ast.AST) -> Iterator[ast.Call]:
    """Every call that may make an element."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call) and function_name(inner) not in REFERENCES:
            yield inner


def arguments(call: ast.Call) -> list[ast.expr]:
    """The positional and keyword arguments."""
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def with_name(tree: ast.Module, name: str) -> Iterator[ast.Call]:
    """Calls that have the name as an argument: `add_queue(template, "Orders")`."""
    for call in calls_in(tree):
        if any(isinstance(each, ast.Constant) and each.value == name for each in arguments(call)):
            yield call


def in_loops(tree: ast.Module, name: str) -> Iterator[ast.Call]:
    """Calls in a loop over a literal that has the name, with the variable of the loop as an argument."""
    literals = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for targets, iterated, body in loops(tree):
        values = literals.get(iterated.id, iterated) if isinstance(iterated, ast.Name) else iterated
        if any(isinstance(each, ast.Constant) and each.value == name for each in ast.walk(values)):
            names = {each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)}
            calls = (call for node in body for call in calls_in(node) if passes(call, names))
            yield from list(calls)[:1]


def loops(tree: ast.Module) -> Iterator[tuple[list[ast.expr], ast.expr, list[ast.AST]]]:
    """(variables, what is iterated, body) of each loop and comprehension."""
    for node in ast.walk(tree):
        if isinstance(node, ast.For):
            yield [node.target], node.iter, list(node.body)
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp):
            for part in node.generators:
                yield [part.target], part.iter, [node.elt]
        elif isinstance(node, ast.DictComp):
            for part in node.generators:
                yield [part.target], part.iter, [node.key, node.value]


def passes(call: ast.Call, names: set[str]) -> bool:
    """Whether a call has one of these variables as an argument, alone or in a text."""
    parts = [
        inner for each in arguments(call) for inner in ([each] if isinstance(each, ast.Name) else text_parts(each))
    ]
    return any(isinstance(part, ast.Name) and part.id in names for part in parts)


def with_pattern(tree: ast.Module, name: str) -> Iterator[ast.Call]:
    """Calls with a text with filled-in parts that can be the name: `Queue(f"Queue{index}")`."""
    for call in calls_in(tree):
        if any(fits(text_parts(argument), name) for argument in call.args):
            yield call


def fits(parts: list[ast.expr], name: str) -> bool:
    """Whether the name has the constant parts, and something for the others."""
    pattern = "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in parts)
    return any(isinstance(part, ast.Constant) for part in parts) and re.fullmatch(pattern, name) is not None


def text_parts(node: ast.expr) -> list[ast.expr]:
    """The parts of a text that is put together, in any of Python's ways: constants, and what is filled in."""
    if isinstance(node, ast.JoinedStr):
        return [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [inner for side in (node.left, node.right) for inner in (text_parts(side) or [side])]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        values = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
        return filled(node.left, r"%[sdr]", values)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return filled(node.func.value, r"\{[^{}]*\}", arguments(node))
    return []


def filled(text: ast.expr, places: str, values: list[ast.expr]) -> list[ast.expr]:
    """The parts of a constant text in which values are filled in at these places."""
    if not isinstance(text, ast.Constant) or not isinstance(text.value, str):
        return []
    pieces = [ast.Constant(piece) for piece in re.split(places, text.value)]
    fillings = values if len(values) == len(pieces) - 1 else [ast.Name("_")] * (len(pieces) - 1)
    return [part for pair in zip(pieces, [*fillings, ast.Constant("")], strict=True) for part in pair]


def unnamed(tree: ast.Module, name: str) -> Iterator[ast.Call]:
    """Calls of add_resource, add_output and the like for something whose name the source does not have there."""
    for call in calls_in(tree):
        if (
            function_name(call).startswith("add_")
            and call.args
            and not any(
                isinstance(inner, ast.Call) and inner.args and isinstance(inner.args[0], ast.Constant)
                for inner in ast.walk(call.args[0])
            )
        ):
            yield call
