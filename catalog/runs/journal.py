"""Reading the journals of runs. A journal can end anywhere: its run can have been killed while it wrote a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.errors import ContentError
from catalog.runs.folder import journals, runs_folder

LINES = 1_000_000
"""Lines that are read of a journal."""


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """A run, as its journal has it."""

    id: str
    lines: tuple[dict[str, Any], ...]

    def of(self, member: str) -> list[dict[str, Any]]:
        """The lines that begin with a member: `call`, `change`, `account`."""
        return [line for line in self.lines if next(iter(line), "") == member]

    @property
    def head(self) -> dict[str, Any]:
        """Command and start."""
        return next(iter(self.of("command")), {})

    @property
    def end(self) -> dict[str, Any]:
        """End and exit code; empty for a run that has not ended, or was killed."""
        return next(iter(self.of("ended")), {})

    @property
    def exit(self) -> int | None:
        """The exit code; None for a run that has not ended, or was killed."""
        code = self.end.get("exit")
        return code if isinstance(code, int) else None

    def data(self) -> dict[str, Any]:
        """A summary as JSON data."""
        places = [{name: line.get(name) for name in ("account", "region", "sandbox")} for line in self.of("account")]
        return {
            "id": self.id,
            "command": text(self.head, "command"),
            "started": text(self.head, "started"),
            "ended": text(self.end, "ended"),
            "seconds": self.end.get("seconds"),
            "exit": self.exit,
            "accounts": places,
            "changes": sum(line.get("outcome") == "done" for line in self.of("change")),
            "calls": len(self.of("call")),
        }


def text(line: dict[str, Any], member: str) -> str:
    """A member as text; empty without it."""
    value = line.get(member, "")
    return value if isinstance(value, str) else json.dumps(value)


def recorded_runs() -> Iterator[RecordedRun]:
    """The runs of this user, the newest first, without those whose journal another command deletes meanwhile."""
    for file in journals(runs_folder()):
        try:
            yield read_run(file)
        except ContentError:
            if file.exists():
                raise


def read_run(file: Path) -> RecordedRun:
    """The run of a journal. Lines that are no JSON objects are left out."""
    lines = []
    try:
        with file.open(encoding="utf-8", errors="replace") as stream:
            for _, line in zip(range(LINES), stream, strict=False):
                try:
                    members = json.loads(line)
                except (ValueError, RecursionError):
                    continue
                if isinstance(members, dict):
                    lines.append(members)
    except OSError as error:
        raise ContentError(f"{file}: cannot be read: {error.strerror}") from error
    return RecordedRun(file.stem, tuple(lines))


def find_run(name: str) -> RecordedRun:
    """The run with this id or beginning of an id, or the newest for `last`; `ContentError` unless it is one."""
    files = journals(runs_folder())
    chosen = files[:1] if name == "last" else [file for file in files if file.stem.startswith(name)]
    if len(chosen) == 1:
        return read_run(chosen[0])
    if not chosen:
        raise ContentError(f"there is no run {name[:100]!r}", hint="`catalog runs` lists the runs that were recorded.")
    ids = ", ".join(file.stem for file in chosen[:3])
    raise ContentError(f"{name!r} are {len(chosen)} runs: {ids} …", hint="Give more of the id.")
