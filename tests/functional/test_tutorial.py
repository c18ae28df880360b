"""docs/tutorial.md, typed in an empty folder: every command works and prints what the page shows.

The commands of its first step, which install the package, are run by tests/functional/test_wheel.py with the wheel.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from catalog.cli import main
from catalog.sandbox import control
from tests.transcripts import Typed, follow, steps

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "tutorial.md").read_text()
INSTALLING, REST = PAGE[: PAGE.index("\n## 2.")], PAGE[PAGE.index("\n## 2.") :]


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder, and no settings of AWS; the sandbox of the page ends with the test."""
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", "CATALOG_SANDBOX_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CATALOG_SANDBOX_LATENCY", "0.05")
    yield tmp_path
    control.stop(tmp_path / "shop" / ".sandbox")


def test_every_command_of_the_tutorial_prints_what_it_shows(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(words: list[str], folder: Path) -> tuple[int, str]:
        assert words[0] == "catalog"
        monkeypatch.chdir(folder)
        result = CliRunner().invoke(main, words[1:])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    assert follow(REST, empty, run) > 12


def test_the_page_installs_this_distribution() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (line,) = (step.words for step in steps(INSTALLING) if isinstance(step, Typed) and step.words[0] == "pip")
    name, _, extra = line[-1].rstrip("]").partition("[")
    assert name == project["name"]
    assert extra in project["optional-dependencies"]
