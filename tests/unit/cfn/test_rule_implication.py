"""What a rule expression implies, against the evaluator of rules over all small launches."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.cfn.pseudo import Pseudo
from catalog.cfn.rule_implication import implies
from catalog.cfn.rules import evaluate_rules
from catalog.cfn.template import TemplateError

PSEUDO = Pseudo("123456789012", "us-east-1")
TEXTS = ["a", "b", "", "true"]
LISTS: list[tuple[str, ...]] = [(), ("a",), ("b",), ("a", "b"), ("",)]
P, Q, L = {"Ref": "P"}, {"Ref": "Q"}, {"Ref": "L"}


def passes(expression: Any, launch: dict[str, Any]) -> bool:
    """Whether a launch passes an assertion; one that CloudFormation cannot evaluate fails the launch."""
    try:
        (result,) = evaluate_rules({"R": {"Assertions": [{"Assert": expression}]}}, launch, PSEUDO)
    except TemplateError:
        return False
    return all(assertion.passed for assertion in result.assertions)


def launches() -> list[dict[str, Any]]:
    return [{"P": p, "Q": q, "L": members} for p, q, members in itertools.product(TEXTS, TEXTS, LISTS)]


values = st.sampled_from(["a", "b", "", True])
lists = st.lists(values, max_size=3)
# Each function takes each parameter, also one of the wrong type.
parameters = st.sampled_from([P, Q, L])
tests = st.one_of(
    st.builds(lambda parameter, value: {"Fn::Equals": [parameter, value]}, parameters, values),
    st.builds(lambda parameter, value: {"Fn::Equals": [value, parameter]}, parameters, values),
    st.builds(lambda parameter, members: {"Fn::Contains": [members, parameter]}, parameters, lists),
    st.builds(lambda parameter, value: {"Fn::Contains": [parameter, value]}, parameters, values),
    st.builds(lambda parameter, members: {"Fn::EachMemberIn": [parameter, members]}, parameters, lists),
    st.builds(lambda parameter, value: {"Fn::EachMemberEquals": [parameter, value]}, parameters, values),
)
expressions = st.recursive(
    tests,
    lambda inner: st.one_of(
        inner.map(lambda expression: {"Fn::Not": [expression]}),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: {"Fn::And": parts}),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: {"Fn::Or": parts}),
    ),
    max_leaves=4,
)


@settings(deadline=None, max_examples=1500)
@given(premise=expressions, conclusion=expressions)
def test_what_is_implied_holds_in_every_launch(premise: Any, conclusion: Any) -> None:
    if implies(premise, conclusion):
        for launch in launches():
            assert passes(conclusion, launch) or not passes(premise, launch), launch


def one_of(*members: str) -> dict[str, Any]:
    return {"Fn::Contains": [list(members), P]}


@pytest.mark.parametrize(
    ("strong", "weak"),
    [
        (one_of("dev"), one_of("dev", "test")),
        ({"Fn::Equals": [P, "dev"]}, one_of("dev", "test")),
        (one_of("dev"), {"Fn::Not": [one_of("prod")]}),
        (one_of("dev"), {"Fn::Not": [{"Fn::Equals": [P, ""]}]}),
        ({"Fn::Not": [one_of("a", "b")]}, {"Fn::Not": [one_of("a")]}),
        ({"Fn::EachMemberIn": [L, ["a"]]}, {"Fn::EachMemberIn": [L, ["a", "b"]]}),
        ({"Fn::And": [one_of("a"), {"Fn::Equals": [Q, "x"]}]}, one_of("a", "b")),
        (
            {"Fn::And": [one_of("a"), {"Fn::Equals": [Q, "x"]}]},
            {"Fn::And": [{"Fn::Equals": [Q, "x"]}, one_of("a", "c")]},
        ),
        ({"Fn::Contains": [["7"], P]}, {"Fn::Contains": [[7, 8], P]}),
    ],
)
def test_the_stronger_of_two_tests_implies_the_weaker_one_alone(strong: Any, weak: Any) -> None:
    assert implies(strong, weak)
    assert not implies(weak, strong)


@pytest.mark.parametrize(
    "odd", [None, "a", {"Fn::Contains": "a"}, {"Fn::Equals": [P, "a"], "Other": 1}, {"Fn::Not": []}]
)
def test_malformed_expressions_imply_only_themselves(odd: Any) -> None:
    assert implies(odd, odd)
    assert not implies(odd, one_of("a"))
    assert not implies(one_of("a"), odd)
