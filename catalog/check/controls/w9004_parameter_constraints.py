"""W9004: no parameter takes any text at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.check.controls._control import Control, Fault, section

CONSTRAINTS: Mapping[str, tuple[str, ...]] = {
    "String": ("AllowedPattern", "AllowedValues", "MaxLength"),
    "CommaDelimitedList": ("AllowedPattern", "AllowedValues"),
    "List<String>": ("AllowedPattern", "AllowedValues"),
}
"""Type → the constraints of which it needs one. Lengths do not apply to lists. Numbers, AWS's own types and SSM
parameters have a form that CloudFormation checks."""


class ParameterConstraints(Control):
    """MinLength alone keeps nothing out, so it does not count."""

    id = "W9004"
    shortdesc = "Every free-text parameter is constrained"
    description = (
        "Every parameter of type String has an AllowedPattern, AllowedValues or a MaxLength, and every list of strings "
        "an AllowedPattern or AllowedValues, which CloudFormation applies to each member."
    )
    why = (
        "A value that does not fit fails in the middle of a launch, with the words of some service, or it does not "
        "fail: a wildcard in a principal, a comma in a name."
    )
    remedy = "Write the narrowest AllowedPattern that fits, AllowedValues for a choice, a MaxLength for prose."
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html"
    tags = ("parameters", "constraints")
    looks_at = ("Parameters",)

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each parameter that takes any text."""
        for name, parameter in section(template, "Parameters"):
            kind = parameter.get("Type")
            needed = CONSTRAINTS.get(kind, ()) if isinstance(kind, str) else ()
            if needed and not any(constraint in parameter for constraint in needed):
                yield ("Parameters", name), f"parameter {name} takes any text: it has none of {', '.join(needed)}"
