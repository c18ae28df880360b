"""The base class of controls that say what they cannot decide."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from cfnlint.rules import RuleMatch

from catalog.check.controls._control import Control, Fault
from catalog.check.controls._control import Path as TemplatePath
from catalog.check.controls._widest import loosened, unread_parameters

Verdict = tuple[TemplatePath, str, bool]
"""The path, the message, and whether the fault is decided."""


class JudgingControl(Control):
    """A control whose `judge` yields faults, and places where a launch or another stack decides."""

    def judge(self, template: Mapping[str, Any]) -> Iterator[Verdict]:
        """The verdicts about `template`, without those that are right."""
        raise NotImplementedError

    def match(self, cfn: Any) -> list[RuleMatch]:
        """Called by cfn-lint, with its `Template`."""
        return [RuleMatch(list(path), message) for path, message in decided(self.verdicts(cfn))]

    def verdicts(self, cfn: Any) -> list[Verdict]:
        """The verdicts about cfn-lint's `Template`, found once for this control and I9011 together."""
        cache = vars(cfn).setdefault("catalog_verdicts", {})
        if self.id not in cache:
            cache[self.id] = list(self.judge(cfn.template))
        result: list[Verdict] = cache[self.id]
        return result

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """The decided faults."""
        yield from decided(list(self.judge(template)))

    def undecided(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """What the control cannot decide."""
        yield from undecided(list(self.judge(template)))


def with_unread_patterns(
    template: Mapping[str, Any], faults: Callable[[Mapping[str, Any]], Iterable[Fault]]
) -> Iterator[Verdict]:
    """The faults, and the places where they depend on a parameter whose AllowedPattern cannot be read."""
    yield from ((path, message, True) for path, message in faults(template))
    names = unread_parameters(template)
    if names:
        which = f"parameter {names[0]} allows is" if len(names) == 1 else f"parameters {', '.join(names)} allow is"
        message = f"what {which} not decided: {'its' if len(names) == 1 else 'their'} AllowedPattern cannot be read"
        yield from ((path, message, False) for path, _ in faults(loosened(template, names)))


def decided(verdicts: Iterable[Verdict]) -> Iterator[Fault]:
    """The faults: for each place, the first launch in which it is wrong."""
    yield from first_for_each_path((path, message) for path, message, sure in verdicts if sure)


def undecided(verdicts: Sequence[Verdict]) -> Iterator[Fault]:
    """The places that are not decided and have no fault."""
    faulty = {path for path, _, sure in verdicts if sure}
    yield from first_for_each_path(
        (path, message) for path, message, sure in verdicts if not sure and path not in faulty
    )


def first_for_each_path(faults: Iterable[Fault]) -> Iterator[Fault]:
    """The faults without later ones at the same path."""
    seen: set[TemplatePath] = set()
    for path, message in faults:
        if path not in seen:
            seen.add(path)
            yield path, message


@functools.cache
def judging_controls() -> tuple[type[JudgingControl], ...]:
    """The judging controls of this folder, by id. Its files are imported by their names, as the registry does."""
    package = __name__.rpartition(".")[0]
    modules = [import_module(f"{package}.{file.stem}") for file in Path(__file__).parent.glob("[!_]*.py")]
    classes = {
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, JudgingControl) and value.id
    }
    return tuple(sorted(classes, key=lambda control: str(control.id)))
