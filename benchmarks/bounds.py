"""The time that no publisher can beat: the latency of the calls, and the rate of the writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog.plan.schedule import Schedule

AROUND = 6
"""Calls before and after the changes, one after the other: GetCallerIdentity, a listing, the stacks, two for the lease,
and its end. publish makes some more of them in a row than it must."""
UNCHANGED = 6
"""Calls in a row of a publish that changes nothing (docs/calls.md)."""
BURST = 5
"""Calls of an operation that may come at once while there is a rate. AWS publishes no burst (ADR 28)."""


@dataclass(frozen=True)
class Bound:
    """What limits a run. Each term is a time that it takes at least, so the largest is."""

    chain: int
    """Calls of the longest chain of calls that wait for each other."""
    calls: int
    parallelism: int
    latency: float
    """Seconds of a call."""
    writes: Mapping[str, int] = field(default_factory=dict)
    """Operation → the number of its calls."""
    rate: float = 0.0
    """Calls per second that each operation that writes may get; 0: no limit."""

    def terms(self) -> dict[str, float]:
        """What limits → seconds."""
        most = max(self.writes.values(), default=0)
        return {
            f"critical path of {self.chain} calls": self.chain * self.latency,
            f"{self.calls} calls ÷ {self.parallelism}": self.calls / self.parallelism * self.latency,
            f"{most} writes ÷ {self.rate:g} a second": max(0.0, most - BURST) / self.rate if self.rate else 0.0,
        }

    @property
    def seconds(self) -> float:
        """The bound."""
        return max(self.terms().values())

    @property
    def reason(self) -> str:
        """What limits most."""
        terms = self.terms()
        return max(terms, key=terms.__getitem__)


def critical_path(work: Schedule) -> int:
    """Calls of the longest chain of changes that wait for each other: at least so many, as no poll is counted twice."""
    return max(work.heights().values(), default=0)
