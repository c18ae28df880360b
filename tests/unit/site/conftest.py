"""The site of a small catalogue, made once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from catalog.cli import main
from tests.json_output import check_output
from tests.unit.site.catalogue import made_catalogue
from tests.unit.web.test_parts import Page

Files = dict[str, bytes]


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository."""
    return made_catalogue(tmp_path_factory.mktemp("catalogue"))


@pytest.fixture(scope="session")
def folder(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of its site."""
    folder = tmp_path_factory.mktemp("site") / "public"
    arguments = ("site", "-o", str(folder), "--json")
    result = CliRunner().invoke(main, ["-C", str(repository), *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    check_output(arguments, result.stdout)
    assert {page["path"] for page in json.loads(result.stdout)["pages"]} == files_of(folder).keys()
    return folder


@pytest.fixture(scope="session")
def pages(folder: Path) -> dict[str, Page]:
    """Path → page, of its HTML."""
    return {path: Page(body.decode()) for path, body in files_of(folder).items() if path.endswith(".html")}


def files_of(folder: Path) -> Files:
    """Path → bytes, without the marker."""
    every = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}
    return {path: file.read_bytes() for path, file in every.items() if not path.startswith(".")}
