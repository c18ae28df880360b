"""Rules: the product's own, AWS's documented examples, and what AWS refuses."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.cfn import Pseudo, RuleLookups, TemplateError, evaluate_rules

PSEUDO = Pseudo("123456789012", "eu-west-1")
PRODUCTION = {
    "RuleCondition": {"Fn::Equals": [{"Ref": "Environment"}, "prod"]},
    "Assertions": [
        {"Assert": {"Fn::Equals": [{"Ref": "PreventDestroy"}, "true"]}, "AssertDescription": "Protect production."},
        {"Assert": {"Fn::Equals": [{"Ref": "Days"}, "30"]}, "AssertDescription": "30 days in production."},
    ],
}
APART = {
    "Assertions": [
        {"Assert": {"Fn::Not": [{"Fn::EachMemberIn": [{"Ref": left}, {"Ref": right}]}]}}
        for left, right in (("Admins", "Users"), ("Users", "Admins"))
    ]
}


def decide(expression: Any, **parameters: str | tuple[str, ...]) -> bool:
    (result,) = evaluate_rules({"Rule": {"Assertions": [{"Assert": expression}]}}, parameters, PSEUDO)
    return result.passed


@pytest.mark.parametrize(
    ("parameters", "failed"),
    [
        ({"Environment": "prod", "PreventDestroy": "true", "Days": "30"}, []),
        ({"Environment": "prod", "PreventDestroy": "false", "Days": "30"}, ["Protect production."]),
        (
            {"Environment": "prod", "PreventDestroy": "false", "Days": "7"},
            ["Protect production.", "30 days in production."],
        ),
    ],
)
def test_production_is_protected(parameters: dict[str, str], failed: list[str]) -> None:
    (result,) = evaluate_rules({"ProductionIsProtected": PRODUCTION}, parameters, PSEUDO)
    assert result.applies
    assert [assertion.description for assertion in result.assertions if not assertion.passed] == failed
    assert result.passed is (not failed)


def test_a_rule_whose_condition_is_false_does_not_evaluate_its_assertions() -> None:
    (result,) = evaluate_rules({"ProductionIsProtected": PRODUCTION}, {"Environment": "dev"}, PSEUDO)
    assert (result.applies, result.assertions, result.passed) == (False, (), True)


@pytest.mark.parametrize(
    ("admins", "users", "passed"),
    [
        (("a",), ("b",), True),
        (("a",), ("a",), False),
        (("a",), ("a", "b"), False),  # a subset
        (("a", "b"), ("b", "c"), True),  # rules cannot detect a partial overlap of longer lists
    ],
)
def test_duties_are_separated_as_far_as_rules_can_see(
    admins: tuple[str, ...], users: tuple[str, ...], passed: bool
) -> None:
    (result,) = evaluate_rules({"DutiesAreSeparated": APART}, {"Admins": admins, "Users": users}, PSEUDO)
    assert result.passed is passed


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ({"Fn::Contains": [["m1.large", "m1.small"], {"Ref": "Type"}]}, True),
        ({"Fn::Contains": [{"Ref": "List"}, ""]}, False),
        ({"Fn::Contains": [{"Ref": "Empty"}, ""]}, True),
        ({"Fn::Contains": [[7, True], "true"]}, True),
        ({"Fn::EachMemberEquals": [{"Ref": "List"}, "a"]}, False),
        ({"Fn::EachMemberEquals": [["a", "a"], "a"]}, True),
        ({"Fn::EachMemberIn": [{"Ref": "List"}, ["a", "b", "c"]]}, True),
        ({"Fn::EachMemberIn": [["a", "z"], {"Ref": "List"}]}, False),
        ({"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}, True),
        ({"Fn::Equals": [{"Ref": "Type"}, "M1.small"]}, False),
        ({"Fn::Not": [{"Fn::Equals": ["a", "b"]}]}, True),
        ({"Fn::Or": [{"Fn::Equals": [1, "2"]}, {"Fn::And": [{"Fn::Equals": [1, "1"]}] * 2}]}, True),
    ],
)
def test_rule_functions(expression: Any, expected: bool) -> None:
    assert decide(expression, Type="m1.small", List=("a", "b"), Empty=("",)) is expected


def test_lookups_are_given_by_the_caller() -> None:
    expression = {
        "Fn::And": [
            {"Fn::EachMemberIn": [{"Fn::ValueOfAll": ["AWS::EC2::VPC::Id", "Tags.Team"]}, ["red", "blue"]]},
            {"Fn::Contains": [{"Fn::RefAll": "AWS::EC2::VPC::Id"}, {"Ref": "Vpc"}]},
            {"Fn::Equals": [{"Fn::ValueOf": ["Vpc", "Tags.Team"]}, "red"]},
        ]
    }
    rules = {"Rule": {"Assertions": [{"Assert": expression}]}}
    lookups = RuleLookups(
        ref_all={"AWS::EC2::VPC::Id": ["vpc-1", "vpc-2"]},
        value_of={("Vpc", "Tags.Team"): "red"},
        value_of_all={("AWS::EC2::VPC::Id", "Tags.Team"): ["red", "blue"]},
    )
    (result,) = evaluate_rules(rules, {"Vpc": "vpc-1"}, PSEUDO, lookups=lookups)
    assert result.passed
    with pytest.raises(TemplateError, match="is not known"):
        evaluate_rules(rules, {"Vpc": "vpc-1"}, PSEUDO)


@pytest.mark.parametrize(
    "expression",
    [
        True,
        {"Condition": "Named"},
        {"Ref": "P"},
        {"Fn::If": ["Named", "a", "b"]},
        {"Fn::Equals": [{"Fn::Join": ["", ["a"]]}, "a"]},
        {"Fn::Equals": [{"Fn::Sub": "${P}"}, "a"]},
        {"Fn::Equals": ["a"]},
        {"Fn::Equals": [["a"], "a"]},
        {"Fn::Equals": [{"Ref": "Unknown"}, "a"]},
        {"Fn::Equals": [{"Ref": "AWS::NoValue"}, ""]},
        {"Fn::And": [{"Fn::Equals": ["a", "a"]}]},
        {"Fn::Or": [{"Fn::Equals": ["a", "a"]}] * 11},
        {"Fn::Not": []},
        {"Fn::Contains": ["a", "a"]},
        {"Fn::Contains": [["a"], ["a"]]},
        {"Fn::Contains": [["a"]]},
        {"Fn::EachMemberIn": [["a"], "a"]},
        {"Fn::Contains": [["a", ["b"]], "a"]},
    ],
)
def test_unsupported_rules_are_refused(expression: Any) -> None:
    with pytest.raises(TemplateError):
        decide(expression, P="a")


@pytest.mark.parametrize(
    "rule",
    [
        [],
        {},
        {"Assertions": []},
        {"Assertions": [{"AssertDescription": "no Assert"}]},
        {"Assertions": [{"Assert": {"Fn::Equals": ["a", "a"]}, "Assertion": ""}]},
        {"Assertions": [{"Assert": {"Fn::Equals": ["a", "a"]}}], "Condition": "Named"},
    ],
)
def test_a_malformed_rule_is_refused(rule: Any) -> None:
    with pytest.raises(TemplateError, match=r"[Rr]ule Rule"):
        evaluate_rules({"Rule": rule}, {}, PSEUDO)


TEXTS = st.lists(st.sampled_from("abcd"), max_size=5)


@given(TEXTS, TEXTS, st.sampled_from("abcd"))
def test_members_are_sets(some: list[str], others: list[str], text: str) -> None:
    assert decide({"Fn::EachMemberIn": [some, others]}) is (set(some) <= set(others))
    assert decide({"Fn::Contains": [some, text]}) is (text in some)
    assert decide({"Fn::EachMemberEquals": [some, text]}) is (set(some) <= {text})
