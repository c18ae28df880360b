"""E9005: the template stays within CloudFormation's quotas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cfnlint.rules import RuleMatch

from catalog.check.controls._control import Control, Fault

MAX_ENTRIES: Mapping[str, int] = {"Parameters": 200, "Mappings": 200, "Resources": 500, "Outputs": 200}
MAX_BYTES = 1_000_000
"""The page says "1 MB"; the error of CloudFormation is "Template may not exceed 1000000 bytes in size"
(aws-samples/aws-vpc-cidr-mgmt#10, formkiq/formkiq-core#204)."""


class Quotas(Control):
    """Service Catalog does not check these quotas at publish, so a template over a quota fails only at launch.

    cfn-lint's E1002, E3010 and E6010 check the same, but a template can switch them off. Its E2010 and E7010 (1.58)
    allow 201 parameters or mappings.
    """

    id = "E9005"
    shortdesc = "The template is within CloudFormation's quotas"
    description = (
        "At most 200 parameters, 200 mappings, 500 resources and 200 outputs, at least one resource, and a published "
        "file of at most 1,000,000 bytes."
    )
    why = "A template over a quota can be published, but every launch of it fails."
    remedy = "Split the product, or move part of it to a nested stack."
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"
    tags = ("limits", "quotas")

    def match(self, cfn: Any) -> list[RuleMatch]:
        """Check the counts, and the size of the file; with standard input, cfn-lint has no file."""
        matches: list[RuleMatch] = super().match(cfn)
        file = Path(cfn.filename) if cfn.filename else None
        if file and file.is_file() and (size := file.stat().st_size) > MAX_BYTES:
            matches.append(RuleMatch([], f"the template has {size:,} bytes; the quota is {MAX_BYTES:,} bytes"))
        return matches

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each section with too many entries."""
        for name, maximum in MAX_ENTRIES.items():
            definitions = template.get(name)
            if isinstance(definitions, Mapping) and len(definitions) > maximum:
                yield (name,), f"{name} has {len(definitions)} entries; the quota is {maximum}"
        if template.get("Resources") == {}:  # cfn-lint reports a template without the section
            yield ("Resources",), "Resources is empty; CloudFormation needs at least one resource"
