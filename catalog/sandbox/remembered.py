"""The folder of the state that the last `catalog sandbox start --data DIR` named, in the folder of the sandbox.

Later starts use it, those of `--local` too; the port is in the state itself. A file that others can read is not of a
sandbox, as one that comes with a clone: it could name any folder. Only the standard library is imported, because every
command with `--local` waits for this module.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from catalog.errors import SandboxError
from catalog.sandbox.private_files import open_to_write, read_file

FILE = "data-folder"
BACK = "Return to the default with `catalog sandbox start --default-data`, or name another with `--data DIR`."


def remembered(directory: Path) -> Path | None:
    """The folder; None for the default. Raises `SandboxError` for one that is gone, or that no sandbox has named."""
    file = directory / FILE
    try:
        status = file.lstat()
        folder = Path(read_file(file).rstrip("\n"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise SandboxError(f"{file}: cannot be read: {error}", hint=BACK) from error
    if status.st_uid != os.getuid() or status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SandboxError(f"{file}: no sandbox of yours has written it: its owner or its mode is another", hint=BACK)
    if not folder.is_absolute() or not folder.is_dir():
        raise SandboxError(f"the folder {folder}, in which the last start kept the state, is gone", hint=BACK)
    return folder


def remember(directory: Path, folder: Path) -> None:
    """Let later starts use a folder."""
    with os.fdopen(open_to_write(directory / FILE), "w", encoding="utf-8") as stream:
        stream.write(f"{folder.resolve()}\n")


def forget(directory: Path) -> None:
    """Let later starts use the default."""
    (directory / FILE).unlink(missing_ok=True)
