"""Reading of files that somebody else wrote: regular files only, and no larger than a limit."""

from __future__ import annotations

import os
import select
import stat
from contextlib import suppress
from pathlib import Path

from catalog.content.confinement import named_files
from catalog.errors import ContentError

TEXT_LIMIT = 5_000_000
"""Bytes of a file of YAML, TOML or JSON. Five times the limit of a template, which is the largest of them."""
PIPE_PAUSE = 30
"""Seconds that the writer of a pipe may pause."""

KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)


def read_file(file: Path, shown: str, limit: int = TEXT_LIMIT, *, pipe: bool = False) -> bytes:
    """The content of a file; `ContentError` if it cannot be read, is no regular file, or is too large.

    `FileNotFoundError` stays, for files that may be missing. With `pipe`, a pipe is read too, as in
    `--params-file <(…)`: its writer must not pause for longer than `PIPE_PAUSE`.
    """
    try:
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))  # a named pipe may have no writer
        try:
            status = os.fstat(descriptor)
            if pipe and stat.S_ISFIFO(status.st_mode):
                body = read_pipe(descriptor, shown, limit)
            else:
                check_kind(status, shown)
                with open(descriptor, "rb", closefd=False) as stream:
                    body = stream.read(limit + 1)
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ContentError(f"{shown}: cannot be read: {error.strerror}") from error
    except ValueError as error:  # a name with a null character
        raise ContentError(f"{shown!r}: cannot be read: {error}") from error
    if len(body) > limit:
        size = max(status.st_size, len(body))
        raise ContentError(
            f"{shown}: has {size} bytes; the limit is {limit}", hint="Split the file, or write a shorter one."
        )
    return body


def check_readable(root: Path, file: Path) -> None:
    """`ContentError` if reading `file` of the repository `root` would follow a link out of it, or to Git's own files.

    Errors show parts of what is read: whoever writes a pull request must not choose a file of whoever runs it.
    """
    try:
        target, folder = file.resolve(), root.resolve()
    except (OSError, RuntimeError, ValueError):  # a link without end, or a name that no file has
        return
    parts = target.relative_to(folder).parts if target.is_relative_to(folder) else (".git",)
    linked = file.is_relative_to(root) and folder / file.relative_to(root) != target
    if ".git" in map(str.casefold, parts):
        words = "out of the repository, to"
    elif linked and str(target) in named_files(root):
        words = "to a file that a variable of the environment names:"
    else:
        return
    shown = file.relative_to(root) if file.is_relative_to(root) else file
    hint = "Replace the link by a folder or file of the repository."
    raise ContentError(f"{shown}: a symbolic link leads {words} {target}", hint=hint)


def check_inside(root: Path, file: Path) -> None:
    """`ContentError` if writing `file` would change a file outside of `root`, or one that a symbolic link names."""
    shown = file.relative_to(root) if file.is_relative_to(root) else file
    hint = "Replace the link by a folder or file of the repository."
    folder, inside, endless = file.parent, False, True
    with suppress(OSError, RuntimeError):  # a link without end: an error before Python 3.13, since then left as it is
        folder = file.parent.resolve()
        inside = folder.is_relative_to(root.resolve())
        endless = any(part.is_symlink() for part in (folder, *folder.parents))
    if endless:
        raise ContentError(f"{shown}: its folder is a symbolic link without end", hint=hint)
    if not inside:
        raise ContentError(f"{shown}: a symbolic link leads out of the repository, to {folder}", hint=hint)
    if file.is_symlink():
        raise ContentError(f"{shown}: is a symbolic link, and would be replaced or followed", hint=hint)


def read_pipe(descriptor: int, shown: str, limit: int) -> bytes:
    """What a pipe gives until its end, or until the limit is passed; `ContentError` if it gives nothing for long."""
    body = b""
    while len(body) <= limit:
        if not select.select([descriptor], [], [], PIPE_PAUSE)[0]:
            raise ContentError(
                f"{shown}: is a pipe that gives nothing for {PIPE_PAUSE} seconds", hint="Name a regular file."
            )
        part = os.read(descriptor, limit + 1)
        if not part:
            break
        body += part
    return body


def check_kind(status: os.stat_result, shown: str) -> None:
    """`ContentError` unless the file is a regular one."""
    if not stat.S_ISREG(status.st_mode):
        kind = next((name for is_kind, name in KINDS if is_kind(status.st_mode)), "no regular file")
        raise ContentError(f"{shown}: is {kind}, not a file that can be read", hint="Name a regular file.")


def read_text(file: Path, shown: str, limit: int = TEXT_LIMIT, *, pipe: bool = False) -> str:
    """`read_file` as UTF-8 text, with line ends as LF; `ContentError` with the first wrong byte's line."""
    body = read_file(file, shown, limit, pipe=pipe)
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise ContentError(
            f"{shown}:{line}: cannot be read: byte {body[error.start]:#04x} is not UTF-8",
            hint="Save the file as UTF-8.",
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")
