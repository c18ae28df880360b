"""Bring a property's value into the form that a service's API takes, by botocore's model of the API.

Properties and parameters mostly have the same names, up to the case of letters: `KeySchema`, `logGroupName`. A template
may write numbers and Booleans as text, and an object for a policy that the API takes as JSON text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape


def shaped(value: Any, shape: Shape) -> Any:
    """The value in the form of the shape; members that the API does not have are left out."""
    if isinstance(shape, StructureShape):
        return _structure(_counted(value, shape), shape)
    if isinstance(shape, ListShape):
        values = value if isinstance(value, list | tuple) else [value]
        return [shaped(item, shape.member) for item in values]
    if isinstance(shape, MapShape):
        return {str(key): shaped(item, shape.value) for key, item in dict(value).items()}
    return _scalar(value, shape.type_name)


def copied(properties: Mapping[str, Any], shape: Shape | None, renamed: Mapping[str, str]) -> dict[str, Any]:
    """The parameters of an operation whose names are those of properties, or the new names of `renamed`.

    The name of a member is written there as `A.B`, with its new name alone.
    """
    if not isinstance(shape, StructureShape):
        return {}
    return dict(_structure(_renamed(properties, renamed), shape))


def _renamed(node: Any, renamed: Mapping[str, str]) -> Any:
    """A property and its members with their new names."""
    if isinstance(node, list | tuple):
        return [_renamed(each, renamed) for each in node]
    if not isinstance(node, Mapping) or not renamed:
        return node
    return {renamed.get(name, name): _renamed(value, _inside(name, renamed)) for name, value in node.items()}


def _inside(name: str, renamed: Mapping[str, str]) -> dict[str, str]:
    """The new names of the members of a property."""
    start = f"{name}."
    return {path.removeprefix(start): new for path, new in renamed.items() if path.startswith(start)}


def tag_list(tags: Mapping[str, str], shape: Shape) -> Any:
    """Tags as the parameter takes them: a map, or a list of keys and values under whatever names, or such items."""
    if isinstance(shape, StructureShape):
        return {"Items": tag_list(tags, shape.members["Items"])}
    if isinstance(shape, ListShape) and isinstance(shape.member, StructureShape):
        names = list(shape.member.members)
        key = next(name for name in names if name.lower() in ("key", "tagkey"))
        value = next(name for name in names if name.lower() in ("value", "tagvalue"))
        return [{key: name, value: text} for name, text in tags.items()]
    return dict(tags)


def _structure(value: Any, shape: StructureShape) -> Any:
    if not isinstance(value, Mapping):
        return value
    members = {name.lower(): (name, member) for name, member in shape.members.items()}
    return {
        members[key.lower()][0]: shaped(item, members[key.lower()][1])
        for key, item in value.items()
        if key.lower() in members and item is not None
    }


def _counted(value: Any, shape: StructureShape) -> Any:
    """A list as CloudFront wants it: its items with their count, and whether there are any."""
    if isinstance(value, list | tuple) and {"Quantity", "Items"} <= shape.members.keys():
        return {"Quantity": len(value), "Enabled": bool(value), "Items": list(value)}
    return value


def _scalar(value: Any, kind: str) -> Any:
    if kind == "boolean":
        return value is True or str(value).lower() == "true"
    if kind in ("integer", "long", "float", "double"):
        return _number(value, whole=kind in ("integer", "long"))
    if kind == "blob":
        return value if isinstance(value, bytes) else as_text(value).encode()
    return as_text(value) if kind in ("string", "character") else value


def _number(value: Any, *, whole: bool) -> Any:
    """A number, or what is none as it is: the service refuses it."""
    try:
        return int(float(value)) if whole else float(value)
    except (TypeError, ValueError):
        return value


def as_text(value: Any) -> str:
    """A value as text: JSON for objects and lists, and Booleans in lower case."""
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
