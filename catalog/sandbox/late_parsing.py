"""Import moto's CloudFormation without the models of all services, which only its own engine needs.

`moto.cloudformation.parsing` imports thirty services, among them EC2 with its lists of instance types: three quarters
of the time and of the memory of a start. The sandbox has an engine of its own, so the module is imported when something
asks for more than the three names that `moto.cloudformation.models` imports.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

NAME = "moto.cloudformation.parsing"
IMPORTED = ("Export", "OutputMap", "ResourceMap")


class LateParsing(ModuleType):
    """Stands for the module until it is needed."""

    def __getattr__(self, name: str) -> Any:
        """One of the three names stands for its class; for any other, the module is imported."""
        if name in IMPORTED:
            return lambda *arguments, **options: getattr(_real(), name)(*arguments, **options)
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(_real(), name)


def _real() -> ModuleType:
    if isinstance(sys.modules.get(NAME), LateParsing):
        del sys.modules[NAME]
    return importlib.import_module(NAME)


def install() -> None:
    """Let the stand-in be imported, unless the module is imported already."""
    if NAME not in sys.modules:
        sys.modules[NAME] = LateParsing(NAME)
