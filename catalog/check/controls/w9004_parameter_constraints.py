"""W9004: every free-text parameter is constrained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.check.controls._control import Control, Fault, section

CONSTRAINTS: Mapping[str, tuple[str, ...]] = {
    "String": ("AllowedPattern", "AllowedValues", "MaxLength"),
    "CommaDelimitedList": ("AllowedPattern", "AllowedValues"),
    "List<String>": ("AllowedPattern", "AllowedValues"),
}
"""Type → constraints; a parameter needs one of them. Lengths do not apply to lists. CloudFormation itself checks the
form of numbers, AWS-specific types and SSM parameters."""


class ParameterConstraints(Control):
    """MinLength alone is not a constraint on the content, so it does not count."""

    id = "W9004"
    shortdesc = "Every free-text parameter is constrained"
    description = (
        "Every parameter of type String has an AllowedPattern, AllowedValues or a MaxLength. Every list of strings has "
        "an AllowedPattern or AllowedValues, which CloudFormation applies to each member."
    )
    why = (
        "A wrong value fails in the middle of a launch, with an error of some service. Or it does not fail, which is "
        "worse: a wildcard in a principal, a comma in a name."
    )
    remedy = "Write AllowedValues for a choice, the narrowest AllowedPattern that fits, or a MaxLength for free text."
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html"
    tags = ("parameters", "constraints")
    looks_at = ("Parameters",)

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each parameter that accepts any text."""
        for name, parameter in section(template, "Parameters"):
            kind = parameter.get("Type")
            needed = CONSTRAINTS.get(kind, ()) if isinstance(kind, str) else ()
            if needed and not any(constraint in parameter for constraint in needed):
                yield ("Parameters", name), f"parameter {name} accepts any text; add {' or '.join(needed)}"
