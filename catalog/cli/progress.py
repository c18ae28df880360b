"""Progress of work that takes longer than a second, on standard error: a bar on a terminal, elsewhere lines."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import click

from catalog.cli.output import note
from catalog.cli.terminal import bare, one_line

PAUSE = 5.0
"""Seconds between two lines of progress where there is no terminal."""

SUBJECT = 40
"""Characters of a subject beside a bar, so that both fit on a line of 100 columns."""

Step = Callable[[str], None]
"""Say that the next step begins, and what it works on."""


@contextmanager
def steps(total: int, verb: str) -> Iterator[Step]:
    """Progress over `total` steps, such as `checking`. The last step ends with the section."""
    if shows_bar():
        with bar(total, verb) as shown:
            started = False

            def next_step(subject: str) -> None:
                nonlocal started
                if started:
                    shown.advance()
                started = True
                shown.show(subject)

            yield next_step
            if started:
                shown.advance()
        return
    done, due = -1, time.monotonic() + PAUSE

    def begin(subject: str) -> None:
        nonlocal done, due
        done += 1
        if time.monotonic() >= due:
            note(f"{verb}: {done} of {total} done, now {subject}")
            due = time.monotonic() + PAUSE

    yield begin


@contextmanager
def bar(total: int, label: str) -> Iterator[Bar]:
    """A bar that says how many steps are done and what is being worked on, with the seconds so far."""
    start = time.monotonic()

    def words(subject: str | None) -> str:
        return f"{one_line(subject or '')[:SUBJECT]}  {time.monotonic() - start:.0f} s"

    progress = click.progressbar(
        length=total,
        label=label,
        file=bare(sys.stderr),  # it moves the cursor; its words are neutral
        show_eta=False,
        show_percent=False,
        show_pos=True,
        width=30,
        fill_char="\N{BOX DRAWINGS HEAVY HORIZONTAL}",
        empty_char="\N{BOX DRAWINGS LIGHT HORIZONTAL}",
        bar_template="%(label)s %(bar)s %(info)s",
        item_show_func=words,
        update_min_steps=1,
    )
    with progress as shown:
        yield Bar(shown)
        shown.current_item = ""
        shown.render_progress()


@dataclass(frozen=True, slots=True)
class Bar:
    """The progress bar of click."""

    shown: Any

    def show(self, subject: str) -> None:
        """Say what is being worked on. click draws nothing at an update by 0."""
        self.shown.current_item = subject
        self.shown.render_progress()

    def advance(self) -> None:
        """Draw one step more."""
        self.shown.update(1, self.shown.current_item)


def shows_bar() -> bool:
    """Whether standard error is a terminal that shows a bar; lines of -vv would break it."""
    context = click.get_current_context(silent=True)
    verbosity = context.find_root().params.get("verbose", 0) if context else 0
    # standard error is None if the caller closed it
    return sys.stderr is not None and sys.stderr.isatty() and verbosity < 2
