"""The base class of controls that say what they cannot decide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from catalog.check.controls._control import Control, Fault, Path

Verdict = tuple[Path, str, bool]
"""The path, the message, and whether the fault is decided."""


class JudgingControl(Control):
    """A control whose `judge` yields faults, and places where a launch or another stack decides."""

    def judge(self, template: Mapping[str, Any]) -> Iterator[Verdict]:
        """The verdicts about `template`, without those that are right."""
        raise NotImplementedError

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """The decided faults: for each place, the first launch in which it is wrong."""
        yield from first_for_each_path((path, message) for path, message, decided in self.judge(template) if decided)

    def undecided(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """What the control cannot decide, where it has no fault."""
        faulty = {path for path, _ in self.faults(template)}
        for path, message in first_for_each_path((path, text) for path, text, sure in self.judge(template) if not sure):
            if path not in faulty:
                yield path, message


def first_for_each_path(faults: Iterable[Fault]) -> Iterator[Fault]:
    """The faults without later ones at the same path."""
    seen: set[Path] = set()
    for path, message in faults:
        if path not in seen:
            seen.add(path)
            yield path, message
