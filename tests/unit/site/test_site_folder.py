"""The folder of a site: nothing that is not ours is replaced, followed or removed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from catalog.cli.site_folder import MARKER, SiteFolder
from catalog.errors import ContentError
from catalog.web.site_pages import SitePage


def pages(*paths: str) -> list[SitePage]:
    """Pages with their path as text."""
    return [SitePage(path, "product", path, path.encode()) for path in paths]


def test_a_folder_with_something_else_is_refused_and_stays(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ContentError, match=r"is not empty, and is not a site of catalog: it has notes\.txt") as error:
        SiteFolder.open(tmp_path)
    assert "Name a new or an empty folder" in error.value.hint
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]


def test_pages_that_are_gone_are_removed_and_foreign_files_stay(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    first = pages("index.html", "products/a.html", "products/b.html", "imports/x.html")
    assert SiteFolder.open(folder).write(first).removed == ()
    (folder / "CNAME").write_text("example.com")
    (folder / "products/b.html").write_text("edited")
    changes = SiteFolder.open(folder).write(pages("index.html"))
    assert changes.removed == ("imports/x.html", "products/a.html")
    assert changes.kept == ("products/b.html",)
    names = sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*"))
    assert names == [MARKER, "CNAME", "index.html", "products", "products/b.html"]
    assert list(json.loads((folder / MARKER).read_text())["files"]) == ["index.html"]


def test_a_page_never_replaces_a_foreign_file(tmp_path: Path) -> None:
    SiteFolder.open(tmp_path).write(pages("index.html"))
    (tmp_path / "products").mkdir()
    (tmp_path / "products/a.html").write_text("mine")
    with pytest.raises(ContentError, match="exists, and is not of the site"):
        SiteFolder.open(tmp_path).write(pages("index.html", "products/a.html"))
    assert (tmp_path / "products/a.html").read_text() == "mine"
    with pytest.raises(ContentError, match="is a file, and the site needs a folder of this name"):
        SiteFolder.open(tmp_path).write(pages("index.html/b.html"))


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "site"
    outside.mkdir()
    SiteFolder.open(folder).write(pages("index.html", "products/a.html"))
    (outside / "a.html").write_text("products/a.html")
    (folder / "products/a.html").unlink()
    (folder / "products").rmdir()
    (folder / "products").symlink_to(outside)
    with pytest.raises(ContentError, match="is a link"):
        SiteFolder.open(folder).write(pages("products/a.html"))
    SiteFolder.open(folder).write(pages("index.html"))
    assert (outside / "a.html").read_text() == "products/a.html"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"format": 2, "files": {}}',
        '{"format": 1, "files": {"../secret": "sha256:0"}}',
        '{"format": 1, "files": {"/etc/passwd": "sha256:0"}}',
        '{"format": 1, "files": {"a": 1}}',
    ],
)
def test_a_marker_that_we_did_not_write_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / MARKER).write_text(text)
    with pytest.raises(ContentError, match="is not a list of the files of a site"):
        SiteFolder.open(tmp_path)


def test_a_run_that_was_stopped_leaves_a_folder_that_the_next_one_knows(tmp_path: Path) -> None:
    folder = SiteFolder.open(tmp_path)
    folder.mark({"products/a.html": "sha256:0"})
    (tmp_path / "products").mkdir()
    (tmp_path / "products/a.html").write_text("half")
    SiteFolder.open(tmp_path).write(pages("products/a.html"))
    assert (tmp_path / "products/a.html").read_text() == "products/a.html"
