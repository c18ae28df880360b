"""W9002: every constrained parameter says in words what it wants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.check.controls._control import Control, Fault, is_blank, section

CONSTRAINTS = ("AllowedPattern", "AllowedValues", "MinLength", "MaxLength", "MinValue", "MaxValue")


class ConstraintDescription(Control):
    """Without it the error is the regular expression: "Parameter Alias failed to satisfy constraint: ^(?!aws…"."""

    id = "W9002"
    shortdesc = "Every constrained parameter has a ConstraintDescription"
    description = (
        "Every parameter with an AllowedPattern, AllowedValues or a length or value bound has a ConstraintDescription, "
        "which CloudFormation shows in place of the bare constraint when a value is refused."
    )
    why = "The error of a refused value is then the regular expression itself."
    remedy = 'Write a ConstraintDescription such as "must have 1 to 250 letters or digits.".'
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html"
    tags = ("parameters", "description")
    looks_at = ("Parameters",)

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each constrained parameter without one."""
        for name, parameter in section(template, "Parameters"):
            constraints = [constraint for constraint in CONSTRAINTS if constraint in parameter]
            if constraints and is_blank(parameter.get("ConstraintDescription")):
                yield ("Parameters", name), f"parameter {name} has {constraints[0]} but no ConstraintDescription"
