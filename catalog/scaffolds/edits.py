"""Lines added to a YAML or TOML file of a person: the rest of the text stays as it is, byte for byte.

The result is read again. If it does not say what it should, the file is left, and an error says what to write.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

import yaml

from catalog.content.toml_lines import HEADER, names
from catalog.errors import ContentError
from catalog.scaffolds.texts import quoted


def with_product(text: str, shown: str, entry: str) -> str:
    """A portfolio file with a product's entry, as two-space YAML lines, after its last product."""
    document = yaml.compose(text, Loader=yaml.SafeLoader)
    items = value_of(document, "products")
    hint = f"Add this to its products yourself:\n{entry}"
    if items is not None and not isinstance(items, yaml.SequenceNode):
        raise ContentError(f"{shown}: products is no list", hint=hint)
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    if items is None:
        edited = "".join([*lines, "products:\n", entry])
    elif items.flow_style or not items.value:
        raise ContentError(f"{shown}:{items.start_mark.line + 1}: products is written in brackets", hint=hint)
    else:
        at = last_line(items) + 1
        edited = "".join([*lines[:at], indented(entry, items.start_mark.column), *lines[at:]])
    before, (added,) = yaml.safe_load(text) or {}, yaml.safe_load(entry)
    expected = {**before, "products": [*before.get("products", []), added]}
    if safe(edited) != expected:
        raise ContentError(f"{shown}: the product cannot be added without changing something else", hint=hint)
    return edited


def safe(text: str) -> Any:
    """The data of YAML; None if it cannot be read."""
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return None


def value_of(document: yaml.Node | None, key: str) -> Any:
    """The node of a key of a mapping; None without it."""
    pairs = document.value if isinstance(document, yaml.MappingNode) else []
    return next((value for name, value in pairs if name.value == key), None)


def last_line(node: yaml.Node) -> int:
    """The number, from 0, of the last line of a node. Comments after it are not part of it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return last_line(last[1] if isinstance(last, tuple) else last)
    mark = node.end_mark
    return int(mark.line if mark.column else mark.line - 1)


def indented(entry: str, column: int) -> str:
    """An entry, written with two spaces, as part of a list in that column."""
    return "".join(f"{' ' * column}{line[2:]}" for line in entry.splitlines(keepends=True))


def with_member(text: str, shown: str, table: Sequence[str], key: str, member: str) -> str:
    """pyproject.toml with one more member in a list of texts of a table."""
    before = tomllib.loads(text)
    members = get(before, (*table, key), [])
    if member in members:
        return text
    expected = deepcopy(before)
    target = expected
    for name in table:
        target = target.setdefault(name, {})
    target[key] = [*members, member]
    line = f"{key} = {quoted(target[key])}\n"
    for edited in candidates(text, tuple(table), key, line):
        if parsed(edited) == expected:
            return edited
    raise ContentError(
        f"{shown}: {key} cannot be changed without changing something else",
        hint=f"Write this in [{'.'.join(table)}] yourself: {line.strip()}",
    )


def candidates(text: str, table: tuple[str, ...], key: str, line: str) -> list[str]:
    """Texts that could be right: the key's line replaced, the key after the table's header, or a new table."""
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    edits = []
    for number, header in enumerate(lines):
        match = HEADER.fullmatch(header.rstrip("\r\n"))
        if match and names(match["name"]) == table:
            edits += [
                "".join([*lines[:at], line, *lines[at + 1 :]])
                for at in range(number + 1, len(lines))
                if lines[at].split("=")[0].strip() == key
            ]
            edits.append("".join([*lines[: number + 1], line, *lines[number + 1 :]]))
    return [*edits, "".join([*lines, f"\n[{'.'.join(table)}]\n", line])]


def get(data: Mapping[str, Any], path: Sequence[str], default: Any) -> Any:
    """The value at a path of keys."""
    for name in path:
        if not isinstance(data, Mapping) or name not in data:
            return default
        data = data[name]
    return data


def parsed(text: str) -> Any:
    """The data of TOML; None if it cannot be read."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None
