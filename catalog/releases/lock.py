"""A lock on the ledgers of a repository: commands that edit one read it again under the lock."""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from catalog.content.config import Config
from catalog.errors import ContentError

fcntl: Any = importlib.import_module("fcntl") if os.name == "posix" else None
"""Windows has no such module, and no lock of a folder: there two commands must not edit a ledger at once."""

PATIENCE = 30.0
"""Seconds to wait for another command. It holds the lock while it checks and writes, which takes a second or two."""


@contextmanager
def ledger_lock(config: Config, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock of the repository's ledgers; `ContentError` when another command holds it too long.

    It is on the folder of the repository, so that no file of it is left behind; the system releases it when a process
    ends.
    """
    if fcntl is None:
        yield
        return
    descriptor = os.open(config.root, os.O_RDONLY)
    try:
        end = time.monotonic() + patience
        while not is_locked(descriptor):
            if time.monotonic() > end:
                raise ContentError(
                    f"another command has been editing the ledgers of {config.root} for {patience:.0f} seconds",
                    hint="Wait until it has finished, or end it. Then run the same command again.",
                )
            time.sleep(0.02)
        yield
    finally:
        os.close(descriptor)


def is_locked(descriptor: int) -> bool:
    """Take the lock if it is free."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
