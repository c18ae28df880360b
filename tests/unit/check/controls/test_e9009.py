"""E9009 beyond its fixtures: what counts as production, as a guard, and as forced."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.controls.e9009_production_protected import ProductionProtected

ENVIRONMENT = {"Type": "String", "AllowedValues": ["dev", "prod"]}
PROTECT = {"Type": "String", "AllowedValues": ["true", "false"]}
DENY = {"Effect": "Deny", "Principal": "*", "Action": "kms:ScheduleKeyDeletion", "Resource": "*"}
BY_FLAG = {"Fn::If": ["Protected", DENY, {"Ref": "AWS::NoValue"}]}
FORCED = {
    "RuleCondition": {"Fn::Equals": [{"Ref": "Environment"}, "prod"]},
    "Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "Protect"}, "true"]}}],
}


def template(statement: Any, **parts: Any) -> dict[str, Any]:
    return {
        "Parameters": {"Environment": ENVIRONMENT, "Protect": PROTECT},
        "Conditions": {"Protected": {"Fn::Equals": [{"Ref": "Protect"}, "true"]}},
        "Resources": {"Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Statement": [statement]}}}},
        **parts,
    }


def messages(*arguments: Any, **parts: Any) -> list[str]:
    return [message for _, message in ProductionProtected().faults(template(*arguments, **parts))]


def test_the_message_has_the_first_unprotected_launch() -> None:
    assert messages(BY_FLAG) == [
        "Key is not protected against deletion when launched with Environment=prod, Protect=false; let a Rule refuse it"
    ]
    assert messages(BY_FLAG, Rules={"Forced": FORCED}) == []
    assert messages(DENY) == []


@pytest.mark.parametrize(
    "rule",
    [
        {**FORCED, "RuleCondition": {"Fn::Equals": [{"Ref": "Environment"}, "dev"]}},
        {**FORCED, "Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "Protect"}, "false"]}}]},
        {**FORCED, "Assertions": [{"Assert": {"Fn::Contains": [["true", "false"], {"Ref": "Protect"}]}}]},
        {**FORCED, "Assertions": [{"Assert": {"Fn::If": ["Protected", True, False]}}]},
    ],
    ids=repr,
)
def test_a_rule_that_does_not_enforce_the_guard_does_not_count(rule: dict[str, Any]) -> None:
    assert messages(BY_FLAG, Rules={"Weak": rule})


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"Stage": {"Type": "String", "AllowedValues": ["beta", "PROD"]}}, True),
        ({"Environment": {"Type": "String"}}, True),
        ({"env": {"Type": "String", "AllowedPattern": "[a-z]+"}}, True),
        ({"Environment": {"Type": "String", "AllowedValues": ["dev", "test"]}}, False),
        ({"Environment": {"Type": "String", "AllowedPattern": "sandbox-.*"}}, False),
        ({"Stage": {"Type": "String", "AllowedValues": ["blue", "green"]}}, False),
        ({}, False),
    ],
)
def test_the_parameter_that_means_production(parameters: dict[str, Any], found: bool) -> None:
    assert bool(messages(DENY | {"Effect": "Allow"}, Parameters=parameters)) is found


@pytest.mark.parametrize(
    "weaker",
    [
        {"Principal": {"AWS": {"Ref": "Protect"}}},
        {"Principal": {"AWS": "arn:aws:iam::111122223333:root"}},
        {"Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        {"Action": "kms:DeleteAlias"},
        {"Resource": "arn:aws:kms:us-east-1:111122223333:alias/a"},
    ],
    ids=repr,
)
def test_statements_that_are_not_a_guard(weaker: dict[str, Any]) -> None:
    assert messages({**DENY, **weaker})


@pytest.mark.parametrize("wider", [{"Action": ["kms:*"]}, {"Principal": {"AWS": ["*"]}}, {"Resource": ["*", "x"]}])
def test_a_statement_that_denies_more_is_a_guard(wider: dict[str, Any]) -> None:
    assert messages({**DENY, **wider}) == []


def test_a_guard_with_a_value_that_only_a_stack_knows_does_not_count() -> None:
    assert messages({**DENY, "Principal": {"Fn::ImportValue": "everybody"}})


def test_a_key_that_is_not_created_in_production_needs_no_guard() -> None:
    only_dev = {"Fn::Equals": [{"Ref": "Environment"}, "dev"]}
    key = {"Type": "AWS::KMS::Key", "Condition": "OnlyDev", "Properties": {}}
    assert messages(DENY, Resources={"Key": key}, Conditions={"OnlyDev": only_dev}) == []
    assert messages(DENY, Resources={"Key": {**key, "Condition": "Unknown"}}, Conditions={"OnlyDev": only_dev})


@pytest.mark.parametrize(
    ("resource", "found"),
    [
        ({"Type": "AWS::RDS::DBInstance", "Properties": {}}, True),
        ({"Type": "AWS::RDS::DBInstance", "Properties": {"DeletionProtection": "true"}}, False),
        ({"Type": "AWS::RDS::DBInstance", "Properties": {"DeletionProtection": {"Ref": "Protect"}}}, True),
        ({"Type": "AWS::RDS::DBInstance", "DeletionPolicy": "Snapshot", "Properties": {}}, False),
        ({"Type": "AWS::RDS::DBInstance", "DeletionPolicy": {"Ref": "Protect"}, "Properties": {}}, True),
        ({"Type": "AWS::Cognito::UserPool", "Properties": {"DeletionProtection": "ACTIVE"}}, False),
        ({"Type": "AWS::SQS::Queue", "Properties": {}}, False),
    ],
)
def test_databases_have_a_property_for_deletion_protection(resource: dict[str, Any], found: bool) -> None:
    assert bool(messages(DENY, Resources={"Data": resource})) is found


def test_too_many_combinations_count_as_unprotected() -> None:
    many = {f"P{number}": {"Type": "String", "AllowedValues": [*"abcdefgh"]} for number in range(5)}
    conditions = {"C": {"Fn::And": [{"Fn::Equals": [{"Ref": name}, "a"]} for name in many]}}
    statement = {"Fn::If": ["C", DENY, DENY]}
    (message,) = messages(statement, Parameters={"Environment": ENVIRONMENT, **many}, Conditions=conditions)
    assert "depends on too many values at once (Environment, P0, P1, P2, P3, P4)" in message


def test_the_product_without_its_rule_or_statement(key_product: dict[str, Any]) -> None:
    assert not list(ProductionProtected().faults(key_product))
    rule = key_product["Rules"].pop("ProductionIsProtected")
    assert list(ProductionProtected().faults(key_product))
    key_product["Rules"]["ProductionIsProtected"] = rule
    statements = key_product["Resources"]["Key"]["Properties"]["KeyPolicy"]["Statement"]
    key_product["Resources"]["Key"]["Properties"]["KeyPolicy"]["Statement"] = [
        one for one in statements if one.get("Fn::If", [""])[0] != "DestroyIsPrevented"
    ]
    assert list(ProductionProtected().faults(key_product))
