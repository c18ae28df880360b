"""Formats of contents: found by name, and printed from what the content offers."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from catalog.cli.formats import ContentFormat, content_choice, content_options


class Greeting:
    """A content in all formats."""

    def lines(self) -> Iterator[str]:
        yield from ("hello", "", "world")

    def data(self) -> list[str]:
        return ["hello", "world"]

    def markdown(self) -> str:
        return "## hello\n"


@click.command()
@content_choice("table", "json", "markdown", "md")
def choose(form: ContentFormat) -> None:
    form.print_content(Greeting())


@click.command()
@content_options("json", "markdown")
def flag(form: ContentFormat) -> None:
    form.print_content(Greeting())


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        ([], "hello\n\nworld\n"),
        (["--format", "table"], "hello\n\nworld\n"),
        (["--format", "md"], "## hello\n"),
        (["--format", "markdown"], "## hello\n"),
    ],
)
def test_a_command_prints_its_content_in_the_chosen_format(arguments: list[str], printed: str) -> None:
    assert CliRunner().invoke(choose, arguments).stdout == printed


@pytest.mark.parametrize("arguments", [["--json"], ["--format", "json"], ["--json", "--format", "md"]])
def test_json_is_json_however_it_is_chosen(arguments: list[str]) -> None:
    assert json.loads(CliRunner().invoke(choose, arguments).stdout) == ["hello", "world"]


def test_a_format_that_the_command_does_not_offer_is_refused() -> None:
    result = CliRunner().invoke(choose, ["--format", "text"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "'table', 'json', 'markdown', 'md'" in result.stderr


def test_one_flag_chooses_a_format() -> None:
    assert CliRunner().invoke(flag, []).stdout == "hello\n\nworld\n"
    assert CliRunner().invoke(flag, ["--markdown"]).stdout == "## hello\n"
    both = CliRunner().invoke(flag, ["--json", "--markdown"])
    assert (both.exit_code, "--json and --markdown exclude each other" in both.stderr) == (2, True)
