r"""The constraints of a request in botocore's model of its operation, as AWS's front end checks them.

On the client, botocore checks required members, types and minimum lengths; AWS also checks patterns, enums and maxima.
The messages are those of all AWS services ("1 validation error detected: Value '…' at '…' failed to satisfy
constraint: …"); unknown members are ignored. Patterns use `\p{L}`, which `re` does not support.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import regex  # type: ignore[import-untyped]  # has no type hints
from botocore.model import ListShape, MapShape, Shape, StructureShape

Visit = Callable[[Shape, Any, str], None]


def report(problems: list[str]) -> str:
    """The message of a validation error."""
    return f"{len(problems)} validation error{'s' if len(problems) > 1 else ''} detected: {'; '.join(problems)}"


def violations(shape: Shape, value: Any, visit: Visit = lambda shape, value, path: None) -> Iterator[str]:
    """The constraints that a request does not satisfy; `visit` sees each value before it is checked."""
    yield from _check(shape, value, "", visit)


def _check(shape: Shape, value: Any, path: str, visit: Visit) -> Iterator[str]:
    visit(shape, value, path)
    if isinstance(shape, StructureShape):
        yield from _check_structure(shape, value, path, visit)
    elif isinstance(shape, ListShape):
        yield from _check_length(shape, value, path)
        for index, item in enumerate(value, 1):
            yield from _check(shape.member, item, f"{path}.{index}.member", visit)
    elif isinstance(shape, MapShape):
        yield from _check_length(shape, value, path)
        for key, item in value.items():
            yield from _check(shape.key, key, f"{path}.key", visit)
            yield from _check(shape.value, item, f"{path}.{key}", visit)
    else:
        yield from _check_scalar(shape, value, path)


def _check_structure(shape: StructureShape, value: dict[str, Any], path: str, visit: Visit) -> Iterator[str]:
    for name, member in shape.members.items():
        member_path = f"{path}.{_lower(name)}" if path else _lower(name)
        item = value.get(name)
        if item is not None:
            yield from _check(member, item, member_path, visit)
        elif name in shape.required_members:
            yield _problem(None, member_path, "Member must not be null")


def _check_scalar(shape: Shape, value: Any, path: str) -> Iterator[str]:
    if shape.type_name == "integer":
        yield from _check_bounds(shape, value, value, path, "value")
    if shape.type_name == "string":
        yield from _check_length(shape, value, path)
        allowed = shape.metadata.get("enum")
        if allowed and value not in allowed:
            yield _problem(value, path, f"Member must satisfy enum value set: [{', '.join(allowed)}]")
        pattern = shape.metadata.get("pattern")
        if pattern and not _compiled(pattern).fullmatch(value):
            yield _problem(value, path, f"Member must satisfy regular expression pattern: {pattern}")


def _check_length(shape: Shape, value: Any, path: str) -> Iterator[str]:
    yield from _check_bounds(shape, value, len(value), path, "length")


def _check_bounds(shape: Shape, value: Any, measure: int, path: str, noun: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and measure < low:
        yield _problem(value, path, f"Member must have {noun} greater than or equal to {low}")
    if high is not None and measure > high:
        yield _problem(value, path, f"Member must have {noun} less than or equal to {high}")


def _problem(value: Any, path: str, constraint: str) -> str:
    shown = "null" if value is None else f"'{value}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {constraint}"


def _lower(name: str) -> str:
    """The name of a member in AWS's messages: `PortfolioId` becomes `portfolioId`, `ARN` stays."""
    return name if name.isupper() else name[:1].lower() + name[1:]


@cache
def _compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern)
