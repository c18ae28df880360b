"""The state of the files that make launch forms: it is another one as soon as somebody saves one of them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from catalog.content.product_files import RELEASES

FOLDERS = ("products", "portfolios")


def fingerprint(folder: Path) -> str:
    """The state of the files that make forms: their names, sizes and times."""
    digest = hashlib.sha256()
    for path in source_files(folder):
        try:
            status = path.stat()
        except OSError:  # it is being replaced
            continue
        digest.update(f"{path}\0{status.st_mtime_ns}\0{status.st_size}\0".encode(errors="surrogateescape"))
    return digest.hexdigest()[:16]


def source_files(folder: Path) -> Iterator[Path]:
    """The files of products and portfolios, and the settings; no releases, which never change."""
    yield folder / "pyproject.toml"
    for name in FOLDERS:
        for place, folders, files in os.walk(folder / name):
            folders[:] = sorted(each for each in folders if each not in (RELEASES, "__pycache__"))
            yield from (Path(place, file) for file in sorted(files))
