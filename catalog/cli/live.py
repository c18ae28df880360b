"""The live line: the last line of a terminal, drawn again while work goes on. Other text is printed above it."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import click

from catalog.cli.terminal import GuardedStream, bare, one_line

CLEAR = "\r\x1b[2K"
"""Go to the start of the line, and erase it (ECMA-48: CR, EL)."""
WIDTH = 100
"""Characters of a line where nobody knows the terminal."""


class LiveLine:
    """A line on standard error. Threads may use it at the same time."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.text = ""

    def draw(self, text: str) -> None:
        """Show `text` in place of what is there, cut at the width of the terminal."""
        with self.lock:
            self.text = one_line(text)[: columns() - 1]
            self.write(f"{CLEAR}{self.text}")

    def clear(self) -> None:
        """Leave an empty line to whatever is printed next."""
        with self.lock:
            if self.text:
                self.write(CLEAR)
            self.text = ""

    @contextmanager
    def above(self) -> Iterator[None]:
        """Print in its place: it is drawn again below, at the next tick."""
        with self.lock:
            self.clear()
            yield

    def write(self, text: str) -> None:
        """Write to the stream behind the guarded one, because the cursor moves; the words are neutral.

        A terminal that has gone is no failure of the work.
        """
        stream = bare(sys.stderr)
        with suppress(OSError, ValueError):
            stream.write(text)
            stream.flush()


LIVE = LiveLine()
GuardedStream.above = staticmethod(LIVE.above)


def columns() -> int:
    """The width of the terminal of standard error, whatever standard output is."""
    with suppress(OSError, ValueError):
        return os.get_terminal_size(bare(sys.stderr).fileno()).columns or WIDTH
    return WIDTH


def is_live() -> bool:
    """Whether standard error is a terminal that shows a live line; the calls of -vv leave no room for it."""
    # standard error is None if the caller closed it
    is_terminal = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    return is_terminal and verbosity() < 2


def verbosity() -> int:
    """How often -v was given: 1 lists every change, 2 also names each call."""
    context = click.get_current_context(silent=True)
    return int(getattr(context.find_root().obj, "verbosity", 0)) if context else 0  # of the Workspace
