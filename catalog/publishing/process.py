"""Processes as a lease names them: whether the publisher that holds a lease still runs on this machine."""

from __future__ import annotations

import hashlib
import os
import socket
import uuid
from functools import cache
from pathlib import Path

PROC = Path("/proc")


@cache
def this_machine() -> str:
    """Identifies this machine and the container on it: containers can share a name, and number processes anew."""
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
        names = f"{boot} {(PROC / 'self/ns/pid').readlink()}"
    except OSError:
        names = f"{socket.gethostname()} {uuid.getnode()}"
    return hashlib.sha256(names.encode()).hexdigest()[:16]


def this_process() -> str:
    """The id of this process, and when it started, because ids are used again."""
    pid = os.getpid()
    return f"{pid}:{started(pid)}"


def started(pid: int) -> str:
    """When a process started, in the kernel's clock; empty when the system does not say, `ended` for a dead one."""
    try:
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "ended" if fields[0] in "ZX" else fields[19]


def is_running(process: str) -> bool:
    """Whether a process of this machine still runs. True when the system cannot tell."""
    pid, _, start = process.partition(":")
    if not pid.isdigit() or os.name != "posix":
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return started(int(pid)) == start
