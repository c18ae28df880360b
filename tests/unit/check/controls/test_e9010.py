"""E9010 beyond its fixtures."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.controls.e9010_production_window import ProductionWindow

DAYS = {"Type": "Number", "MinValue": 7, "MaxValue": 30}


def messages(window: Any, days: dict[str, Any], rules: dict[str, Any] | None = None) -> list[str]:
    template = {
        "Parameters": {"Environment": {"Type": "String", "AllowedValues": ["dev", "prod"]}, "Days": days},
        "Rules": rules or {},
        "Mappings": {"Windows": {"dev": {"days": 7}, "prod": {"days": 30}}},
        "Resources": {"Key": {"Type": "AWS::KMS::Key", "Properties": {"PendingWindowInDays": window}}},
    }
    return [message for _, message in ProductionWindow().faults(template)]


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (DAYS, True),
        ({"Type": "Number"}, True),
        ({"Type": "Number", "MinValue": 30, "MaxValue": 30}, False),
        ({"Type": "Number", "AllowedValues": [30]}, False),
        ({"Type": "Number", "AllowedValues": ["7", "30"]}, True),
        ({"Type": "String", "AllowedPattern": "30", "Default": "30"}, True),  # a pattern is not enumerated
        ({"Type": "Number", "MinValue": "1e400", "MaxValue": "1e999"}, True),
    ],
)
def test_bounds_of_the_parameter_can_enforce_the_window(days: dict[str, Any], found: bool) -> None:
    assert bool(messages({"Ref": "Days"}, days)) is found


def test_the_message_has_the_first_launch_with_a_short_window() -> None:
    assert messages({"Ref": "Days"}, DAYS) == [
        "the deletion window of Key is 7 days when launched with Environment=prod, Days=7; let a Rule require 30"
    ]


@pytest.mark.parametrize(
    ("window", "found"),
    [
        (30, False),
        ("30", False),
        (29, True),
        ({"Ref": "AWS::NoValue"}, False),
        ({"Fn::FindInMap": ["Windows", {"Ref": "Environment"}, "days"]}, False),
        ({"Fn::ImportValue": "window"}, True),
        ([30], True),
    ],
)
def test_the_value_in_production_counts(window: Any, found: bool) -> None:
    assert bool(messages(window, DAYS)) is found


def test_a_rule_that_allows_another_number_does_not_enforce_the_window() -> None:
    rule = {
        "RuleCondition": {"Fn::Equals": [{"Ref": "Environment"}, "prod"]},
        "Assertions": [{"Assert": {"Fn::Contains": [["14", "30"], {"Ref": "Days"}]}}],
    }
    assert messages({"Ref": "Days"}, DAYS, {"Long": rule}) == [
        "the deletion window of Key is 14 days when launched with Environment=prod, Days=14; let a Rule require 30"
    ]


IN_PRODUCTION = {"Fn::Equals": [{"Ref": "Environment"}, "prod"]}


@pytest.mark.parametrize(
    ("assertion", "found"),
    [
        ({"Fn::Equals": [{"Ref": "Days"}, "30"]}, False),
        ({"Fn::Equals": ["30", {"Ref": "Days"}]}, False),
        ({"Fn::Contains": [["30"], {"Ref": "Days"}]}, False),
        ({"Fn::Contains": [["30", "29"], {"Ref": "Days"}]}, True),
        ({"Fn::Not": [{"Fn::Equals": [{"Ref": "Days"}, "7"]}]}, True),
        ({"Fn::Or": [{"Fn::Equals": [{"Ref": "Days"}, "30"]}, IN_PRODUCTION]}, True),
    ],
)
@pytest.mark.parametrize("pattern", [{}, {"AllowedPattern": "[0-9]{1,2}"}])
def test_a_rule_can_enforce_a_window_that_is_a_text(assertion: Any, found: bool, pattern: dict[str, str]) -> None:
    rule = {"RuleCondition": IN_PRODUCTION, "Assertions": [{"Assert": assertion}]}
    assert bool(messages({"Ref": "Days"}, {"Type": "String", **pattern}, {"Long": rule})) is found


def test_the_product_without_its_assertion(key_product: dict[str, Any]) -> None:
    assert not list(ProductionWindow().faults(key_product))
    del key_product["Rules"]["ProductionIsProtected"]["Assertions"][1]
    assert len(list(ProductionWindow().faults(key_product))) == 1
