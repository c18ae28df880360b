"""What commands print: results to standard output, progress and notes to standard error, files of `-o`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from catalog.cli.terminal import one_line, style
from catalog.errors import ContentError


def note(text: str) -> None:
    """Print progress or a remark to standard error: standard output holds only the result."""
    click.echo(text, err=True)


def print_json(data: Any) -> None:
    """Print JSON: indented, members in the order of the documentation."""
    click.echo(json.dumps(data, indent=2, ensure_ascii=False))


def write_file(file: Path, body: bytes) -> None:
    """Write the file of `-o`; `ContentError` when it cannot be written."""
    try:
        file.write_bytes(body)
    except OSError as error:
        raise ContentError(f"{file}: cannot be written: {error.strerror}") from error


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Left-aligned columns, two spaces apart."""
    cells = [list(header), *([one_line(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells
    )


def may_ask() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def ask(question: str, *, hint: str) -> None:
    """Ask before something is changed, and abort on no; `ContentError` when there is no terminal to ask in."""
    if not may_ask():
        raise ContentError("cannot ask: not a terminal. Pass --yes", hint=hint)
    click.confirm(one_line(question), abort=True)  # a question goes to the terminal by another way than the rest


def style_for(colours: Mapping[Any, str]) -> Callable[[Any, str], str]:
    """A function that colours a line by its mark; click removes colours when there is no terminal."""

    def paint(mark: Any, text: str) -> str:
        return style(text, fg=colours[mark]) if mark in colours else text

    return paint


def print_template(template: Mapping[str, Any], form: str, file: Path | None) -> None:
    """Write a template as yaml or json to the file, or print it."""
    from catalog.content.render import as_yaml, template_json

    body = as_yaml(template) if form == "yaml" else template_json(template)
    if file:
        write_file(file, body)
    else:
        click.echo(body, nl=False)
