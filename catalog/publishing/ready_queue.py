"""Which of the steps that are ready starts next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush

from catalog.plan.schedule import ScheduleStep

MARGIN = 2
"""The longest chain counts when it has more than the half of what decides: not all calls take equally long."""


@dataclass(slots=True)
class ReadyQueue:
    """Steps whose predecessors are complete.

    The longest chain starts first when the time can depend on it: when it has half as many calls as each of those in
    flight would make of all that is left. Otherwise the shortest chain goes on, so that what was begun is completed
    before more begins. Then calls of all operations are in flight at any time, and AWS's limit for one of them does not
    hold up the others. Steps with equal chains keep the order of the plan.
    """

    heights: Mapping[ScheduleStep, int]
    """Step → the calls of the longest chain that begins with it."""
    calls: Callable[[ScheduleStep], int]
    """The calls of a step."""
    parallelism: int
    left: int = field(init=False)
    """The calls of all steps that have not started, ready or not."""
    members: set[ScheduleStep] = field(default_factory=set)
    longest: list[tuple[int, ScheduleStep]] = field(default_factory=list)
    """A heap of all members, those of the longest chains first. It keeps what was taken from the other one."""
    shortest: list[tuple[int, ScheduleStep]] = field(default_factory=list)
    """The same, those of the shortest chains first."""

    def __post_init__(self) -> None:
        self.left = sum(map(self.calls, self.heights))

    def add(self, steps: Iterable[ScheduleStep]) -> None:
        """Steps are ready."""
        for step in steps:
            self.members.add(step)
            heappush(self.longest, (-self.heights[step], step))
            heappush(self.shortest, (self.heights[step], step))

    def take(self) -> ScheduleStep:
        """Take the step that starts next. There must be one."""
        while self.longest[0][1] not in self.members:
            heappop(self.longest)
        while self.shortest[0][1] not in self.members:
            heappop(self.shortest)
        longest = -self.longest[0][0]
        _, step = heappop(self.longest if MARGIN * longest * self.parallelism >= self.left else self.shortest)
        self.members.remove(step)
        self.left -= self.calls(step)
        return step
