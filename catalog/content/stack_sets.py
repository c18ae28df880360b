"""Stack sets to deploy to organizational units: `[tool.catalog.stacksets.NAME]` in pyproject.toml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.content.files import read_text
from catalog.content.targets import partition_of
from catalog.content.toml_lines import line_of
from catalog.errors import ContentError
from catalog.model.limits import listed, shown, shown_value
from catalog.model.regions import REGION
from catalog.model.share import UNIT_ID
from catalog.model.stack_set import CONTENTS, LAUNCH_ROLES, StackSetSettings

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}", re.ASCII)
UNIT = re.compile(f"{UNIT_ID.pattern}|r-[a-z0-9]{{4,32}}")
"""OrganizationalUnitIds of the API, which takes the root too."""
COUNTS = {"max_concurrent": "MaxConcurrent", "failure_tolerance": "FailureTolerance"}
"""Setting → beginning of the two members of OperationPreferences: a number, or a percentage as "25%"."""
MODES = {
    "region_concurrency": ("RegionConcurrencyType", ("SEQUENTIAL", "PARALLEL")),
    "concurrency_mode": ("ConcurrencyMode", ("STRICT_FAILURE_TOLERANCE", "SOFT_FAILURE_TOLERANCE")),
}
FLAGS = {"auto_deployment": True, "retain_stacks": False, "delegated": False}
SETTINGS = ("content", "organizational_units", "regions", "portfolios", *FLAGS, *COUNTS, *MODES)
PERCENTAGE = re.compile(r"(\d{1,3})%", re.ASCII)
PERCENT = 100


def read_stack_sets(file: Path, table: object, regions: Sequence[str]) -> tuple[StackSetSettings, ...]:
    """The stack sets in the order of the file; `ContentError` names an unknown or wrong setting."""
    if not isinstance(table, dict) or not all(isinstance(settings, dict) for settings in table.values()):
        raise ContentError(f"{file}: stacksets must be tables [tool.catalog.stacksets.NAME], got {shown_value(table)}")
    return tuple(StackSetTable(file, name, settings).read(regions) for name, settings in table.items())


@dataclass(frozen=True, slots=True)
class StackSetTable:
    """A table of settings that is read into a stack set."""

    file: Path
    name: str
    settings: Mapping[str, Any]

    def read(self, checked: Sequence[str]) -> StackSetSettings:
        """The settings."""
        if not NAME.fullmatch(self.name):
            raise ContentError(
                f"{self.file}: the name of a stack set must be 1 to 64 letters, digits and -, got "
                f"{shown_value(self.name)}"
            )
        if unknown := sorted(set(self.settings) - set(SETTINGS)):
            raise ContentError(f"{self.where(unknown[0])} has unknown settings {unknown}; allowed are {list(SETTINGS)}")
        content = self.settings.get("content")
        if content not in CONTENTS:
            raise self.wrong("content", f"one of {', '.join(CONTENTS)}")
        settings = StackSetSettings(
            self.name,
            str(content),
            self.units(),
            self.regions(checked, str(content)),
            self.texts("portfolios", "keys of portfolios") if "portfolios" in self.settings else (),
            preferences=dict(self.preferences()),
            **{name: self.flag(name, otherwise=otherwise) for name, otherwise in FLAGS.items()},
        )
        if settings.retain_stacks and not settings.auto_deployment:
            raise ContentError(f"{self.where('retain_stacks')} retain_stacks is for auto_deployment = true only")
        return settings

    def where(self, *setting: str) -> str:
        """The table as shown in errors, with the line of a setting."""
        line = line_of(read_text(self.file, str(self.file)), ("tool", "catalog", "stacksets", self.name, *setting))
        return f"{self.file}:{line}: [tool.catalog.stacksets.{self.name}]"

    def wrong(self, setting: str, meaning: str) -> ContentError:
        """The error for a setting that is missing or wrong."""
        if setting not in self.settings:
            return ContentError(f"{self.where()} {setting} must be {meaning}, but is missing")
        got = shown_value(self.settings[setting])
        return ContentError(f"{self.where(setting)} {setting} must be {meaning}, got {got}")

    def texts(self, setting: str, meaning: str) -> tuple[str, ...]:
        """A setting that is a list of one or more different texts."""
        members = self.settings.get(setting)
        if not isinstance(members, list) or not members or not all(isinstance(each, str) and each for each in members):
            raise self.wrong(setting, f"a list of {meaning}")
        if repeated := sorted({member for member in members if members.count(member) > 1}):
            raise ContentError(f"{self.where(setting)} {setting} repeats {', '.join(repeated)}")
        return tuple(members)

    def units(self) -> tuple[str, ...]:
        """The organizational units."""
        units = self.texts("organizational_units", "ids of organizational units, ou-… or r-…")
        where = self.where("organizational_units")
        for unit in units:
            if not UNIT.fullmatch(unit):
                raise ContentError(
                    f"{where} organizational_units: {unit!r} is not the id of an organizational unit (ou-…) or of the "
                    "root (r-…)"
                )
        return units

    def regions(self, checked: Sequence[str], content: str) -> tuple[str, ...]:
        """The Regions, which templates must be checked for. Roles are global: they take one Region."""
        regions, where = self.texts("regions", "Region names"), self.where("regions")
        for region in regions:
            if not REGION.fullmatch(region) or region not in checked:
                raise ContentError(
                    f"{where} regions: {region!r} is not among the Regions that templates are checked for, "
                    f"{', '.join(checked)}",
                    hint="Add it to regions in [tool.catalog].",
                )
        if len({partition_of(region) for region in regions}) > 1:
            raise ContentError(f"{where} regions are in several partitions; an organization is in one partition")
        if content == LAUNCH_ROLES and len(regions) > 1:
            raise ContentError(
                f"{where} regions must be one Region, got {len(regions)}: roles are global, so a stack in another "
                "Region fails"
            )
        return regions

    def flag(self, setting: str, *, otherwise: bool) -> bool:
        """A setting that is true or false."""
        value = self.settings.get(setting, otherwise)
        if not isinstance(value, bool):
            raise self.wrong(setting, "true or false")
        return value

    def preferences(self) -> Iterator[tuple[str, Any]]:
        """The members of OperationPreferences that are set."""
        for setting, member in COUNTS.items():
            if setting in self.settings:
                yield self.count(setting, member)
        for setting, (member, words) in MODES.items():
            if setting in self.settings:
                if self.settings[setting] not in words:
                    raise self.wrong(setting, f"one of {', '.join(words)}")
                yield member, self.settings[setting]

    def count(self, setting: str, member: str) -> tuple[str, int]:
        """A number of accounts in a Region, or a percentage of them."""
        value, least = self.settings[setting], 1 if setting == "max_concurrent" else 0
        percentage = PERCENTAGE.fullmatch(value) if isinstance(value, str) else None
        if percentage and least <= int(percentage[1]) <= PERCENT:
            return f"{member}Percentage", int(percentage[1])
        if type(value) is int and value >= least:
            return f"{member}Count", value
        raise self.wrong(setting, f'a number of accounts from {least} on, or a percentage such as "25%"')


def check_stack_sets(file: Path, stack_sets: Sequence[StackSetSettings], portfolios: Sequence[str]) -> None:
    """`ContentError` if a stack set names a portfolio that the repository does not have."""
    for stack_set in stack_sets:
        for key in stack_set.portfolios:
            if key not in portfolios:
                where = StackSetTable(file, stack_set.key, {}).where("portfolios")
                raise ContentError(
                    f"{where} portfolios: unknown portfolio {shown(key)}; the repository has {listed(portfolios, key)}"
                )


def choose_stack_sets(stack_sets: Sequence[StackSetSettings], names: Sequence[str]) -> tuple[StackSetSettings, ...]:
    """The stack sets of these names, or all; `ContentError` when there is none."""
    if not stack_sets:
        raise ContentError(
            "pyproject.toml declares no stack sets",
            hint="Declare one as [tool.catalog.stacksets.NAME] with content, organizational_units and regions "
            "(`catalog help stacks.md`).",
        )
    known = [stack_set.key for stack_set in stack_sets]
    for name in names:
        if name not in known:
            raise ContentError(f"unknown stack set {shown(name)}; pyproject.toml declares {listed(known, name)}")
    return tuple(stack_set for stack_set in stack_sets if not names or stack_set.key in names)
