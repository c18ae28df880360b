"""W9010: CloudTrail logs the use of keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from catalog.check.controls._control import Control, Fault, Path, resources
from catalog.check.controls._policy import items
from catalog.check.controls._types import KEY_TYPES
from catalog.check.metadata import Frameworks

KMS = "kms.amazonaws.com"


class KeyUseIsLogged(Control):
    """CloudTrail logs all calls to KMS by default, but a trail can exclude them to save money."""

    id = "W9010"
    shortdesc = "CloudTrail logs the use of keys"
    description = (
        "A trail of the account logs management events, including those of KMS. No trail of the template has "
        "kms.amazonaws.com in ExcludeManagementEventSources, and no advanced event selector excludes it."
    )
    why = "Only CloudTrail shows who decrypted what, when, and for which service."
    remedy = "Leave ExcludeManagementEventSources empty in at least one multi-Region trail of the account."
    source_url = "https://docs.aws.amazon.com/kms/latest/developerguide/logging-using-cloudtrail.html"
    frameworks: ClassVar[Frameworks] = {
        "CIS AWS Foundations": ("1.2: 2.1", "1.4: 3.1"),
        "Security Hub": ("CloudTrail.1",),
        "AWS Config": ("multi-region-cloudtrail-enabled",),
        "SOC 2": ("CC7",),
        "NIST 800-53": (
            "AC-2(4)",
            "AC-4(26)",
            "AC-6(9)",
            "AU-2",
            "AU-3",
            "AU-6(3)",
            "AU-6(4)",
            "AU-10",
            "AU-12",
            "AU-14(1)",
            "CA-7",
            "SA-8(22)",
            "SC-7(9)",
            "SI-3(8)",
            "SI-4(20)",
            "SI-7(8)",
        ),
        "KMS article compliance": ("5",),
    }
    sources = ("https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html",)
    advisory = (
        "Trails belong to the account or the organization, not to the product's template. Check that the trails of the "
        "account do not exclude KMS."
    )
    tags = ("kms", "cloudtrail", "logging")
    looks_at = (*KEY_TYPES, "AWS::CloudTrail::Trail")

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each trail of the template that excludes KMS."""
        for logical_id, _, properties in resources(template, "AWS::CloudTrail::Trail"):
            path = ("Resources", logical_id, "Properties")
            for where in (*excluded(properties, path), *filtered(properties, path)):
                yield where, f"trail {logical_id} does not log the calls to KMS"


def excluded(properties: Mapping[str, Any], path: Path) -> Iterator[Path]:
    """Where KMS is among the excluded event sources."""
    for selector, node in items(properties.get("EventSelectors"), (*path, "EventSelectors")):
        if isinstance(node, Mapping):
            sources = node.get("ExcludeManagementEventSources")
            yield from (
                where for where, source in items(sources, (*selector, "ExcludeManagementEventSources")) if source == KMS
            )


def filtered(properties: Mapping[str, Any], path: Path) -> Iterator[Path]:
    """Where an advanced event selector excludes KMS."""
    for selector, node in items(properties.get("AdvancedEventSelectors"), (*path, "AdvancedEventSelectors")):
        fields = node.get("FieldSelectors") if isinstance(node, Mapping) else None
        for path_of_field, field in items(fields, (*selector, "FieldSelectors")):
            if isinstance(field, Mapping) and field.get("Field") == "eventSource":
                for where, source in items(field.get("NotEquals"), (*path_of_field, "NotEquals")):
                    if source == KMS:
                        yield where
