"""Results kept between runs in the user's cache folder (ADR 34): a help and no proof.

A release, a plan and a publish never read them.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import platform
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

MOST_ENTRIES = 1000
MOST_BYTES = 1_000_000
"""Bytes of an entry. A finding has about 500."""


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of the entries: in XDG_CACHE_HOME, which counts only if it is absolute (XDG Base Directory).

    For a user without a home, as in a container, it is one that this user cannot make: then nothing is kept.
    """
    cache = environment.get("XDG_CACHE_HOME", "")
    base = Path(cache) if os.path.isabs(cache) else Path("/", os.path.expanduser("~"), ".cache")
    return base / "catalog" / "findings"


class KeptResults:
    """The entries of one folder. An entry that is damaged, or that others can write, counts as missing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, key: str) -> Any:
        """The content of an entry; None if there is none that can be read and is the user's alone."""
        file = self.folder / f"{key}.json"
        try:
            descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)  # a named pipe may have no writer
            with open(descriptor, "rb") as stream:
                entry = json.load(stream) if is_private(os.fstat(descriptor), os.getuid()) else {}
            return entry["content"] if entry["of"] == digest([key, entry["content"]]) else None
        except (OSError, ValueError, TypeError, LookupError, RecursionError):
            return None

    def write(self, key: str, content: Any) -> None:
        """Keep JSON content, with mode 0600. A folder that cannot be written costs nothing but time."""
        text = json.dumps({"of": digest([key, content]), "content": content})
        if len(text) > MOST_BYTES:
            return
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.chmod(0o700)
            # The draft is in the folder, so that it replaces the entry in one step.
            with tempfile.TemporaryDirectory(dir=self.folder) as drafts:
                draft = Path(drafts) / "draft"
                draft.touch(mode=0o600)
                draft.write_text(text, encoding="utf-8")
                draft.replace(self.folder / f"{key}.json")
            self.remove_old()

    def remove_old(self) -> None:
        """Remove the oldest entries above the limit."""
        entries = sorted(self.folder.glob("*.json"), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in entries[MOST_ENTRIES:]:
            file.unlink(missing_ok=True)


def is_private(status: os.stat_result, user: int) -> bool:
    """Whether a file is a regular one of this user, which nobody else can read or write, and no larger than entries."""
    mine = status.st_uid == user and not status.st_mode & 0o077
    return mine and stat.S_ISREG(status.st_mode) and status.st_size <= MOST_BYTES


def digest(content: object) -> str:
    """SHA-256 of JSON content."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@functools.cache
def tools() -> tuple[str, ...]:
    """What makes a result: the files of this package, Python, and all installed packages with their versions."""
    code = hashlib.sha256()
    root = Path(__file__).parent
    for file in sorted(file for file in root.rglob("*") if file.is_file() and file.suffix != ".pyc"):
        code.update(f"{file.relative_to(root)}\0".encode() + file.read_bytes() + b"\0")
    return code.hexdigest(), platform.python_version(), *installed(sys.path)


def installed(path: Iterable[str]) -> Iterator[str]:
    """The packages of each folder of `path`: the names of their metadata, and the digest of their RECORD.

    They stand for what is in the packages, such as cfn-lint's schemas: `lint` reads those, and never those that
    `cfn-lint --update-specs` writes to the user's cache. The RECORD has the digest of each file. So it differs after
    another build of the same version, and between an editable installation, whose files are elsewhere, and a regular
    one.
    """
    for folder in path:
        with suppress(OSError):
            for name in sorted(os.listdir(folder or ".")):
                if name.endswith((".dist-info", ".egg-info")):
                    yield f"{name} {record_digest(Path(folder or '.', name))}".rstrip()


def record_digest(metadata: Path) -> str:
    """The digest of a package's RECORD; empty without one, as for an old .egg-info."""
    try:
        return hashlib.sha256((metadata / "RECORD").read_bytes()).hexdigest()
    except OSError:
        return ""
