"""The texts in files/, with their placeholders `<<name>>` filled in.

A text of a person is filled in as a JSON string, which YAML, TOML and Python read alike. Keys and names with a pattern
are filled in as they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from importlib import resources

import yaml

from catalog.errors import ContentError
from catalog.model.limits import check_length, shown

PLAIN = re.compile(r"[A-Za-z][\w ().,/-]*", re.ASCII)
"""Texts that are the same in YAML with and without quotes, unless YAML reads them as another type."""
PLACEHOLDER = re.compile(r"<<([a-z_]+)>>")


def scaffold_text(name: str, /, **values: str) -> bytes:
    """The file `name` of files/ with its placeholders filled in. It needs each value, and no other."""
    text = (resources.files("catalog.scaffolds") / "files" / f"{name}.in").read_text(encoding="utf-8")
    names = set(PLACEHOLDER.findall(text))
    if names != set(values):
        raise ValueError(f"{name} has the placeholders {sorted(names)}, got values for {sorted(values)}")
    return PLACEHOLDER.sub(lambda match: values[match[1]], text).encode()


def quoted(value: str | Sequence[str]) -> str:
    """A text, or a list of texts, as YAML, TOML and Python write it."""
    return json.dumps(value, ensure_ascii=False)


def yaml_text(value: str) -> str:
    """A text as YAML, without quotes where they are not needed."""
    return value if PLAIN.fullmatch(value) and yaml.safe_load(value) == value else quoted(value)


def checked_line(label: str, value: str, maximum: int) -> str:
    """The text of a person, without spaces around it; `ContentError` if it is not one printable line."""
    text = value.strip()
    check_length(label, text, 1, maximum)
    if not text.isprintable():
        raise ContentError(f"{label} must be one line of printable characters, got {shown(text)}")
    return text
