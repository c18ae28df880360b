"""Which controls exist and what they cover: each control with its metadata, each framework with its ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from catalog.check.control_files import ControlClass
from catalog.check.metadata import FRAMEWORKS
from catalog.check.profiles import ProfileItem, profile_tables
from catalog.check.registry import level_of, portfolio_controls, severity_of, template_controls, version_controls
from catalog.content.control_settings import DEFAULTS, ControlSettings
from catalog.errors import ContentError
from catalog.model.limits import shown

Scope = Literal["template", "portfolio", "version"]


@dataclass(frozen=True, slots=True)
class Covered:
    """One id of a framework, and the controls that cover it."""

    id: str
    controls: tuple[str, ...]
    text: str = ""
    """The words of the framework; only profiles have them."""
    correction: str = ""
    """What is right, where these words are wrong."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The controls, in order, and the frameworks that they cover."""

    controls: tuple[tuple[ControlClass, Scope], ...]
    frameworks: Mapping[str, tuple[Covered, ...]]
    settings: ControlSettings = DEFAULTS


def coverage(settings: ControlSettings = DEFAULTS) -> Coverage:
    """Every control, every id of a framework that a control names, and every item of a profile."""
    controls: list[tuple[ControlClass, Scope]] = [(control, "template") for control in template_controls(settings)]
    controls += [(control, "portfolio") for control in portfolio_controls(settings)]
    controls += [(control, "version") for control in version_controls()]
    tables = profile_tables()
    names = (*FRAMEWORKS, *tables)
    frameworks = {name: covered(name, tables.get(name, {}), controls) for name in names}
    return Coverage(tuple(controls), frameworks, settings)


def covered(
    framework: str, items: Mapping[str, ProfileItem], controls: Iterable[tuple[ControlClass, Scope]]
) -> tuple[Covered, ...]:
    """The ids of a framework in natural order; items of a profile also when no control covers them."""
    covering: dict[str, list[str]] = {identifier: [] for identifier in items}
    for control, _ in controls:
        for identifier in control.frameworks.get(framework, ()):
            covering.setdefault(identifier, []).append(control.id)
    nothing = ProfileItem("")
    return tuple(
        Covered(identifier, tuple(covering[identifier]), item.text, item.correction)
        for identifier in sorted(covering, key=natural)
        for item in [items.get(identifier, nothing)]
    )


def natural(identifier: str) -> list[tuple[int, int, str]]:
    """An order in which 2 comes before 10: numbers by value, the rest as text."""
    parts = re.findall(r"\d+|\D+", identifier)
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]


def select(everything: Coverage, ids: Sequence[str], framework: str | None) -> Coverage:
    """The controls with these ids (default: all) that cover the framework (default: any).

    Raises `ContentError` for an unknown id or framework.
    """
    names = {name.lower(): name for name in everything.frameworks}
    controls_by_id = {control.id: (control, scope) for control, scope in everything.controls}
    if framework is not None and framework.lower() not in names:
        raise ContentError(f"unknown framework {shown(framework)}", hint=f"Use one of: {', '.join(names.values())}.")
    if unknown := [identifier for identifier in ids if identifier.upper() not in controls_by_id]:
        raise ContentError(f"unknown control {shown(unknown[0])}", hint=f"Use one of: {', '.join(controls_by_id)}.")
    wanted_frameworks = [name for key, name in names.items() if framework is None or key == framework.lower()]
    wanted_ids = {identifier.upper() for identifier in ids} or set(controls_by_id)
    controls = tuple(
        (control, scope)
        for control, scope in everything.controls
        if control.id in wanted_ids and (framework is None or wanted_frameworks[0] in control.frameworks)
    )
    selected = {control.id for control, _ in controls}
    rows = {
        name: tuple(row for row in everything.frameworks[name] if not ids or selected & {*row.controls})
        for name in wanted_frameworks
    }
    return Coverage(controls, rows, everything.settings)


def as_data(selected: Coverage) -> dict[str, Any]:
    """For JSON. These members stay, and new ones may come:

    `controls`: a list of `id`, `severity` ("error", "warning" or "info"), `level` (the severity in this repository, or
    "off"), `level_reason` ("" for the control's own severity), `scope` ("template", "portfolio" or "version"),
    `title`, `description`, `why`, `remedy`, `advisory` (why a template cannot decide it; "" when it can),
    `source_url`, `frameworks` (name → ids) and `sources` (the pages that list these ids).
    `frameworks`: name → a list of `id`, `text` and `correction` (for profiles) and `controls` (ids; empty for an item
    of a profile that no control covers).
    """
    return {
        "controls": [described(control, scope, selected.settings) for control, scope in selected.controls],
        "frameworks": {
            name: [
                {"id": row.id, "text": row.text, "correction": row.correction, "controls": list(row.controls)}
                for row in rows
            ]
            for name, rows in selected.frameworks.items()
        },
    }


def described(control: ControlClass, scope: Scope, settings: ControlSettings) -> dict[str, Any]:
    """One control, for JSON."""
    configured = settings.level_of(control.id)
    return {
        "id": control.id,
        "severity": severity_of(control),
        "level": level_of(control, settings),
        "level_reason": configured.reason if configured else "",
        "scope": scope,
        "title": control.shortdesc,
        "description": control.description,
        "why": control.why,
        "remedy": control.remedy,
        "advisory": control.advisory,
        "source_url": control.source_url,
        "frameworks": {name: list(ids) for name, ids in control.frameworks.items()},
        "sources": list(control.sources),
    }


def shown_level(control: ControlClass, settings: ControlSettings) -> str:
    """The level in one word, with a mark for advice."""
    level = level_of(control, settings)
    return f"{level}, advice" if control.advisory and level != "off" else level
