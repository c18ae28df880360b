"""The settings of controls: `[tool.catalog.controls]` in pyproject.toml.

```toml
[tool.catalog.controls]
tags = ["Environment", "CostCenter"]
folders = ["controls"]
entry_points = ["acme"]
E9002 = {level = "warning", reason = "the security team reviews each policy"}
W9010 = {level = "off", reason = "the account has an organization trail"}
```
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from catalog.content.files import read_text
from catalog.content.toml_lines import line_of
from catalog.errors import ContentError
from catalog.model.limits import shown_value

Level = Literal["error", "warning", "info", "off"]
LEVELS: tuple[Level, ...] = ("error", "warning", "info", "off")
TABLE = ("tool", "catalog", "controls")
DUTY_TAGS = ("Environment", "Service", "DataCategory")
"""Tags that say whose a resource is and how to treat its data, if `tags` names no others."""
CONTROL_ID = re.compile(r"[A-Z]\d{4}", re.ASCII)
TAG_KEY = re.compile(r"[^\x00-\x1f!-*,;<>?\[-\^`{-\x7f]{1,128}")
"""Letters of any script, digits, spaces and + - = . _ : / @. Written as what is left of ASCII, because JSON Schema has
no words for the letters of all scripts."""
ENTRY_POINT = re.compile(r"[\w.-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class ControlLevel:
    """The level that the repository gives a control."""

    control: str
    level: Level
    reason: str
    where: str
    """`pyproject.toml:12`, for messages."""


@dataclass(frozen=True, slots=True)
class ControlSettings:
    """Levels, names of duty tags, and the places of own controls."""

    levels: tuple[ControlLevel, ...] = ()
    duty_tags: tuple[str, ...] = DUTY_TAGS
    folders: tuple[Path, ...] = ()
    """Folders of own controls, in the repository."""
    entry_points: tuple[str, ...] = ()
    """Names of entry points in the group `catalog.controls`; each gives a folder of own controls."""
    where: str = ""
    """`pyproject.toml:10`, the line of `folders` or `entry_points`, for messages."""
    pure: bool = False
    """Whether the own controls read nothing but their arguments and the files of their folders."""

    @property
    def findings_can_be_kept(self) -> bool:
        """Whether findings depend only on what is known: own controls are code that can read anything."""
        return self.pure or not (self.folders or self.entry_points)

    def code(self) -> list[str]:
        """Digests of all files of the folders of own controls, by their names."""
        files = [file for folder in self.folders for file in sorted(folder.rglob("*.py"))]
        return [f"{file}:{hashlib.sha256(file.read_bytes()).hexdigest()}" for file in files]

    @property
    def off(self) -> tuple[str, ...]:
        """The controls that are switched off."""
        return tuple(level.control for level in self.levels if level.level == "off")

    def level_of(self, control: str) -> ControlLevel | None:
        """The level of a control; None when it keeps its own."""
        return next((level for level in self.levels if level.control == control), None)


DEFAULTS = ControlSettings()


@dataclass(frozen=True, slots=True)
class Table:
    """The table as it is in the file."""

    file: Path
    text: str
    data: Mapping[str, Any]

    def where(self, *names: str) -> str:
        """`file:line` of a key of the table."""
        return f"{self.file}:{line_of(self.text, (*TABLE, *names))}"


def read_control_settings(file: Path, data: Any) -> ControlSettings:
    """The settings in `data`, the table of `file`; `ContentError` with the line of a wrong one."""
    if data is None:
        return DEFAULTS
    table = Table(file, read_text(file, str(file)), data if isinstance(data, Mapping) else {})
    if not isinstance(data, Mapping):
        raise ContentError(f"{table.where()}: [tool.catalog.controls] must be a table, got {shown_value(data)}")
    others = ("tags", "folders", "entry_points", "pure")
    levels = tuple(read_level(table, name) for name in data if name not in others)
    pure = data.get("pure", False)
    if not isinstance(pure, bool):
        raise ContentError(f"{table.where('pure')}: pure must be true or false, got {shown_value(pure)}")
    tags = read_texts(table, "tags", TAG_KEY, "the key of a tag, of 1 to 128 characters")
    return ControlSettings(
        levels,
        tags or DUTY_TAGS,
        tuple(read_folder(table, name) for name in read_texts(table, "folders", re.compile(r"\S.*"), "a folder")),
        read_texts(table, "entry_points", ENTRY_POINT, "the name of an entry point"),
        table.where("folders") if "folders" in data else table.where("entry_points"),
        pure,
    )


def read_level(table: Table, name: str) -> ControlLevel:
    """The level of one control."""
    value, where = table.data[name], table.where(name)
    if not CONTROL_ID.fullmatch(name):
        raise ContentError(
            f"{where}: [tool.catalog.controls] has the unknown setting {name!r}",
            hint="Use tags, folders, entry_points, pure, or the id of a control such as E9002 (`catalog controls`).",
        )
    if not isinstance(value, Mapping) or set(value) != {"level", "reason"}:
        raise ContentError(
            f"{where}: {name} must have level and reason, got {shown_value(value)}",
            hint=f'Write {name} = {{level = "warning", reason = "why this is right here"}}.',
        )
    level, reason = value["level"], value["reason"]
    if level not in LEVELS:
        raise ContentError(f"{where}: the level of {name} must be one of {', '.join(LEVELS)}, got {shown_value(level)}")
    if not isinstance(reason, str) or not reason.strip():
        raise ContentError(
            f"{where}: the reason for the level of {name} must be a text, got {shown_value(reason)}",
            hint="Say why this level is right in this repository: reports and evidence show it.",
        )
    if name.startswith("92", 1):
        raise ContentError(
            f"{where}: {name} is of the version gate and keeps its level",
            hint="Declare a migration in the product file, see `catalog help versions.md`.",
        )
    return ControlLevel(name, level, reason, where)


def read_texts(table: Table, name: str, form: re.Pattern[str], meaning: str) -> tuple[str, ...]:
    """A setting that is a list of texts."""
    members = table.data.get(name, [])
    if not isinstance(members, list) or (name in table.data and not members):
        raise ContentError(
            f"{table.where(name)}: {name} must be a list with at least one member, got {shown_value(members)}"
        )
    for member in members:
        if not isinstance(member, str) or not form.fullmatch(member):
            raise ContentError(
                f"{table.where(name)}: each member of {name} must be {meaning}, got {shown_value(member)}"
            )
    if len(set(members)) < len(members):
        raise ContentError(f"{table.where(name)}: {name} has a member twice, got {shown_value(members)}")
    return tuple(members)


def read_folder(table: Table, name: str) -> Path:
    """A folder of own controls: it must be in the repository, also behind symbolic links."""
    root = table.file.parent.resolve()
    folder = (root / name).resolve()
    if not folder.is_relative_to(root) or folder == root:
        raise ContentError(f"{table.where('folders')}: {name!r} is not a folder inside the repository")
    if not folder.is_dir():
        raise ContentError(f"{table.where('folders')}: the folder {name!r} does not exist")
    return folder
