"""Rules of ruff that look for weak code (S, from bandit): each exception is one line of code, with its reason."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUFF = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
SILENCED = re.compile(r"# noqa:[^#\n]*\bS\d+.*")
WITH_REASON = re.compile(r"# noqa: [\w, ]+  # \S.*")


def test_no_folder_is_excepted() -> None:
    assert "S" in RUFF["select"]
    assert [rule for rule in RUFF["ignore"] if rule.startswith("S")] == []
    excepted = {rule for rules in RUFF["per-file-ignores"].values() for rule in rules if rule.startswith("S")}
    assert excepted == {"S101"}, "only assert, which tests are made of"


def test_each_line_that_is_excepted_has_its_reason() -> None:
    files = [
        file
        for folder in ("catalog", "tests", "benchmarks", "reliability", "docs")
        for file in (ROOT / folder).rglob("*.py")
    ]
    lines = [(file, line) for file in files for line in SILENCED.findall(file.read_text(encoding="utf-8"))]
    assert len(lines) > 20
    assert [(str(file), line) for file, line in lines if not WITH_REASON.fullmatch(line)] == []
