"""E9007 beyond its fixtures."""

from __future__ import annotations

import json
from typing import Any

import pytest

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
