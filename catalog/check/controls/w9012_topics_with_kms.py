"""W9012: SNS topics are encrypted with a KMS key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from catalog.check.controls._cases import OPEN, cases
from catalog.check.controls._control import resources, some_of
from catalog.check.controls._judging import JudgingControl, Verdict
from catalog.check.metadata import Frameworks


class TopicsWithKms(JudgingControl):
    """SNS encrypts its disks by itself, but only a KMS key restricts who can read the messages."""

    id = "W9012"
    shortdesc = "SNS topics are encrypted with a KMS key"
    description = "Every AWS::SNS::Topic has a KmsMasterKeyId in every launch that the Rules allow."
    why = "Without a key, everybody who may subscribe to the topic reads its messages, and nobody can take that back."
    remedy = "Name a customer managed key in KmsMasterKeyId, and let the services that publish use it."
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/sns-controls.html#sns-1"
    frameworks: ClassVar[Frameworks] = {
        "Security Hub": ("SNS.1",),
        "AWS Config": ("sns-encrypted-kms",),
        "NIST 800-53": ("CA-9(1)", "CM-3(6)", "SC-7(10)", "SC-13", "SC-28", "SC-28(1)", "SI-7(6)"),
    }
    sources = ("https://docs.aws.amazon.com/securityhub/latest/userguide/sns-controls.html",)
    tags = ("sns", "encryption", "kms")
    looks_at = ("AWS::SNS::Topic",)

    def judge(self, template: Mapping[str, Any]) -> Iterator[Verdict]:
        """Each topic that a launch can create without a key."""
        for logical_id, _, properties in resources(template, "AWS::SNS::Topic"):
            parts = some_of(properties, "KmsMasterKeyId")
            path = ("Resources", logical_id, "Properties", *parts)
            for case in cases(template, logical_id, parts, {"KmsMasterKeyId": ("",)}, self.regions):
                if case.value is OPEN:
                    yield path, f"whether {logical_id} has a key is not decided: too many values decide it", False
                elif not case.value.get("KmsMasterKeyId"):
                    yield path, f"topic {logical_id} has no KmsMasterKeyId{case.when}", True
