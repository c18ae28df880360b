"""Change a module of moto when it is imported, and not before: some take longer than the start of the sandbox."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from importlib.machinery import PathFinder
from types import ModuleType
from typing import Any

WAITING: dict[str, list[Callable[[], object]]] = {}
"""Module → what follows its import."""


class AfterImport:
    """A finder for the modules of `WAITING`."""

    @classmethod
    def find_spec(cls, name: str, path: Any = None, target: Any = None) -> Any:
        """The specification of a module that is waited for; None for any other."""
        acts = WAITING.pop(name, None)
        spec = PathFinder.find_spec(name, path, target) if acts else None
        if acts is None or spec is None or spec.loader is None:
            return None
        run = spec.loader.exec_module

        def run_and_act(module: Any) -> None:
            run(module)
            for act in acts:
                act()

        setattr(spec.loader, "exec_module", run_and_act)  # noqa: B010  # mypy allows no other form
        return spec


def after_import(module: str, act: Callable[[], object]) -> None:
    """Do something after the import of a module; at once if it is imported."""
    if module in sys.modules:
        act()
        return
    if AfterImport not in sys.meta_path:
        sys.meta_path.insert(0, AfterImport)
    WAITING.setdefault(module, []).append(act)


class StandIn(ModuleType):
    """A module with the content of another one, which is imported when something of it is needed."""

    def __init__(self, name: str, other: str) -> None:
        super().__init__(name)
        self.__dict__["_other"] = other

    def __getattr__(self, name: str) -> Any:
        """Something of the other module."""
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(import_module(self.__dict__["_other"]), name)


def stand_in(module: str, other: str) -> None:
    """Let a module of moto be imported that is one of the sandbox's."""
    sys.modules[module] = StandIn(module, other)
