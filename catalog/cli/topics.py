"""`catalog help`: the help of a command, a short text on a topic, or a page of the documentation.

Messages name pages as `catalog help versions.md`: who installed the wheel has no folder docs/.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from catalog.cli.commands import ROWS
from catalog.cli.terminal import style
from catalog.model.limits import shown

EPILOG = """\b
Examples:
  catalog help
  catalog help exit-codes
  catalog help role derive
  catalog help versions.md

A topic is a short text; without TOPIC, the help lists them. A name with .md is a page of the documentation;
`catalog help README.md` lists the pages.
"""
FOLDER = resources.files("catalog.cli") / "help_topics"
SUFFIX = ".md"
PAGES = resources.files("catalog") / "pages"
"""The pages in a wheel, where distribution/pages.py puts them."""
PAGES_LINE = "Pages of the documentation: `catalog help README.md` lists them."
SOURCES = Path(__file__).parents[2] / "docs"
"""The pages in a working tree."""


def topics() -> tuple[str, ...]:
    """The names of the topics."""
    return tuple(sorted(file.name.removesuffix(SUFFIX) for file in FOLDER.iterdir() if file.name.endswith(SUFFIX)))


def topic_text(name: str) -> str:
    """The text of a topic."""
    return (FOLDER / f"{name}{SUFFIX}").read_text(encoding="utf-8")


def page_folder() -> Traversable:
    """The folder of the pages."""
    return PAGES if PAGES.is_dir() else SOURCES


def pages() -> tuple[str, ...]:
    """The names of the pages: `versions.md`, `products/kms_key.md`. Without the decisions in adr/."""
    folder = page_folder()
    if not folder.is_dir():
        return ()
    products = folder / "products"
    names = [file.name for file in folder.iterdir()]
    names += [f"products/{file.name}" for file in products.iterdir()] if products.is_dir() else []
    return tuple(sorted(name for name in names if name.endswith(SUFFIX)))


def page_text(name: str) -> str:
    """The text of a page, in Markdown."""
    return page_folder().joinpath(name).read_text(encoding="utf-8")


def complete_words(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Names of topics and commands."""
    group = named_command(context.find_root(), context.params.get(str(parameter.name)) or ())
    names = list(group.list_commands(context)) if isinstance(group, click.Group) else []
    if group is context.find_root().command:
        names += (*topics(), *pages())
    return [name for name in names if name.startswith(incomplete)]


def named_command(root: click.Context, words: Sequence[str]) -> click.Command | None:
    """The command of `role derive`; None if there is none."""
    command: click.Command | None = root.command
    for word in words:
        command = command.get_command(root, word) if isinstance(command, click.Group) else None
    return command


def help_of(root: click.Context, words: Sequence[str]) -> str:
    """What `catalog WORDS --help` prints."""
    context, command = root, root.command
    for word in words:
        if isinstance(command, click.Group) and (inner := command.get_command(context, word)):
            context = type(context)(inner, parent=context, info_name=word, **inner.context_settings)
            command = inner
    return command.get_help(context)


def topic_lines(name: str) -> str:
    """A topic for the terminal: its heading is bold, and the lines between columns of a table are not printed."""
    heading, _, rest = topic_text(name).partition("\n")
    lines = [line for line in rest.strip("\n").splitlines() if not line.startswith("|---")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)] if rows else []
    table = iter(rows)
    text = [
        "  ".join(cell.ljust(width) for cell, width in zip(next(table), widths, strict=True)).rstrip()
        if line.startswith("|")
        else line
        for line in lines
    ]
    return "\n".join([style(heading.removeprefix("# "), bold=True), "", *text])


@click.command("help", epilog=EPILOG)
@click.argument("words", metavar="[TOPIC]...", nargs=-1, shell_complete=complete_words)
@click.pass_context
def show_help(context: click.Context, words: tuple[str, ...]) -> None:
    """Show the help of a command, or a TOPIC such as exit-codes."""
    root = context.find_root()
    if not words:
        click.echo(f"{root.command.get_help(root)}\n\nTopics: {', '.join(topics())}\n{PAGES_LINE}")
    elif len(words) == 1 and words[0] in topics():
        click.echo(topic_lines(words[0]))
    elif len(words) == 1 and words[0] in pages():
        click.echo(page_text(words[0]), nl=False)
    elif named_command(root, words):
        click.echo(help_of(root, words))
    else:
        name = " ".join(words)
        is_page = name.endswith(SUFFIX)
        similar = get_close_matches(name, pages() if is_page else [*ROWS, *topics()])
        hint = f"Pages: {', '.join(pages())}." if is_page else f"Topics: {', '.join(topics())}."
        hint = f"Did you mean {' or '.join(similar)}?" if similar else hint
        raise click.UsageError(f"no {'page' if is_page else 'command or topic'} {shown(name)}. {hint}")
