"""Where the journals are, and how many are kept."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

MOST_RUNS = 200
"""Journals that are kept, the newest ones."""
MOST_BYTES = 50_000_000
"""Bytes of all journals that are kept: a line of a call has about 250."""
SUFFIX = ".jsonl"


def runs_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of the journals: in XDG_STATE_HOME, which counts only if it is absolute (XDG Base Directory).

    For a user without a home, as in a container, it is one that this user cannot make: then no run is recorded.
    """
    state = environment.get("XDG_STATE_HOME", "")
    home = Path("/", environment.get("HOME") or os.path.expanduser("~"))
    return (Path(state) if os.path.isabs(state) else home / ".local/state") / "catalog" / "runs"


def journals(folder: Path) -> list[Path]:
    """The journals of a folder, the newest first: their names begin with the time."""
    try:
        return sorted((file for file in folder.iterdir() if file.suffix == SUFFIX and file.is_file()), reverse=True)
    except OSError:
        return []


def remove_old(folder: Path, runs: int = MOST_RUNS, size: int = MOST_BYTES) -> None:
    """Delete the oldest journals, so that there is room for another. What cannot be deleted stays."""
    kept = 0
    for number, file in enumerate(journals(folder), start=1):
        with suppress(OSError):
            kept += file.stat().st_size
            if number >= runs or kept > size:
                file.unlink()
