"""E9016 beyond its fixtures."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.controls.e9016_imdsv2 import Imdsv2


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, (1, 0)),
        ({"MetadataOptions": {}}, (1, 0)),
        ({"MetadataOptions": {"HttpTokens": "required"}}, (0, 0)),
        ({"MetadataOptions": {"HttpTokens": "optional"}}, (1, 0)),
        ({"MetadataOptions": {"HttpTokens": "optional", "HttpEndpoint": "disabled"}}, (0, 0)),
        ({"MetadataOptions": {"HttpTokens": {"Fn::ImportValue": "tokens"}}}, (0, 1)),
        ({"MetadataOptions": {"HttpTokens": {"Ref": "Free"}}}, (1, 0)),
        ({"MetadataOptions": {"Fn::If": ["A", {"HttpTokens": "required"}, {"Ref": "AWS::NoValue"}]}}, (1, 0)),
        ({"LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": "1"}}, (0, 0)),
        ({"LaunchTemplate": {"Version": "1"}, "MetadataOptions": {"HttpTokens": "optional"}}, (1, 0)),
    ],
    ids=repr,
)
@pytest.mark.parametrize("kind", ["AWS::EC2::Instance", "AWS::EC2::LaunchTemplate"])
def test_metadata_options(kind: str, settings: dict[str, Any], expected: tuple[int, int]) -> None:
    if kind.endswith("LaunchTemplate") and "LaunchTemplate" in settings:
        return
    properties = {"LaunchTemplateData": settings} if kind.endswith("LaunchTemplate") else settings
    template = {
        "Parameters": {"Free": {"Type": "String"}},
        "Conditions": {"A": {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]}},
        "Resources": {"Server": {"Type": kind, "Properties": properties}},
    }
    control = Imdsv2()
    assert (len(list(control.faults(template))), len(list(control.undecided(template)))) == expected
