"""Conditions: boolean algebra, references between conditions, and the functions that they may use."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.cfn import Pseudo, TemplateError, evaluate_conditions

PSEUDO = Pseudo("123456789012", "us-gov-west-1")
MAPPINGS = {"Sizes": {"prod": {"Replicas": 3}, "dev": {"Replicas": "1"}}}


def conditions(definitions: dict[str, Any], **parameters: str | tuple[str, ...]) -> dict[str, bool]:
    return evaluate_conditions({"Conditions": definitions, "Mappings": MAPPINGS}, parameters, PSEUDO)


@pytest.mark.parametrize(
    ("sides", "expected"),
    [
        ([True, "true"], True),
        (["false", False], True),
        ([30, "30"], True),
        (["a", "A"], False),
        ([{"Ref": "P"}, "prod"], True),
        ([{"Ref": "AWS::Partition"}, "aws-us-gov"], True),
        ([{"Fn::Join": ["", {"Ref": "Empty"}]}, ""], True),
        ([{"Fn::Select": [1, {"Fn::Split": ["-", "a-b"]}]}, "b"], True),
        ([{"Fn::FindInMap": ["Sizes", {"Ref": "P"}, "Replicas"]}, "3"], True),
        ([{"Fn::Sub": "${P}-${AWS::Region}"}, "prod-us-gov-west-1"], True),
    ],
)
def test_equals_compares_strings(sides: list[Any], expected: bool) -> None:
    assert conditions({"C": {"Fn::Equals": sides}}, P="prod", Empty=("",)) == {"C": expected}


def test_conditions_may_refer_to_each_other_in_any_order() -> None:
    decided = conditions(
        {
            "Both": {"Fn::And": [{"Condition": "IsProd"}, {"Condition": "Same"}]},
            "Same": {"Condition": "IsProd"},
            "IsProd": {"Fn::Equals": [{"Ref": "P"}, "prod"]},
        },
        P="prod",
    )
    assert decided == {"Both": True, "Same": True, "IsProd": True}
    assert list(decided) == ["Both", "Same", "IsProd"]


@pytest.mark.parametrize(
    ("definitions", "message"),
    [
        (
            {"A": {"Fn::Not": [{"Condition": "B"}]}, "B": {"Fn::Not": [{"Condition": "A"}]}},
            r"Circular dependency between conditions: \[A, B\]",
        ),
        ({"A": {"Condition": "A"}}, r"Circular dependency between conditions: \[A\]"),
        ({"A": {"Fn::Not": [{"Condition": "Nope"}]}}, "unresolved condition dependency Nope in Condition"),
        ({"A": "true"}, "Conditions can only be boolean operations on parameters and other conditions"),
        ({"A": {"Ref": "P"}}, "Conditions can only be boolean operations"),
        ({"A": {"Fn::Equals": [{"Ref": "Key"}, "x"]}}, r"Unresolved dependencies \[Key\]. Cannot reference resources"),
        ({"A": {"Fn::Equals": [{"Fn::GetAtt": ["K", "Arn"]}, "x"]}}, "Encountered unsupported function: Fn::GetAtt"),
        ({"A": {"Fn::Equals": [{"Fn::GetStackOutput": {}}, "x"]}}, "Cannot use Fn::GetStackOutput in Conditions"),
        ({"A": {"Fn::Equals": [{"Ref": "L"}, "x"]}}, "requires a list of 2 string parameters"),
        ({"A": {"Fn::Equals": [{"Ref": "AWS::NoValue"}, ""]}}, "requires a list of 2 string parameters"),
        ({"A": {"Fn::Equals": ["x"]}}, "requires a list of 2 string parameters"),
        ({"A": {"Fn::And": [{"Fn::Equals": ["a", "a"]}]}}, "at least 2 and at most 10 boolean parameters"),
        ({"A": {"Fn::Or": [{"Fn::Equals": ["a", "a"]}] * 11}}, "at least 2 and at most 10 boolean parameters"),
        ({"A": {"Fn::Not": [{"Fn::Equals": ["a", "a"]}] * 2}}, "exactly 1 boolean parameter"),
        ({"A": {"Fn::Contains": [["a"], "a"]}}, "Conditions can only be boolean operations"),
    ],
)
def test_unsupported_conditions_are_refused(definitions: dict[str, Any], message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        conditions(definitions, P="prod", L=("a",))


def test_each_condition_is_decided_once() -> None:
    # 60 levels, each with the previous condition twice: without a cache this would take 2**60 steps.
    chain: dict[str, Any] = {"C0": {"Fn::Equals": ["a", "a"]}}
    for level in range(1, 60):
        chain[f"C{level}"] = {"Fn::And": [{"Condition": f"C{level - 1}"}] * 2}
    assert all(conditions(chain).values())


LEAVES = st.booleans().map(lambda truth: (truth, {"Fn::Equals": ["a", "a" if truth else "b"]}))


def nested(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    members = st.lists(children, min_size=2, max_size=10)
    return st.one_of(
        members.map(lambda pairs: (all(t for t, _ in pairs), {"Fn::And": [e for _, e in pairs]})),
        members.map(lambda pairs: (any(t for t, _ in pairs), {"Fn::Or": [e for _, e in pairs]})),
        children.map(lambda pair: (not pair[0], {"Fn::Not": [pair[1]]})),
    )


@given(st.recursive(LEAVES, nested, max_leaves=40))
def test_boolean_functions_agree_with_python(case: tuple[bool, Any]) -> None:
    expected, expression = case
    assert conditions({"C": expression}) == {"C": expected}
