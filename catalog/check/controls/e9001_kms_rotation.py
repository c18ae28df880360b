"""L2. E9001: automatic rotation of symmetric KMS keys is a literal true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.check.controls._control import Control, Fault, resources


class KmsRotation(Control):
    """Rotation that a parameter or condition can turn off is a default, not a control.

    Keys that KMS cannot rotate are left out when the template says so by a literal: an asymmetric or HMAC `KeySpec`,
    and imported key material (`Origin: EXTERNAL`), as in the AWS Config rule.
    """

    id = "E9001"
    shortdesc = "KMS key rotation is the literal true"
    description = (
        "Every symmetric AWS::KMS::Key has EnableKeyRotation: true as a literal. "
        "No parameter, condition or mapping can reach it, so nobody can launch the key without rotation."
    )
    source_url = "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html"
    tags = ("kms", "rotation", "CIS AWS Foundations v7.0 4.6", "Security Hub KMS.4", "Control Tower CT.KMS.PR.1")

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each key without the literal."""
        for logical_id, _, properties in resources(template, "AWS::KMS::Key"):
            if not rotates(properties):
                continue
            path = ("Resources", logical_id, "Properties", "EnableKeyRotation")
            if "EnableKeyRotation" not in properties:
                yield path[:3], f"EnableKeyRotation is missing on the symmetric key {logical_id}; write true"
            elif properties["EnableKeyRotation"] is not True:
                got = properties["EnableKeyRotation"]
                yield path, f"EnableKeyRotation of {logical_id} must be the literal true, got {got!r}"


def rotates(properties: Mapping[str, Any]) -> bool:
    """Whether KMS could rotate this key: not when a literal says asymmetric, HMAC or imported."""
    spec, origin = properties.get("KeySpec", "SYMMETRIC_DEFAULT"), properties.get("Origin")
    return not (isinstance(spec, str) and spec != "SYMMETRIC_DEFAULT") and origin != "EXTERNAL"
