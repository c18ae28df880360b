"""YAML as data with line numbers. Only values that JSON has, no duplicate keys; dates stay text."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from catalog.errors import ContentError

DataPath = tuple[str | int, ...]


class DataLoader(yaml.SafeLoader):
    """SafeLoader without Python tags. Duplicate keys and values that JSON does not have are errors; dates stay text."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """A node. An alias is an error, because nested aliases make a small file huge."""
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, f"alias *{event.anchor} is not supported", event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """A dict. A key that is not text, or is repeated, is an error with its line."""
        seen: set[str] = set()
        for key_node, _ in node.value:
            if key_node.tag != "tag:yaml.org,2002:str":
                raise yaml.constructor.ConstructorError(
                    None, None, f"a key must be text, got {key_node.value!r}", key_node.start_mark
                )
            if key_node.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key_node.value!r} is repeated", key_node.start_mark
                )
            seen.add(key_node.value)
        return super().construct_mapping(node, deep)

    def construct_number(self, node: yaml.ScalarNode) -> float:
        """A float. Infinity and NaN are errors with their line: JSON does not have them."""
        value = self.construct_yaml_float(node)
        if not math.isfinite(value):
            raise yaml.constructor.ConstructorError(
                None, None, f"{node.value!r} is not a number in JSON", node.start_mark
            )
        return float(value)


DataLoader.yaml_constructors = {
    tag: constructor
    for tag, constructor in yaml.SafeLoader.yaml_constructors.items()
    if tag is None or tag.rpartition(":")[2] in ("str", "int", "bool", "null", "map", "seq")
} | {"tag:yaml.org,2002:float": DataLoader.construct_number}
DataLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """A parsed file: its data and the line of each part."""

    shown: str
    """The file as shown in errors."""
    data: Any
    lines: dict[DataPath, int]

    def where(self, path: DataPath) -> str:
        """`file:line` of the innermost part of `path` that exists."""
        return f"{self.shown}:{self.line(path)}"

    def line(self, path: DataPath) -> int:
        """The line of the innermost part of `path` that exists."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


class TextLoader(DataLoader):
    """DataLoader that keeps every plain scalar as text: `010`, `1.10` and `on` stay as they are written."""


TextLoader.yaml_implicit_resolvers = {}


def read_yaml(file: Path, shown: str, kind: type[DataLoader] = DataLoader) -> YamlDocument:
    """Parse a file with one YAML document; `ContentError` with file and line if that fails."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"{shown}: cannot be read: {error}") from error
    return parse_yaml(text, shown, kind)


def parse_yaml(text: str, shown: str, kind: type[DataLoader] = DataLoader) -> YamlDocument:
    """Parse the text of one YAML document; `ContentError` with file and line if that fails."""
    try:
        loader = kind(text)
        node = loader.get_single_node()
        data = loader.construct_document(node) if node is not None else None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ContentError(f"{at_problem(shown, error)}: not valid YAML: {problem_words(error)}") from error
    return YamlDocument(shown, data, dict(walk(node, ())) if node is not None else {})


def at_problem(shown: str, error: Exception) -> str:
    """`file:line` of an error of YAML or JSON; the file alone if the error has no line."""
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else getattr(error, "lineno", 0)
    return f"{shown}:{line}" if line else shown


def problem_words(error: Exception) -> str:
    """What is wrong, on one line."""
    words = [getattr(error, name, None) for name in ("context", "problem")]
    return ", ".join(word for word in words if word) or str(error).replace("\n", " ")


def walk(node: yaml.Node, path: DataPath) -> Iterator[tuple[DataPath, int]]:
    """(path, line) of `node` and everything below it."""
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            for inner, line in walk(value, (*path, key.value)):
                # A nested mapping starts a line below its key. Errors show the line of the key.
                yield inner, (key.start_mark.line + 1 if inner == (*path, key.value) else line)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from walk(item, (*path, index))


def read_parameters(file: Path, shown: str) -> dict[str, str]:
    """A file of parameters: a mapping of names to values or lists. Values stay as written, and lists are joined."""
    document = read_yaml(file, shown, TextLoader)
    if not isinstance(document.data, dict):
        raise ContentError(f"{shown}: must be a mapping of parameter names to values")
    return {name: parameter_text(document.where((name,)), name, value) for name, value in document.data.items()}


def parameter_text(where: str, name: str, value: Any) -> str:
    """The value of a parameter as text for AWS."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        if bad := [item for item in value if "," in item]:
            raise ContentError(f"{where}: {name} has a member with a comma, where AWS would split it: {bad[0]!r}")
        return ",".join(value)
    raise ContentError(f"{where}: {name} must be a value or a list of values, got {value!r}")
