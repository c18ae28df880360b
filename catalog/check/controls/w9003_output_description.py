"""W9003: every output has a Description."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.check.controls._control import Control, Fault, is_blank, section


class OutputDescription(Control):
    """Outputs are the interface of the product. Service Catalog shows the Description next to each value."""

    id = "W9003"
    shortdesc = "Every output has a Description"
    description = "Every output has a Description that is not blank, so that people know what each value is for."
    why = "Without it, people use the wrong one of two identifiers and notice only when a policy does not match."
    remedy = "Write a Description that says what the value is and where to use it."
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html"
    tags = ("outputs", "description")
    looks_at = ("Outputs",)

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each output without a Description."""
        for name, output in section(template, "Outputs"):
            if is_blank(output.get("Description")):
                yield ("Outputs", name), f"output {name} has no Description"
