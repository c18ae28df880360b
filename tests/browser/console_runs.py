"""Runs a console for the tests in the browser: a sandbox with products, and the address of the console.

Everything is done by the command, as people do it. The tests have only pytest, Playwright and axe.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.browser.programs import catalog

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class RunningConsole:
    """A repository, its sandbox and the console over it."""

    repository: Path
    environment: dict[str, str]
    url: str = ""
    products: list[str] = field(default_factory=list)

    def run(self, *words: str) -> str:
        """What a command prints; it must work."""
        command = [catalog(), "-C", str(self.repository), *words]
        done = subprocess.run(  # noqa: S603  # our own command
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def environment_of(folder: Path) -> dict[str, str]:
    """Ours, without what leads to AWS, and with a sandbox in a folder. Its waits have a fifth of their length."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {"CATALOG_SANDBOX_DIR": str(folder), "CATALOG_SANDBOX_LATENCY": "0.2"}


@contextmanager
def running_console(
    repository: Path, folder: Path, words: Sequence[str] = (), *, publishes: bool = True
) -> Iterator[RunningConsole]:
    """A console over a new sandbox, to which the repository is published."""
    running = RunningConsole(repository, environment_of(folder))
    running.run("sandbox", "start")
    try:
        if publishes:
            running.run("publish", "--local", "--yes", "--allow", "widen")
        command = [catalog(), "-C", str(repository), "console", "--json", "--port", "0", *words]
        with subprocess.Popen(  # noqa: S603  # our own command
            command, cwd=ROOT, env=running.environment, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout
            text = ""
            while not text.endswith("}\n"):
                line = process.stdout.readline()
                assert line, "the console has ended"
                text += line
            running.url = json.loads(text)["url"]
            yield running
            process.terminate()
    finally:
        running.run("sandbox", "stop")
