"""The kinds of objects that publish manages, one module each: its Change classes, its part of diff, facts and prune.

The parts are functions that a module registers (plan/parts.py). A kind has those that it needs: templates and stacks
have none. Importing the package imports all its modules. A new kind needs one new module here, a place for each of its
changes in plan/order.py, and a module in `catalog/aws/` with the same name in the plural, which has the handlers of its
changes.
"""

from __future__ import annotations

import importlib
import pkgutil

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
