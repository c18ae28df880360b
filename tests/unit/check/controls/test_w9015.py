"""W9015 beyond its fixtures."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.controls.w9015_cdk import NotDeployedByTheCdk

HASH = "9c1185a5c5e9fc54612808977ee8f548b2258d31c9c1185a5c5e9fc546128089"
SSM = "AWS::SSM::Parameter::Value<String>"


def paths(template: dict[str, Any]) -> list[str]:
    return ["/".join(map(str, path)) for path, _ in NotDeployedByTheCdk().faults(template)]


@pytest.mark.parametrize(
    ("name", "parameter", "count"),
    [
        ("Toolkit", {"Type": SSM, "Default": "/cdk-bootstrap/platform/version"}, 1),
        ("BootstrapVersion", {"Type": SSM, "Default": "/platform/bootstrap"}, 0),
        ("BootstrapVersion", {"Type": "String", "Default": "/cdk-bootstrap/hnb659fds/version"}, 0),
        (f"AssetParameters{HASH}ArtifactHash1A2B3C4D", {"Type": "String"}, 1),
        (f"AssetParameters{HASH}ImageName1A2B3C4D", {"Type": "String"}, 1),
        ("AssetParametersOfUs", {"Type": "String"}, 0),
    ],
)
def test_parameters(name: str, parameter: dict[str, Any], count: int) -> None:
    assert paths({"Parameters": {name: parameter}}) == [f"Parameters/{name}"] * count


IMAGE = "${AWS::AccountId}.dkr.ecr.us-east-1.${AWS::URLSuffix}/cdk-own-container-assets-${AWS::AccountId}-us-east-1:x"


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"Fn::Sub": IMAGE}, "Fn::Sub"),
        (["a", {"Fn::Sub": ["s3://cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}/x", {}]}], "1/Fn::Sub/0"),
        ("cdk-hnb659fds-assets-123456789012-us-east-1", ""),  # one bucket for all accounts: E9122 looks at it
        ("${AWS::AccountId}-cdk-assets", ""),
    ],
)
def test_stores_of_the_account_that_launches(value: Any, path: str) -> None:
    template = {"Resources": {"It": {"Type": "AWS::Lambda::Function", "Properties": {"Code": value}}}}
    assert paths(template) == ([f"Resources/It/Properties/Code/{path}"] if path else [])
