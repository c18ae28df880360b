"""Publish versioned CloudFormation products to AWS Service Catalog.

A product file imports its names from here and nothing else of `catalog`; docs/product-files.md describes each of them.
They are loaded on first use, so that a command pays only for what it needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catalog.content.template_files import template_file
    from catalog.model.definition import LaunchPermission, Migration, ProductDefinition, Retention, Suppression
    from catalog.model.service_action import ServiceAction
    from catalog.model.tag_option import Inactive

__all__ = [
    "Inactive",
    "LaunchPermission",
    "Migration",
    "ProductDefinition",
    "Retention",
    "ServiceAction",
    "Suppression",
    "__version__",
    "template_file",
]

__version__ = "0.1.0"

_MODULES = {
    "Inactive": "catalog.model.tag_option",
    "LaunchPermission": "catalog.model.definition",
    "Migration": "catalog.model.definition",
    "ProductDefinition": "catalog.model.definition",
    "Retention": "catalog.model.definition",
    "ServiceAction": "catalog.model.service_action",
    "Suppression": "catalog.model.definition",
    "template_file": "catalog.content.template_files",
}
"""Name → the module that defines it."""

if not TYPE_CHECKING:  # type checkers would accept any name

    def __getattr__(name: str) -> object:
        """Load a name on first use."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = getattr(import_module(_MODULES[name]), name)
        return globals()[name]


def __dir__() -> list[str]:
    """The names for product files, also before they are loaded."""
    return sorted(__all__)
