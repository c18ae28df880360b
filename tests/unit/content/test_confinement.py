"""What product files can read: the repository, Python and the system, and nothing private in them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from catalog.content.config import load_config
from catalog.content.confinement import openings, readable_paths
from catalog.content.load import load_product


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


def test_the_git_folder_of_a_work_tree_is_not_readable(tmp_path: Path) -> None:
    main, tree = tmp_path / "main" / ".git", tmp_path / "tree"
    (main / "worktrees" / "tree").mkdir(parents=True)
    (main / "config").write_text("token")
    (main / "worktrees" / "tree" / "commondir").write_text("../..\n")
    (tree / "catalog" / "products").mkdir(parents=True)
    (tree / "words.txt").write_text("")
    (tree / ".git").write_text("gitdir: ../main/.git/worktrees/tree\n")
    for path in (main / "config", main / "worktrees" / "tree" / "HEAD", tree / ".git"):
        assert not reads(tree / "catalog", path), path
    assert reads(tree / "catalog", tree / "words.txt")
    assert reads(tree / "catalog", tmp_path / "main" / "README.md") is False  # made later: it needs a rule of its own
    (tree / ".git").write_text("gitdir: \0")
    assert reads(tree / "catalog", tree / "words.txt")


def test_git_folders_below_the_repository_are_not_readable(tmp_path: Path) -> None:
    for name in (".git", "products/deep/er/.git", "other/.git"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "config").write_text("token")
        (tmp_path / name).with_name("file").write_text("")
    apart = tmp_path.with_name(f"{tmp_path.name}-apart")
    apart.mkdir()
    (tmp_path / "module").mkdir()
    (tmp_path / "module" / ".git").write_text(f"gitdir: {apart}\n")
    for name in (".git/config", "products/deep/er/.git/config", "other/.git/config", "module/.git"):
        assert not reads(tmp_path, tmp_path / name), name
    assert not reads(tmp_path, apart / "config")
    for name in ("file", "products/deep/er/file", "other/file"):
        assert reads(tmp_path, tmp_path / name), name


def test_every_file_that_the_environment_names_is_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "tree" / "repository"
    (tmp_path / "tree" / ".git").mkdir(parents=True)
    (root / "products").mkdir(parents=True)
    for name in ("first", "second", "tree/google.json", "tree/words.txt", "tree/repository/products/x.py"):
        (tmp_path / name).write_text("")
    (tmp_path / "link").symlink_to("first")
    monkeypatch.setenv("KUBECONFIG", f"{tmp_path}/link:{tmp_path}/second")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", f"{tmp_path}/tree/google.json")
    monkeypatch.setenv("EDITED", f"{root}/products/x.py")
    for name in ("SHELL", "_"):
        monkeypatch.setenv(name, {"SHELL": "/bin/sh", "_": sys.executable}[name])
    for name in ("first", "second", "tree/google.json"):
        assert not reads(root, tmp_path / name), name
    for path in (tmp_path / "tree/words.txt", root / "products/x.py", Path("/bin/sh").resolve()):
        assert reads(root, path), path
    assert reads(root, Path(sys.executable).resolve())


@pytest.mark.parametrize("variable", ["RUNNER_TEMP", "DOCKER_CONFIG", "CLOUDSDK_CONFIG"])
def test_folders_of_credentials_are_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    (tmp_path / "_temp").mkdir()
    monkeypatch.setenv(variable, str(tmp_path / "_temp"))
    assert not reads(tmp_path / "repository", tmp_path / "_temp" / "git-credentials-1.config")


def test_a_private_file_among_thousands_of_others(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = repository / "secret.json"
    for number in range(2500):
        (repository / f"{'x' * 60}-{number}").touch()
    secret.touch()
    monkeypatch.setenv("SECRETS_OF_A_TEST", str(secret))
    product = load_product(load_config(repository), "kms_key")
    assert product.name == "KMS key"
