"""The semantic differences of two versions, as a reviewer reads them: what, where, and why it matters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.versions.change import TemplateChange
from catalog.versions.excerpts import Excerpt, excerpts
from catalog.versions.report import shows_values


@dataclass(frozen=True, slots=True)
class DifferenceLine:
    """One difference."""

    level: str
    """The version bump that it needs."""
    what: str
    where: str
    detail: str
    reason: str
    widens: bool
    excerpts: tuple[Excerpt, ...]
    """The parts of a value that differ, before and after."""


def difference_lines(changes: tuple[TemplateChange, ...]) -> Iterator[DifferenceLine]:
    """Each difference, those that need most first."""
    for change in sorted(changes, key=lambda change: -change.level):
        values = tuple(excerpts(change.before, change.after)) if shows_values(change) else ()
        yield DifferenceLine(
            change.level.word, change.aspect, change.where, change.detail, change.reason, change.widens_access, values
        )
