"""W9002: every constrained parameter has a ConstraintDescription."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.check.controls._control import Control, Fault, is_blank, section

CONSTRAINTS = ("AllowedPattern", "AllowedValues", "MinLength", "MaxLength", "MinValue", "MaxValue")


class ConstraintDescription(Control):
    """Without it, the error shows the regular expression: "Parameter Alias failed to satisfy constraint: ^(?!aws…"."""

    id = "W9002"
    shortdesc = "Every constrained parameter has a ConstraintDescription"
    description = (
        "Every parameter with an AllowedPattern, AllowedValues or a bound of length or value has a "
        "ConstraintDescription. CloudFormation shows it instead of the constraint when it refuses a value."
    )
    why = "Without it, the error for a refused value is the regular expression itself."
    remedy = 'Write a ConstraintDescription such as "must have 1 to 250 letters or digits.".'
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html"
    tags = ("parameters", "description")
    looks_at = ("Parameters",)

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each constrained parameter without a ConstraintDescription."""
        for name, parameter in section(template, "Parameters"):
            constraints = [constraint for constraint in CONSTRAINTS if constraint in parameter]
            if constraints and is_blank(parameter.get("ConstraintDescription")):
                yield ("Parameters", name), f"parameter {name} has {constraints[0]} but no ConstraintDescription"
