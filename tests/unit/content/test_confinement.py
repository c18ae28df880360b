"""What product files can read: the repository, Python and the system, and nothing private in them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from catalog.content.confinement import openings, readable_paths


def reads(root: Path, path: Path) -> bool:
    """Whether `path` is readable for the product files of `root`."""
    whole = set(readable_paths(root).whole)
    return any(str(part) in whole for part in (path, *path.parents))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with credentials and a checkout, in which the repository is a folder."""
    home = tmp_path / "home"
    for name in (
        ".aws/credentials",
        "work/.git/config",
        "work/shared/words.txt",
        "work/catalog/products/x.py",
        "other/y",
    ):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text("")
    monkeypatch.setenv("HOME", str(home))
    return home


def test_a_checkout_in_a_home_is_readable_without_what_is_private(home: Path) -> None:
    root = home / "work" / "catalog"
    for name in ("work/shared/words.txt", "work/catalog/products/x.py"):
        assert reads(root, home / name), name
    for name in (".aws/credentials", "work/.git/config", "other/y"):
        assert not reads(root, home / name), name
    assert str(home / "work") in readable_paths(root).listed


def test_a_home_under_git_is_not_the_repository(home: Path) -> None:
    (home / "work" / ".git" / "config").unlink()
    (home / "work" / ".git").rmdir()
    (home / ".git").mkdir()
    root = home / "work" / "catalog"
    assert reads(root, root / "products" / "x.py")
    assert not reads(root, home / "work" / "shared" / "words.txt")
    assert not reads(root, home / ".aws" / "credentials")


def test_python_and_the_system_are_readable_and_other_processes_are_not(tmp_path: Path) -> None:
    assert reads(tmp_path, Path(sys.executable).resolve())
    assert reads(tmp_path, Path("/usr/lib"))
    for name in ("/proc/1/environ", "/root/.aws/credentials", "/run/secrets", "/home/somebody"):
        assert not reads(tmp_path, Path(name)), name


def test_files_of_credentials_that_the_environment_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = tmp_path / "token"
    token.write_text("secret")
    (tmp_path / "other").write_text("")
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(token))
    assert not reads(tmp_path / "repository", token)
    assert reads(tmp_path / "repository", tmp_path / "other")


def test_links_are_no_way_around(tmp_path: Path) -> None:
    (tmp_path / "private").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "private")
    private = frozenset({str(tmp_path / "private")})
    assert list(openings(str(tmp_path), private, frozenset({str(tmp_path)}))) == []
