"""A row of docs/benchmarks.md: what was measured, against which target, and whether it holds."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. Most are ratios of two medians of the same run, so that the machine does not count."""

    number: str
    """Of the target, such as `2`."""
    what: str
    value: float
    unit: str
    """`x`, `s`, `MiB`, `/s`."""
    target: float | None = None
    """None for a figure without a target."""
    at_most: bool = True
    """Whether the target is the most, or the least."""
    note: str = ""
    """How it was measured; if it misses its target, why."""

    @property
    def holds(self) -> bool:
        """Whether the figure meets its target."""
        if self.target is None:
            return True
        return self.value <= self.target if self.at_most else self.value >= self.target

    def cells(self) -> tuple[str, ...]:
        """As cells of a table."""
        sign = "≤" if self.at_most else "≥"
        target = "" if self.target is None else f"{sign} {self.target:g} {self.unit}"
        verdict = "" if self.target is None else "holds" if self.holds else "**misses**"
        return self.number, self.what, f"{self.value:.3g} {self.unit}", target, verdict, self.note


def paired(first: Callable[[], float], second: Callable[[], float], times: int = 5) -> tuple[float, float]:
    """The medians of two measurements that alternate, so that both meet the same disturbances."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(times):
        for values, measure in zip(taken, (first, second), strict=True):
            values.append(measure())
    return statistics.median(taken[0]), statistics.median(taken[1])


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table."""
    head = ("target", "what", "measured", "limit", "verdict", "how")
    lines = [head, ("---",) * len(head), *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines) + "\n"
