r"""The edge to the terminal: text of AWS, YAML and products cannot move the cursor, hide words or set a title.

Everything that a command prints goes through `neutral`: results, progress, questions, usage errors, and the output of
product files. `guarded` puts it in front of standard output and standard error. Only colours of `style` stay.

Control characters, marks of direction and invisible characters are written as JSON escapes them (`\u001b`), so that
printed JSON has the same values as before. Bytes of a template stay as they are where they go to a file or a pipe.
"""

from __future__ import annotations

import os
import re
import secrets
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import Any

import click

from catalog.errors import CatalogError

UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, except tab and line feed
    "\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"  # invisible, direction, line and paragraph ends
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"  # half characters, annotations, tags
)
NONCE = str(10**9 + secrets.randbelow(10**9))
"""Marks the colours of `style`; what is printed cannot know it."""
STYLED = re.compile(rf"\x1b\[{NONCE};([0-9;]+)m")
START = "\x1b["


def neutral(text: str) -> str:
    """`text` without effects on a terminal: unsafe characters are escaped, colours of `style` stay."""
    return "".join(
        part if index % 2 == 0 else f"{START}{part}m"
        for index, part in enumerate(
            UNSAFE.sub(escape, part) if index % 2 == 0 else part for index, part in enumerate(STYLED.split(text))
        )
    )


def escape(match: re.Match[str]) -> str:
    """An unsafe character as JSON escapes it."""
    units = match[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[index : index + 2].hex()}" for index in range(0, len(units), 2))


def one_line(text: str) -> str:
    """`text` for a cell or a line of its own: it cannot begin another line."""
    return neutral(text).replace("\n", "\\n").replace("\t", "\\t")


def style(text: str, *, fg: str | None = None, bold: bool | None = None) -> str:
    """`text` in a colour; click removes the colours when the output is no terminal."""
    return click.style(UNSAFE.sub(escape, text), fg=fg, bold=bold).replace(START, f"{START}{NONCE};")


def open_standard_streams() -> None:
    """Open what the caller closed (`catalog list >&-`), so that no other file gets the number of a standard stream.

    Python has None in its place: nobody behind this has to ask for it.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            mode = "w" if number else "r"
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", errors="backslashreplace", closefd=False))


class GuardedBytes:
    """The bytes of a guarded stream: as they are for a file or a pipe, as neutral text for a terminal."""

    def __init__(self, stream: GuardedStream) -> None:
        self.stream = stream

    def write(self, body: bytes) -> int:
        """Write the bytes."""
        if self.stream.isatty():
            self.stream.write(bytes(body).decode(errors="backslashreplace"))
        elif body:
            with self.stream.unbroken():
                self.stream.stream.buffer.write(body)
        return len(body)

    def flush(self) -> None:
        """Write what is buffered."""
        self.stream.flush()


class GuardedStream:
    """A text stream that writes neutral text, and bears that nobody reads any more. Else the stream behind it."""

    above: Callable[[], AbstractContextManager[None]] = staticmethod(nullcontext)
    """Makes room for a text where a live line is drawn (catalog/cli/live.py)."""

    def __init__(self, stream: Any, name: str) -> None:
        self.stream = stream
        self.label = name

    def write(self, text: str) -> int:
        """Write `text` without effects on a terminal."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if text:  # click writes nothing to see what the stream is, and ignores errors of that
            with self.unbroken(), self.above():
                self.stream.write(neutral(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Write what is buffered."""
        with self.unbroken():
            self.stream.flush()

    @property
    def buffer(self) -> GuardedBytes:
        """The bytes of the stream."""
        return GuardedBytes(self)

    @contextmanager
    def unbroken(self) -> Iterator[None]:
        """Go on without output when the reader has gone, as in `catalog list | head -1`: the command is not over.

        `CatalogError` if the output cannot be written for another reason, such as a full disk.
        """
        try:
            yield
        except BrokenPipeError:
            self.discard()
        except OSError as error:
            self.discard()
            raise CatalogError(f"{self.label} cannot be written: {error.strerror}") from error

    def discard(self) -> None:
        """Write to nowhere from now on."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.stream.fileno())
        os.close(nowhere)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def bare(stream: Any) -> Any:
    """The stream behind a guarded one: for a bar, which moves the cursor. What is written there must be neutral."""
    return stream.stream if isinstance(stream, GuardedStream) else stream


def guard() -> None:
    """Guard standard output and standard error, unless they are."""
    if None not in (sys.stdout, sys.stderr) and not isinstance(sys.stdout, GuardedStream):
        sys.stdout = GuardedStream(sys.stdout, "standard output")
        sys.stderr = GuardedStream(sys.stderr, "standard error")


@contextmanager
def guarded() -> Iterator[None]:
    """Guard standard output and standard error in the block."""
    streams = sys.stdout, sys.stderr
    guard()
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, GuardedStream):
                with suppress(CatalogError):
                    stream.flush()
        sys.stdout, sys.stderr = streams
