"""Governed objects: objects of the account that portfolios and products are associated with. One module for each kind.

A kind is a class that says how files declare it. The rest is in `plan/kinds/`, `plan/order.py` and `aws/`: content,
adopt and the JSON Schema of portfolio files go through `KINDS`.
"""

from __future__ import annotations

import importlib
import pkgutil

from catalog.model.governed._object import KINDS, GovernedObject, governed_object, governed_of

__all__ = ["KINDS", "GovernedObject", "governed_object", "governed_of"]

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
