"""Fixtures for all tests: golden files, and a copy of the repository that a test may change."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir

# No deadline: a slow machine is no fault of the code. No database of examples: a run must not depend on what failed in
# an earlier run. The cache of hypothesis is kept outside of the source tree.
settings.register_profile("busy machine", deadline=None, database=None, print_blob=True)
settings.load_profile("busy machine")
set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "hypothesis")

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden with the actual output")


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


def copy_content(folder: Path) -> Path:
    """Copy `kms_key` with its releases and portfolios to a new `folder`: other content must not change a test."""
    folder.mkdir()
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copytree(ROOT / "examples", folder / "examples")
    for name in ("products/kms_key.py", "portfolios/security-dev.yaml", "portfolios/security-prod.yaml"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "products/releases/kms_key", folder / "products/releases/kms_key")
    return folder


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A copy of the repository's content that the test may change."""
    return copy_content(tmp_path / "repository")
