"""The registry of controls: three folders are the list, and each file in them is one control."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

from catalog.check.finding import Severity
from catalog.check.metadata import Metadata
from catalog.errors import ContentError

ControlClass = type[Metadata]

TEMPLATES = "catalog.check.controls"
PORTFOLIOS = "catalog.check.portfolio"
VERSIONS = "catalog.check.versions"
IDS = {
    TEMPLATES: re.compile(r"[EWI]9[03-9]\d\d"),
    PORTFOLIOS: re.compile(r"[EWI]91\d\d"),
    VERSIONS: re.compile(r"[EWI]92\d\d"),
}
"""Folder → its ids. 91xx read portfolios, 92xx compare versions (catalog.versions.gate), other 9xxx read templates."""

SEVERITIES: dict[str, Severity] = {"E": "error", "W": "warning", "I": "info"}


@functools.cache
def template_controls() -> tuple[ControlClass, ...]:
    """The template controls, by id. They are cfn-lint rules, so this imports cfn-lint, which takes half a second."""
    return in_folder(TEMPLATES)


@functools.cache
def portfolio_controls() -> tuple[ControlClass, ...]:
    """The portfolio controls, by id."""
    return in_folder(PORTFOLIOS)


@functools.cache
def version_controls() -> tuple[ControlClass, ...]:
    """The requirements of the version gate, by id."""
    return in_folder(VERSIONS)


def all_controls() -> tuple[ControlClass, ...]:
    """All controls, by id without its letter."""
    return tuple(sorted((*template_controls(), *portfolio_controls(), *version_controls()), key=number))


def in_folder(package: str) -> tuple[ControlClass, ...]:
    """The controls of a package: one class in each file.

    Raises `ContentError` when a file defines no control or several, or when an id is malformed, taken twice, or not the
    start of the file's name.
    """
    folder = Path(__file__).parent / package.rpartition(".")[2]
    modules = [import_module(f"{package}.{file.stem}") for file in sorted(folder.glob("[!_]*.py"))]
    controls = [control_of(module, IDS[package]) for module in modules]
    require_unique_ids(controls)
    return tuple(sorted(controls, key=number))


def control_of(module: ModuleType, id_pattern: re.Pattern[str]) -> ControlClass:
    """The control that a file defines."""
    file = f"{module.__name__.replace('.', '/')}.py"
    controls = list(defined_in(module))
    if len(controls) != 1:
        ids = ", ".join(control.id for control in controls) or "none"
        raise ContentError(
            f"{file}: must define one control, got {ids}",
            hint="A control derives from the folder's base class and has an id. Move helpers to a file named _….py.",
        )
    (control,) = controls
    if not id_pattern.fullmatch(control.id):
        raise ContentError(
            f"{file}: id {control.id!r} must match {id_pattern.pattern}",
            hint="E is an error, W a warning, I informational; 91xx read portfolios, 92xx compare versions.",
        )
    if not file.rpartition("/")[2].startswith(f"{control.id.lower()}_"):
        raise ContentError(f"{file}: the file of control {control.id} must be named {control.id.lower()}_….py")
    return control


def defined_in(module: ModuleType) -> Iterator[ControlClass]:
    """The controls that a module defines itself, without those that it imports."""
    for value in vars(module).values():
        if (
            isinstance(value, type)
            and issubclass(value, Metadata)
            and value.__module__ == module.__name__
            and value.id != ""
        ):
            yield value


def require_unique_ids(controls: Iterable[ControlClass]) -> None:
    """`ContentError` when two controls have the same id."""
    by_id: dict[str, ControlClass] = {}
    for control in controls:
        first = by_id.setdefault(control.id, control)
        if first is not control:
            raise ContentError(
                f"control id {control.id} is taken twice: by {first.__module__} and by {control.__module__}",
                hint="Give the newer control a free number; `catalog controls` lists those that are taken.",
            )


def number(control: ControlClass) -> tuple[str, str]:
    """The sort key of controls: number, then letter."""
    return control.id[1:], control.id[:1]


def severity_of(control: ControlClass) -> Severity:
    """The severity of a control's findings, by the letter of its id."""
    return SEVERITIES[control.id[0]]
