"""The programs that the tests start: the Chromium of the system, and catalog with its Python."""

from __future__ import annotations

import os
import shutil
import sys


def chromium() -> str:
    """The browser on PATH, or the one that CATALOG_CHROMIUM names."""
    names = ("chromium", "chromium-browser", "google-chrome")
    program = os.environ.get("CATALOG_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    assert program, "no Chromium on PATH: install it from the distribution, or name it with CATALOG_CHROMIUM"
    return program


def catalog() -> str:
    """The command."""
    return os.environ.get("CATALOG", "catalog")


def python() -> str:
    """The Python that has catalog."""
    return os.environ.get("PYTHON", sys.executable)
