"""The folder of the sandbox and its files belong to one user: what another user puts there is not used.

Whoever can write to the folder could name a server of his own and a process of the user, or put a link in the place of
a file that the sandbox writes. So the folder must be the user's, and links are not followed. Only the standard library
is imported, because every command with `--local` waits for this module. A pipe in a file's place is not waited for.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from catalog.errors import SandboxError

OWN_FOLDER = 0o700
OWN_FILE = 0o600


def make_folder(directory: Path) -> None:
    """Make the folder for its user alone, unless it exists."""
    try:
        directory.mkdir(mode=OWN_FOLDER, parents=True, exist_ok=True)
    except OSError as error:
        raise SandboxError(
            f"cannot create the directory {directory} of the sandbox: {error.strerror}",
            hint="Make room for it, or choose another: CATALOG_SANDBOX_DIR, or `catalog sandbox start --data DIR`.",
        ) from error


def check_folder(directory: Path) -> None:
    """Refuse an existing folder that is another user's, or that others can write to."""
    try:
        status = directory.stat()
    except OSError:
        return
    if status.st_uid != os.getuid():
        raise SandboxError(
            f"the directory {directory} belongs to another user, who could answer in the place of the sandbox",
            hint="Choose one of your own: CATALOG_SANDBOX_DIR.",
        )
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise SandboxError(
            f"others than you can write to {directory}, and could answer in the place of the sandbox",
            hint=f"If you trust what is in it, run `chmod 700 {directory}`; else choose another: CATALOG_SANDBOX_DIR.",
        )


def open_to_write(file: Path) -> int:
    """A descriptor of the file, empty, for its user alone; a link in its place is an error."""
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        return os.open(file, flags, OWN_FILE)
    except OSError as error:
        raise SandboxError(
            f"{file}: is a symbolic link, or cannot be opened: {error.strerror}", hint="Remove it, and try again."
        ) from error


def read_file(file: Path) -> str:
    """The text of a file that is no link; `OSError` or `ValueError` if there is none."""
    descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, encoding="utf-8") as stream:
        return stream.read()
