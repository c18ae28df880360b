"""E9004 beyond its fixtures: each weakening of the statement of CT.KMS.PR.3."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.controls.e9004_kms_grant_guard import KmsGrantGuard, is_guard

GUARD: dict[str, Any] = {
    "Effect": "Deny",
    "Principal": {"AWS": "*"},
    "Action": ["kms:CreateGrant"],
    "Resource": ["*"],
    "Condition": {"BoolIfExists": {"kms:GrantIsForAWSResource": "false", "aws:PrincipalIsAWSService": "false"}},
}


@pytest.mark.parametrize(
    "change",
    [
        {"Effect": "Allow"},
        {"Action": ["kms:CreateGrant", "kms:Decrypt"]},
        {"Action": "kms:*"},
        {"Resource": "arn:aws:kms:us-east-1:111122223333:key/1"},
        {"Principal": {"AWS": "arn:aws:iam::111122223333:root"}},
        {"Principal": {"AWS": {"Ref": "Everybody"}}},
        {"Condition": {}},
        {"Condition": {"Bool": GUARD["Condition"]["BoolIfExists"]}},
        {"Condition": {"BoolIfExists": {"kms:GrantIsForAWSResource": "false"}}},
        {"Condition": {"BoolIfExists": {**GUARD["Condition"]["BoolIfExists"], "kms:ViaService": "false"}}},
        {"Condition": {"BoolIfExists": {**GUARD["Condition"]["BoolIfExists"], "aws:PrincipalIsAWSService": "true"}}},
        {"Condition": {"BoolIfExists": GUARD["Condition"]["BoolIfExists"], "Null": {"kms:GrantOperations": "true"}}},
    ],
    ids=repr,
)
def test_every_weakening_of_the_grant_guard_is_a_fault(change: dict[str, Any]) -> None:
    assert is_guard(GUARD)
    assert not is_guard({**GUARD, **change})


@pytest.mark.parametrize("policy", [None, [], "text", {}, {"Statement": None}, {"Statement": {**GUARD}}, 7])
def test_a_policy_without_a_list_of_statements_has_no_guard(policy: Any) -> None:
    key = {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": policy}}
    assert len(list(KmsGrantGuard().faults({"Resources": {"Key": key}}))) == 1
