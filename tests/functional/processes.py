"""`catalog` as a process that dies in the middle of its work."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from catalog.sandbox.control import FAULTS_PATH, Sandbox
from tests import programs
from tests.functional.sharing import ask


def run_and_kill(sandbox: Sandbox, *arguments: str, at: Path, after: int) -> None:
    """Run `catalog` in `at`, and kill it once the answer to its mutating request number `after` is lost."""
    ask(sandbox, "POST", FAULTS_PATH, {"kind": "crash", "after": after})
    dying = programs.start(
        [sys.executable, "-c", "from catalog.cli import run; run()", *arguments],
        cwd=at,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    end = time.monotonic() + 60
    while ask(sandbox, "GET", FAULTS_PATH)["faults"][0]["after"] > 0:
        assert time.monotonic() < end
        assert dying.poll() is None
        time.sleep(0.02)
    dying.kill()
    dying.wait(10)
    ask(sandbox, "DELETE", FAULTS_PATH)
