"""Which files a run reads, so that a later run can tell whether they are still the same.

Python tells audit hooks of each file that it opens and each folder that it lists (PEP 578; the events are `open`,
`os.listdir` and `os.scandir`). So this sees what our code reads, and in the process of the product files what theirs
reads, whoever opens it. It does not see who only asks whether a file exists: so the folders that hold the files count
with all of their names.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import os
import stat
import sys
import sysconfig
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

MOST_FILES = 5_000
MOST_BYTES = 10_000_000
"""Files and bytes of a file that are compared. With more, nothing is kept: comparing would take as long as reading."""
TICK = 0.05
"""Seconds by which the kernel's times of files may lag behind the clock."""
ABSENT = ""
"""The digest of what is no file, or no folder."""
LISTINGS = ("os.listdir", "os.scandir")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Files and folders as they were."""

    files: Mapping[str, str]
    """Path → digest of the content."""
    folders: Mapping[str, str]
    """Path → digest of the names."""

    def is_current(self) -> bool:
        """Whether all are still the same."""
        files = all(file_digest(path) == before for path, before in self.files.items())
        return files and all(folder_digest(path) == before for path, before in self.folders.items())


@dataclass(slots=True)
class InputFiles:
    """What was opened and listed since it was made."""

    current: ClassVar[InputFiles | None] = None
    """The one that records now."""

    start: float = field(default_factory=time.time)
    files: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)

    @classmethod
    @contextmanager
    def recorded(cls) -> Iterator[InputFiles]:
        """Record until the end of the block."""
        before, inputs = cls.current, cls()
        observe()
        cls.current = inputs
        try:
            yield inputs
        finally:
            cls.current = before

    @classmethod
    @contextmanager
    def paused(cls) -> Iterator[None]:
        """Record nothing: what is read does not change a result."""
        before = cls.current
        cls.current = None
        try:
            yield
        finally:
            cls.current = before

    @classmethod
    def add(cls, files: Iterable[Any], folders: Iterable[Any]) -> None:
        """Add what another process says that it has read. Untrusted code may say anything."""
        if cls.current:
            cls.current.files.update(filter(is_path, files))
            cls.current.folders.update(filter(is_path, folders))

    def paths(self, without: tuple[str, ...] = ()) -> tuple[list[str], list[str]]:
        """(files, folders), absolute: not those of Python and its packages, and none that begins with `without`."""
        left_out = (*CODE, *without)
        files = {path for path in (*self.files, *map(source_of, self.files)) if path and not path.startswith(left_out)}
        return sorted(files), sorted(path for path in self.folders if not f"{path}/".startswith(left_out))

    def snapshot(self, root: Path, without: Path) -> Snapshot | None:
        """What was read, as it is now; None if it has changed since the start, or is too much to compare.

        The folders that hold the files count too, up to `root`. What is below the folder `without` does not count.
        """
        files, folders = self.paths((f"{without}/",))
        within = [path for path in files if Path(path).is_relative_to(root)]
        folders = sorted({*folders, str(root), *(str(folder) for path in within for folder in above(path, root))})
        try:
            if len(files) + len(folders) > MOST_FILES or any(map(self.changed, (*files, *folders))):
                return None
            return Snapshot(
                {path: file_digest(path) for path in files}, {path: folder_digest(path) for path in folders}
            )
        except OSError:
            return None

    def changed(self, path: str) -> bool:
        """Whether something was written since the start, or is too large."""
        try:
            status = os.stat(path)
        except (FileNotFoundError, NotADirectoryError):
            return False
        return status.st_ctime > self.start - TICK or status.st_size > MOST_BYTES


def is_path(value: object) -> bool:
    """Whether a value is an absolute path that can be opened."""
    return isinstance(value, str) and os.path.isabs(value) and "\0" not in value and value.isprintable()


def source_of(path: str) -> str:
    """The source of a compiled module, which Python does not open when it reads the module; empty for other files."""
    if not path.endswith(".pyc"):
        return ""
    try:
        return importlib.util.source_from_cache(path)
    except ValueError:
        return ""


def above(path: str, root: Path) -> Iterator[Path]:
    """The folders that hold a file, up to `root`."""
    for folder in Path(path).parents:
        yield folder
        if folder == root:
            return


CODE = tuple(
    f"{os.path.realpath(folder)}/"
    for folder in (
        *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
        str(Path(__file__).parents[1]),
        *("/dev", "/proc", "/sys"),
    )
)
"""Folders of Python, its packages and the system. Versions stand for them (`catalog.kept`)."""


@functools.cache
def observe() -> None:
    """Hear of files that are opened, from now on: once, because a hook cannot be removed."""
    sys.addaudithook(audited)


def audited(event: str, arguments: tuple[Any, ...], files: type[InputFiles] = InputFiles) -> None:
    """The audit hook: remember what is read. It runs to the end of Python, when this module has no names any more."""
    inputs = files.current
    if inputs is None or (event != "open" and event not in LISTINGS):
        return
    path = arguments[0] if arguments and arguments[0] is not None else "."
    if isinstance(path, int) or (event == "open" and is_written(*arguments[1:3])):
        return
    chosen = inputs.files if event == "open" else inputs.folders
    chosen.add(os.path.abspath(os.fsdecode(path)))


def is_written(mode: str | None, flags: int) -> bool:
    """Whether a file is opened to be written: by the mode of open(), or by the flags of os.open()."""
    if mode is not None:
        return "r" not in mode or "+" in mode
    return flags & os.O_ACCMODE != os.O_RDONLY


def file_digest(path: str) -> str:
    """The content of a regular file, as a digest; ABSENT for anything else."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return ABSENT
    with open(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return ABSENT
        return hashlib.sha256(stream.read(MOST_BYTES + 1)).hexdigest()


def folder_digest(path: str) -> str:
    """The names in a folder, as a digest; ABSENT for anything else."""
    try:
        names = sorted(os.listdir(path))
    except OSError:
        return ABSENT
    return hashlib.sha256("\0".join(names).encode("utf-8", "surrogateescape")).hexdigest()
