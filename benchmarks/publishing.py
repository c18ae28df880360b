"""Target 3: how long publish takes on the way to AWS, against what the network, the schedule and the quotas allow."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from benchmarks.bounds import UNCHANGED, Bound
from benchmarks.latency import Traffic
from benchmarks.rows import Row, paired
from benchmarks.runs import Bench, CallingRun, bench, run_command
from benchmarks.scale import build_repository
from catalog.aws.reads import AT_ONCE
from catalog.publishing.parallelism import PARALLELISM

PUBLISH = ("publish", "--yes", "--allow", "widen")
LATENCIES = (0.0, 0.05, 0.15)
LIMITED = 0.05
"""The latency of runs with write limits, and of those against a loop."""
VERSIONS = 5
HELD = 25
"""Products of a portfolio."""
NEAR = 1.3
"""The target: so many times the bound."""
RATE = 20.0
"""Calls per second of each operation that writes, with write limits."""
MEMORY = 250.0
NARROW = 0.5
"""The part of a run that makes the sandbox's processor time the reason of a miss."""
ACCOUNT = "123456789012"
OWN = ("PutObject", "DeleteObject")
"""Writes to S3, of which publish has two more, for its lease."""
CLIENTS = (
    "import boto3; [boto3.client(name, region_name='us-east-1') for name in ('sts', 'servicecatalog', 's3', 'iam')]"
)


@dataclass(frozen=True)
class Size:
    """A catalogue: each product is in one portfolio, 25 in each."""

    products: int

    @property
    def portfolios(self) -> int:
        """How many portfolios hold them."""
        return -(-self.products // HELD)

    @property
    def name(self) -> str:
        """In words."""
        return f"{self.products:,} product{'s' if self.products > 1 else ''} x {VERSIONS} versions"

    def write(self, folder: Path) -> Path:
        """The repository."""
        return build_repository(folder, self.portfolios, self.products, VERSIONS, HELD)


def rows(*, quick: bool = False, full: bool = False) -> Iterator[Row]:
    """All rows of publishing; `quick` takes small ones once, `full` also 1,000 products."""
    with tempfile.TemporaryDirectory() as folder, bench(Path(folder) / "sandbox") as taken:
        yield from issue_table(taken, Path(folder) / "issue", (LIMITED,) if quick else LATENCIES, quick=quick)
        sizes = [Size(1)] if quick else [Size(1), Size(10), Size(100), *([Size(1000)] if full else [])]
        for size in sizes:
            root = size.write(Path(folder) / str(size.products))
            yield from sized(taken, root, size, (LIMITED,) if quick else LATENCIES)
            if 1 < size.products <= 10 or quick:
                yield from against_a_loop(taken, root, size)


def issue_table(taken: Bench, folder: Path, latencies: tuple[float, ...], *, quick: bool) -> Iterator[Row]:
    """6 portfolios x 6 products x 2 versions, as issue 11 measured it: whole commands, start included."""
    root = build_repository(folder, *((2, 2, 1) if quick else (6, 6, 2)))
    sizes = "2 x 2 x 1" if quick else "6 x 6 x 2"
    for latency in latencies:
        first = first_publish(taken, root, latency, PARALLELISM)
        target = 8.0 if latency == LATENCIES[-1] else None
        yield Row("3", f"first publish, {sizes}, {ms(latency)}", first.seconds, "s", target, note=told(first))
        if latency:
            serial = first_publish(taken, root, latency, 1)
            ratio = serial.seconds / first.seconds
            note = f"`--parallelism 1` took {serial.seconds:.1f} s, directly after"
            yield Row("3", f"one change at a time ÷ ten, {sizes}, {ms(latency)}", ratio, "x", note=note)
        times = 1 if quick else 3
        planned, again = paired(
            partial(taken.seconds, root, latency, "plan"),
            partial(taken.seconds, root, latency, *PUBLISH),
            times,
        )
        yield Row("3", f"plan, nothing to do, {sizes}, {ms(latency)}", planned, "s")
        yield Row("3", f"publish, nothing to do, {sizes}, {ms(latency)}", again, "s")
        if not latency:
            yield start_row(taken, root, times)


def first_publish(taken: Bench, root: Path, latency: float, parallelism: int) -> CallingRun:
    """A first publish, whose catalogue is left in the account."""
    taken.prepare(root)
    return taken.run(root, latency, *PUBLISH, "--parallelism", str(parallelism))


def start_row(taken: Bench, root: Path, times: int) -> Row:
    """A plan against what it cannot do without."""
    clients = [sys.executable, "-c", CLIENTS]
    planned, bare = paired(
        lambda: taken.run(root, 0.0, "plan").seconds,
        lambda: run_command(clients, taken.environment()).seconds,
        times,
    )
    note = "against a Python process that makes four boto3 clients and calls nothing"
    return Row("3", "plan, nothing to do, 0 ms ÷ boto3 clients", planned / bare, "x", note=note)


def sized(taken: Bench, root: Path, size: Size, latencies: tuple[float, ...]) -> Iterator[Row]:
    """First and unchanged publish of a catalogue, against the bound."""
    peak = 0.0
    for latency in latencies:
        taken.prepare(root)
        chain = taken.chain(root)
        first = taken.run(root, latency, *PUBLISH)
        again = taken.run(root, latency, *PUBLISH)
        peak = max(peak, first.memory, again.memory)
        yield judged("first publish", size, first, Bound(chain, first.traffic.calls, PARALLELISM, latency))
        yield judged("publish, nothing to do", size, again, Bound(UNCHANGED, again.traffic.calls, AT_ONCE, latency))
        if latency == LIMITED:
            yield limited(taken, root, size, chain, first.traffic)
    if size.products >= 100:
        yield Row("3", f"peak memory of publish, {size.name}", peak, "MiB", MEMORY, note="VmHWM of its largest process")


def judged(what: str, size: Size, run: CallingRun, bound: Bound) -> Row:
    """The time from the first call to the last answer, against the bound; without latency there is none."""
    title = f"{what}, {size.name}, {ms(bound.latency)}{f', {bound.rate:g} writes/s' if bound.rate else ''}"
    if not bound.seconds:
        note = f"no network, so no bound: it is the sandbox's time; {told(run)}"
        return Row("3", title, run.traffic.seconds, "s", note=note)
    value = run.traffic.seconds / bound.seconds
    note = f"{run.traffic.seconds:.2f} s at AWS; bound {bound.seconds:.2f} s: {bound.reason}; {told(run)}"
    row = Row("3", f"{title} ÷ bound", value, "x", NEAR, note=note)
    return row if row.holds else replace(row, note=f"{note}; {missed(run, bound)}")


def missed(run: CallingRun, bound: Bound) -> str:
    """Why a run takes longer than the bound."""
    if run.served > NARROW * run.traffic.seconds:
        return f"misses: the sandbox alone needs {run.served:.1f} s of a processor"
    if "writes" in bound.reason:
        return "misses: after the first refusals publish goes on slowly, and learns the rate by and by (ADR 28)"
    if bound.chain == UNCHANGED:
        return "misses: the processor of the publisher between its rounds of reads"
    if "critical path" in bound.reason:
        return "misses: second looks and pauses until new objects are available, and reads of stacks in a row before"
    return "misses: the processor of publisher and sandbox, and less than ten changes that are ready at the end"


def limited(taken: Bench, root: Path, size: Size, chain: int, free: Traffic) -> Row:
    """First publish while each operation that writes to Service Catalog has a rate; `free` is without."""
    writes = {name: number for name, number in free.writes.items() if name.startswith(("Create", "Associate"))}
    taken.prepare(root, RATE, tuple(writes))
    run = taken.run(root, LIMITED, *PUBLISH)
    return judged("first publish", size, run, Bound(chain, free.calls, PARALLELISM, LIMITED, writes, RATE))


def against_a_loop(taken: Bench, root: Path, size: Size) -> Iterator[Row]:
    """First publish against a plain boto3 loop that makes the same catalogue."""
    latency, bucket = LIMITED, f"scale-templates-{ACCOUNT}-us-east-1"
    taken.prepare(root)
    first = taken.run(root, latency, *PUBLISH)
    taken.prepare(root)
    plain = taken.measure([sys.executable, "-m", "benchmarks.plain", str(root), bucket], latency)
    require_same(first, plain)
    ratio = plain.seconds / first.seconds
    note = f"loop {plain.seconds:.1f} s with {plain.traffic.calls} calls, publish {first.seconds:.1f} s; {told(first)}"
    yield Row("3", f"plain boto3 loop ÷ first publish, {size.name}, {ms(latency)}", ratio, "x", 1.0, False, note)


def require_same(first: CallingRun, plain: CallingRun) -> None:
    """Both must have made the same objects, or the comparison says nothing."""
    ours, theirs = (
        {name: number for name, number in run.traffic.writes.items() if name not in OWN} for run in (first, plain)
    )
    if ours != theirs:
        raise SystemExit(f"the loop makes another catalogue: {theirs}, publish makes {ours}")


def told(run: CallingRun) -> str:
    """The calls and the processor time of a run."""
    calls = f"{run.traffic.calls} calls, at most {run.traffic.peak} in flight"
    return f"{run.seconds:.1f} s in all, {calls}; processor: publisher {run.cpu:.1f} s, sandbox {run.served:.1f} s"


def ms(latency: float) -> str:
    """A latency in words."""
    return f"{latency * 1000:.0f} ms"
