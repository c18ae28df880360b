"""E9001 beyond its fixtures."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.controls.e9001_kms_rotation import KmsRotation


@pytest.mark.parametrize(
    ("properties", "found"),
    [
        ({"EnableKeyRotation": True}, 0),
        ({"EnableKeyRotation": "true"}, 1),  # a text is no literal true to the Guard rule of CT.KMS.PR.1
        ({"EnableKeyRotation": True, "KeySpec": {"Ref": "Spec"}}, 0),
        ({"KeySpec": "SYMMETRIC_DEFAULT"}, 1),
        ({"KeySpec": "HMAC_256"}, 0),
        ({"Origin": {"Ref": "Origin"}}, 1),
        ({"Origin": "EXTERNAL"}, 0),
    ],
)
def test_only_a_literal_exempts_a_key_from_rotation(properties: dict[str, Any], found: int) -> None:
    template = {"Resources": {"Key": {"Type": "AWS::KMS::Key", "Properties": properties}}}
    assert len(list(KmsRotation().faults(template))) == found


@pytest.mark.parametrize("value", [False, {"Ref": "PreventDestroy"}, {"Fn::If": ["DestroyIsPrevented", True, False]}])
def test_the_product_without_its_literal(key_product: dict[str, Any], value: Any) -> None:
    key_product["Resources"]["Key"]["Properties"]["EnableKeyRotation"] = value
    assert [path for path, _ in KmsRotation().faults(key_product)] == [
        ("Resources", "Key", "Properties", "EnableKeyRotation")
    ]
