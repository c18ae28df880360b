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


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 120
    assert re.search(r"[0-9a-f]{64}", README) is None


def test_the_page_of_commands_has_every_command_with_its_short_help() -> None:
    page = (ROOT / "docs" / "commands.md").read_text()
    rows = dict(re.findall(r"^\| \[`(catalog [a-z -]+)`\]\(#[a-z-]+\) \| (.+) \|$", page, flags=re.MULTILINE))
    plain = {name: text.replace("`", "") for name, text in rows.items()}
    assert plain == {name: command.get_short_help_str(200).replace("`", "") for name, command in ALL.items()}


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
    assert (ROOT / "docs" / "controls.md").read_text() == page, "run `make pages` and read the diff"


def named_tests(text: str) -> Iterator[tuple[Path, str]]:
    """The files and functions of tests in a row: a name without a file is in the file before it."""
    file = Path()
    for path, name in re.findall(r"([\w/]*test_\w+\.py)?(?:::(\w+))?", text):
        if path:
            file = ROOT / path if "/" in path else file.parent / path
        if path or name:
            yield file, name


def rows_of_tests(page: str) -> dict[str, str]:
    """Row → its last cell, which names tests: of each table whose last column is the test."""
    rows = {}
    for head, body in re.findall(
        r"^(\|.*\|)\n\|[-|]+\|\n((?:\|.*\|\n?)+)", (ROOT / "docs" / page).read_text(), re.MULTILINE
    ):
        if head.lower().endswith("| test |"):
            rows |= {row: row.rstrip(" |").rpartition(" | ")[2] for row in body.splitlines()}
    return rows


@pytest.mark.parametrize(("page", "least"), [("cases.md", 50), ("features.md", 40), ("security.md", 27)])
def test_every_row_names_tests_that_exist(page: str, least: int) -> None:
    rows = rows_of_tests(page)
    assert len(rows) >= least
    for row, cell in rows.items():
        named = list(named_tests(cell))
        assert named, f"{page} names no test: {row}"
        for file, name in named:
            assert file.is_file(), f"{page} names {file}: {row}"
            assert not name or f"def {name}(" in file.read_text(), f"{page} names {name} of {file.name}"


def test_the_cases_are_sorted_and_each_is_there_once() -> None:
    page = (ROOT / "docs" / "cases.md").read_text()
    ids = [(group, int(number)) for group, number in re.findall(r"^\| ([A-I])(\d+) \| ", page, flags=re.MULTILINE)]
    assert ids == sorted(set(ids))
    assert len(ids) == page.count("\n| ") - 1  # the head


def test_each_threat_has_its_rows() -> None:
    attackers = {row.split("|")[1].strip() for row in rows_of_tests("security.md")}
    assert attackers == {
        "a pull request",
        "an installed package",
        "a portfolio file",
        "a stolen role of CI",
        "another user of the machine",
        "a web page",
        "whoever may delete in the bucket",
        "whoever may write to the bucket",
        "a repository that was cloned",
        "a saved plan",
        "answers of AWS",
    }


def test_every_link_between_pages_has_a_target() -> None:
    for file in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for link in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", file.read_text()):
            assert (file.parent / link).exists(), f"{file.relative_to(ROOT)} links to {link}"


def test_the_index_of_decisions_lists_every_decision() -> None:
    folder = ROOT / "docs" / "adr"
    links = re.findall(r"^\| \[\d{4}\]\((.+)\) \|", (folder / "README.md").read_text(), flags=re.MULTILINE)
    assert links == sorted(file.name for file in folder.glob("0*.md"))
