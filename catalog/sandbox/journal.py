"""The state of a sandbox on disk: the requests that changed it, one line each, to be carried out again.

The folder has two files, for its user alone (mode 0600, no links):

- `sandbox.json`: the version of the format and of moto, the token and the port of the sandbox, a seed for its random
  numbers, and when it began;
- `requests.jsonl`: a JSON object for each request that was answered with success, in their order. A line is written
  before the answer leaves, so a process that is killed loses the request that is under way, and no other. A last line
  without its end is such a request.

Both are data: to read them runs nothing. What they can do is what a client of the sandbox can do. A file that others
can read is refused, because a sandbox has not written it: files of a repository that was cloned are of this kind.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from catalog.errors import SandboxError
from catalog.sandbox.json_text import read_json
from catalog.sandbox.private_files import OWN_FILE, check_folder, make_folder, open_to_write, read_file

VERSION = 2
"""Of the format of both files."""
NO_MOMENT = 253_402_300_800
"""Seconds since 1970 from which on there are no dates (the year 10000)."""
OTHERS = stat.S_IRWXG | stat.S_IRWXO
HEAD, REQUESTS, LOCK = "sandbox.json", "requests.jsonl", "lock"
ENTRY_MEMBERS: dict[str, tuple[type, ...]] = {
    "number": (int,),
    "environ": (dict,),
    "body": (str,),
    "clock": (int, float),
    "wall": (int, float),
    "answer": (str,),
    "outside": (list,),
}


@dataclass(frozen=True, slots=True)
class JournalHead:
    """What a sandbox keeps besides its requests."""

    token: str
    moto: str
    port: int = 0
    seed: str = field(default_factory=lambda: secrets.token_hex(16))
    clock: float = 0.0
    """The sandbox's clock when it began."""
    wall: float = field(default_factory=time.time)
    """When it began."""
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A request that changed something."""

    number: int
    """Of all requests that could have changed something; it decides the random numbers."""
    environ: dict[str, str]
    """The parts of its WSGI environment that are text."""
    body: str
    """In Base64."""
    clock: float
    wall: float
    answer: str
    """A digest of the answer, without its times."""
    outside: list[str]
    """What came from outside: private keys, answers of stubs, and requests that were let in in the meantime."""

    @classmethod
    def parse(cls, text: str | bytes) -> JournalEntry:
        """From a line; raises `TypeError` or `ValueError` if it is none."""
        content = read_json(text)
        if not isinstance(content, dict) or content.keys() != ENTRY_MEMBERS.keys():
            raise TypeError("it has other members")
        for name, kinds in ENTRY_MEMBERS.items():
            if not isinstance(content[name], kinds):
                raise TypeError(f"{name} has another type")
        if not all(0 <= content[name] < NO_MOMENT for name in ("clock", "wall")):
            raise ValueError("clock or wall is no time")
        entry = cls(**content)
        entry.content  # noqa: B018  # it must be Base64
        return entry

    def text(self) -> str:
        """Its line, without the end."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @property
    def content(self) -> bytes:
        """The body."""
        return base64.b64decode(self.body)


class Journal:
    """The files in a folder, which one process at a time may use."""

    def __init__(self, folder: Path, moto: str) -> None:
        """Open the folder, and make it if it does not exist; raises `SandboxError` for one that cannot be used."""
        make_folder(folder)
        check_folder(folder)
        self.folder, self.moto = folder, moto
        self.differing = 0
        with ExitStack() as opened:
            lock = opened.enter_context(os.fdopen(open_to_write(folder / LOCK), "w"))
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise SandboxError(
                    f"another sandbox uses the state in {folder}",
                    hint="Stop it, or name another folder: catalog sandbox start --data DIR.",
                ) from error
            for file in (folder / HEAD, self.requests):
                self._check_own(file)
            self.head = self._read_head() or self._begin(JournalHead(secrets.token_hex(16), moto))
            self.entries = list(self._read())
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
            self.writing = os.open(self.requests, flags, OWN_FILE)
            opened.callback(os.close, self.writing)
            self.close = opened.pop_all().close
            """Lets others use the folder."""

    @property
    def requests(self) -> Path:
        """The file of the requests."""
        return self.folder / REQUESTS

    def listen_on(self, port: int) -> None:
        """Remember the port."""
        if port != self.head.port:
            self._write_head(JournalHead(**{**asdict(self.head), "port": port}))

    def append(self, entry: JournalEntry) -> None:
        """Write a request; raises `SandboxError`, and leaves the file as it was, if the disk has no room for it."""
        line = entry.text().encode() + b"\n"
        size = os.fstat(self.writing).st_size
        try:
            written = os.write(self.writing, line)
        except OSError as error:
            written, reason = 0, str(error.strerror)
        else:
            reason = "no room"
        if written < len(line):
            os.ftruncate(self.writing, size)
            raise SandboxError(f"{self.requests}: a request was carried out and cannot be kept: {reason}")

    def clear(self, clock: float) -> None:
        """Forget all requests: the sandbox is empty. Its token and port stay, its random numbers do not."""
        os.ftruncate(self.writing, 0)
        self.entries = []
        self._write_head(JournalHead(self.head.token, self.moto, self.head.port, clock=clock))

    def _check_own(self, file: Path) -> None:
        """Refuse what a sandbox of this user has not written, and what is no file."""
        try:
            status = file.lstat()
        except FileNotFoundError:
            return
        if status.st_uid != os.getuid() or (stat.S_ISREG(status.st_mode) and status.st_mode & OTHERS):
            raise self._unusable(f"{file} is not of a sandbox of yours: its owner or its mode is another")
        if not stat.S_ISREG(status.st_mode):
            raise self._unusable(f"{file} cannot be read: it is no file")

    def _begin(self, head: JournalHead) -> JournalHead:
        """A new state. Requests without their head are half of another state: they are not deleted."""
        if self.requests.exists() and self.requests.stat().st_size:
            raise self._unusable(
                f"{self.folder / HEAD} is missing, without which {REQUESTS} cannot be carried out again"
            )
        self._write_head(head)
        return head

    def _write_head(self, head: JournalHead) -> None:
        draft = self.folder / f"{HEAD}.new"
        with os.fdopen(open_to_write(draft), "w", encoding="utf-8") as stream:
            json.dump(asdict(head), stream)
        draft.replace(self.folder / HEAD)
        self.head = head

    def _read_head(self) -> JournalHead | None:
        """The head; None if there is none. Raises `SandboxError` for one of another version."""
        file = self.folder / HEAD
        try:
            content = read_json(read_file(file))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise self._unusable(f"{file} cannot be read: {error}") from error
        if not isinstance(content, dict) or content.get("version") != VERSION:
            version = content.get("version") if isinstance(content, dict) else None
            raise self._unusable(f"{file} has version {version!r} of the format, and this catalog reads {VERSION}")
        if content.get("moto") != self.moto:
            raise self._unusable(f"{file} was written with moto {content.get('moto')!r}, and this is {self.moto}")
        try:
            return _head(content)
        except (TypeError, ValueError) as error:
            raise self._unusable(f"{file} is damaged: {error}") from error

    def _read(self) -> Iterator[JournalEntry]:
        """The requests. What follows the last end of a line was under way when the process ended: it is cut off."""
        try:
            descriptor = os.open(self.requests, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            return
        except OSError as error:
            raise self._unusable(f"{self.requests} cannot be read: {error.strerror}") from error
        with os.fdopen(descriptor, "r+b") as stream:
            whole = 0
            for number, line in enumerate(stream, 1):
                if not line.endswith(b"\n"):
                    stream.truncate(whole)
                    return
                whole += len(line)
                yield self._entry(number, line)

    def _entry(self, number: int, line: bytes) -> JournalEntry:
        try:
            return JournalEntry.parse(line)
        except (ValueError, TypeError) as error:
            raise self._unusable(f"{self.requests}:{number} is damaged: {error}") from error

    def _unusable(self, reason: str) -> SandboxError:
        return unusable(self.folder, reason)


def unusable(folder: Path, reason: str) -> SandboxError:
    """The error for a state that cannot be used."""
    return SandboxError(
        reason,
        hint=f"To begin anew, remove the folder {folder}; to leave it as it is, run `catalog sandbox start --ephemeral`"
        " or name another folder with `--data DIR`.",
    )


def _head(content: dict[str, Any]) -> JournalHead:
    head = JournalHead(**content)
    texts = all(isinstance(value, str) and value for value in (head.token, head.seed))
    numbers = all(isinstance(value, int | float) and 0 <= value < NO_MOMENT for value in (head.clock, head.wall))
    if not (texts and numbers and isinstance(head.port, int) and 0 <= head.port < 65536):
        raise ValueError("a member has another type")
    return head
