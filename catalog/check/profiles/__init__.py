"""Profiles: checklists of a company or an article that controls cover, one module each with a value `PROFILE`.

The modules of this package are the list. A control names the items that it covers in `frameworks`, under the name of
the profile's table, such as `"KMS article checklist": ("2",)`.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, cast


@dataclass(frozen=True, slots=True)
class ProfileItem:
    """One line of the checklist, or one row of the compliance table."""

    text: str
    """In the words of the source."""
    correction: str = ""
    """What is right, where the source is wrong or incomplete; empty where the source is right."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A checklist and a compliance table from one source."""

    name: str
    description: str
    """What the source is, in one sentence."""
    page: str
    """The page of this repository that compares the source with the product."""
    checklist: Mapping[str, ProfileItem]
    """Number of the line → line."""
    compliance: Mapping[str, ProfileItem]
    """Number of the row → row."""

    @property
    def tables(self) -> Mapping[str, Mapping[str, ProfileItem]]:
        """The two tables, by the names that `frameworks` of a control use."""
        return {f"{self.name} checklist": self.checklist, f"{self.name} compliance": self.compliance}


@functools.cache
def profiles() -> tuple[Profile, ...]:
    """All profiles, in the order of their modules' names."""
    names = sorted(file.stem for file in Path(__file__).parent.glob("[!_]*.py"))
    modules = [cast(Any, import_module(f"{__name__}.{name}")) for name in names]
    return tuple(module.PROFILE for module in modules)


def profile_tables() -> dict[str, Mapping[str, ProfileItem]]:
    """The tables of all profiles, by their names."""
    return {name: table for profile in profiles() for name, table in profile.tables.items()}
