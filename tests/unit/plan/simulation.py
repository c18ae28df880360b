"""Runs of a schedule without calls: what is done after which time, and which changes are done when a run is stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from catalog.model.state import CatalogState
from catalog.plan.changes import Change
from catalog.plan.facts import facts
from catalog.plan.schedule import Schedule, StepKind, schedule


@dataclass
class Simulation:
    """A run of a schedule: a worker takes what is ready, and each step takes a random time."""

    made: Schedule
    random: Random
    workers: int
    started: list[int] = field(default_factory=list)
    spans: dict[int, tuple[float, float]] = field(default_factory=dict)
    """Index of a change → when it starts and ends."""

    def run(self) -> list[tuple[float, bool, int]]:
        """(time, whether it ends, index) of all changes, in order."""
        sorter, now, ready = self.made.sorter(), 0.0, []
        running: list[tuple[float, object]] = []
        while sorter.is_active():
            ready += sorter.get_ready()
            ready.sort()
            while ready and len(running) < self.workers:
                step = ready.pop(0)
                end = now + (0.0 if step.kind is StepKind.MILESTONE else self.random.uniform(0.1, 10))
                running.append((end, step))
                if step.kind is StepKind.CHANGE:
                    self.started.append(step.position)
                    self.spans[step.position] = (now, end)
            running.sort(key=lambda item: item[0])
            now, step = running.pop(0)
            sorter.done(step)
        moments = [(start, False, index) for index, (start, _) in self.spans.items()]
        return sorted(moments + [(end, True, index) for index, (_, end) in self.spans.items()])


def interrupted(changes: Sequence[Change], observed: CatalogState, random: Random) -> list[Change]:
    """The changes that a run has made when it is stopped at some moment, in the order in which they were done."""
    made = schedule(changes, facts(observed))
    moments = Simulation(made, random, random.choice([1, 2, 3, 10])).run()
    done = [changes[index] for _, ends, index in moments if ends]
    return done[: random.randint(0, len(done))]
