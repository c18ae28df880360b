"""W9001: every parameter has a Description."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.check.controls._control import Control, Fault, is_blank, section


class ParameterDescription(Control):
    """The launch page shows only the Description next to the field."""

    id = "W9001"
    shortdesc = "Every parameter has a Description"
    description = "Every parameter has a Description that is not blank. The console shows it next to the field."
    why = "Without it, people must guess what the name means."
    remedy = "Write a Description that says what the value does and gives an example."
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html"
    tags = ("parameters", "description")
    looks_at = ("Parameters",)

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each parameter without a Description."""
        for name, parameter in section(template, "Parameters"):
            if is_blank(parameter.get("Description")):
                yield ("Parameters", name), f"parameter {name} has no Description"
