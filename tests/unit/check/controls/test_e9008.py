"""E9008 beyond its fixtures."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.controls.e9008_kms_separate_duties import KmsSeparateDuties

LISTS = {name: {"Type": "CommaDelimitedList"} for name in ("A", "U")}
KEEP_APART = {"Assert": {"Fn::Not": [{"Fn::EachMemberIn": [{"Ref": "A"}, {"Ref": "U"}]}]}}


def statement(principal: Any, *actions: str, effect: str = "Allow", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Principal": {"AWS": principal}, "Action": list(actions), "Resource": "*", **more}


def messages(statements: list[Any], **parts: Any) -> list[str]:
    key = {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Statement": statements}}}
    template = {"Parameters": LISTS, "Resources": {"Key": key}, **parts}
    return [message for _, message in KmsSeparateDuties().faults(template)]


ADMINISTERS = statement({"Ref": "A"}, "kms:Create*", "kms:Put*")
USES = statement({"Ref": "U"}, "kms:Decrypt")
CANNOT_USE = statement({"Ref": "A"}, "kms:Decrypt", "kms:CreateGrant", effect="Deny")


def test_the_create_wildcard_includes_grants_and_so_every_use() -> None:
    assert messages([ADMINISTERS]) == [
        "A both administers the key (kms:PutKeyPolicy) and uses it (kms:CreateGrant); deny one of the two"
    ]
    assert messages([ADMINISTERS, USES, CANNOT_USE]) == []


@pytest.mark.parametrize(
    "weaker",
    [
        {**CANNOT_USE, "Action": ["kms:Decrypt"]},
        {**CANNOT_USE, "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        {**CANNOT_USE, "Principal": {"AWS": {"Ref": "U"}}},
        {**CANNOT_USE, "Principal": {"AWS": {"Fn::If": ["Here", {"Ref": "A"}, "x"]}}},
        {**CANNOT_USE, "Action": {"Fn::If": ["Here", "kms:CreateGrant", "kms:Decrypt"]}},
        {**CANNOT_USE, "Resource": "arn:aws:kms:us-east-1:111122223333:key/1"},
        {"Fn::If": ["Here", CANNOT_USE, {"Ref": "AWS::NoValue"}]},
    ],
    ids=repr,
)
def test_a_deny_counts_only_if_it_always_applies(weaker: Any) -> None:
    assert messages([ADMINISTERS, weaker])


def test_a_deny_for_everybody_applies_to_each_principal() -> None:
    everybody = statement("*", "kms:CreateGrant", effect="Deny")
    assert messages([ADMINISTERS, everybody]) == []


def test_one_arn_in_two_parameters_needs_a_deny_or_a_rule() -> None:
    administers = statement({"Ref": "A"}, "kms:Put*")
    (message,) = messages([administers, USES])
    assert message.startswith(
        "one ARN in both A and U administers the key (kms:PutKeyPolicy) and uses it (kms:Decrypt)"
    )
    assert messages([administers, USES], Rules={"Apart": {"Assertions": [KEEP_APART]}}) == []
    assert messages([administers, USES, CANNOT_USE]) == []


def test_a_rule_that_applies_only_in_some_launches_is_not_enough() -> None:
    environment = {"Type": "String", "AllowedValues": ["dev", "prod"]}
    rule = {"RuleCondition": {"Fn::Equals": [{"Ref": "E"}, "prod"]}, "Assertions": [KEEP_APART]}
    parameters = {**LISTS, "E": environment}
    statements = [statement({"Ref": "A"}, "kms:Put*"), USES]
    assert messages(statements, Parameters=parameters, Rules={"Apart": rule})


def test_the_root_and_services_that_only_use_the_key_are_not_reported() -> None:
    root = statement({"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}, "kms:*")
    logs = {**statement("", "kms:Decrypt*", "kms:Describe*"), "Principal": {"Service": "logs.amazonaws.com"}}
    assert messages([root, logs]) == []
    assert messages([statement("arn:aws:iam::999999999999:root", "kms:*")])


@pytest.mark.parametrize("action", ["kms:CreateGrant"])
def test_the_product_without_its_deny(key_product: dict[str, Any], action: str) -> None:
    statements = key_product["Resources"]["Key"]["Properties"]["KeyPolicy"]["Statement"]
    assert not list(KmsSeparateDuties().faults(key_product))
    (deny,) = [one for one in statements if one.get("Sid") == "KeyAdministratorsCannotUseTheKey"]
    deny["Action"].remove(action)
    assert list(KmsSeparateDuties().faults(key_product))
