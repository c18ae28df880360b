"""I9011: the template decides what the controls ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cfnlint.rules import RuleMatch

from catalog.check.controls._control import Control, Fault
from catalog.check.controls._judging import JudgingControl, judging_controls, undecided


class Undecided(Control):
    """A control does not guess what an import, a parameter of SSM or the account decides: it says so here.

    In evidence, a control that leaves something undecided is `advisory` and does not pass.
    """

    id = "I9011"
    shortdesc = "The template decides what the controls ask"
    description = (
        "No value that decides a control comes from outside of the template: an import, an attribute of another "
        "resource, an SSM parameter, a dynamic reference, a snapshot, or too many parameters at once."
    )
    why = "Nobody has checked such a value: it is neither wrong nor right."
    remedy = "Write the value in the template, or check it where it is made."
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html"
    tags = ("controls", "undecided")

    def match(self, cfn: Any) -> list[RuleMatch]:
        """Called by cfn-lint, with its `Template`."""
        return [
            RuleMatch(list(path), f"{control.id}: {message}")
            for control in self.controls()
            for path, message in undecided(control.verdicts(cfn))
        ]

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """What each control that is not off leaves undecided."""
        for control in self.controls():
            yield from ((path, f"{control.id}: {message}") for path, message in control.undecided(template))

    def controls(self) -> Iterator[JudgingControl]:
        """The controls that are not off, with the settings of this one."""
        for control_class in judging_controls():
            if control_class.id not in self.off:
                control = control_class()
                control.regions, control.duty_tags = self.regions, self.duty_tags
                yield control
