"""E9007 beyond its fixtures."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalog.check.cfn_lint import lint
from catalog.check.controls.e9007_kms_root_statement import KmsRootStatement

ROOT: dict[str, Any] = {
    "Effect": "Allow",
    "Principal": {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}},
    "Action": "kms:*",
    "Resource": "*",
}


def faults(policy: Any, kind: str = "AWS::KMS::Key", **parts: Any) -> int:
    template = {"Resources": {"Key": {"Type": kind, "Properties": {"KeyPolicy": policy}}}, **parts}
    return len(list(KmsRootStatement().faults(template)))


@pytest.mark.parametrize(
    "change",
    [
        {"Effect": "Deny"},
        {"Effect": {"Fn::If": ["Here", "Allow", "Deny"]}},
        {"Action": {"Fn::If": ["Here", "kms:*", "kms:Describe*"]}},
        {"Action": ["kms:Decrypt"]},
        {"Resource": "arn:aws:kms:us-east-1:111122223333:key/1"},
        {"Condition": {}},
        {"Principal": {"AWS": {"Ref": "Account"}}},
        {"Principal": {"AWS": "arn:aws:iam::111122223333:root"}},
        {"Principal": {"Service": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}},
        {"Principal": "*"},
    ],
    ids=repr,
)
@pytest.mark.parametrize("kind", ["AWS::KMS::Key", "AWS::KMS::ReplicaKey"])
def test_every_weakening_of_the_root_statement_is_a_fault(kind: str, change: dict[str, Any]) -> None:
    assert faults({"Statement": [ROOT]}, kind) == 0
    assert faults({"Statement": [{**ROOT, **change}]}, kind) == 1


def test_both_policies_of_a_condition_need_it() -> None:
    both = {"Fn::If": ["Here", {"Statement": [ROOT]}, {"Statement": []}]}
    assert faults(both) == 1
    assert faults({"Fn::If": ["Here", {"Statement": ROOT}, {"Ref": "AWS::NoValue"}]}) == 0


def test_a_policy_as_json_text_is_read_but_cannot_know_the_account() -> None:
    assert faults(json.dumps({"Statement": [{**ROOT, "Principal": {"AWS": "arn:aws:iam::1:root"}}]})) == 1


def test_a_mapping_of_partitions_is_followed() -> None:
    principal = {
        "Fn::Sub": [
            "arn:${P}:iam::${AWS::AccountId}:root",
            {"P": {"Fn::FindInMap": ["Names", {"Ref": "AWS::Partition"}, "partition"]}},
        ]
    }
    names = {name: {"partition": name} for name in ("aws", "aws-cn", "aws-us-gov")}
    statement = {**ROOT, "Principal": {"AWS": principal}}
    assert faults({"Statement": [statement]}, Mappings={"Names": names}) == 0
    names["aws-cn"]["partition"] = "aws"
    assert faults({"Statement": [statement]}, Mappings={"Names": names}) == 1


def test_the_product_without_it_is_found(key_product: dict[str, Any]) -> None:
    del key_product["Resources"]["Key"]["Properties"]["KeyPolicy"]["Statement"][0]
    assert len(list(KmsRootStatement().faults(key_product))) == 1


@pytest.mark.parametrize(
    ("regions", "partition", "count"),
    [
        (("us-east-1", "eu-west-1"), "aws", 0),
        (("cn-north-1",), "aws-cn", 0),
        (("us-gov-west-1", "us-gov-east-1"), "aws-us-gov", 0),
        (("us-east-1", "cn-north-1"), "aws", 1),
        (("us-east-1",), "aws-cn", 1),
        ((), "aws", 1),
    ],
)
def test_a_literal_partition_holds_when_all_configured_regions_are_in_it(
    regions: tuple[str, ...], partition: str, count: int
) -> None:
    control = KmsRootStatement()
    control.regions = regions
    principal = {"AWS": {"Fn::Sub": f"arn:{partition}:iam::${{AWS::AccountId}}:root"}}
    key = {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Statement": [{**ROOT, "Principal": principal}]}}}
    assert len(list(control.faults({"Resources": {"Key": key}}))) == count


@pytest.mark.parametrize(("regions", "finds"), [(("us-east-1",), False), (("us-east-1", "cn-north-1"), True)])
def test_the_configured_regions_reach_the_control(regions: tuple[str, ...], finds: bool) -> None:
    body = b"""
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - Effect: Allow
            Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}
            Action: kms:*
            Resource: "*"
"""
    ids = {finding.id for finding in lint("key", "products/key.py", body, regions)}
    assert ("E9007" in ids) is finds
