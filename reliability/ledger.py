"""Commands that write the ledger of releases: killed at each change of a file, and on a disk that is full."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reliability.commands import CommandProcess
from reliability.pool import Work
from reliability.trials import Outcome, Point

STAGE = "ledger"
KILLED, STOPPED, FULL = "killed at a file", "SIGINT at a file", "file too large"
KINDS_OF_FILES = (KILLED, STOPPED, FULL)
COMMANDS = {
    "release": ("release", "waiting", "--notes", "Third."),
    "release --bump": ("release", "spread", "--bump", "minor", "--notes", "More."),
    "retire": ("retire", "waiting", "1.0.0"),
}
STEP = 150
"""Bytes between two sizes at which the disk is full."""
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
EVENTS = ("os.rename", "os.remove", "os.mkdir", "os.truncate", "os.link", "os.symlink")


@dataclass(frozen=True)
class Ledger:
    """A repository in which a version can be released."""

    folder: Path

    def copy(self) -> Path:
        """A copy, for one trial."""
        target = Path(tempfile.mkdtemp(prefix="ledger-", dir=self.folder.parent)) / "repository"
        shutil.copytree(self.folder, target)
        return target

    def after(self, command: str) -> dict[str, str]:
        """The files after a command that nothing disturbs."""
        folder = self.copy()
        process = CommandProcess.fork()
        ended = process.run(list(COMMANDS[command]), {}, folder)
        process.stop()
        if ended.code:
            raise RuntimeError(f"{command} failed without a fault: {ended.output}")
        return files(folder)


def files(folder: Path) -> dict[str, str]:
    """All files of a repository. Nothing else may be left in it."""
    names = (file for file in sorted(folder.rglob("*")) if file.is_file() and "__pycache__" not in file.parts)
    return {str(file.relative_to(folder)): file.read_text(encoding="utf-8") for file in names}


def kill_at(number: int, folder: str, strike: int) -> None:
    """Send this process a signal before its change of a file of the folder with this number."""
    left = [number]

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        path = os.fsdecode(arguments[0]) if arguments and isinstance(arguments[0], str | bytes | Path) else ""
        writes = event in EVENTS or (event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITES)
        if writes and path.startswith(folder):
            left[0] -= 1
            if left[0] == -1:
                os.kill(os.getpid(), strike)

    sys.addaudithook(hook)


def ledger_points(ledger: Ledger, kinds: list[str], every: int) -> Iterator[tuple[Point, Work]]:
    """The points of all commands, with how they are tried."""
    for command in COMMANDS:
        wanted = ledger.after(command)
        largest = max(len(text.encode()) for text in wanted.values())
        for kind in kinds:
            numbers = range(0, largest, STEP) if kind == FULL else range(9)
            for number in numbers[:: every if kind == FULL else 1]:
                yield Point(f"{STAGE}: {command}", kind, number), work_of(ledger, command, wanted)


def work_of(ledger: Ledger, command: str, wanted: dict[str, str]) -> Work:
    """How a point is tried: the command under the fault, again without it, and once more."""

    def work(outcome: Outcome) -> None:
        folder = ledger.copy()
        after, disturbed = CommandProcess.fork(), CommandProcess.fork()
        kind, number = outcome.point.kind, outcome.point.number
        words = list(COMMANDS[command])
        if kind == FULL:
            ended = disturbed.run(words, {}, folder, number)
        else:
            strike = signal.SIGKILL if kind == KILLED else signal.SIGINT
            ended = disturbed.run(words, {"RELIABILITY_KILL_AT": f"{number}:{int(strike)}"}, folder)
        outcome.note(ended)
        for text in ("the command does not work again", "the command does not work a third time"):
            again = after.run(words, {}, folder)
            if again.code or again.crashed:
                outcome.fault(text, again)
            actual = files(folder)
            names = [name for name in sorted({*actual, *wanted}) if actual.get(name) != wanted.get(name)]
            outcome.faults += [f"another file after it: {name}: {actual.get(name)!r:.300}" for name in names]
        after.stop()
        disturbed.stop()
        shutil.rmtree(folder.parent)

    return work
