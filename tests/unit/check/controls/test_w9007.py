"""W9007 beyond its fixtures."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.controls.w9007_alias_arn import AliasArn

KEY = {"Type": "AWS::KMS::Key"}
ALIAS = {"Type": "AWS::KMS::Alias", "Properties": {"TargetKeyId": {"Ref": "Key"}}}


def found(resources: dict[str, Any], *outputs: Any) -> list[str]:
    template = {"Resources": resources, "Outputs": {f"O{i}": {"Value": value} for i, value in enumerate(outputs)}}
    return ["/".join(map(str, path)) for path, _ in AliasArn().faults(template)]


@pytest.mark.parametrize("arn", [{"Fn::GetAtt": ["Key", "Arn"]}, {"Fn::GetAtt": "Key.Arn"}, {"Fn::Sub": "${Key.Arn}"}])
def test_a_key_for_other_stacks_needs_outputs_for_arn_and_alias(arn: Any) -> None:
    resources = {"Key": KEY, "Alias": ALIAS}
    assert found(resources) == ["Resources/Key", "Resources/Key"]
    assert found(resources, arn) == ["Resources/Key"]
    assert found(resources, {"Fn::Sub": "arn:${Alias}"}) == ["Resources/Key"]
    assert found(resources, arn, {"Ref": "Alias"}) == []


def test_a_key_that_the_template_itself_uses_needs_no_output() -> None:
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"KmsMasterKeyId": {"Fn::GetAtt": ["Key", "Arn"]}}}
    assert found({"Key": KEY, "Alias": ALIAS, "Queue": queue}) == []
    assert found({"Key": KEY}) == []


def test_an_alias_arn_as_resource_of_a_policy_is_a_fault() -> None:
    statement = {"Effect": "Allow", "Action": "kms:*", "Resource": {"Fn::Sub": "arn:aws:kms:::alias/data"}}
    key = {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Statement": [statement]}}}
    assert found({"Key": key}) == ["Resources/Key/Properties/KeyPolicy/Statement/0/Resource"]


@pytest.mark.parametrize("names", [["KeyArn"], ["AliasArn", "AliasName"]])
def test_the_product_without_one_of_the_outputs(key_product: dict[str, Any], names: list[str]) -> None:
    assert not list(AliasArn().faults(key_product))
    for name in names:
        del key_product["Outputs"][name]
    assert len(list(AliasArn().faults(key_product))) == 1
