"""Files of controls: each file is one control, and its name begins with the control's id."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from types import ModuleType

from catalog.check.metadata import Metadata
from catalog.errors import ContentError

ControlClass = type[Metadata]


def control_of(module: ModuleType, id_pattern: re.Pattern[str], file: str, hint: str) -> ControlClass:
    """The control that a file defines; `ContentError`, with `hint`, when its id does not match the pattern."""
    controls = list(defined_in(module))
    if len(controls) != 1:
        ids = ", ".join(control.id for control in controls) or "none"
        raise ContentError(
            f"{file}: must define one control, got {ids}",
            hint="A control derives from the folder's base class and has an id. Move helpers to a file named _….py.",
        )
    (control,) = controls
    if not id_pattern.fullmatch(control.id):
        raise ContentError(f"{file}: id {control.id!r} must match {id_pattern.pattern}", hint=hint)
    if not file.replace("\\", "/").rpartition("/")[2].startswith(f"{control.id.lower()}_"):
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
