"""A program on a pseudo-terminal of 100 columns, with a person who answers its questions."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests import programs

SECONDS = 60.0
"""How long a question may take to appear."""


def converse(
    command: Sequence[str], answers: Sequence[tuple[str, str]], *, cwd: Path, env: Mapping[str, str]
) -> tuple[int, str]:
    """(exit code, all that was shown) of a program; each answer is typed when its question appears."""
    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 100, 0, 0))
    # A session of its own has no terminal but this one: a hidden answer is not asked for on that of the tests.
    options: dict[str, Any] = {"cwd": cwd, "env": dict(env), "start_new_session": True}
    shown, remaining, start = "", list(answers), 0
    with programs.start(list(command), stdin=inner, stdout=inner, stderr=inner, **options) as run:
        os.close(inner)
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            if not select.select([outer], [], [], 0.1)[0]:
                continue
            try:
                part = os.read(outer, 65536)
            except OSError:  # Linux: the other end is closed
                break
            if not part:
                break
            shown += part.decode(errors="replace")
            while remaining and (at := shown.find(remaining[0][0], start)) >= 0:
                question, answer = remaining.pop(0)
                start = at + len(question)
                os.write(outer, f"{answer}\n".encode())
        if run.poll() is None:
            try:
                run.wait(5)
            except subprocess.TimeoutExpired:
                run.kill()
    os.close(outer)
    assert not remaining, f"never asked: {remaining[0][0]!r}\n{shown}"
    return run.returncode, shown.replace("\r\n", "\n")
