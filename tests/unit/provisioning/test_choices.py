"""The values that a parameter may have after the rules of template and portfolio."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.cfn import Pseudo, evaluate_rules
from catalog.provisioning.choices import Choices, choices

PSEUDO = Pseudo("123456789012", "eu-west-1")
STAGES = ("dev", "test", "prod")
STAGE = {"Type": "String", "AllowedValues": list(STAGES)}
DAYS = {"Type": "Number", "MinValue": 7, "MaxValue": 30}
ROLES = {"Type": "CommaDelimitedList", "AllowedValues": ["a", "b", "c"]}


def ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def rule(assertion: Any, words: str = "", when: Any = None) -> dict[str, Any]:
    condition = {"RuleCondition": when} if when else {}
    return {**condition, "Assertions": [{"Assert": assertion, "AssertDescription": words}]}


NOT_PROD = rule({"Fn::Contains": [["dev", "test", "lab"], ref("Stage")]}, "Not in prod.")
PROD = {"Fn::Equals": [ref("Stage"), "prod"]}
MONTH = rule({"Fn::Equals": [ref("Days"), "30"]}, "A month in prod.", PROD)


@pytest.mark.parametrize(
    ("name", "definition", "rules", "values", "expected"),
    [
        ("Stage", STAGE, {}, {}, Choices(STAGES)),
        ("Days", DAYS, {}, {}, None),
        ("Stage", STAGE, {"R": NOT_PROD}, {}, Choices(("dev", "test"), ("Not in prod.",))),
        ("Stage", {"Type": "String"}, {"R": NOT_PROD}, {}, Choices(("dev", "lab", "test"), ("Not in prod.",))),
        ("Days", DAYS, {"R": MONTH}, {}, None),
        ("Days", DAYS, {"R": MONTH}, {"Stage": "dev"}, None),
        ("Days", DAYS, {"R": MONTH}, {"Stage": "prod"}, Choices(("30",), ("A month in prod.",))),
        ("Stage", STAGE, {"R": MONTH}, {"Days": "7"}, Choices(("dev", "test"), ("A month in prod.",))),
        ("Stage", STAGE, {"R": rule({"Fn::Not": [PROD]}, "No.")}, {}, Choices(("dev", "test"), ("No.",))),
        ("Roles", ROLES, {"R": rule({"Fn::EachMemberIn": [ref("Roles"), ["a", "b"]]})}, {}, Choices(("a", "b"))),
        # A list that must hold `a` may have other members.
        ("Roles", ROLES, {"R": rule({"Fn::Contains": [ref("Roles"), "a"]})}, {}, Choices(("a", "b", "c"))),
        # What only AWS can look up takes nothing away.
        ("Stage", STAGE, {"R": rule({"Fn::Contains": [{"Fn::RefAll": "x"}, ref("Stage")]})}, {}, Choices(STAGES)),
        (
            "Stage",
            STAGE,
            {"R": rule({"Fn::Equals": [ref("AWS::Region"), "eu-west-1"]})},
            {},
            Choices(STAGES),
        ),
    ],
)
def test_rules_take_values_away(
    name: str, definition: dict[str, Any], rules: dict[str, Any], values: dict[str, str], expected: Choices | None
) -> None:
    assert choices(name, definition, rules, values, PSEUDO) == expected


operands = st.sampled_from([ref("Stage"), ref("Other"), *STAGES])
tests = st.recursive(
    st.one_of(
        st.tuples(operands, operands).map(lambda pair: {"Fn::Equals": list(pair)}),
        st.lists(st.sampled_from(STAGES), min_size=1).map(lambda values: {"Fn::Contains": [values, ref("Stage")]}),
    ),
    lambda inner: st.one_of(
        inner.map(lambda test: {"Fn::Not": [test]}),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: {"Fn::And": parts}),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: {"Fn::Or": parts}),
    ),
    max_leaves=4,
)


@given(st.lists(st.tuples(tests, st.none() | tests), max_size=3), st.sampled_from(STAGES))
def test_a_choice_is_exactly_what_the_rules_accept(parts: list[tuple[Any, Any]], other: str) -> None:
    rules = {f"R{index}": rule(assertion, "", when) for index, (assertion, when) in enumerate(parts)}
    rules = {name: each for name, each in rules.items() if '"Ref": "Stage"' in json.dumps(each)}

    def accepted(value: str) -> bool:
        results = evaluate_rules(rules, {"Stage": value, "Other": other}, PSEUDO)
        return all(result.passed for result in results)

    result = choices("Stage", STAGE, rules, {"Other": other}, PSEUDO)
    assert result is not None
    assert set(result.values) == {value for value in STAGES if accepted(value)}
