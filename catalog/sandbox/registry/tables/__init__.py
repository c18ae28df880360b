"""The types that the services of the sandbox truly have: each module of this package with `TYPES` has some."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from catalog.sandbox.registry.api_types import ApiType

MODULES = tuple(import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
API_TYPES: Mapping[str, ApiType] = {row.name: row for module in MODULES for row in getattr(module, "TYPES", ())}
"""Type → how its service makes it."""
