"""Products of installed packages: entry points of the group `catalog.products`. Nothing is imported here.

The name of an entry point is the product's key, its value a module with PRODUCT. The process of the product files
imports it, as it imports product files.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

GROUP = "catalog.products"


@dataclass(frozen=True, slots=True)
class PackageProduct:
    """A product that an installed package declares."""

    key: str
    module: str
    package: str
    """The distribution with its version: `acme-products 1.2.0`."""
    shown: str
    """The file of the module as messages name it: `acme_products/bucket.py`."""
    path: Path
    """That file. It may be missing."""


def package_products() -> tuple[PackageProduct, ...]:
    """The products of all installed packages, in order of their keys."""
    return listed_products(tuple(sys.path))


@lru_cache(maxsize=4)
def listed_products(_: tuple[str, ...]) -> tuple[PackageProduct, ...]:
    """`package_products`, listed once for the folders that Python imports from."""
    points = {(point.name, point.value, package_name(point)) for point in entry_points(group=GROUP)}
    return tuple(
        PackageProduct(key, module, package, *file_of(module.strip())) for key, module, package in sorted(points)
    )


def package_name(point: EntryPoint) -> str:
    """The distribution of an entry point, with its version."""
    return f"{point.dist.name} {point.dist.version}" if point.dist else "an unknown package"


def file_of(module: str) -> tuple[str, Path]:
    """The file of a module, relative to the folder that has its package, and absolute. Nothing is imported for it."""
    parts = module.split(".")
    spec = find_spec(parts[0]) if parts[0].isidentifier() else None
    folder = next(map(Path, (spec and spec.submodule_search_locations) or ()), Path("/", parts[0]))
    names = [*parts[:-1], parts[-1], "__init__.py"] if (folder.parent / Path(*parts) / "__init__.py").is_file() else []
    names = names or [*parts[:-1], f"{parts[-1]}.py"]
    path = folder.parent.joinpath(*names)
    if len(parts) == 1 and spec and spec.origin and not spec.submodule_search_locations:
        path = Path(spec.origin)
    return "/".join(names), path
