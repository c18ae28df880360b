"""Our side of the process that runs the product files: starts it, asks it, and says which file ended it.

The process starts on first use and serves all products of a run. It gets none of our environment except `KEPT`, and
confines itself before it imports a product file (`confinement`). What it answers is data that untrusted code wrote.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import IO, Any

from catalog.content.config import Config, RenderingLimits
from catalog.content.confinement import REQUIRE, Readable, readable_paths
from catalog.content.inputs import InputFiles
from catalog.content.product_answers import ending, read_rest, result_of, traced_line
from catalog.content.product_errors import MEMORY_HINT
from catalog.errors import ContentError
from catalog.stopping import at_exit

KEPT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")
"""Variables that the process gets from our environment: some installations of Python do not start without them."""
START = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from catalog.content import product_code; "
START += "product_code.run(int(sys.argv[2]))"
GRACE = 5.0
"""Seconds after the limit at which the process is killed, if it has not ended itself."""
ANSWER_LIMIT = 50_000_000
"""Bytes that are read of one answer."""
OUTPUT_LIMIT = 100_000
"""Bytes of output of product files that are passed on for one answer."""
CHUNK = 65_536
PAUSE = 0.2
"""Seconds between two looks whether the process still runs."""
Key = tuple[Readable, int, bool, tuple[str, ...]]
"""What a process can read, its memory, whether it must be confined, and the folders that it imports from. One process
serves all repositories for which these are the same."""
TIME_HINT = "Look for a loop without end, or raise seconds in [tool.catalog.rendering] of pyproject.toml."


@dataclass(slots=True)
class OutputOf:
    """What product files print while they answer. It goes to standard error, and must not mix with the command's."""

    descriptor: int
    printed: int = 0
    ended: bool = False

    def pass_on(self) -> None:
        """Print what there is, up to the limit."""
        text = os.read(self.descriptor, CHUNK)
        self.ended = not text
        sys.stderr.write(text[: max(0, OUTPUT_LIMIT - self.printed)].decode(errors="backslashreplace"))
        self.printed += len(text)


@dataclass(slots=True)
class ProductProcess:
    """A running process, and the pipes to it."""

    popen: subprocess.Popen[bytes]
    requests: IO[bytes]
    answers: int
    traces: int
    output: int
    folder: Path
    """The only folder that it can write to."""
    key: Key
    confined: tuple[str, ...] = ()
    """What the system refuses it: `files`, `network`. Known after the first answer."""
    lock: Lock = field(default_factory=Lock)

    @property
    def running(self) -> bool:
        """Whether it can be asked. It cannot after a file ended it, or when others took its place."""
        return RUNNING.get(self.key) is self

    def ask(self, file: str, request: Mapping[str, Any], limits: RenderingLimits) -> Any:
        """The result of a request about a product file; `ContentError` if the file is wrong, or ends the process."""
        deadline = time.monotonic() + limits.seconds + GRACE
        with self.lock:
            if not self.running:
                raise ContentError(f"{file}: the process that has imported it has ended", hint="Run the command again.")
            line = b""
            try:
                self.requests.write(json.dumps({**request, "seconds": limits.seconds}).encode() + b"\n")
                self.requests.flush()
                line = self.read_answer(deadline)
            except BrokenPipeError:
                pass
            except BaseException:  # Ctrl-C: a late answer must not be taken for that of the next request
                self.stop()
                raise
            if not line.endswith(b"\n"):
                raise self.ended(file, limits, late=time.monotonic() >= deadline, large=len(line) > ANSWER_LIMIT)
        return result_of(file, line)

    def read_answer(self, deadline: float) -> bytes:
        """One line; without a line feed if the process ended, or was too slow or too talkative."""
        parts, size = [], 0
        output = OutputOf(self.output)
        while size <= ANSWER_LIMIT and (left := deadline - time.monotonic()) > 0:
            waiting = [self.answers] if output.ended else [self.answers, self.output]
            ready = readable_of(waiting, min(left, PAUSE))
            if self.output in ready:
                output.pass_on()
            elif self.answers in ready:
                parts.append(os.read(self.answers, CHUNK))
                size += len(parts[-1])
                if not parts[-1] or parts[-1].endswith(b"\n"):
                    break
            elif self.popen.poll() is not None:  # processes that it started may hold the pipes
                break
        while not output.ended and readable_of([self.output], 0):
            output.pass_on()
        return b"".join(parts)

    def ended(self, file: str, limits: RenderingLimits, *, late: bool, large: bool) -> ContentError:
        """The error for a process that gave no answer. It is stopped; the next request starts another."""
        with suppress(subprocess.TimeoutExpired):
            if not late and not large:
                self.popen.wait(1)
        status = self.popen.poll()
        self.kill()
        trace = read_rest(self.traces)
        self.stop()
        where = f"{file}:{line}" if (line := traced_line(file, trace)) else file
        if late or "Timeout (" in trace:
            seconds = f"{limits.seconds} second{'' if limits.seconds == 1 else 's'}"
            return ContentError(f"{where}: it takes longer than the limit of {seconds}", hint=TIME_HINT)
        if large:
            return ContentError(f"{where}: it returns more than {ANSWER_LIMIT} bytes of data", hint="Return less data.")
        hint = "A product file must not exit. Raise an error instead."
        if status and status < 0:
            hint = f"The cause may be a crash, or memory: the limit is {limits.memory_mb} MB. {MEMORY_HINT}"
        return ContentError(f"{where}: it ends the process that runs it, {ending(status)}", hint=hint)

    def kill(self) -> None:
        """End the process, and those that it started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()

    def stop(self) -> None:
        """End the process and free what belongs to it, once: its descriptors may belong to others later."""
        if not self.running:
            return
        del RUNNING[self.key]
        with suppress(OSError):
            self.requests.close()
        self.kill()
        for descriptor in (self.answers, self.traces, self.output):
            with suppress(OSError):
                os.close(descriptor)
        shutil.rmtree(self.folder, ignore_errors=True)


def readable_of(descriptors: Sequence[int], seconds: float) -> list[int]:
    """Those that can be read within some seconds. select() knows no descriptor above 1023, poll() does."""
    poller = select.poll()
    for descriptor in descriptors:
        poller.register(descriptor, select.POLLIN)
    return [descriptor for descriptor, _ in poller.poll(seconds * 1000)]


MOST = 32
"""Processes that are kept: each has four pipes. One is needed, but a test run has a repository a test."""
RUNNING: dict[Key, ProductProcess] = {}
STARTING = Lock()


def process_for(config: Config, most: int = MOST) -> ProductProcess:
    """The process for the product files of a repository, started if it is not running; then the oldest may end."""
    with InputFiles.paused():  # looks for private folders, in which no product file reads
        readable = readable_paths(config.root)
    key = readable, config.rendering.memory_mb, bool(os.environ.get(REQUIRE)), tuple(sys.path)
    with STARTING:
        if key not in RUNNING:
            for oldest in list(RUNNING.values())[: max(0, len(RUNNING) - most + 1)]:
                with oldest.lock:
                    oldest.stop()
            RUNNING[key] = start(key)
        return RUNNING[key]


def start(key: Key) -> ProductProcess:
    """Start a process. It gets pipes and settings, and nothing else of ours."""
    readable, memory_mb, required, import_path = key
    folder = Path(tempfile.mkdtemp(prefix="catalog-products-"))
    (requests_in, requests_out), (answers_in, answers_out), (traces_in, traces_out), (output_in, output_out) = (
        os.pipe() for _ in range(4)
    )
    settings = {
        "answers": answers_out,
        "traces": traces_out,
        "memory": memory_mb * 1024 * 1024,
        "whole": readable.whole,
        "listed": readable.listed,
        "writable": str(folder),
        "required": required,
    }
    path = [os.path.abspath(entry) for entry in import_path]
    arguments = ["-I", "-B", "-X", "utf8", "-c", START, json.dumps(path), str(requests_in)]
    popen = subprocess.Popen(  # noqa: S603  # our own interpreter
        [sys.executable, *arguments],
        env={name: os.environ[name] for name in KEPT if name in os.environ} | {"TMPDIR": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=output_out,
        stderr=output_out,
        pass_fds=(requests_in, answers_out, traces_out),
        cwd=folder,
        start_new_session=True,  # Ctrl-C is ours, and the processes that it starts end with it
    )
    for descriptor in (requests_in, answers_out, traces_out, output_out):
        os.close(descriptor)
    requests = os.fdopen(requests_out, "wb")
    with suppress(BrokenPipeError):  # a process that has ended says so when it is asked
        # not as an argument: many private files make a long list of what is readable, and an argument has 128 KiB
        requests.write(json.dumps(settings).encode() + b"\n")
        requests.flush()
    return ProductProcess(popen, requests, answers_in, traces_in, output_in, folder, key)


def stop_all() -> None:
    """Stop all processes, when ours ends."""
    for process in list(RUNNING.values()):
        process.stop()


at_exit(stop_all)
