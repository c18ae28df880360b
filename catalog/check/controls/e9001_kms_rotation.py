"""E9001: automatic rotation of symmetric KMS keys is the literal true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from catalog.check.controls._control import Control, Fault, resources
from catalog.check.metadata import Frameworks


class KmsRotation(Control):
    """Rotation that a parameter or condition can turn off is a default, not a control.

    Keys that KMS cannot rotate are not checked if a literal in the template says so: an asymmetric or HMAC `KeySpec`,
    or imported key material (`Origin: EXTERNAL`), as in the AWS Config rule.
    """

    id = "E9001"
    shortdesc = "KMS key rotation is the literal true"
    description = (
        "Every symmetric AWS::KMS::Key has EnableKeyRotation: true as a literal. No parameter, condition or mapping "
        "can change it, so nobody can launch the key without rotation."
    )
    why = "Without rotation, one key material protects more and more data, and one leak of it exposes all of that data."
    remedy = (
        "Write EnableKeyRotation: true as a literal, preferably with RotationPeriodInDays: 365. Offer a key without "
        "rotation as another product."
    )
    source_url = "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html"
    frameworks: ClassVar[Frameworks] = {
        "CIS AWS Foundations": (
            "1.2: 2.8",
            "1.4: 3.8",
            "1.5: 3.8",
            "2.0: 3.8",
            "3.0: 3.6",
            "4.0: 3.6",
            "5.0: 3.6",
            "6.0: 4.6",
            "7.0: 4.6",
        ),
        "Security Hub": ("KMS.4",),
        "AWS Config": ("cmk-backing-key-rotation-enabled",),
        "Control Tower": ("CT.KMS.PR.1",),
        "NIST 800-53": ("SC-12", "SC-12(2)", "SC-28(3)"),
        "PCI DSS": ("3.2.1: 3.6.4", "4.0.1: 3.7.4"),
        "KMS article checklist": ("1",),
        "KMS article compliance": ("1",),
    }
    sources = (
        "https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html",
        "https://docs.aws.amazon.com/controltower/latest/controlreference/kms-rules.html",
        "https://github.com/prowler-cloud/prowler/tree/3e000faa/prowler/compliance/aws",
    )
    tags = ("kms", "rotation")
    looks_at = ("AWS::KMS::Key",)

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each symmetric key without the literal."""
        for logical_id, _, properties in resources(template, "AWS::KMS::Key"):
            if not rotates(properties):
                continue
            path = ("Resources", logical_id, "Properties", "EnableKeyRotation")
            if "EnableKeyRotation" not in properties:
                yield path[:3], f"EnableKeyRotation is missing on the symmetric key {logical_id}; write true"
            elif properties["EnableKeyRotation"] is not True:
                value = properties["EnableKeyRotation"]
                yield path, f"EnableKeyRotation of {logical_id} must be the literal true, got {value!r}"


def rotates(properties: Mapping[str, Any]) -> bool:
    """Whether KMS can rotate this key: not if a literal says that it is asymmetric, HMAC or imported."""
    spec, origin = properties.get("KeySpec", "SYMMETRIC_DEFAULT"), properties.get("Origin")
    return not (isinstance(spec, str) and spec != "SYMMETRIC_DEFAULT") and origin != "EXTERNAL"
