"""Own controls of a repository: files in its folders, and in installed packages that it names as entry points.

They are Python code that runs in the process of the command, with everything that the command may do. Nothing is loaded
unless `folders` or `entry_points` of `[tool.catalog.controls]` name it. docs/own-controls.md.
"""

from __future__ import annotations

import functools
import hashlib
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from catalog.check.control_files import ControlClass, control_of, require_unique_ids
from catalog.content.control_settings import ControlSettings
from catalog.content.files import read_file
from catalog.content.template_files import read_template
from catalog.errors import ContentError

if TYPE_CHECKING:
    from catalog.check.controls._control import Fault

GROUP = "catalog.controls"
"""The group of entry points; each names a package whose modules are controls."""
OWN_ID = re.compile(r"[EWI]9[5-9]\d\d")
"""Ids of own controls. Controls of catalog itself never have them."""
IDS_HINT = "Own controls have the ids 9500 to 9999: E is an error, W a warning, I informational."


@dataclass(frozen=True, slots=True)
class OwnControls:
    """The own controls, by what they read."""

    templates: tuple[ControlClass, ...] = ()
    portfolios: tuple[ControlClass, ...] = ()


@functools.cache
def own_controls(settings: ControlSettings) -> OwnControls:
    """The own controls that the settings name.

    Raises `ContentError` with the file and line, when a file cannot be loaded or is not a control.
    """
    packages = [folder_package(folder) for folder in settings.folders]
    packages += [entry_point_package(name, settings.where) for name in settings.entry_points]
    controls = tuple(control for package in packages for control in controls_in(package, settings.where))
    require_unique_ids(controls)
    if not controls:
        return OwnControls()
    from catalog.check.controls._control import Control

    templates = tuple(control for control in controls if issubclass(control, Control))
    return OwnControls(templates, tuple(control for control in controls if control not in templates))


def folder_package(folder: Path) -> ModuleType:
    """A package for the files of a folder, so that they can import helpers from files named `_….py`."""
    digest = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    package = ModuleType(f"own_controls_{digest}")
    package.__path__ = [str(folder)]
    return sys.modules.setdefault(package.__name__, package)


def entry_point_package(name: str, where: str) -> ModuleType:
    """The package of an entry point."""
    points = [point for point in entry_points(group=GROUP) if point.name == name]
    if not points:
        installed = ", ".join(sorted(point.name for point in entry_points(group=GROUP))) or "none"
        raise ContentError(
            f"{where}: no installed package has the entry point {name!r} in the group {GROUP}",
            hint=f"Install the package with the controls. Installed entry points: {installed}.",
        )
    with own_code(f"entry point {name}", f"{where} names it."):
        package = points[0].load()
    if not isinstance(package, ModuleType) or not hasattr(package, "__path__"):
        raise ContentError(f"{where}: the entry point {name!r} must name a package with controls, got {package!r}")
    return package


def controls_in(package: ModuleType, where: str) -> Iterator[ControlClass]:
    """The controls of a package: one in each file."""
    files = sorted(file for folder in package.__path__ for file in Path(folder).glob("[!_]*.py"))
    if not files:
        raise ContentError(
            f"{where}: {', '.join(package.__path__)} has no controls",
            hint="A control is in a file named as its id, such as w9900_dead_letters.py.",
        )
    for file in files:
        yield control_in(package, file, f"{where} names it.")


def control_in(package: ModuleType, file: Path, hint: str) -> ControlClass:
    """The control of a file; `ContentError`, with `hint`, when the file cannot be loaded or is none."""
    from catalog.check.controls._control import Control
    from catalog.check.portfolio._control import PortfolioControl

    with own_code(str(file), hint), no_bytecode():
        module = import_module(f"{package.__name__}.{file.stem}")
    control = control_of(module, OWN_ID, str(file), IDS_HINT)
    if not issubclass(control, Control | PortfolioControl):
        raise ContentError(
            f"{file}: {control.__name__} must derive from Control or PortfolioControl",
            hint="Import them from catalog.check.own, see `catalog help own-controls.md`.",
        )
    return control


def faults_in(control: Path, template: Path) -> list[Fault]:
    """The faults that the own control in a file finds in a template file: what the test of a control asks."""
    from catalog.check.controls._control import Control

    control_class = control_in(folder_package(control.resolve().parent), control.resolve(), "A test names it.")
    if not issubclass(control_class, Control):
        raise ContentError(f"{control}: is a control over portfolios, which judges no template")
    return list(control_class().faults(read_template(str(template), read_file(template, str(template)))))


@contextmanager
def no_bytecode() -> Iterator[None]:
    """Import without writing bytecode: it would be a file in the repository, and could be older than its source."""
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = before


@contextmanager
def own_code(file: str, hint: str) -> Iterator[None]:
    """A context in which each error of own code becomes a `ContentError` with its line."""
    try:
        yield
    except ContentError:
        raise
    except (Exception, SystemExit) as error:  # own code can raise anything
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
        line = f":{lines[-1]}" if lines else ""
        raise ContentError(
            f"{file}{line}: the own control failed: {type(error).__name__}: {error}",
            hint=hint,
        ) from error
