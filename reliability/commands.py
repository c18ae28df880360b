"""The command line in processes of its own, forked from this one: nothing is imported again, so a run takes no start.

A process is forked while this one has a single thread, and waits until it is told what to run.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CRASHED = 70
"""The exit code of a traceback."""


@dataclass(frozen=True)
class Ended:
    """How a command has ended."""

    code: int
    """The exit code; negative: the signal that killed the process."""
    output: str
    """What it printed, standard error included."""

    @property
    def crashed(self) -> bool:
        """Whether it ended with a traceback."""
        return self.code == CRASHED or "Traceback (most recent call last)" in self.output


@dataclass
class CommandProcess:
    """A forked process that runs commands, one after the other."""

    pid: int
    requests: int
    answers: int
    output: int
    printed: bytes = b""
    stopped: bool = False

    @classmethod
    def fork(cls) -> CommandProcess:
        """Fork; its output goes to a pipe, because files may be limited."""
        (requests_in, requests_out), (answers_in, answers_out), (output_in, output_out) = (os.pipe() for _ in range(3))
        pid = os.fork()
        if pid == 0:
            for descriptor in (requests_out, answers_in, output_in):
                os.close(descriptor)
            code = 1
            try:
                code = serve(requests_in, answers_out, output_out)
            finally:
                os._exit(code)
        for descriptor in (requests_in, answers_out, output_out):
            os.close(descriptor)
        return cls(pid, requests_out, answers_in, output_in)

    def start(self, arguments: list[str], environment: Mapping[str, str], cwd: Path, file_limit: int = -1) -> None:
        """Start a command in a folder; `file_limit` limits the size of the files that it can write."""
        request = {"arguments": arguments, "environment": dict(environment), "cwd": str(cwd), "limit": file_limit}
        os.write(self.requests, json.dumps(request).encode() + b"\n")

    def wait(self) -> Ended:
        """Wait until the command has ended, and read what it prints."""
        line = b""
        while not line.endswith(b"\n"):
            ready = select.select([self.answers, self.output], [], [])[0]
            if self.output in ready:
                self.printed += os.read(self.output, 65536)
            if self.answers in ready:
                part = os.read(self.answers, 65536)
                line += part
                if not part:
                    return Ended(self.status(), self.taken())
        return Ended(int(line), self.taken())

    def taken(self) -> str:
        """What the last command has printed. Processes that it has started may still hold the pipe."""
        while select.select([self.output], [], [], 0)[0]:
            part = os.read(self.output, 65536)
            if not part:
                break
            self.printed += part
        text, self.printed = self.printed.decode(errors="replace"), b""
        return text

    def run(self, arguments: list[str], environment: Mapping[str, str], cwd: Path, file_limit: int = -1) -> Ended:
        """Run a command."""
        self.start(arguments, environment, cwd, file_limit)
        return self.wait()

    def status(self) -> int:
        """The exit code of the process, which has ended."""
        status = os.waitpid(self.pid, 0)[1]
        self.pid = 0
        return os.waitstatus_to_exitcode(status)

    def stop(self) -> None:
        """End the process, once. Others may have its pipes too, so their end is no sign."""
        if self.stopped:
            return
        self.stopped = True
        with suppress(OSError):
            os.write(self.requests, b"null\n")
        for descriptor in (self.requests, self.answers, self.output):
            os.close(descriptor)
        if self.pid:
            self.status()


def serve(requests: int, answers: int, output: int) -> int:
    """Run the commands that are asked for; in the forked process."""
    for stream in (1, 2):
        os.dup2(output, stream)
    with os.fdopen(requests) as lines:
        for line in lines:
            request = json.loads(line)
            if request is None:
                break
            code = run_command(request)
            os.write(answers, f"{code}\n".encode())
    stop_products()
    return 0


def stop_products() -> None:
    """End the process of product files."""
    from catalog.content.product_process import stop_all

    stop_all()


def run_command(request: dict[str, Any]) -> int:
    """Run one command; the exit code."""
    sys.stdout, sys.stderr = (os.fdopen(os.dup(stream), "w", buffering=1) for stream in (1, 2))
    os.chdir(request["cwd"])
    for name in [name for name in os.environ if name.startswith(("AWS_", "CATALOG_"))]:
        del os.environ[name]
    os.environ.update(request["environment"])
    if place := os.environ.pop("RELIABILITY_KILL_AT", ""):
        from reliability.ledger import kill_at

        number, strike = place.split(":")
        kill_at(int(number), request["cwd"], int(strike))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    if request["limit"] >= 0:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (request["limit"], hard))
    try:
        return exit_code(lambda: command(request["arguments"]))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        sys.stdout.flush()
        sys.stderr.flush()


def command(arguments: list[str]) -> None:
    """`catalog` with these arguments."""
    from catalog.cli import OWN_PROCESS, main
    from catalog.stopping import STOP

    STOP.listen()
    main(arguments, prog_name="catalog", obj=OWN_PROCESS)


def exit_code(run: Callable[[], None]) -> int:
    """The exit code of a command; `CRASHED` after a traceback, which is printed."""
    try:
        run()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001  # that is what is looked for
        traceback.print_exc()
        return CRASHED
    return 0
