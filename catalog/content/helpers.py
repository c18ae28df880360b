"""Helpers of product files: modules and packages in products/ whose names begin with _, which product files import.

This runs in the process of the product files. Each product file gets helpers of its own: what one changes in them, no
other sees, and an edit counts at once.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import FileFinder, ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

from catalog.content.files import read_file
from catalog.errors import ContentError

SOURCE_LIMIT = 1_000_000


class AlwaysCompiled(SourceFileLoader):
    """A loader without the bytecode cache, which misses an edit in the same second that keeps the file's size.

    It also leaves no cache files in the repository.
    """

    def get_code(self, fullname: str) -> CodeType:
        """The code, compiled from the source."""
        path = self.get_filename(fullname)
        code: CodeType = self.source_to_code(read_file(Path(path), path, SOURCE_LIMIT), path)
        return code


class HelperFinder(MetaPathFinder):
    """Finds the helpers of the repository whose product file runs."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.imported: set[str] = set()

    def enter(self, folder: Path, *, anew: bool) -> None:
        """Find helpers in `folder` from now on; `anew`: import them again, even if they are those of before.

        `ContentError` if a helper has the name of a module of Python, which would be imported in its place.
        """
        if anew or folder != self.folder:
            for name in self.imported:
                sys.modules.pop(name, None)
            self.imported.clear()
        if folder != self.folder:
            self.folder = None  # the modules of others are looked for without these helpers
            for file in sorted(folder.glob("_[!_]*")):
                check_free(file)
        self.folder = folder

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The helper of this name, for which Python has no module. Python asks for all modules."""
        if self.folder is None or not fullname.startswith("_"):
            return None
        within = str(self.folder) if path is None else next(iter(path), "")
        if not Path(within).is_relative_to(self.folder):
            return None
        spec = FileFinder(within, (AlwaysCompiled, [".py"])).find_spec(fullname)
        if spec is not None:
            self.imported.add(fullname)
        return spec


def check_free(file: Path) -> None:
    """`ContentError` if Python has a module of this name."""
    name, spec = file.stem, PathFinder.find_spec(file.stem)
    origin = spec and (spec.origin or next(iter(spec.submodule_search_locations or ()), ""))
    elsewhere = spec is not None and not Path(origin or "/").is_relative_to(file.parent)
    if elsewhere or name in sys.modules or name in sys.stdlib_module_names:
        raise ContentError(
            f"products/{file.name}: Python has a module {name!r}, which product files would import in its place",
            hint="Give the helper another name.",
        )
