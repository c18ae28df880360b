"""E9017 beyond its fixtures."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.controls.e9017_no_public_function_url import NoPublicFunctionUrl


@pytest.mark.parametrize(
    ("kind", "properties", "expected"),
    [
        ("AWS::Lambda::Url", {"AuthType": "NONE"}, (1, 0)),
        ("AWS::Lambda::Url", {"AuthType": "AWS_IAM"}, (0, 0)),
        ("AWS::Lambda::Url", {"AuthType": {"Ref": "Free"}}, (1, 0)),
        ("AWS::Lambda::Url", {"AuthType": {"Fn::ImportValue": "auth"}}, (0, 1)),
        ("AWS::Lambda::Url", {"AuthType": {"Fn::If": ["A", "AWS_IAM", "NONE"]}}, (1, 0)),
        ("AWS::Serverless::Function", {"FunctionUrlConfig": {"AuthType": "NONE"}}, (1, 0)),
        ("AWS::Serverless::Function", {"FunctionUrlConfig": {"AuthType": "AWS_IAM"}}, (0, 0)),
        ("AWS::Serverless::Function", {}, (0, 0)),
    ],
    ids=repr,
)
def test_auth_types(kind: str, properties: dict[str, Any], expected: tuple[int, int]) -> None:
    template = {
        "Parameters": {"Free": {"Type": "String"}},
        "Conditions": {"A": {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]}},
        "Resources": {"Url": {"Type": kind, "Properties": properties}},
    }
    control = NoPublicFunctionUrl()
    assert (len(list(control.faults(template))), len(list(control.undecided(template)))) == expected
