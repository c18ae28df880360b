"""A browser, and the pages of reviews: what people open."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.programs import chromium, python

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("harmless", "widening", "key_losing", "hostile", "large")
SITES = ("catalogue", "hostile_release", "many", "empty")


@pytest.fixture(scope="session")
def reviews(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Name of a change → its review page."""
    folder = tmp_path_factory.mktemp("reviews")
    run([python(), "-m", "tests.browser.repositories", str(folder), "review", *NAMES])
    return {name: folder / f"{name}.out" / "review.html" for name in NAMES}


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Name of a catalogue → the folder of its site."""
    folder = tmp_path_factory.mktemp("sites")
    run([python(), "-m", "tests.browser.repositories", str(folder), "site", *SITES])
    return {name: folder / f"{name}.out" for name in SITES}


def run(command: list[str]) -> None:
    """Run a command that must work."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  # our own
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium of the system, which CATALOG_CHROMIUM may name."""
    with sync_playwright() as playwright:
        # A container has no user namespaces for the browser's own sandbox; the pages are our own files.
        started = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield started
        started.close()
