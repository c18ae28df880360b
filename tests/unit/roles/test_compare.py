"""Comparison of a deployed launch role with the derived one."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from catalog.model.definition import LaunchPermission
from catalog.roles.compare import DeployedRole, compare
from catalog.roles.template import trust_document

VIA = {"StringEquals": {"aws:CalledViaFirst": "cloudformation.amazonaws.com"}}
KEYS = "arn:aws:kms:*:1:key/*"
NEEDED = (
    LaunchPermission("A", ("kms:CreateKey",), ("*",), "r", VIA),
    LaunchPermission("B", ("kms:DescribeKey", "kms:PutKeyPolicy"), (KEYS,), "r", VIA),
)
TRUST = trust_document(source_account=False)
POLICY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "A", "Effect": "Allow", "Action": "kms:CreateKey", "Resource": "*", "Condition": VIA},
        {
            "Sid": "B",
            "Effect": "Allow",
            "Action": ["KMS:describekey", "kms:PutKeyPolicy"],
            "Resource": [KEYS],
            "Condition": {"StringEquals": {"AWS:CalledViaFirst": ["cloudformation.amazonaws.com"]}},
        },
    ],
}


def differences(policy: Any, trust: Any = TRUST) -> list[tuple[str, str, str]]:
    deployed = DeployedRole("arn:aws:iam::1:role/x", trust, {"launch": policy})
    return [
        (difference.kind, difference.action, difference.resource) for difference in compare(NEEDED, TRUST, deployed)
    ]


def edited(edit: Callable[[list[Any]], Any]) -> Any:
    policy = copy.deepcopy(POLICY)
    edit(policy["Statement"])
    return policy


def test_spelling_of_the_same_policy_is_no_difference() -> None:
    assert differences(POLICY) == []


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (lambda s: s[1]["Action"].remove("kms:PutKeyPolicy"), [("missing", "kms:PutKeyPolicy", "")]),
        (lambda s: s[1].update(Resource="arn:aws:kms:*:1:key/a*"), [
            ("missing", "kms:DescribeKey", KEYS), ("missing", "kms:PutKeyPolicy", KEYS)]),
        (lambda s: s[1]["Action"].append("kms:Decrypt"), [("superfluous", "kms:Decrypt", "")]),
        (lambda s: s[1].update(Action=["kms:*"]), [("superfluous", "kms:*", "")]),
        (lambda s: s[1].update(Resource="*"), [
            ("wider", "KMS:describekey", "*"), ("wider", "kms:PutKeyPolicy", "*")]),
        (lambda s: s[0].pop("Condition"), [("wider", "kms:CreateKey", "*")]),
        (lambda s: s[0].update(Condition={**VIA, "Bool": {"aws:SecureTransport": "true"}}),
         [("missing", "kms:CreateKey", "*")]),
        (lambda s: s.append({"Effect": "Deny", "Action": "kms:Create*", "Resource": "*"}),
         [("denied", "kms:CreateKey", "*")]),
        (lambda s: s.append({"Effect": "Deny", "NotAction": ["kms:*"], "Resource": "*"}), []),
        (lambda s: s.append({"Effect": "Deny", "NotAction": ["kms:Describe*", "kms:Put*"], "Resource": "*"}),
         [("denied", "kms:CreateKey", "*")]),
        (lambda s: s.append({"Effect": "Deny", "Action": "s3:*", "Resource": "*"}), []),
        (lambda s: s.append({"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"}),
         [("superfluous", "NotAction iam:*", "")]),
    ],
)  # fmt: skip
def test_each_kind_of_difference(edit: Callable[[list[Any]], Any], expected: list[tuple[str, str, str]]) -> None:
    assert differences(edited(edit)) == expected


def test_statements_can_be_in_several_policies() -> None:
    first, second = ({"Statement": [statement]} for statement in POLICY["Statement"])
    deployed = DeployedRole("x", TRUST, {"inline": first, "arn:aws:iam::1:policy/p": second})
    assert compare(NEEDED, TRUST, deployed) == ()


def test_trust_is_compared() -> None:
    (expected,) = TRUST["Statement"]
    root = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::1:root"}, "Action": "sts:AssumeRole"}
    assert differences(POLICY, {"Statement": [expected, root]}) == [("trust", "AWS arn:aws:iam::1:root", "")]
    assert differences(POLICY, {"Statement": []}) == [("trust", "Service servicecatalog.amazonaws.com", "")]
    narrower = {**expected, "Condition": {"StringEquals": {"aws:SourceAccount": "1"}}}
    assert [kind for kind, _, _ in differences(POLICY, {"Statement": [narrower]})] == ["trust", "trust"]
