"""One text in a file of YAML or JSON, replaced at its place: comments, quotes, order and line ends stay. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from catalog.content.template_files import is_json


def with_value(source: str, path: Sequence[str], value: str) -> str:
    """`source` with another text at `path`, a path of keys; `ValueError` says why that is not possible.

    The result is read again: nothing but this value can differ, whatever aliases and tags the file has.
    """
    before = parse(source)
    node = text_node(before, path)
    start, end = node.start_mark.index, node.end_mark.index
    quote = node.style or ""
    literal = f"{quote}{node.value}{quote}"
    if quote not in ("", "'", '"') or not source[start:end].endswith(literal):
        raise ValueError(f"line {node.start_mark.line + 1} has a text of several lines, or with escapes")
    edited = f"{source[: end - len(literal)]}{quote}{value}{quote}{source[end:]}"
    if as_data(parse(edited)) != replaced(before, path, value):
        raise ValueError(f"line {node.start_mark.line + 1} is used for other values too, or would not read back")
    return edited


def parse(source: str) -> yaml.Node:
    """The document, with places that are indices of `source`."""
    try:
        # Tabs are no indentation in YAML. In JSON, they are never inside of a text.
        node: yaml.Node | None = yaml.compose(
            source.replace("\t", " ") if is_json(source) else source, Loader=yaml.SafeLoader
        )
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError("it is neither YAML nor JSON") from error
    if node is None:
        raise ValueError("it is empty")
    return node


def text_node(node: yaml.Node, path: Sequence[str]) -> yaml.ScalarNode:
    """The text at `path`."""
    for name in path:
        members = node.value if isinstance(node, yaml.MappingNode) else []
        values = [value for key, value in members if key.value == name]
        if len(values) != 1:
            raise ValueError(f"{'.'.join(path)} does not stand in it")
        (node,) = values
    if not isinstance(node, yaml.ScalarNode):
        raise ValueError(f"{'.'.join(path)} is not a text")  # noqa: TRY004  # of the file, as all errors here
    return node


def replaced(node: yaml.Node, path: Sequence[str], value: str) -> Any:
    """`as_data` of a document with another text at `path`."""
    if not path:
        return node.tag, value
    members = [
        (as_data(key), replaced(member, path[1:], value) if key.value == path[0] else as_data(member))
        for key, member in node.value
    ]
    return node.tag, members


def as_data(node: yaml.Node) -> Any:
    """Tags and values of a document, without places."""
    if isinstance(node, yaml.MappingNode):
        return node.tag, [(as_data(key), as_data(value)) for key, value in node.value]
    if isinstance(node, yaml.SequenceNode):
        return node.tag, [as_data(item) for item in node.value]
    return node.tag, node.value
