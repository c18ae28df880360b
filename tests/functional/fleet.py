"""A repository with three targets, and what a run over them prints."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

HUB, DEV, OWN = "111122223333", "444455556666", "123456789012"
TARGETS = f"""
[tool.catalog.targets.hub]
account = "{HUB}"
regions = ["eu-west-1", "us-east-1"]
role = "arn:aws:iam::{HUB}:role/catalog-publisher"
portfolios = ["security-prod"]

[tool.catalog.targets.dev]
account = "{DEV}"
regions = ["us-east-1"]
"""
LABELS = ["hub/eu-west-1", "hub/us-east-1", "dev/us-east-1"]
MUTATING = ("Create", "Update", "Delete", "Associate", "Disassociate", "Put", "Upload")
PUBLISH = ("publish", "--local", "--yes", "--allow", "widen", "--to", "all")


def declare(repository: Path, text: str) -> None:
    with (repository / "pyproject.toml").open("a") as file:
        file.write(text)


def operations(stderr: str) -> dict[str, list[str]]:
    """Label → operations, from the lines of -v."""
    calls: dict[str, list[str]] = {}
    for label, operation in re.findall(r"^(\S+): call \w+:(\w+)$", stderr, flags=re.MULTILINE):
        calls.setdefault(label, []).append(operation)
    return calls


def outcomes(result: Any) -> dict[str, tuple[str, ...]]:
    """Label → (account, changes, outcome, error), of the table."""
    text = result.stdout[result.stdout.index("TARGET ") :]
    rows = [re.split(r"\s{2,}", line.strip()) for line in text.splitlines()[1:]]
    return {f"{row[0]}/{row[1]}": tuple(row[2:]) for row in rows}
