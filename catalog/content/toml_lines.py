"""The lines of keys in a TOML file, for error messages: tomllib gives values without lines."""

from __future__ import annotations

import re
import tomllib
from typing import Any

HEADER = re.compile(r"\s*\[+\s*(?P<name>[^\[\]]+?)\s*\]+\s*(#.*)?")
KEY = re.compile(r"""\s*(?P<key>(?:[\w.\s-]|"[^"]*"|'[^']*')+?)\s*=""")


def line_of(text: str, path: tuple[str, ...]) -> int:
    """The line, from 1, of the key at `path`, or of the closest table above it; 1 if there is none."""
    best, best_length = 1, 0
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := HEADER.fullmatch(line):
            table = names(header["name"])
            where = table
        elif key := KEY.match(line):
            where = (*table, *names(key["key"]))
        else:
            continue
        length = min(len(where), len(path))
        if path[:length] != where[:length]:
            continue
        if length > best_length:
            best, best_length = number, length
    return best


def names(key: str) -> tuple[str, ...]:
    """A dotted key as its names: `tool."a.b"` as ("tool", "a.b"). Empty for text that is no key."""
    try:
        value: Any = tomllib.loads(f"{key} = 0")
    except tomllib.TOMLDecodeError:
        return ()
    parts = []
    while isinstance(value, dict):
        ((name, value),) = value.items()
        parts.append(name)
    return tuple(parts)
