"""YAML as data with line numbers. Only values that JSON has, no duplicate keys; dates stay text."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from catalog.content.files import read_text
from catalog.errors import ContentError
from catalog.model.limits import shown

DataPath = tuple[str | int, ...]
SIZE_LIMIT = 1_000_000
"""Bytes of a YAML file. The worst one takes about ten seconds to read."""
Libyaml: Any = getattr(getattr(yaml, "cyaml", None), "CParser", None)
"""libyaml's parser if PyYAML has it. It is some six times as fast as PyYAML's own."""
UNLIKE = "\t\ufeff"
"""Characters that the two parsers do not read alike."""


class DataLoader(yaml.SafeLoader):
    """SafeLoader for the data that JSON has. Duplicate keys and other values are errors; dates stay text.

    Aliases and merge keys (`<<`) are copies of what their anchor marks, up to `NODES_LIMIT` values.
    """

    merges = True
    """Whether `<<` merges. In a file whose scalars all are text, it is a key."""

    def __init__(self, text: str, events: Any = None) -> None:
        """`events`: what has parsed the text in place of PyYAML's own parser, which is slow."""
        super().__init__("" if events else text)
        if events:
            for name in ("check_event", "peek_event", "get_event"):
                setattr(self, name, getattr(events, name))

    def get_single_node(self) -> yaml.Node | None:
        """The document; an error if its aliases make it too large, or if it contains itself."""
        node: yaml.Node | None = super().get_single_node()
        self.has_aliases = node is not None and repeats_values(node)
        return node

    has_aliases = False

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """A value. One that does not fit its tag is an error with its line."""
        return fitting_value(node, lambda: super(DataLoader, self).construct_object(node, deep))

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """A dict. A key that is not text, or is repeated, is an error with its line."""
        if not isinstance(node, yaml.MappingNode):
            raise wrong(f"{value_words(node)} is not a mapping", node)
        seen: set[str] = set()
        for key_node, _ in node.value:
            if self.merges and key_node.tag == MERGE:
                continue
            if key_node.tag != TEXT or not isinstance(key_node, yaml.ScalarNode):
                raise wrong(f"a key must be text, got {value_words(key_node)}", key_node)
            if key_node.value in seen:
                raise wrong(f"the key {key_node.value!r} is repeated", key_node)
            seen.add(key_node.value)
        self.flatten_mapping(node)  # merged pairs come first, so that the mapping's own win
        for key_node, _ in node.value:
            if key_node.tag != TEXT:
                raise wrong(f"a key must be text, got {value_words(key_node)}", key_node)
        return super().construct_mapping(node, deep)

    def construct_sequence(self, node: yaml.SequenceNode, deep: bool = False) -> list[Any]:
        """A list; an error with its line if it is none."""
        if not isinstance(node, yaml.SequenceNode):
            raise wrong(f"{value_words(node)} is not a list", node)
        return super().construct_sequence(node, deep)

    def construct_whole(self, node: yaml.ScalarNode) -> int:
        """An integer. More digits than a 64-bit number has are an error with its line: AWS has no such number."""
        if len(node.value) > DIGITS_LIMIT:
            raise wrong(f"{value_words(node)} has more than {DIGITS_LIMIT} digits; write it in quotes", node)
        return int(self.construct_yaml_int(node))

    def construct_number(self, node: yaml.ScalarNode) -> float:
        """A float. Infinity and NaN are errors with their line: JSON does not have them."""
        value = self.construct_yaml_float(node)
        if not math.isfinite(value):
            raise wrong(f"{node.value!r} is not a number in JSON", node)
        return float(value)

    def refuse(self, node: yaml.Node) -> None:
        """Refuse a tag that stands for no data of JSON."""
        raise wrong(f"the tag {node.tag.replace(PREFIX, '!!')} is not supported: write plain data", node)


def wrong(words: str, node: yaml.Node) -> yaml.constructor.ConstructorError:
    """The error for a node, with its line."""
    return yaml.constructor.ConstructorError(None, None, words, node.start_mark)


def fitting_value(node: yaml.Node, construct: Callable[[], Any]) -> Any:
    """What `construct` makes of a node; an error with its line if the node does not fit its tag."""
    try:
        return construct()
    except yaml.constructor.ConstructorError as error:
        if " node, but found " not in str(error.problem):
            raise
        problem: Exception = error
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
        problem = error
    kind = KINDS.get(node.tag.removeprefix(PREFIX), "plain data")
    raise wrong(f"{value_words(node)} is not {kind}", node) from problem


def value_words(node: yaml.Node) -> str:
    """A node in an error: its text in quotes, or what it is."""
    if isinstance(node, yaml.ScalarNode):
        return shown(node.value)
    return "a mapping" if isinstance(node, yaml.MappingNode) else "a list"


def repeats_values(document: yaml.Node) -> bool:
    """Whether a document has aliases; an error if they make it too large, or if it contains itself."""
    sizes: dict[int, int] = {}
    size = expanded_size(document, sizes)
    if size > len(sizes) and size > NODES_LIMIT:
        raise wrong(f"with its aliases it has more than {NODES_LIMIT} values", document)
    return size > len(sizes)


def expanded_size(node: yaml.Node, sizes: dict[int, int]) -> int:
    """How many values a node has, with what its aliases repeat. An error if the node contains itself."""
    known_size = sizes.get(id(node))
    if known_size == 0:
        raise wrong("a value contains itself through an alias", node)
    if known_size:
        return known_size
    sizes[id(node)] = 0
    size = 1
    if isinstance(node, yaml.MappingNode):
        size += sum(expanded_size(part, sizes) for pair in node.value for part in pair)
    elif isinstance(node, yaml.SequenceNode):
        size += sum(expanded_size(item, sizes) for item in node.value)
    sizes[id(node)] = size
    return size


PREFIX = "tag:yaml.org,2002:"
TEXT, MERGE = f"{PREFIX}str", f"{PREFIX}merge"
NODES_LIMIT = 100_000
"""Values of a document with aliases: nested aliases make a small file huge."""
DIGITS_LIMIT = 30
KINDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "null": "empty",
    "map": "a mapping",
    "seq": "a list",
    "merge": "a key",
}
"""What a value with a tag must be, in words."""

DataLoader.yaml_constructors = {
    tag: constructor
    for tag, constructor in yaml.SafeLoader.yaml_constructors.items()
    if tag is not None and tag.removeprefix(PREFIX) in ("str", "bool", "null", "map", "seq")
}
DataLoader.add_constructor(f"{PREFIX}int", DataLoader.construct_whole)
DataLoader.add_constructor(f"{PREFIX}float", DataLoader.construct_number)
DataLoader.add_constructor(None, DataLoader.refuse)
DataLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != f"{PREFIX}timestamp"]
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

    merges = False


TextLoader.yaml_implicit_resolvers = {}


def read_yaml(file: Path, shown_as: str, kind: type[DataLoader] = DataLoader, *, pipe: bool = False) -> YamlDocument:
    """Parse a file with one YAML document; `ContentError` with file and line if that fails.

    `pipe`: the file was named on the command line, and can be a pipe.
    """
    try:
        text = read_text(file, shown_as, SIZE_LIMIT, pipe=pipe)
    except FileNotFoundError as error:
        raise ContentError(f"{shown_as}: cannot be read: the file does not exist") from error
    return parse_yaml(text, shown_as, kind)


def parse_yaml(text: str, shown_as: str, kind: type[DataLoader] = DataLoader) -> YamlDocument:
    """Parse the text of one YAML document; `ContentError` with file and line if that fails."""
    if Libyaml and not any(character in text for character in UNLIKE):
        with suppress(yaml.YAMLError, RecursionError, ValueError):  # PyYAML's parser has the words for what is wrong
            return document_of(kind(text, Libyaml(text)), shown_as)
    try:
        return document_of(kind(text), shown_as)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ContentError(f"{at_problem(shown_as, error, text)}: not valid YAML: {problem_words(error)}") from error


def document_of(loader: DataLoader, shown_as: str) -> YamlDocument:
    """What a loader reads. It raises what PyYAML raises, `RecursionError` and `ValueError`."""
    node = loader.get_single_node()
    data = loader.construct_document(node) if node is not None else None
    if loader.has_aliases:
        data = copied(data)
    return YamlDocument(shown_as, data, dict(walk(node, ())) if node is not None else {})


def copied(data: Any) -> Any:
    """Data in which no part is shared, so that a change of one part changes no other."""
    if isinstance(data, dict):
        return {key: copied(item) for key, item in data.items()}
    return [copied(item) for item in data] if isinstance(data, list) else data


def at_problem(shown_as: str, error: Exception, text: str = "") -> str:
    """`file:line` of an error of YAML or JSON; the file alone if the error has no line."""
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else getattr(error, "lineno", 0)
    if isinstance(error, yaml.reader.ReaderError) and isinstance(error.position, int):
        line = text.count("\n", 0, error.position) + 1
    return f"{shown_as}:{line}" if line else shown_as


def problem_words(error: Exception) -> str:
    """What is wrong, on one line."""
    if isinstance(error, RecursionError):
        return "its values nest too deep"
    if isinstance(error, yaml.reader.ReaderError):
        character = error.character if isinstance(error.character, int) else ord(str(error.character)[:1] or "?")
        return f"the special character {character:#06x} is not allowed; write it as an escape in double quotes"
    if isinstance(error, ValueError) and "integer string conversion" in str(error):
        return "a number has too many digits; write it in quotes"
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


def read_parameters(file: Path, shown_as: str) -> dict[str, str]:
    """A file of parameters: a mapping of names to values or lists. Values stay as written, and lists are joined."""
    document = read_yaml(file, shown_as, TextLoader, pipe=True)
    if document.data is None:  # a file of comments, such as one in which every parameter keeps its default
        return {}
    if not isinstance(document.data, dict):
        raise ContentError(f"{shown_as}: must be a mapping of parameter names to values")
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
