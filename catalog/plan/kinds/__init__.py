"""The kinds of objects that publish governs, one module each: its Change classes, its part of diff, facts and prune.

Importing the package imports every module in it, so a new kind is one new module and its places in plan/order.py. Its
AWS half, with the handlers of its changes, is a module in `catalog/aws/` with the same name in the plural.
"""

from __future__ import annotations

import importlib
import pkgutil

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
