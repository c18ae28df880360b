"""Trials in forked processes, some at a time."""

from __future__ import annotations

import json
import os
import pickle
import select
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from reliability.stages import Stage
from reliability.trials import Baseline, Outcome, Point, undisturbed

Work = Callable[[Outcome], None]
"""Tries a point in a process that was forked for it, and notes what comes of it."""

REPORTS_EVERY = 10.0
"""Seconds between two lines that say how far the trials are."""


@dataclass
class Pool:
    """Runs trials; this process stays single-threaded, and keeps its sandbox's state."""

    processes: int
    stage: str
    running: dict[int, tuple[int, Point, bytes]] = field(default_factory=dict)
    """Descriptor → process, point, what it has written."""
    done: list[Outcome] = field(default_factory=list)
    reported: float = field(default_factory=time.monotonic)

    def add(self, work: Work, point: Point) -> None:
        """Run a trial as soon as there is room."""
        while len(self.running) >= self.processes:
            self.collect()
        pid, descriptor = in_child(work, Outcome(point))
        self.running[descriptor] = (pid, point, b"")

    def outcomes(self) -> list[Outcome]:
        """The outcomes of all trials."""
        while self.running:
            self.collect()
        return self.done

    def collect(self) -> None:
        """Read what trials have written."""
        for descriptor in select.select(list(self.running), [], [])[0]:
            pid, point, text = self.running[descriptor]
            part = os.read(descriptor, 65536)
            self.running[descriptor] = (pid, point, text + part)
            if not part:
                os.close(descriptor)
                del self.running[descriptor]
                os.waitpid(pid, 0)
                self.finish(point, text)

    def finish(self, point: Point, text: bytes) -> None:
        """Note an outcome."""
        try:
            members: dict[str, Any] = json.loads(text)
        except ValueError:
            members = {"faults": ["the trial ended without an outcome"]}
        outcome = Outcome(**{**members, "point": point})
        self.done.append(outcome)
        if time.monotonic() - self.reported >= REPORTS_EVERY:
            self.reported = time.monotonic()
            print(
                f"{self.stage}: {len(self.done)} points tried, the last one {point.kind} {point.number}",
                file=sys.stderr,
            )
        for fault in outcome.faults:
            print(f"FAULT {point.stage} {point.kind} {point.number} {outcome.struck}: {fault}", file=sys.stderr)

    def baseline(self, stage: Stage) -> Baseline:
        """The stage without a fault, run in a forked process."""
        answers_in, answers_out = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(answers_in)
            with os.fdopen(answers_out, "wb") as stream:
                pickle.dump(undisturbed(stage), stream)
            os._exit(0)
        os.close(answers_out)
        with os.fdopen(answers_in, "rb") as stream:
            baseline: Baseline = pickle.load(stream)  # noqa: S301  # our own process wrote it
        os.waitpid(pid, 0)
        return baseline


def in_child(work: Work, outcome: Outcome) -> tuple[int, int]:
    """Do the work in a forked process. Its id, and the descriptor from which its outcome can be read."""
    answers_in, answers_out = os.pipe()
    pid = os.fork()
    if pid:
        os.close(answers_out)
        return pid, answers_in
    os.close(answers_in)
    start = time.monotonic()
    try:
        work(outcome)
    except BaseException:  # noqa: BLE001  # whatever it is, the figures must have it
        outcome.faults.append(f"the harness failed: {traceback.format_exc()}")
    outcome.seconds = time.monotonic() - start
    with os.fdopen(answers_out, "w") as stream:
        json.dump(asdict(outcome), stream)
    os._exit(0)
