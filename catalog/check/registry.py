"""The registry of controls: three folders are the list, and each file in them is one control."""

from __future__ import annotations

import functools
import re
from importlib import import_module
from pathlib import Path

from catalog.check.control_files import ControlClass, control_of, require_unique_ids
from catalog.check.finding import Severity
from catalog.check.own_controls import own_controls
from catalog.content.control_settings import DEFAULTS, ControlSettings, Level
from catalog.errors import ContentError

TEMPLATES = "catalog.check.controls"
PORTFOLIOS = "catalog.check.portfolio"
VERSIONS = "catalog.check.versions"
IDS = {
    TEMPLATES: re.compile(r"[EWI]9[034]\d\d"),
    PORTFOLIOS: re.compile(r"[EWI]91\d\d"),
    VERSIONS: re.compile(r"[EWI]92\d\d"),
}
"""Folder → its ids. 91xx read portfolios, 92xx compare versions (catalog.versions.gate), others read templates. 95xx to
99xx are ids of own controls."""

IDS_HINT = "E is an error, W a warning, I informational; 91xx read portfolios, 92xx compare versions."

SEVERITIES: dict[str, Severity] = {"E": "error", "W": "warning", "I": "info"}


def template_controls(settings: ControlSettings = DEFAULTS) -> tuple[ControlClass, ...]:
    """The template controls, by id, with own ones.

    They are cfn-lint rules, so this imports cfn-lint, which takes half a second.
    """
    return tuple(sorted((*in_folder(TEMPLATES), *own_controls(settings).templates), key=number))


def template_ids(settings: ControlSettings = DEFAULTS) -> set[str]:
    """The ids of `template_controls`, by the names of their files, because loading the controls takes long."""
    return {*ids_of_files(TEMPLATES), *(control.id for control in own_controls(settings).templates)}


def ids_of_files(package: str) -> set[str]:
    """The ids of the controls of a package, by the names of its files."""
    return {file.stem.partition("_")[0].upper() for file in files_of(package)}


def portfolio_controls(settings: ControlSettings = DEFAULTS) -> tuple[ControlClass, ...]:
    """The portfolio controls, by id, with own ones."""
    return tuple(sorted((*in_folder(PORTFOLIOS), *own_controls(settings).portfolios), key=number))


def version_controls() -> tuple[ControlClass, ...]:
    """The requirements of the version gate, by id."""
    return in_folder(VERSIONS)


def all_controls() -> tuple[ControlClass, ...]:
    """All controls, by id without its letter."""
    return tuple(sorted((*template_controls(), *portfolio_controls(), *version_controls()), key=number))


@functools.cache
def in_folder(package: str) -> tuple[ControlClass, ...]:
    """The controls of a package: one class in each file.

    Raises `ContentError` when a file defines no control or several, or when an id is malformed, taken twice, or not the
    start of the file's name.
    """
    shown = package.replace(".", "/")
    controls = [
        control_of(import_module(f"{package}.{file.stem}"), IDS[package], f"{shown}/{file.name}", IDS_HINT)
        for file in files_of(package)
    ]
    require_unique_ids(controls)
    return tuple(sorted(controls, key=number))


def files_of(package: str) -> list[Path]:
    """The files of the controls of a package; helpers are in files named `_….py`."""
    return sorted((Path(__file__).parent / package.rpartition(".")[2]).glob("[!_]*.py"))


def number(control: ControlClass) -> tuple[str, str]:
    """The sort key of controls: number, then letter."""
    return control.id[1:], control.id[:1]


def severity_of(control: ControlClass) -> Severity:
    """The severity of a control's findings, by the letter of its id."""
    return SEVERITIES[control.id[0]]


def level_of(control: ControlClass, settings: ControlSettings) -> Level:
    """The level of a control in a repository: its own severity, unless the settings give another."""
    configured = settings.level_of(control.id)
    return configured.level if configured else severity_of(control)


def require_known_ids(settings: ControlSettings) -> None:
    """`ContentError` when the settings give a level to a control that does not exist.

    The ids come from the names of the files, because loading template controls takes long. `catalog.check.cfn_lint`
    checks the ids of cfn-lint's own rules.
    """
    ids = template_ids(settings) | ids_of_files(PORTFOLIOS)
    ids |= {control.id for control in own_controls(settings).portfolios}
    for level in settings.levels:
        if level.control.startswith("9", 1) and level.control not in ids:
            raise ContentError(
                f"{level.where}: {level.control} is not a control", hint="`catalog controls` lists the controls."
            )
