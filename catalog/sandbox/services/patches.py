"""The patches of API Gateway, on a document in the form that a shape of its API gives (API reference, PatchOperation).

A path leads to a member, `/variables/colour`; in a list the value, or the last step of the path, names the item:
`add /binaryMediaTypes/image~1png`. A value is text, whatever the member is.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from catalog.sandbox.registry.shaping import shaped


def patch(document: Mapping[str, Any], shape: Shape, operations: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The document after all operations."""
    changed = copy.deepcopy(dict(document))
    for operation in operations:
        steps = [step.replace("~1", "/").replace("~0", "~") for step in operation["path"].strip("/").split("/")]
        _apply(changed, shape, steps, operation["op"], operation.get("value"))
    return changed


def _apply(node: dict[str, Any], shape: Shape, steps: Sequence[str], op: str, value: Any) -> None:
    """Carry out one operation below a map or a structure."""
    name, rest = steps[0], steps[1:]
    inner = _member(shape, name)
    if isinstance(inner, ListShape):
        node[name] = _listed(node.get(name) or [], inner, "/".join(rest), op, value)
    elif rest:
        below = dict(node.get(name) or {})
        _apply(below, inner, rest, op, value)
        node[name] = below
    elif op == "remove":
        node[name] = None
        if isinstance(shape, MapShape):
            del node[name]
    else:
        node[name] = shaped(value, inner)


def _listed(items: list[Any], shape: ListShape, item: str, op: str, value: Any) -> list[Any]:
    """A list after one operation; without an item in the path, `replace` replaces all."""
    given = shaped(value if value is not None else item, shape.member)
    if op == "add":
        return [*items, shaped(item, shape.member) if item and value is None else given]
    gone = item or given
    kept = [each for each in items if not _is(each, gone)]
    if op == "remove":
        return kept
    return [given] if not item else [*kept, given]


def _is(item: Any, named: Any) -> bool:
    """Whether a value names an item: it is the item, or has some of its members."""
    if isinstance(item, Mapping) and isinstance(named, Mapping):
        return all(item.get(name) == value for name, value in named.items())
    return bool(item == named)


def _member(shape: Shape, name: str) -> Shape:
    if isinstance(shape, StructureShape):
        member: Shape = shape.members.get(name, shape)
        return member
    value: Shape = shape.value if isinstance(shape, MapShape) else shape
    return value
