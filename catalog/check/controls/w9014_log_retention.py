"""W9014: log groups have a retention."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from catalog.check.controls._cases import OPEN, cases
from catalog.check.controls._control import resources, some_of
from catalog.check.controls._judging import JudgingControl, Verdict
from catalog.check.metadata import Frameworks


class LogRetention(JudgingControl):
    """How long is right depends on the data and the law, so any retention is accepted."""

    id = "W9014"
    shortdesc = "Log groups have a retention"
    description = "Every AWS::Logs::LogGroup has RetentionInDays in every launch that the Rules allow."
    why = "Without it, logs are kept for ever: their cost grows, and personal data in them is never deleted."
    remedy = "Write RetentionInDays, such as 365."
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html#cloudwatch-16"
    frameworks: ClassVar[Frameworks] = {
        "Security Hub": ("CloudWatch.16",),
        "AWS Config": ("cw-loggroup-retention-period-check",),
        "NIST 800-53": ("AU-6(3)", "AU-6(4)", "AU-10", "AU-11", "CA-7", "SI-12"),
    }
    sources = ("https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html",)
    tags = ("logs", "retention")
    looks_at = ("AWS::Logs::LogGroup",)

    def judge(self, template: Mapping[str, Any]) -> Iterator[Verdict]:
        """Each log group that a launch can create without a retention."""
        for logical_id, _, properties in resources(template, "AWS::Logs::LogGroup"):
            parts = some_of(properties, "RetentionInDays")
            path = ("Resources", logical_id, "Properties", *parts)
            for case in cases(template, logical_id, parts, {}, self.regions):
                if case.value is OPEN:
                    yield path, f"whether {logical_id} has a retention is not decided: too many values decide it", False
                elif "RetentionInDays" not in case.value:
                    yield path, f"log group {logical_id} keeps its logs for ever{case.when}", True
