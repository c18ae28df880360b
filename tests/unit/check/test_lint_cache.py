"""Findings kept between runs of validate: found only for the same input, and never trusted when damaged."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from catalog.check.finding import Finding
from catalog.check.lint_cache import FAILED_RULE, LintCache
from catalog.check.registry import template_controls, template_ids
from catalog.cli import main
from catalog.content.control_settings import DEFAULTS, ControlLevel, ControlSettings
from catalog.kept import MOST_BYTES, MOST_ENTRIES, cache_folder, digest, is_private

FINDING = Finding("E9001", "error", "no rotation", "products/key.py", 3, ("Resources", 0), "https://a.test", "key")
REGIONS = ("us-east-1",)


class Counting:
    """A check that counts its runs."""

    def __init__(self, *findings: Finding) -> None:
        self.result = findings
        self.runs = 0

    def __call__(self) -> Callable[[], tuple[Finding, ...]]:
        self.runs += 1
        return lambda: self.result


def entries(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.json"))


def test_the_same_input_is_checked_once(tmp_path: Path) -> None:
    lint = Counting(FINDING, replace(FINDING, line=4))
    for _ in range(3):
        kept = list(LintCache(tmp_path / "c").findings("key", "products/key.py", b"{}", REGIONS, DEFAULTS, lint)())
        assert kept == list(lint.result)
    assert lint.runs == 1
    (file,) = entries(tmp_path / "c")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_every_other_input_is_checked(tmp_path: Path) -> None:
    levels = (ControlLevel("E9002", "warning", "reviewed", "pyproject.toml:3"),)
    inputs = [
        ("key", "products/key.py", b"{}", REGIONS, DEFAULTS),
        ("other", "products/key.py", b"{}", REGIONS, DEFAULTS),
        ("key", "products/other.py", b"{}", REGIONS, DEFAULTS),
        ("key", "products/key.py", b"{} ", REGIONS, DEFAULTS),
        ("key", "products/key.py", b"{}", (*REGIONS, "eu-west-1"), DEFAULTS),
        ("key", "products/key.py", b"{}", REGIONS, ControlSettings(duty_tags=("Owner",))),
        ("key", "products/key.py", b"{}", REGIONS, ControlSettings(levels=levels)),
    ]
    lint = Counting()
    for _ in range(2):
        for arguments in inputs:
            list(LintCache(tmp_path).findings(*arguments, lint)())
    assert lint.runs == len(inputs) == len(entries(tmp_path))


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.write_text("{"),
        lambda file: file.write_text("[]"),
        lambda file: file.write_bytes(b"\xff\x00"),
        lambda file: file.write_text("[" * 100_000),
        lambda file: file.write_text(json.dumps({**json.loads(file.read_text()), "content": []})),
        lambda file: file.write_text(file.read_text()[:-20]),
        lambda file: file.chmod(0o666),
        lambda file: file.chmod(0o604),
        lambda file: file.write_text(file.read_text() + " " * MOST_BYTES),
        lambda file: (file.unlink(), file.mkdir()),
        lambda file: (file.unlink(), os.mkfifo(file, 0o600)),
        lambda file: file.symlink_to(file.rename(file.with_name("elsewhere"))),
    ],
    ids=[
        *("half", "a list", "no text", "deep", "emptied", "cut", "writable for others", "readable for others"),
        *("too large", "a folder", "a named pipe", "a link"),
    ],
)
def test_a_damaged_entry_counts_as_missing(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    lint = Counting(FINDING)
    arguments = ("key", "products/key.py", b"{}", REGIONS, DEFAULTS, lint)
    list(LintCache(tmp_path).findings(*arguments)())
    damage(entries(tmp_path)[0])
    assert list(LintCache(tmp_path).findings(*arguments)()) == [FINDING]
    assert lint.runs == 2


def test_an_entry_of_somebody_else_is_not_private(tmp_path: Path) -> None:
    file = tmp_path / "entry"
    file.touch(mode=0o600)
    assert is_private(file.stat(), os.getuid())
    assert not is_private(file.stat(), os.getuid() + 1)


def test_what_is_too_large_is_not_kept(tmp_path: Path) -> None:
    lint = Counting(replace(FINDING, message="x" * MOST_BYTES))
    for _ in range(2):
        assert list(LintCache(tmp_path).findings("key", "f", b"", REGIONS, DEFAULTS, lint)()) == list(lint.result)
    assert lint.runs == 2
    assert not list(tmp_path.iterdir())


def test_the_newest_entries_are_kept(tmp_path: Path) -> None:
    for number in range(MOST_ENTRIES + 1):
        old = tmp_path / f"{number}.json"
        old.touch()
        os.utime(old, (number, number))
    list(LintCache(tmp_path).findings("key", "f", b"", REGIONS, DEFAULTS, Counting())())
    names = {file.name for file in entries(tmp_path)}
    assert len(names) == MOST_ENTRIES
    assert not {"0.json", "1.json"} & names
    assert {"2.json", f"{MOST_ENTRIES}.json"} < names


@pytest.mark.parametrize("findings", [[{}], [7], 7, {"a": 1}, [{"path": None}]], ids=str)
def test_an_entry_with_other_members_counts_as_missing(tmp_path: Path, findings: object) -> None:
    lint = Counting(FINDING)
    arguments = ("key", "products/key.py", b"{}", REGIONS, DEFAULTS, lint)
    list(LintCache(tmp_path).findings(*arguments)())
    (file,) = entries(tmp_path)
    file.write_text(json.dumps({"of": digest([file.stem, findings]), "content": findings}))
    assert list(LintCache(tmp_path).findings(*arguments)()) == [FINDING]


def test_an_entry_under_another_key_is_not_read(tmp_path: Path) -> None:
    lint = Counting(FINDING)
    list(LintCache(tmp_path).findings("key", "f", b"1", REGIONS, DEFAULTS, lint)())
    (first,) = entries(tmp_path)
    list(LintCache(tmp_path).findings("key", "f", b"2", REGIONS, DEFAULTS, Counting())())
    (second,) = set(entries(tmp_path)) - {first}
    second.replace(first)
    assert list(LintCache(tmp_path).findings("key", "f", b"1", REGIONS, DEFAULTS, lint)()) == [FINDING]
    assert lint.runs == 2


def test_what_cannot_be_kept_is_checked_each_time(tmp_path: Path) -> None:
    failed, own = Counting(replace(FINDING, id=FAILED_RULE)), Counting()
    (tmp_path / "file").write_text("")
    for _ in range(2):
        list(LintCache(tmp_path / "c").findings("key", "f", b"", REGIONS, DEFAULTS, failed)())
        list(LintCache(tmp_path / "c").findings("key", "f", b"", REGIONS, ControlSettings(folders=(tmp_path,)), own)())
        list(LintCache(tmp_path / "file").findings("key", "f", b"", REGIONS, DEFAULTS, own)())
    assert (failed.runs, own.runs) == (2, 4)
    assert not entries(tmp_path / "c")


def test_the_folder_follows_the_xdg_specification() -> None:
    assert cache_folder({"XDG_CACHE_HOME": "/x"}) == Path("/x/catalog/findings")
    assert cache_folder({"XDG_CACHE_HOME": "relative"}) == cache_folder({}) == Path.home() / ".cache/catalog/findings"


def test_a_user_without_a_home_keeps_nothing_in_the_working_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "nowhere")
    assert cache_folder({}) == Path("/nowhere/.cache/catalog/findings")


def test_the_ids_of_files_are_those_of_the_controls() -> None:
    assert template_ids() == {control.id for control in template_controls()}


def test_validate_keeps_findings_and_a_release_reads_none(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A planted entry with a clean result changes what validate says, and nothing else."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    product = repository / "products" / "kms_key.py"
    text = product.read_text()
    product.write_text(text.replace("EnableKeyRotation=True", "EnableKeyRotation=False").replace('"1.0.0"', '"3.0.0"'))
    assert product.read_text() != text

    def run(*words: str, code: int = 3) -> str:
        result = CliRunner().invoke(main, ["-C", str(repository), *words])
        assert result.exit_code == code, result.output
        return result.output

    fresh = run("validate")
    assert "E9001" in fresh
    assert run("validate") == fresh == run("validate", "--no-cache")
    for file in entries(tmp_path / "home/catalog/findings"):
        plant(file)
    assert "E9001" not in run("validate", code=0)
    assert "E9001" in run("validate", "--no-cache")
    releases = files_in(repository / "products" / "releases")
    assert "E9001" in run("release", "kms_key", "--notes", "No rotation.")
    assert files_in(repository / "products" / "releases") == releases


def files_in(folder: Path) -> dict[Path, bytes]:
    """The content of each file."""
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def plant(file: Path) -> None:
    """Replace an entry by one without findings, as its owner could."""
    file.write_text(json.dumps({"of": digest([file.stem, []]), "content": []}))
