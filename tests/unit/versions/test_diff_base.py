"""D4: `catalog diff` against the releases of another revision, and of all products."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests import programs
from tests.unit.versions.test_diff_command import SETTINGS, run, template, write

IDENTITY = {
    "GIT_AUTHOR_NAME": "Ann",
    "GIT_AUTHOR_EMAIL": "ann@example.com",
    "GIT_COMMITTER_NAME": "Ann",
    "GIT_COMMITTER_EMAIL": "ann@example.com",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def git(root: Path, *arguments: str) -> None:
    environment = {**os.environ, **IDENTITY}
    programs.run(["git", "-C", str(root), *arguments], env=environment, check=True, capture_output=True)


def commit(root: Path, words: str) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", words)


def release(root: Path, version: str, built: str) -> None:
    write(root, version, built)
    done = run(root, "release", "topic", "--date", "2026-11-01", "--notes", f"Notes of {version}.")
    assert done.exit_code == 0, done.output


@pytest.fixture(autouse=True)
def no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A branch that releases 2.0.0; main has 1.0.0. The catalog is a folder of a larger repository."""
    root = tmp_path / "repository" / "catalog"
    for folder in ("products", "portfolios"):
        (root / folder).mkdir(parents=True)
    (root / "pyproject.toml").write_text(SETTINGS)
    git(root.parent, "init", "--quiet", "--initial-branch=main")
    release(root, "1.0.0", template("a"))
    commit(root, "The first release.")
    git(root, "switch", "--quiet", "--create", "change")
    release(root, "2.0.0", template("b"))
    commit(root, "The second release.")
    return root


def test_a_reviewer_sees_the_release_that_a_branch_brings(root: Path) -> None:
    result = run(root, "diff", "topic")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("topic 1.0.0 (sha256:")
    assert ", of main) → 2.0.0" in result.stdout.splitlines()[0]
    assert "Verdict: major" in result.stdout


@pytest.mark.parametrize("revision", ["change", "HEAD", "change~0"])
def test_base_names_the_revision_whose_last_release_is_old(root: Path, revision: str) -> None:
    result = run(root, "diff", "topic", "--base", revision, "--detailed-exitcode")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "No differences.")
    assert run(root, "diff", "topic", "--base", "main", "--detailed-exitcode").exit_code == 4


def test_the_target_of_a_pull_request_is_the_base(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(root, "update-ref", "refs/remotes/origin/stable", "change")
    monkeypatch.setenv("GITHUB_BASE_REF", "stable")
    assert ", of origin/stable)" in run(root, "diff", "topic").stdout


def test_a_target_that_was_not_fetched_is_reported(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_BASE_REF", "release/1.x")
    result = run(root, "diff", "topic")
    assert "git does not have origin/release/1.x, so the base is main." in result.stderr
    assert "`git fetch origin release/1.x`" in result.stderr
    assert run(root, "diff", "topic", "--base", "main").stderr == ""


def test_uncommitted_releases_are_differences_from_the_branch_itself(root: Path) -> None:
    git(root, "switch", "--quiet", "main")
    release(root, "1.0.1", template("a", " Use it."))
    assert "Verdict: patch" in run(root, "diff", "topic").stdout


def test_without_an_argument_all_products_are_compared(root: Path) -> None:
    source = (root / "products" / "topic.py").read_text()
    (root / "products" / "fresh.py").write_text(source)
    result = run(root, "diff")
    assert result.exit_code == 0, result.output
    assert "fresh is new: there is no release to compare with.\n\ntopic 1.0.0" in result.stdout
    assert "### fresh\n" in run(root, "diff", "--format", "markdown").stdout
    data = json.loads(run(root, "diff", "--json").stdout)
    assert [product["product"] for product in data["products"]] == ["fresh", "topic"]
    assert data["products"][1]["verdict"]["level"] == "major"
    (root / "products" / "topic.py").unlink()
    assert "topic is removed: products/ has no file of it." in run(root, "diff").stdout


def test_a_product_that_the_base_does_not_have_is_new(root: Path) -> None:
    git(root, "switch", "--quiet", "--orphan", "empty")
    commit_empty = ("commit", "--quiet", "--allow-empty", "--message", "Nothing.")
    git(root.parent, *commit_empty)
    git(root.parent, "switch", "--quiet", "change")
    result = run(root, "diff", "topic", "--base", "empty", "--detailed-exitcode")
    assert (result.exit_code, result.stdout) == (4, "topic is new: empty has no release to compare with.\n")


@pytest.mark.parametrize("revision", ["nowhere", "--upload-pack=x", "", "main:products", "0" * 40])
def test_an_unknown_revision_exits_2(root: Path, revision: str) -> None:
    result = run(root, "diff", "topic", f"--base={revision}")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"git knows no revision {revision!r}" in result.stderr
    assert ("git fetch origin" in result.stderr) == (revision[:1] not in ("", "-"))  # no option for git to copy


def test_a_base_with_an_edited_release_exits_2(root: Path) -> None:
    file = root / "products" / "releases" / "topic" / "1.0.0.yaml"
    file.write_bytes(file.read_bytes() + b"# edited\n")
    commit(root, "An edit.")
    git(root, "tag", "edited")
    git(root, "reset", "--quiet", "--hard", "HEAD~1")
    result = run(root, "diff", "topic", "--base", "edited")
    assert result.exit_code == 2
    assert "at revision edited" in result.stderr
    assert "1.0.0.yaml was edited" in result.stderr


def test_base_needs_a_git_repository(root: Path, tmp_path: Path) -> None:
    (root.parent / ".git").rename(tmp_path / "gone")
    result = run(root, "diff", "topic", "--base", "main")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--base needs a git repository at " in result.stderr
    assert "Without --base, OLD is the latest release" in result.stderr
    assert run(root, "diff", "topic").stdout.splitlines()[-1] == "No differences."


def test_base_needs_git(root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = run(root, "diff", "topic", "--base", "main")
    assert result.exit_code == 2
    assert "--base needs a git repository" in result.stderr
    assert run(root, "diff", "topic").exit_code == 0


def test_old_and_base_exclude_each_other(root: Path) -> None:
    result = run(root, "diff", "topic", "1.0.0", "--base", "main")
    assert result.exit_code == 2
    assert "OLD and --base exclude each other" in result.stderr
