"""Which controls there are: the folders are the list, and each file in them is one control."""

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
"""91xx look at portfolios, 92xx compare versions (catalog.versions.gate); all other 9xxx read a template."""

SEVERITIES: dict[str, Severity] = {"E": "error", "W": "warning", "I": "info"}


@functools.cache
def template_controls() -> tuple[ControlClass, ...]:
    """The controls over templates, by id: cfn-lint rules. Loads cfn-lint's rule classes, half a second."""
    return in_folder(TEMPLATES)


@functools.cache
def portfolio_controls() -> tuple[ControlClass, ...]:
    """The controls over portfolios, by id."""
    return in_folder(PORTFOLIOS)


@functools.cache
def version_controls() -> tuple[ControlClass, ...]:
    """What the version gate demands, by id."""
    return in_folder(VERSIONS)


def all_controls() -> tuple[ControlClass, ...]:
    """The controls over templates, portfolios and versions, by id without its letter."""
    return tuple(sorted((*template_controls(), *portfolio_controls(), *version_controls()), key=number))


def in_folder(package: str) -> tuple[ControlClass, ...]:
    """The controls of a package, each a class of a file of its own.

    Raises `ContentError` when a file holds none or two, an id is malformed, taken, or not the start of the file's name.
    """
    folder = Path(__file__).parent / package.rpartition(".")[2]
    modules = [import_module(f"{package}.{file.stem}") for file in sorted(folder.glob("[!_]*.py"))]
    controls = [control_of(module, IDS[package]) for module in modules]
    refuse_twins(controls)
    return tuple(sorted(controls, key=number))


def control_of(module: ModuleType, ids: re.Pattern[str]) -> ControlClass:
    """The one control that a file defines."""
    file = f"{module.__name__.replace('.', '/')}.py"
    found = list(defined_in(module))
    if len(found) != 1:
        names = ", ".join(control.id for control in found) or "none"
        raise ContentError(
            f"{file}: must define one control, got {names}",
            hint="A control derives from the folder's base class and has an id; helpers go into a file named _….py.",
        )
    (control,) = found
    if not ids.fullmatch(control.id):
        raise ContentError(
            f"{file}: id {control.id!r} must match {ids.pattern}",
            hint="E is an error, W a warning, I a remark; 91xx look at portfolios, 92xx compare versions.",
        )
    if not file.rpartition("/")[2].startswith(f"{control.id.lower()}_"):
        raise ContentError(f"{file}: the file of control {control.id} must be named {control.id.lower()}_….py")
    return control


def defined_in(module: ModuleType) -> Iterator[ControlClass]:
    """The controls of a module's own; what it imports is another file's."""
    for value in vars(module).values():
        if (
            isinstance(value, type)
            and issubclass(value, Metadata)
            and value.__module__ == module.__name__
            and value.id != ""
        ):
            yield value


def refuse_twins(controls: Iterable[ControlClass]) -> None:
    """`ContentError` when two controls have the same id."""
    seen: dict[str, ControlClass] = {}
    for control in controls:
        twin = seen.setdefault(control.id, control)
        if twin is not control:
            raise ContentError(
                f"control id {control.id} is taken twice: by {twin.__module__} and by {control.__module__}",
                hint="Give the newer one the next free number; `catalog controls` lists them.",
            )


def number(control: ControlClass) -> tuple[str, str]:
    """How controls are ordered: by number, then by letter."""
    return control.id[1:], control.id[:1]


def severity_of(control: ControlClass) -> Severity:
    """The level of what a control finds, by its id's letter."""
    return SEVERITIES[control.id[0]]
