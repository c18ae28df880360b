"""`catalog init` and `catalog new`: what they write validates, is published, and can be launched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.functional.conftest import Run

DEVELOPER = "arn:aws:iam::123456789012:role/developer"


def files_of(folder: Path) -> list[str]:
    """All files of a folder, relative to it."""
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def launched(catalog: Run, root: Path, product: str) -> dict[str, object]:
    """The record of a launch of a bucket."""
    arguments = ("--name", f"my-{product}", "--param", "Service=orders", "--as", DEVELOPER)
    result = catalog("launch", product, "--local", "--json", *arguments, at=root)
    assert result.exit_code == 0, result.output
    record: dict[str, object] = json.loads(result.stdout)
    return record


@pytest.mark.parametrize("kind", ["python"])
def test_a_new_repository_validates_is_published_and_launched(catalog: Run, tmp_path: Path, kind: str) -> None:
    root = tmp_path / "new"
    done = catalog("init", str(root), "--product-kind", kind, "--json")
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert sorted(report["written"]) == files_of(root)
    assert json.loads(catalog("validate", "--json", at=root).stdout) == []
    published = catalog("publish", "--local", "--yes", "--allow", "widen", at=root)
    assert published.exit_code == 0, published.output
    assert launched(catalog, root, "bucket")["status"] == "SUCCEEDED"
