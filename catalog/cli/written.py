"""What `catalog init` and `catalog new` say: the files that they wrote, and the next commands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catalog.cli.output import may_ask, print_json
from catalog.cli.terminal import one_line, style
from catalog.errors import ContentError
from catalog.model.limits import shown

if TYPE_CHECKING:
    from catalog.scaffolds.writing import WrittenScaffold

SIGNS = {
    "written": ("+", "green", ""),
    "edited": ("~", "yellow", "  lines added"),
    "left": ("=", "", "  exists, left"),
}
"""What was done with a file → sign, colour and words."""
force_option = click.option("--force", is_flag=True, help="Replace files that exist.")


def answered(
    value: str | None, question: str, default: str, *, asks: bool, check: Callable[[str], object] | None = None
) -> str:
    """The value of an option, or what a person answers, or the default where nobody can be asked.

    An answer for which `check` raises `ContentError` is asked for again.
    """
    if value is not None or not asks:
        return default if value is None else value

    def judged(answer: str) -> str:
        try:
            if check:
                check(answer)
        except ContentError as error:
            raise click.UsageError(one_line(error.message)) from error
        return answer

    return str(click.prompt(one_line(question), default=default, value_proc=judged, err=True))


def one_of(label: str, values: Collection[str]) -> Callable[[str], str]:
    """A check that a value is one of some; `ContentError` if not."""

    def check(value: str) -> str:
        if value not in values:
            raise ContentError(f"{label} must be one of {', '.join(values)}, got {shown(value)}")
        return value

    return check


def asks_person(as_json: bool) -> bool:
    """Whether options that were not given are asked for."""
    return may_ask() and not as_json


def report_written(
    root: Path,
    done: WrittenScaffold,
    next_commands: Sequence[str],
    *,
    as_json: bool,
    released: Sequence[str] = (),
    remarks: Sequence[str] = (),
    **members: Any,
) -> None:
    """Print the files of the folder `root` and what to type next."""
    listed = {
        "written": [*map(str, done.written), *released],
        "edited": [*map(str, done.edited)],
        "left": [*map(str, done.left)],
    }
    if as_json:
        print_json({"directory": str(root), **members, **listed, "remarks": [*remarks], "next": [*next_commands]})
        return
    click.echo(f"In {one_line(str(root))}:")
    for name, (sign, colour, words) in SIGNS.items():
        for path in listed[name]:
            click.echo(f"  {style(sign, fg=colour) if colour else sign} {one_line(path)}{words}")
    for remark in remarks:
        click.echo(remark)
    click.echo("Next:")
    for command in next_commands:
        click.echo(f"  {command}")
