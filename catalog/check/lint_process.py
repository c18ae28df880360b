"""cfn-lint in processes of its own: they load its rules while the command renders, and use other processors.

cfn-lint's rules take 0.8 s to load and 115 MiB, which would stay in a publish to its end. Each worker is a process and
a thread that talks to it, one template after the other. The process ends when its standard input is closed: with ours,
however that ends.
"""

from __future__ import annotations

import functools
import gc
import io
import json
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, Any, cast

from catalog.check.finding import Finding
from catalog.content.control_settings import ControlSettings
from catalog.errors import CatalogError, ContentError
from catalog.stopping import at_exit

MOST = 4
"""Workers, if there are as many processors."""
EACH = 10
"""Templates for which another worker is worth the time in which it loads the rules."""
START = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from catalog.check import lint_process; "
START += "lint_process.serve()"


@dataclass(slots=True)
class LintWorker:
    """A process that lints, and the thread that waits for its answers."""

    executor: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="lint"))
    process: subprocess.Popen[bytes] | None = None
    path: list[str] = field(default_factory=list)
    """Where the process looks for modules: as ours does, also for own controls of installed packages."""
    ended: bool = False
    """Whether it starts no process any more."""
    lock: threading.RLock = field(default_factory=threading.RLock)

    def ask(self, *arguments: Any) -> tuple[Finding, ...]:
        """The findings about a template."""
        process = self.running()
        requests, answers = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
        try:
            pickle.dump(arguments, requests)
            requests.flush()
            kind, content = pickle.load(answers)  # noqa: S301  # our own code wrote it
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            status = process.wait()
            self.stop()
            raise CatalogError(
                f"the process of cfn-lint ended with status {status}", hint="Memory may lack. Run the command again."
            ) from error
        if kind == "findings":
            return tuple(content)
        if kind == "content error":
            raise ContentError(content["message"], hint=content["hint"], problems=content["problems"])
        if kind == "system error":
            raise OSError(*content)
        raise RuntimeError(content)

    def running(self) -> subprocess.Popen[bytes]:
        """The process, started if it does not run with our modules. It loads the rules at once."""
        path = [os.path.abspath(entry) for entry in sys.path]
        with self.lock:
            if self.ended:
                raise CatalogError("the process of cfn-lint was ended")
            if path != self.path:
                self.stop()
            return self.process or self.start(path)

    def start(self, path: list[str]) -> subprocess.Popen[bytes]:
        """Start the process, with our modules and our environment: own controls may read it."""
        self.path = path
        self.process = process = subprocess.Popen(  # noqa: S603  # our own interpreter
            [sys.executable, "-I", "-B", "-X", "utf8", "-c", START, json.dumps(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is ours
        )
        threading.Thread(target=pass_on, args=(process.stderr,), daemon=True).start()
        return process

    def stop(self) -> None:
        """End the process, and close the pipes to it. The thread that reads its standard error closes that one."""
        with self.lock:
            process, self.process = self.process, None
        if process:
            process.kill()
            process.wait()
            close_pipes(process)

    def end(self) -> None:
        """Stop for good. What has not begun is left out: it would start the process again."""
        self.executor.shutdown(wait=False, cancel_futures=True)
        with self.lock:
            self.ended = True
        self.stop()


def close_pipes(process: subprocess.Popen[bytes]) -> None:
    """Close our ends of the pipes to a process."""
    for pipe in (process.stdin, process.stdout):
        with suppress(BrokenPipeError):
            cast("IO[bytes]", pipe).close()


def pass_on(output: IO[bytes]) -> None:
    """What cfn-lint and own controls print goes to our standard error, which neutralises it."""
    with output:
        for line in output:
            sys.stderr.write(line.decode(errors="backslashreplace"))


WORKERS = [LintWorker() for _ in range(min(MOST, os.cpu_count() or 1))]


def expect_templates() -> None:
    """Load the rules now, in the first worker, while the command does other things.

    No thread waits for that: Python would wait for the thread at the end of a command that checks nothing.
    """
    WORKERS[0].running()


@functools.lru_cache(maxsize=1024)
def linted(
    worker: int, product: str, file: str, body: bytes, regions: tuple[str, ...], settings: ControlSettings
) -> Future[tuple[Finding, ...]]:
    """The findings about a template, as `cfn_lint.lint` returns and raises them. The same template is linted once."""
    chosen = WORKERS[worker]
    return chosen.executor.submit(chosen.ask, product, file, body, regions, settings)


def worker_for(index: int, templates: int) -> int:
    """The number of the worker for the template at `index`, of so many."""
    return index % max(1, min(len(WORKERS), templates // EACH))


def stop_all() -> None:
    """End all workers, and forget what they have not begun. The next template has new ones."""
    for worker in WORKERS:
        worker.end()
    forget()


def forget() -> None:
    """Leave the workers to others, such as the process that this one is a copy of: their threads are not here."""
    linted.cache_clear()
    for worker in WORKERS:
        if worker.process:
            close_pipes(worker.process)
    WORKERS[:] = [LintWorker() for _ in WORKERS]


at_exit(stop_all)
os.register_at_fork(after_in_child=forget)


def serve() -> None:
    """The process: lint what comes on standard input, until it is closed. What is printed goes to standard error."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
    gc.set_threshold(50_000, 20, 20)  # without a look for garbage, 1,000 templates left 190 MiB
    from catalog.check.cfn_lint import lint, packaged_rules

    packaged_rules()
    while True:
        try:
            arguments = pickle.load(requests)  # noqa: S301  # our own code wrote it
        except EOFError:
            return
        pickle.dump(answer(lint, arguments), answers)
        answers.flush()


def answer(lint: Any, arguments: Sequence[Any]) -> tuple[str, Any]:
    """(kind, content) of the answer to a request."""
    try:
        return "findings", lint(*arguments)
    except ContentError as error:
        return "content error", {"message": error.message, "hint": error.hint, "problems": error.problems}
    except OSError as error:
        return "system error", (error.errno, error.strerror, error.filename)
    except Exception as error:  # noqa: BLE001  # our process raises it, with the traceback as its text
        import traceback

        return "failure", "".join(traceback.format_exception(error))
