"""How a plan describes constraints: member by member, rules clause by clause, with the impact."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.cfn.rule_text import rule_text
from catalog.model.constraint import (
    Constraint,
    LaunchConstraint,
    NotificationConstraint,
    ResourceUpdateConstraint,
    StackSetConstraint,
    TemplateConstraint,
)
from catalog.plan.changes import Impact
from catalog.plan.constraint_text import compare, describe
from catalog.plan.kinds.constraint import update_impacts

TOPIC = "arn:aws:sns:us-east-1:123456789012:"
IS_PROD = {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}


def stack_set(*accounts: str, regions: tuple[str, ...] = ("us-east-1",), **members: Any) -> StackSetConstraint:
    return StackSetConstraint(frozenset(accounts), regions, **{"admin_role": "A", "execution_role": "E", **members})


def rule(*values: str, when: Any = None, message: str = "m") -> dict[str, Any]:
    asserted = [{"Assert": {"Fn::Equals": [{"Ref": "P"}, one]}, "AssertDescription": message} for one in values]
    return {**({"RuleCondition": when} if when else {}), "Assertions": asserted}


def one_of(parameter: str, *values: str) -> dict[str, Any]:
    return {"Fn::Contains": [list(values), {"Ref": parameter}]}


def asserting(expression: Any) -> dict[str, Any]:
    return {"Assertions": [{"Assert": expression, "AssertDescription": "m"}]}


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ({"Fn::Equals": [{"Ref": "A"}, True]}, "A is true"),
        ({"Fn::Not": [{"Fn::Equals": [{"Ref": "A"}, ""]}]}, "A is not empty"),
        ({"Fn::Contains": [["a", "b"], {"Ref": "A"}]}, "A is one of a, b"),
        ({"Fn::Not": [{"Fn::Contains": [["a"], {"Ref": "A"}]}]}, "A is none of a"),
        ({"Fn::Contains": [{"Ref": "L"}, "a"]}, "L has the member a"),
        ({"Fn::Not": [{"Fn::Contains": [{"Ref": "L"}, "a"]}]}, "L has no member a"),
        ({"Fn::EachMemberIn": [{"Ref": "L"}, {"Ref": "M"}]}, "each member of L is one of M"),
        ({"Fn::Not": [{"Fn::EachMemberEquals": [{"Ref": "L"}, "a"]}]}, "not (each member of L is a)"),
        (
            {"Fn::Or": [IS_PROD, {"Fn::And": [IS_PROD, {"Fn::Equals": [{"Ref": "A"}, "x"]}]}]},
            "Stage is prod or (Stage is prod and A is x)",
        ),
        (
            {"Fn::EachMemberIn": [{"Fn::ValueOfAll": ["T", "Id"]}, {"Fn::RefAll": "T"}]},
            "each member of any Id of T is one of any T",
        ),
        ({"Fn::Equals": [{"Fn::ValueOf": ["P", "Id"]}, {"Fn::Odd": 1}]}, 'Id of P is {"Fn::Odd": 1}'),
        ({"Fn::Equals": ["a"]}, '{"Fn::Equals": ["a"]}'),
        ({"Fn::Equals": ["a", "b"], "Other": 1}, '{"Fn::Equals": ["a", "b"], "Other": 1}'),
        ({"Fn::Not": "a"}, '{"Fn::Not": "a"}'),
        (None, "null"),
    ],
)
def test_rule_functions_in_words(expression: Any, text: str) -> None:
    assert rule_text(expression) == text


def test_a_new_constraint_is_described_by_its_values() -> None:
    assert describe(LaunchConstraint("launch", description="Why")) == ("role: launch", "description: 'Why'")
    assert describe(NotificationConstraint(frozenset({"b", "a"}))) == ("topics: a, b",)
    assert describe(stack_set("2", "1", stack_instances=False)) == (
        "accounts: 1, 2",
        "regions: us-east-1",
        "admin role: A",
        "execution role: E",
        "stack instances by people: not allowed",
    )
    assert describe(TemplateConstraint({"R": rule("a", "b", when=IS_PROD)})) == (
        "rule R: when Stage is prod: P is a",
        "rule R: when Stage is prod: P is b",
    )
    assert describe(TemplateConstraint({"Odd": {}, "Other": {"Assertions": [7]}})) == ()


@pytest.mark.parametrize(
    ("old", "new", "lines", "impact"),
    [
        (
            NotificationConstraint(frozenset({TOPIC + "a"})),
            NotificationConstraint(frozenset({TOPIC + "a", TOPIC + "b"}), "Why"),
            [f"topics: + {TOPIC}b", "description: '' → 'Why'"],
            Impact.NONE,
        ),
        (
            NotificationConstraint(frozenset({"a"})),
            NotificationConstraint(frozenset({"b"})),
            ["topics: + b", "topics: - a"],
            Impact.RESTRICTS,
        ),
        (stack_set("1", "2"), stack_set("1"), ["accounts: - 2"], Impact.RESTRICTS),
        (stack_set("1"), stack_set("2"), ["accounts: + 2", "accounts: - 1"], Impact.WIDENS),
        (stack_set("1"), stack_set("1", regions=("us-east-1", "a")), ["regions: + a"], Impact.WIDENS),
        (
            stack_set("1", regions=("a", "b")),
            stack_set("1", regions=("b", "a")),
            ["regions: order a, b → b, a"],
            Impact.NONE,
        ),
        (
            stack_set("1"),
            stack_set("1", execution_role="F", stack_instances=False),
            ["execution role: E → F", "stack instances by people: not set → not allowed"],
            Impact.WIDENS,
        ),
        (
            stack_set("1", stack_instances=False),
            stack_set("1", stack_instances=True),
            ["stack instances by people: not allowed → allowed"],
            Impact.WIDENS,
        ),
        (
            TemplateConstraint({"R": rule("a")}),
            TemplateConstraint({"R": rule("a", "b"), "S": rule("c", when=IS_PROD)}),
            ["rule R: + P is b", "rule S: + when Stage is prod: P is c"],
            Impact.RESTRICTS,
        ),
        (
            TemplateConstraint({"R": rule("a", "b")}),
            TemplateConstraint({"R": rule("b")}),
            ["rule R: - P is a"],
            Impact.WIDENS,
        ),
        (TemplateConstraint({"R": rule("a")}), TemplateConstraint({}), ["rule R: - P is a"], Impact.WIDENS),
        (
            TemplateConstraint({"R": rule("a")}),
            TemplateConstraint({"R": rule("a", when=IS_PROD)}),
            ["rule R: when always → Stage is prod"],
            Impact.WIDENS,
        ),
        (
            TemplateConstraint({"R": rule("a", when=IS_PROD)}),
            TemplateConstraint({"R": rule("a")}),
            ["rule R: when Stage is prod → always"],
            Impact.RESTRICTS,
        ),
        (
            TemplateConstraint({"R": rule("a")}),
            TemplateConstraint({"R": rule("a", message="n")}),
            ["rule R: message 'm' → 'n'"],
            Impact.NONE,
        ),
        (
            TemplateConstraint({"R": rule("a", "b")}),
            TemplateConstraint({"R": rule("b", "a")}),
            ["rule R: assertions in another order"],
            Impact.NONE,
        ),
        (
            TemplateConstraint({"R": asserting(one_of("P", "a", "b"))}),
            TemplateConstraint({"R": asserting(one_of("P", "a"))}),
            ["rule R: + P is one of a", "rule R: - P is one of a, b"],
            Impact.RESTRICTS,
        ),
        (
            TemplateConstraint({"R": asserting(one_of("P", "a"))}),
            TemplateConstraint({"R": asserting(one_of("P", "a", "b"))}),
            ["rule R: + P is one of a, b", "rule R: - P is one of a"],
            Impact.WIDENS,
        ),
        (
            TemplateConstraint({"R": asserting(one_of("P", "a", "b"))}),
            TemplateConstraint({"R": asserting(one_of("P", "b", "c"))}),
            ["rule R: + P is one of b, c", "rule R: - P is one of a, b"],
            Impact.WIDENS,
        ),
        (
            TemplateConstraint({"R": asserting(one_of("P", "a", "b"))}),
            TemplateConstraint({"R": rule("a")}),
            ["rule R: + P is a", "rule R: - P is one of a, b"],
            Impact.RESTRICTS,
        ),
        (
            TemplateConstraint({"R": rule("a", when=one_of("Stage", "prod"))}),
            TemplateConstraint({"R": rule("a", when=one_of("Stage", "prod", "test"))}),
            ["rule R: when Stage is one of prod → Stage is one of prod, test"],
            Impact.RESTRICTS,
        ),
        (
            TemplateConstraint({"R": rule("a", when=one_of("Stage", "prod", "test"))}),
            TemplateConstraint({"R": rule("a", when=one_of("Stage", "prod"))}),
            ["rule R: when Stage is one of prod, test → Stage is one of prod"],
            Impact.WIDENS,
        ),
        (LaunchConstraint("a"), LaunchConstraint("", "b"), ["role: a → b"], Impact.WIDENS),
        (
            ResourceUpdateConstraint(False),
            ResourceUpdateConstraint(True),
            ["tag updates: not allowed → allowed"],
            Impact.WIDENS,
        ),
    ],
)
def test_lines_and_impact_of_a_changed_constraint(
    old: Constraint, new: Constraint, lines: list[str], impact: Impact
) -> None:
    assert list(compare(old, new)) == lines
    assert update_impacts(old, new)[0] is impact


EITHER = {"Fn::Or": [{"Fn::Equals": [{"Ref": "P"}, "a"]}, {"Fn::Equals": [{"Ref": "P"}, "b"]}]}
BOTH = {"Fn::And": [one_of("P", "a", "b"), one_of("Q", "c")]}


@pytest.mark.parametrize(
    ("old", "new", "impact"),
    [
        ([EITHER], [one_of("P", "a")], Impact.RESTRICTS),
        ([EITHER], [one_of("P", "a", "b", "c")], Impact.WIDENS),
        ([one_of("P", "a", "b", "c")], [EITHER], Impact.RESTRICTS),
        ([one_of("P", "a")], [EITHER], Impact.WIDENS),
        ([BOTH], [EITHER, one_of("Q", "c")], Impact.NONE),
        ([one_of("P", "a", "b", "c"), one_of("Q", "c", "d")], [BOTH], Impact.RESTRICTS),
        ([BOTH], [EITHER], Impact.WIDENS),
    ],
)
def test_rules_are_compared_by_what_they_accept_not_by_how_they_are_written(
    old: list[Any], new: list[Any], impact: Impact
) -> None:
    before, after = (
        TemplateConstraint({"R": {"Assertions": [{"Assert": each, "AssertDescription": "m"} for each in asserts]}})
        for asserts in (old, new)
    )
    assert update_impacts(before, after)[0] is impact
