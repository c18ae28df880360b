"""README and pages agree with the commands, the code and each other; `make check` runs this."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from catalog.cli import main

ROOT = Path(__file__).resolve().parent.parent.parent
README = (ROOT / "README.md").read_text()


def commands(group: click.Group, path: str = "catalog") -> Iterator[tuple[str, click.Command]]:
    """(full name, command) of every command, also of those in groups."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


ALL = dict(commands(main))


def test_the_command_table_lists_every_command_with_its_short_help() -> None:
    rows = dict(re.findall(r"^\| `(catalog [a-z -]+)` \| (.+) \|$", README, flags=re.MULTILINE))
    assert rows == {name: command.get_short_help_str(200) for name, command in ALL.items()}


def test_the_transcript_has_the_commands_of_the_demo() -> None:
    script = (ROOT / "examples" / "demo.sh").read_text().replace("\\\n", " ")
    commands_of_demo = [" ".join(line.split()[1:]) for line in script.splitlines() if line.startswith("run catalog")]
    shown = [line.removeprefix("$ ") for line in README.splitlines() if line.startswith("$ catalog")]
    assert shown == commands_of_demo


@pytest.mark.parametrize("name", ALL)
def test_every_command_has_help_with_an_example(name: str) -> None:
    result = CliRunner().invoke(main, [*name.split()[1:], "--help"])
    assert result.exit_code == 0
    assert "Example" in result.stdout
    assert name in result.stdout.split("Example", 1)[1]


@pytest.mark.parametrize("name", ["catalog", *ALL])
def test_help_fits_into_100_columns(name: str) -> None:
    lines = CliRunner().invoke(main, [*name.split()[1:], "--help"], terminal_width=100).stdout.splitlines()
    assert [line for line in lines if len(line) > 100] == []


def test_every_path_that_the_docs_name_exists() -> None:
    for file in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for path in re.findall(
            r"`((?:catalog|docs|examples|portfolios|products|tests)/[\w/.-]+\.\w+)`", file.read_text()
        ):
            assert (ROOT / path).exists(), f"{file.relative_to(ROOT)} names {path}"


def test_the_page_of_controls_is_up_to_date() -> None:
    page = CliRunner().invoke(main, ["controls", "--markdown"]).stdout
    assert (ROOT / "docs" / "controls.md").read_text() == page, "run `make docs` and read the diff"


def test_every_test_that_the_docs_name_exists() -> None:
    named = set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "docs" / "features.md").read_text()))
    assert named
    assert [each for each in sorted(named) if f"def {each[1]}(" not in (ROOT / each[0]).read_text()] == []


def named_tests(text: str) -> Iterator[tuple[Path, str]]:
    """The files and functions of tests in a row of cases.md: a name without a folder is in the folder before it."""
    file = Path()
    for path, name in re.findall(r"([\w/]*test_\w+\.py)?(?:::(\w+))?", text):
        if path:
            file = ROOT / path if "/" in path else file.parent / path
        if path or name:
            yield file, name


def test_every_case_names_tests_that_exist() -> None:
    page = (ROOT / "docs" / "cases.md").read_text()
    rows = re.findall(r"^\| ([A-I])(\d+) \| .+ \| (.+) \|$", page, flags=re.MULTILINE)
    ids = [(group, int(number)) for group, number, _ in rows]
    assert ids == sorted(set(ids))
    assert len(ids) == page.count("\n| ") - 1  # the head
    for group, number, text in rows:
        named = list(named_tests(text))
        assert named, f"{group}{number} names no test"
        for file, name in named:
            assert file.is_file(), f"{group}{number} names {file}"
            assert not name or f"def {name}(" in file.read_text(), f"{group}{number} names {name} of {file.name}"


def test_every_link_between_pages_has_a_target() -> None:
    for file in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for link in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", file.read_text()):
            assert (file.parent / link).exists(), f"{file.relative_to(ROOT)} links to {link}"


def test_the_index_of_decisions_lists_every_decision() -> None:
    folder = ROOT / "docs" / "adr"
    links = re.findall(r"^\| \[\d{4}\]\((.+)\) \|", (folder / "README.md").read_text(), flags=re.MULTILINE)
    assert links == sorted(file.name for file in folder.glob("0*.md"))
