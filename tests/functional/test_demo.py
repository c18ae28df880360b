"""docs/demo.md: what examples/demo.sh prints, and README.md, which shows a part of it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests import programs
from tests.functional.conftest import Run
from tests.transcripts import Typed, follow, steps

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "demo.md").read_text()
DEMO = PAGE[: PAGE.index("\n## ")]


def commands(page: str) -> dict[str, Typed]:
    """The commands of a page with what they print."""
    return {" ".join(step.words): step for step in steps(page) if isinstance(step, Typed)}


def test_the_demo_prints_what_its_page_shows(catalog: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    def run(words: list[str], _: Path) -> tuple[int, str]:
        result = catalog(*words[1:], at=ROOT)
        return result.exit_code, result.output

    assert follow(DEMO, ROOT, run) == 10


def test_the_page_has_the_commands_of_the_demo() -> None:
    script = (ROOT / "examples" / "demo.sh").read_text().replace("\\\n", " ")
    of_demo = [" ".join(line.split()[1:]) for line in script.splitlines() if line.startswith("run catalog")]
    assert list(commands(DEMO)) == of_demo


def test_the_demo_ends_with_the_review_of_a_pull_request(tmp_path: Path) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "catalog"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m catalog "$@"\n')
    program.chmod(0o755)
    script = ["sh", str(ROOT / "examples" / "pull_request.sh"), str(tmp_path / "out")]
    environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    done = programs.run(script, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    newly = "role/platform-terraform-role: KMS key, Log bucket"
    assert newly in done.stdout
    page = (tmp_path / "out" / "review.html").read_text()
    assert "Environment is one of dev, test, prod" in page
    demo = (ROOT / "examples" / "demo.sh").read_text()
    assert '"$@" < /dev/null' in demo  # in a terminal too, no launch asks
    assert "\nsh examples/pull_request.sh demo-review\n" in demo
    assert demo.index('"$(pwd)/demo-review/review.html"') < demo.index("\n    catalog console\n")


def test_the_readme_shows_a_part_of_it() -> None:
    shown = commands((ROOT / "README.md").read_text())
    assert len(shown) >= 2
    for command, step in shown.items():
        assert step.shows(commands(DEMO)[command].shown), f"README.md shows something else than docs/demo.md: {command}"
