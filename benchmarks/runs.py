"""Commands that are measured: catalog in a process of its own, a sandbox in another, and the proxy between them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bounds import AROUND, BURST, critical_path
from benchmarks.latency import Traffic, delay, proxied, traffic
from catalog.sandbox import control
from catalog.sandbox.control import FAULTS_PATH, Sandbox
from catalog.sandbox.settings import QUOTAS
from reliability.account import Account
from reliability.proxy import Proxy

ROOT = Path(__file__).resolve().parent.parent
MIB = 1024 if sys.platform.startswith("linux") else 1024 * 1024
"""Units of ru_maxrss in a MiB: KiB on Linux, bytes on macOS (getrusage(2))."""
LOOKS_EVERY = 0.2
"""Seconds between two looks at the memory of a command."""


@dataclass(frozen=True)
class Run:
    """A command that has ended."""

    seconds: float
    cpu: float
    """Seconds of the processor, those of its child processes included."""
    memory: float
    """MiB that the largest of its processes had at its peak."""
    output: str


@dataclass(frozen=True)
class CallingRun(Run):
    """A command that has called the sandbox through the proxy."""

    traffic: Traffic
    served: float
    """Seconds of the processor that the sandbox took meanwhile."""


def run_command(command: Sequence[str], environment: Mapping[str, str], cwd: Path = ROOT) -> Run:
    """Run a command that must work."""
    with tempfile.TemporaryFile("w+") as output:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, env=environment, stdout=output, stderr=output)  # noqa: S603  # ours
        with watched(process.pid) as memory:
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: exit {process.returncode}\n{text[-3000:]}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, memory[0] or usage.ru_maxrss / MIB, text)


@contextmanager
def watched(pid: int) -> Iterator[list[float]]:
    """MiB that the largest process of a tree had at its peak, in a list; 0 where there is no /proc.

    ru_maxrss does not do: Linux counts what the process that has started it had at that moment, and this one remembers
    40,000 calls of its proxy (`exec_mmap` calls `setmax_mm_hiwater_rss`).
    """
    peak, ended = [0.0], threading.Event()

    def look() -> None:
        while not ended.wait(LOOKS_EVERY):
            peak[0] = max(peak[0], *map(peak_of, tree(pid)))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield peak
    finally:
        ended.set()
        thread.join()


def tree(pid: int) -> Iterator[int]:
    """A process and those that it has started."""
    yield pid
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in file.read_text().split():
                yield from tree(int(child))


def peak_of(pid: int) -> float:
    """MiB that a process had at its peak since its program began; 0 when it has ended, or where there is no /proc."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


def catalog_command(*words: str) -> list[str]:
    """The command line of this repository's catalog."""
    return [sys.executable, "-m", "catalog", *words]


@dataclass(frozen=True)
class Bench:
    """A sandbox of its own behind a proxy."""

    sandbox: Sandbox
    proxy: Proxy

    def environment(self, *, direct: bool = False) -> dict[str, str]:
        """The variables of a command. They select the sandbox as an endpoint of AWS: it behaves as with AWS itself."""
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
        endpoint = {} if direct else {"AWS_ENDPOINT_URL": self.proxy.url}
        return os.environ | self.sandbox.environment() | endpoint | {"PYTHONPATH": path}

    def run(self, root: Path, latency: float, *words: str) -> CallingRun:
        """Run catalog in a repository, with seconds of latency for each call."""
        return self.measure(catalog_command("-C", str(root), *words), latency)

    def seconds(self, root: Path, latency: float, *words: str) -> float:
        """The seconds of `run`."""
        return self.run(root, latency, *words).seconds

    def measure(self, command: Sequence[str], latency: float) -> CallingRun:
        """Run a command that calls the sandbox."""
        before, delayed = processor_seconds(self.sandbox.pid), delay(self.proxy, latency)
        ended = run_command(command, self.environment())
        served = processor_seconds(self.sandbox.pid) - before
        calls = traffic(self.proxy.calls, delayed)
        return CallingRun(ended.seconds, ended.cpu, ended.memory, ended.output, calls, served)

    def prepare(self, root: Path, rate: float = 0.0, limited: Sequence[str] = ()) -> None:
        """An empty account with the bucket and the roles of a repository; `limited` operations get a rate each."""
        control.reset(self.sandbox.directory)
        words = ("bootstrap", "--yes", "--allow", "widen")
        run_command(catalog_command("-C", str(root), *words), self.environment(direct=True))
        if rate:
            fault = {"kind": "rate", "per_second": rate, "burst": BURST, "operations": list(limited)}
            account = Account(self.sandbox.url, self.proxy, key=self.sandbox.key)
            account.ask("POST", FAULTS_PATH, fault)

    def chain(self, root: Path) -> int:
        """Calls of the critical path of a first publish of a repository: see bounds.py."""
        from catalog.aws.session import open_local_session
        from catalog.cli.checked_content import load_checked
        from catalog.cli.workspace import Workspace
        from catalog.content.product_process import stop_all
        from catalog.plan.schedule import schedule
        from catalog.publishing.planner import plan

        declared = load_checked(Workspace(root), unreleased=False)
        planned = plan(declared, open_local_session(self.sandbox.environment(), None))
        stop_all()
        return AROUND + critical_path(schedule(planned.changes, planned.before))


@contextmanager
def bench(folder: Path) -> Iterator[Bench]:
    """A sandbox in a folder, while it is used. Its quota of products is raised, as AWS does on request."""
    os.environ[QUOTAS] = "products=5000"
    sandbox = control.start(folder)
    try:
        with proxied(sandbox.url.rpartition("/")[2]) as proxy:
            yield Bench(sandbox, proxy)
    finally:
        control.stop(folder)


def processor_seconds(pid: int) -> float:
    """Seconds of the processor that a process has had; 0 where the system does not show it as Linux does."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
