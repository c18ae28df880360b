"""The site of docs/: each page has its place, each link its target, and each command that a page shows exists."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from catalog import errors
from catalog.cli import main
from docs import site_hooks
from docs.__main__ import PAGES as GENERATED

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
CONFIG: dict[str, Any] = yaml.safe_load((ROOT / "mkdocs.yml").read_text())
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
FENCE = re.compile(r"^( *)```(\w*)[^\n]*\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
INDENTED = re.compile(r"^ {4,}(?:\$ )?(catalog .*)$", re.MULTILINE)


def pages_of(nav: Any) -> Iterator[str]:
    """The pages of a part of `nav`."""
    if isinstance(nav, str):
        yield nav
    else:
        for each in nav.values() if isinstance(nav, dict) else nav:
            yield from pages_of(each)


def anchors(page: Path) -> set[str]:
    """The anchors of a page as GitHub and the site make them from its headings."""
    names: set[str] = set()
    for heading in re.findall(r"^#{1,6} (.+)$", FENCE.sub("", page.read_text()), re.MULTILINE):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        name = re.sub(r"[^\w\- ]", "", text.lower()).strip().replace(" ", "-")
        names.add(next(each for each in [name, *(f"{name}-{n}" for n in range(1, 99))] if each not in names))
    return names


def commands_of(page: Path) -> Iterator[str]:
    """The lines with a command of `catalog` in the blocks of code of a page, with those that they go on in."""
    text = page.read_text().replace("\\\n", " ")
    for _, language, body in FENCE.findall(text):
        if language in {"console", "sh", "text", ""}:
            yield from re.findall(r"^ *(?:\$ )?(catalog .*)$", body, re.MULTILINE)
    yield from INDENTED.findall(FENCE.sub("", text))


def unknown_to_click(line: str) -> str:
    """What is wrong with a command: a name or option that does not exist; empty if nothing is."""
    words = shlex.split(re.sub(r"\s\s+\(.*\)$", "", line), comments=True)[1:]
    words = words[: next((at for at, word in enumerate(words) if word in {"|", ">", "||", "&&"}), len(words))]
    command: click.Command = main
    context = click.Context(main, info_name="catalog")
    try:
        while isinstance(command, click.Group):
            _, rest, _ = command.make_parser(context).parse_args(words)
            if not rest:
                return ""
            name, *words = rest
            if name not in command.commands:
                return f"no command {name}"
            command = command.commands[name]
            context = click.Context(command, info_name=name, parent=context)
        command.make_parser(context).parse_args(words)
    except click.UsageError as error:
        return error.format_message()
    return ""


def test_each_page_is_in_the_navigation_once() -> None:
    listed = list(pages_of(CONFIG["nav"]))
    outside = {page for name, page in site_hooks.OUTSIDE.items() if name != "README.md"}
    decisions = {f"adr/{file.name}" for file in DOCS.glob("adr/0*.md")}  # adr/README.md lists them: test_docs.py
    written = {str(file.relative_to(DOCS)) for file in DOCS.rglob("*.md")} - decisions
    assert sorted(listed) == sorted(written | outside), "write the page into `nav` of mkdocs.yml"
    assert CONFIG["not_in_nav"] == "/adr/0*.md"


def test_the_site_needs_no_network() -> None:
    assert CONFIG["theme"]["font"] is False
    assert CONFIG["strict"] is True
    assert "offline" in CONFIG["plugins"]
    for file in [*CONFIG["extra_css"], *CONFIG["extra"]["polyfills"], *CONFIG.get("extra_javascript", [])]:
        assert (DOCS / file).is_file()
    assert not re.search(r"(?:src|url)\W{1,3}https?:", (DOCS / "assets" / "site.css").read_text())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_link_to_an_anchor_has_its_heading(page: Path) -> None:
    text = FENCE.sub("", page.read_text())
    for target, anchor in re.findall(r"\]\((?!\w+:)([^)#\s]*)#([^)\s]+)\)", text):
        file = page.parent / target if target else page
        assert anchor in anchors(file), f"{page.name} links to #{anchor} of {file.name}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_command_of_a_page_exists_with_its_options(page: Path) -> None:
    assert [(line, wrong) for line in commands_of(page) if (wrong := unknown_to_click(line))] == []


def test_wrong_commands_are_noticed() -> None:
    assert unknown_to_click("catalog publish --lokal")
    assert unknown_to_click("catalog sandbox begin") == "no command begin"
    assert unknown_to_click("catalog -C . publish --local --allow widen   # asks") == ""
    assert sum(len(list(commands_of(page))) for page in PAGES) > 150


@pytest.mark.parametrize(
    ("source", "link", "there"),
    [
        ("docs/own-controls.md", "../CONTRIBUTING.md#adding-a-control", "contributing.md#adding-a-control"),
        ("docs/adr/0001-x.md", "../plan.md", "../plan.md"),
        ("docs/adr/0001-x.md", "../../CHANGELOG.md", "../changelog.md"),
        ("CONTRIBUTING.md", "docs/adr/README.md", "adr/README.md"),
        ("CONTRIBUTING.md", "#tests", "#tests"),
        ("CHANGELOG.md", "https://example.com/docs/x.md", "https://example.com/docs/x.md"),
    ],
)
def test_links_out_of_the_folder_lead_to_pages_of_the_site(source: str, link: str, there: str) -> None:
    assert site_hooks.site_links(f"see [it]({link}).", source) == f"see [it]({there})."


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "README.md" or page.parent != ROOT], ids=str)
def test_what_is_in_a_list_is_indented_by_four(page: Path) -> None:
    """GitHub takes less, but the site then shows the rest of the list as text, or lists in lists as one."""
    text = page.read_text()
    outside = re.sub(r"^ {0,7}```.*?^ {0,7}```$", "```", text, flags=re.DOTALL | re.MULTILINE)
    wrong = re.findall(r"\n\n( {1,3}(?! )\S.*)|\n( {1,3}(?:[-*]|\d+\.) .*)", outside)
    fences = re.findall(r"^( {1,3}(?! )```.*)", text, re.MULTILINE)
    assert wrong + fences == []


def test_a_list_that_the_site_would_not_show_is_found() -> None:
    assert site_hooks.SWALLOWED.search("<p>Words:\n- one\n- two</p>")
    assert not site_hooks.SWALLOWED.search("<p>Words: a - b\nand 2. c</p>\n<ul>\n<li>one</li></ul>")


@pytest.mark.parametrize("name", GENERATED)
def test_a_page_that_is_made_from_the_code_is_up_to_date(name: str) -> None:
    assert (DOCS / name).read_text() == GENERATED[name](), "run `make pages` and read the diff"


def test_the_page_of_exit_codes_has_every_code() -> None:
    codes = {value for name, value in vars(errors).items() if name.startswith("EXIT_")}
    rows = re.findall(r"^\| (\d+) \| (.+?) \|", (DOCS / "exit-codes.md").read_text(), re.MULTILINE)
    assert {int(code) for code, _ in rows} == codes | {130, 143}
    assert len(rows) == len(codes) + 2
