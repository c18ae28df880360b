"""W9009 beyond its fixtures."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.controls.w9009_key_users import KeyUsers


def found(action: Any, resource: Any, effect: str = "Allow") -> int:
    statement = {"Effect": effect, "Action": action, "Resource": resource}
    policy = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": {"Statement": statement}}}
    return len(list(KeyUsers().faults({"Resources": {"P": policy}})))


@pytest.mark.parametrize(
    ("action", "resource", "expected"),
    [
        ("kms:Decrypt", "*", 1),
        ("kms:ReEncrypt*", ["*"], 1),
        ("*", "*", 1),
        ("KMS:decrypt", "arn:aws:kms:*:*:key/*", 1),
        ("kms:Decrypt", {"Fn::Sub": "arn:${AWS::Partition}:kms:*:*:key/*"}, 1),
        ("kms:Decrypt", "arn:aws:kms:us-east-1:111122223333:key/*", 0),
        ("kms:Encrypt", "*", 0),
        ("s3:*", "*", 0),
    ],
)
def test_policies_that_allow_decryption_with_all_keys(action: Any, resource: Any, expected: int) -> None:
    assert found(action, resource) == expected
    assert found(action, resource, "Deny") == 0


def test_a_policy_that_allows_all_but_some_actions_counts() -> None:
    statement = {"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"}
    user = {"Type": "AWS::IAM::User", "Properties": {"Policies": [{"PolicyDocument": {"Statement": [statement]}}]}}
    ((path, _),) = KeyUsers().faults({"Resources": {"U": user}})
    assert path[-1] == "Resource"
