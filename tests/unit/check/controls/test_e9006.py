"""E9006 beyond its fixtures."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.controls.e9006_s3_not_public import BLOCKS, S3NotPublic

LOCKED: dict[str, Any] = {
    "PublicAccessBlockConfiguration": dict.fromkeys(BLOCKS, True),
    "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
}


def found(properties: dict[str, Any], parameters: dict[str, Any] | None = None) -> list[str]:
    template = {
        "Parameters": parameters or {},
        "Resources": {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": properties}},
    }
    return ["/".join(map(str, path[3:])) for path, _ in S3NotPublic().faults(template)]


@pytest.mark.parametrize("name", BLOCKS)
@pytest.mark.parametrize("value", [False, "false", {"Ref": "Block"}, 1])
def test_every_setting_must_be_a_literal(name: str, value: Any) -> None:
    block = {**LOCKED["PublicAccessBlockConfiguration"], name: value}
    assert found(LOCKED) == []
    assert found({**LOCKED, "PublicAccessBlockConfiguration": block}) == [f"PublicAccessBlockConfiguration/{name}"]


@pytest.mark.parametrize(
    "controls", [{"Rules": []}, {"Rules": [{"ObjectOwnership": {"Ref": "Owner"}}]}, {"Ref": "Controls"}, []]
)
def test_acls_are_off_only_when_a_literal_says_so(controls: Any) -> None:
    assert found({**LOCKED, "OwnershipControls": controls}) == ["OwnershipControls"]


@pytest.mark.parametrize(
    ("definition", "is_found"),
    [
        ({"Type": "String"}, True),
        ({"Type": "String", "AllowedValues": ["Private", "AuthenticatedRead"]}, True),
        ({"Type": "String", "AllowedValues": ["Private", "LogDeliveryWrite"]}, False),
    ],
)
def test_an_acl_by_parameter_is_public_if_the_parameter_accepts_a_public_acl(
    definition: dict[str, Any], is_found: bool
) -> None:
    expected = ["AccessControl"] if is_found else []
    assert found({**LOCKED, "AccessControl": {"Ref": "Acl"}}, {"Acl": definition}) == expected


@pytest.mark.parametrize(
    ("properties", "paths"),
    [
        ({}, []),  # S3's defaults since April 2023: public access is blocked, ACLs are off
        ({"OwnershipControls": LOCKED["OwnershipControls"]}, []),
        ({"PublicAccessBlockConfiguration": {}}, ["PublicAccessBlockConfiguration"] * 4),
        ({"OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}}, ["OwnershipControls"]),
        # An update that changes the condition removes what was there.
        (
            {"OwnershipControls": {"Fn::If": ["A", LOCKED["OwnershipControls"], {"Ref": "AWS::NoValue"}]}},
            ["OwnershipControls"],
        ),
        ({"AccessControl": "PublicRead"}, ["AccessControl"]),
    ],
)
def test_a_bucket_keeps_the_defaults_of_s3(properties: dict[str, Any], paths: list[str]) -> None:
    assert found(properties) == paths


@pytest.mark.parametrize("kind", ["AWS::S3::AccessPoint", "AWS::S3::MultiRegionAccessPoint"])
@pytest.mark.parametrize(("block", "count"), [({}, 0), ({"BlockPublicAcls": True}, 0), ({"BlockPublicAcls": False}, 1)])
def test_access_points_block_by_default(kind: str, block: dict[str, Any], count: int) -> None:
    point = {"Type": kind, "Properties": {"PublicAccessBlockConfiguration": block}}
    assert len(list(S3NotPublic().faults({"Resources": {"Point": point}}))) == count
