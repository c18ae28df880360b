"""Fixtures for all tests: golden files, and a copy of the repository that a test may change."""

from __future__ import annotations

import gc
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir

from catalog.content import product_process

# No deadline: a slow machine is no fault of the code. No database of examples: a run must not depend on what failed in
# an earlier run. The cache of hypothesis is kept outside of the source tree.
settings.register_profile("busy machine", deadline=None, database=None, print_blob=True)
settings.load_profile("busy machine")
set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "hypothesis")

# Journals of runs must not go to the folder of the person who runs the tests.
os.environ["XDG_STATE_HOME"] = str(Path(tempfile.gettempdir()) / "catalog-tests")
# Nor may findings of earlier runs change what a test sees.
CACHE = tempfile.TemporaryDirectory(prefix="catalog-tests-cache-")
os.environ["XDG_CACHE_HOME"] = CACHE.name

ROOT = Path(__file__).resolve().parent.parent
SMALL = tempfile.TemporaryDirectory(prefix="catalog-tests-content-")
CONTENT = Path(SMALL.name).resolve() / "repository"
"""A small repository for tests that change nothing in it (`small_content`). That of this project is at ROOT."""
OWN_CONTROLS = re.compile(r"^\[tool\.catalog\.controls\]\n(?:.+\n)*", re.MULTILINE)

# Imports and collected tests are a million objects that live to the end. Looking for garbage among them, again and
# again, took a seventh of the time of all tests and two fifths of that of their collection.
gc.disable()


def pytest_collection_finish() -> None:
    """Collect garbage from now on, among what tests create."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    gc.enable()


def pytest_unconfigure() -> None:
    """End the processes of product files and delete their folders: a worker of xdist ends without `atexit`."""
    product_process.stop_all()
    CACHE.cleanup()
    SMALL.cleanup()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden with the actual output")
    parser.addoption(
        "--every-permission", action="store_true", help="take each permission from each role; a sample otherwise"
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, bytes], None]:
    """Compare bytes with a file of tests/golden."""

    def compare(name: str, actual: bytes) -> None:
        file = ROOT / "tests" / "golden" / name
        if request.config.getoption("--update-golden"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(actual)
        assert actual.decode() == file.read_bytes().decode(), f"run pytest --update-golden and read the diff of {file}"

    return compare


def copy_product(folder: Path) -> Path:
    """Copy `kms_key` with its helpers and examples to a new `folder`, and the two portfolios of the tests.

    It has no controls of its own: with them the findings about a template depend on the folder, and each test would
    lint the same template again, a quarter of a second each time.
    """
    shutil.copytree(ROOT / "tests" / "fixtures" / "content", folder)
    settings_text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (folder / "pyproject.toml").write_text(OWN_CONTROLS.sub("", settings_text), encoding="utf-8")
    for name in ("examples", "products"):
        (folder / name).mkdir()
    for file in (ROOT / "products" / "kms_key.py", *(ROOT / "products").glob("_*.py")):
        shutil.copy(file, folder / "products")
    for helpers in (ROOT / "products").glob("_[a-z]*/"):
        shutil.copytree(helpers, folder / "products" / helpers.name)
    for example in (ROOT / "examples").glob("launch-*.yaml"):
        shutil.copy(example, folder / "examples")
    return folder


def copy_content(folder: Path) -> Path:
    """Copy `kms_key` and its portfolios to a new `folder`; its latest release is there the only one, as 1.0.0.

    Other content, and a new release of the product, must not change a test.
    """
    first_release(copy_product(folder))
    return folder


def small_content(folder: Path) -> Path:
    """The content for tests of the engine, which must not take longer with each new product: `kms_key` as it is."""
    copy_product(folder)
    releases = Path("products") / "releases" / "kms_key"
    shutil.copytree(ROOT / releases, folder / releases)
    return folder


def first_release(folder: Path) -> None:
    """Write the latest release of `kms_key` as version 1.0.0. The bytes of a template do not contain its version."""
    source, target = (root / "products" / "releases" / "kms_key" for root in (ROOT, folder))
    text = (source / "ledger.yaml").read_text(encoding="utf-8")
    latest = yaml.safe_load(text)["releases"][-1]
    comments = "".join(line for line in text.splitlines(keepends=True) if line.startswith("#"))
    only = {**latest, "version": "1.0.0", "date": "2026-11-24", "notes": "First version."}
    target.mkdir(parents=True)
    (target / "ledger.yaml").write_text(comments + ledger_text(only), encoding="utf-8")
    shutil.copy(source / f"{latest['version']}.yaml", target / "1.0.0.yaml")
    product = folder / "products" / "kms_key.py"
    version = re.compile(r'\n    version="[^"]+",\n    version_description=.*?,\n    template=', re.DOTALL)
    written = '\n    version="1.0.0",\n    version_description="First version.",\n    template='
    text, count = version.subn(written, product.read_text(encoding="utf-8"))
    assert count == 1
    product.write_text(text, encoding="utf-8")


def ledger_text(release: dict[str, object]) -> str:
    """A ledger with one release, as `catalog release` writes it."""
    fields = {**release, "notes": f'"{release["notes"]}"', "active": str(release["active"]).lower()}
    lines = [f"{name}: {value}" for name, value in fields.items()]
    return "releases:\n  - " + "\n    ".join(lines) + "\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A copy of the repository's content that the test may change."""
    return copy_content(tmp_path / "repository")


small_content(CONTENT)
