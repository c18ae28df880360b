"""Writing the journal of a run: a line for each call that may change AWS and for each change, as soon as it is over.

A line has names, ids, times and outcomes. It never has a parameter, an error's text, a credential or a template: those
can hold secrets. A journal that cannot be written stops nothing.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from catalog.runs.folder import SUFFIX, remove_old, runs_folder

READING = (
    *("AssumeRole", "BatchGet", "Decode", "Describe", "Detect", "Estimate", "Get", "Head", "List", "Scan", "Search"),
    *("Simulate", "Validate"),
)
"""Beginnings of the names of operations that change nothing."""
UNDER_WAY: ContextVar[str] = ContextVar("under_way", default="")
"""The Address of the change that this thread makes."""


@dataclass(slots=True)
class Recording:
    """The journal of the command that this process runs. All threads and targets of the command share it."""

    command: str = ""
    """The command that is recorded; empty: none."""
    warn: Callable[[str], None] = print
    file: Path | None = None
    """The journal, once the command has called AWS."""
    started: float = 0.0
    descriptor: int = -1
    lock: threading.Lock = field(default_factory=threading.Lock)
    mostly_reads: bool = False
    accounts: dict[tuple[str, str], bool] = field(default_factory=dict)
    """(account, Region) → whether it is the sandbox, of the places that the command works in."""

    def begin(self, command: str, warn: Callable[[str], None], *, mostly_reads: bool = False) -> None:
        """Record a command from its first call of AWS on; one that `mostly_reads`, from its first changing call on."""
        self.command, self.warn, self.started, self.mostly_reads = command, warn, time.time(), mostly_reads
        self.file, self.descriptor, self.accounts = None, -1, {}

    def end(self, code: int) -> None:
        """Note the exit code."""
        if self.file:
            self.write({"ended": moment(time.time()), "exit": code, "seconds": seconds(time.time() - self.started)})
        with self.lock:
            self.close()

    def call(self, service: str, operation: str, answer: dict[str, Any], took: float, where: tuple[str, str]) -> None:
        """Note a call that may have changed something: of an account and Region, with what AWS has answered."""
        if self.command and not operation.startswith(READING):
            details = answer.get("ResponseMetadata", {})
            self.write(
                {
                    "call": f"{service}:{operation}",
                    "address": UNDER_WAY.get(),
                    "request_id": details.get("RequestId", ""),
                    "attempts": details.get("RetryAttempts", 0) + 1,
                    "seconds": seconds(took),
                    "outcome": answer.get("Error", {}).get("Code") or "done",
                    "account": where[0],
                    "region": where[1],
                }
            )

    def account(self, account: str, region: str, *, sandbox: bool) -> None:
        """Note an account and Region that the command works in, once."""
        if self.command and (account, region) not in self.accounts:
            self.accounts[account, region] = sandbox
            if self.file or not self.mostly_reads:
                self.write(place(account, region, sandbox=sandbox))

    @contextmanager
    def change(self, operation: str, address: str) -> Iterator[None]:
        """Note a change when it is over. Calls of this thread inside are calls of its Address."""
        token, start, outcome = UNDER_WAY.set(address), time.monotonic(), "failed"
        try:
            yield
            outcome = "done"
        finally:
            UNDER_WAY.reset(token)
            if self.command:
                took = seconds(time.monotonic() - start)
                self.write({"change": operation, "address": address, "seconds": took, "outcome": outcome})

    def write(self, members: dict[str, Any]) -> None:
        """Write a line. The first error ends the journal with one warning, and nothing else."""
        with self.lock:
            if not self.command:
                return
            try:
                if self.descriptor < 0:
                    self.open()
                self.append(members)
            except OSError as error:
                self.warn(f"This run is not recorded: {self.file or runs_folder()}: {error.strerror}")
                self.close()

    def open(self) -> None:
        """Create the journal, for its user only, after old ones are deleted."""
        folder = runs_folder()
        for part in (folder.parent.parent, folder.parent, folder):
            part.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        remove_old(folder)
        start = datetime.fromtimestamp(self.started, UTC)
        file = folder / f"{start:%Y%m%d-%H%M%S-%f}-{os.urandom(3).hex()}{SUFFIX}"
        self.descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        self.file = file
        self.append({"command": self.command, "started": moment(self.started), "process": os.getpid()})
        if self.mostly_reads:
            for (account, region), sandbox in self.accounts.items():
                self.append(place(account, region, sandbox=sandbox))

    def append(self, members: dict[str, Any]) -> None:
        """Append a line, all of it or an error."""
        line = json.dumps(members).encode() + b"\n"
        written = os.write(self.descriptor, line)
        if written < len(line):  # the disk is nearly full: the next write says why
            os.write(self.descriptor, line[written:])

    def close(self) -> None:
        """End the journal."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
        self.command, self.file, self.descriptor = "", None, -1


def place(account: str, region: str, *, sandbox: bool) -> dict[str, Any]:
    """The line of an account and Region."""
    return {"account": account, "region": region, "sandbox": sandbox}


def moment(instant: float) -> str:
    """A time in UTC, in ISO format."""
    return datetime.fromtimestamp(instant, UTC).isoformat(timespec="milliseconds")


def seconds(number: float) -> float:
    """Seconds, to the millisecond."""
    return round(number, 3)


RECORDING = Recording()
