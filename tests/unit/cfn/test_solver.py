"""The search for launches, compared with brute force, and the cases in which it is inexact."""

from __future__ import annotations

import math
from itertools import chain, combinations, product
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from catalog.cfn import Pseudo, Solver, TemplateError, evaluate_rules, resolve_parameters

HERE = Pseudo("123456789012", "us-east-1")
CONSTANTS = ["a", "b", "c", ""]
PARAMETERS: dict[str, dict[str, Any]] = {
    "Small": {"Type": "String", "AllowedValues": ["a", "b"]},
    "Other": {"Type": "String", "AllowedValues": ["b", "c", "d"]},
    "Free": {"Type": "String"},
    "Also": {"Type": "String", "AllowedPattern": "[a-z]+"},
    "Few": {"Type": "CommaDelimitedList", "AllowedValues": ["a", "b"]},
    "Many": {"Type": "CommaDelimitedList"},
}
WORDS = ["a", "b", "c", "d", "", "u", "v"]
"""Constants, and enough values that are in no rule."""
DOMAINS: dict[str, list[Any]] = {
    "Small": ["a", "b"],
    "Other": ["b", "c", "d"],
    "Free": WORDS,
    "Also": [word for word in WORDS if word],
    "Few": [("a",), ("b",), ("a", "b")],
    "Many": [*chain.from_iterable(combinations(WORDS, size) for size in range(1, 4))],
}
TEXT = st.sampled_from(["Small", "Other", "Free", "Also"]).map(lambda name: {"Ref": name}) | st.sampled_from(CONSTANTS)
LIST = st.sampled_from(["Few", "Many"]).map(lambda name: {"Ref": name}) | st.lists(TEXT, min_size=1, max_size=2)
ATOM = st.one_of(
    st.tuples(TEXT, TEXT).map(lambda both: {"Fn::Equals": list(both)}),
    st.tuples(LIST, TEXT).map(lambda both: {"Fn::Contains": list(both)}),
    st.tuples(LIST, TEXT).map(lambda both: {"Fn::EachMemberEquals": list(both)}),
    st.tuples(LIST, LIST).map(lambda both: {"Fn::EachMemberIn": list(both)}),
)
EXPRESSION = st.recursive(
    ATOM,
    lambda inner: st.one_of(
        inner.map(lambda expression: {"Fn::Not": [expression]}),
        st.lists(inner, min_size=2, max_size=2).map(lambda both: {"Fn::And": both}),
        st.lists(inner, min_size=2, max_size=2).map(lambda both: {"Fn::Or": both}),
    ),
    max_leaves=3,
)
RULE = st.builds(
    lambda condition, asserts: {
        **({"RuleCondition": condition} if condition else {}),
        "Assertions": [{"Assert": expression} for expression in asserts],
    },
    st.none() | EXPRESSION,
    st.lists(EXPRESSION, min_size=1, max_size=2),
)
RULES = st.lists(RULE, min_size=1, max_size=3).map(
    lambda rules: {f"R{index}": rule for index, rule in enumerate(rules)}
)


def names(node: Any) -> set[str]:
    if isinstance(node, dict):
        return {node["Ref"]} if "Ref" in node else set().union(*map(names, node.values()))
    return set().union(*map(names, node)) if isinstance(node, list) else set()


def holds(rules: dict[str, Any], values: dict[str, Any]) -> bool:
    return all(result.passed for result in evaluate_rules(rules, values, HERE))


def solver(**parameters: dict[str, Any]) -> Solver:
    return Solver({"Parameters": parameters, "Resources": {}}, bound=3_000)


def rules_of(*assertions: Any, condition: Any = None) -> dict[str, Any]:
    rule = {"Assertions": [{"Assert": assertion} for assertion in assertions]}
    return {"R": {**rule, **({"RuleCondition": condition} if condition else {})}}


def equal(name: str, value: Any) -> dict[str, Any]:
    return {"Fn::Equals": [{"Ref": name}, value]}


@settings(max_examples=120)
@given(RULES)
def test_the_search_agrees_with_brute_force(rules: dict[str, Any]) -> None:
    asked = sorted(names(rules))
    assume(math.prod(len(DOMAINS[name]) for name in asked) < 1500)
    search = solver(**PARAMETERS).search(rules)
    tuples = product(*(DOMAINS[name] for name in asked))
    exists = any(holds(rules, dict(zip(asked, values, strict=True))) for values in tuples)
    assert search.exact or "Many" in asked
    if search.exact:
        assert (search.launch is not None) == exists
    if search.launch is not None:
        assert holds(rules, dict(search.launch))


@settings(max_examples=60)
@given(RULES)
def test_cloudformation_accepts_the_launch_that_is_found(rules: dict[str, Any]) -> None:
    launch = solver(**PARAMETERS).search(rules).launch
    if launch is not None:
        given_values = {name: value if isinstance(value, str) else ",".join(value) for name, value in launch.items()}
        declared = {name: PARAMETERS[name] for name in launch}
        resolved = resolve_parameters({"Parameters": declared}, given_values)
        assert resolved.problems == ()
        assert holds(rules, {**resolved.values})


@settings(max_examples=40)
@given(st.lists(RULES, min_size=2, max_size=2))
def test_independent_rules_are_searched_together(both: list[dict[str, Any]]) -> None:
    searcher = solver(**PARAMETERS)
    apart = [searcher.search(rules) for rules in both]
    together = searcher.search(*both)
    if any(search.impossible for search in apart):
        assert together.launch is None
    if not names(both[0]) & names(both[1]):
        assert (together.launch is None) == any(search.launch is None for search in apart)


@pytest.mark.parametrize(
    ("definition", "value", "possible"),
    [
        ({"Type": "String", "AllowedPattern": "^(true|false)$"}, "yes", False),
        ({"Type": "String", "AllowedPattern": "true|false"}, "true", True),
        ({"Type": "String", "MinLength": 3}, "ab", False),
        ({"Type": "Number", "MinValue": 7, "MaxValue": 30}, "31", False),
        ({"Type": "Number", "MinValue": 7, "MaxValue": 30}, "30", True),
        ({"Type": "Number"}, "many", False),
        ({"Type": "AWS::EC2::VPC::Id"}, "vpc-x", False),
        ({"Type": "AWS::EC2::VPC::Id"}, "vpc-0123456789abcdef0", True),
        ({"Type": "AWS::SSM::Parameter::Value<String>", "AllowedValues": ["/a"]}, "whatever is stored", True),
    ],
)
def test_constants_that_a_parameter_cannot_have_are_impossible(
    definition: dict[str, Any], value: str, possible: bool
) -> None:
    search = solver(P=definition).search(rules_of(equal("P", value)))
    assert search.impossible is not possible
    assert search.certain is possible


@pytest.mark.parametrize(
    "definition",
    [
        {"Type": "String"},
        {"Type": "String", "AllowedPattern": "^[A-Z]{3}-[0-9]$", "Default": "ABC-1"},
        {"Type": "String", "AllowedPattern": "arn:aws[a-z-]*:iam::[0-9]{12}:role/.+"},
        {"Type": "Number", "MinValue": 7, "MaxValue": 30},
        {"Type": "Number", "MinValue": 1, "MaxValue": 1},
        {"Type": "AWS::EC2::VPC::Id"},
        {"Type": "List<AWS::EC2::Subnet::Id>"},
        {"Type": "CommaDelimitedList", "AllowedPattern": "[a-z]+"},
    ],
)
def test_a_fresh_value_is_found_for_usual_constraints(definition: dict[str, Any]) -> None:
    comparison = {"Fn::EachMemberEquals": [{"Ref": "P"}, "x"]} if "List" in definition["Type"] else equal("P", "x")
    search = solver(P=definition).search(rules_of({"Fn::Not": [comparison]}))
    assert search.certain


def test_without_a_fresh_value_the_result_is_not_impossible() -> None:
    odd = {"Type": "String", "AllowedPattern": "Q[0-9]{9}(7z){4}"}
    search = solver(P=odd).search(rules_of({"Fn::Not": [equal("P", "x")]}))
    assert (search.launch, search.exact) == (None, False)


def test_at_the_limit_of_combinations_the_result_is_not_impossible() -> None:
    lists = {name: {"Type": "CommaDelimitedList"} for name in "ABC"}
    part = {"Fn::EachMemberIn": [{"Ref": "A"}, {"Ref": "B"}]}
    absurd = {"Fn::And": [part, {"Fn::Not": [part]}, {"Fn::Contains": [{"Ref": "C"}, {"Ref": "D"}]}]}
    whole = Solver({"Parameters": {**lists, "D": {"Type": "String"}}}).search(rules_of(absurd))
    assert whole.impossible
    cut = Solver({"Parameters": {**lists, "D": {"Type": "String"}}}, bound=10).search(rules_of(absurd))
    assert (cut.launch, cut.exact) == (None, False)


def test_a_rule_that_reads_the_account_makes_a_launch_uncertain_but_not_an_impossibility() -> None:
    reads = rules_of({"Fn::Contains": [{"Fn::RefAll": "AWS::EC2::VPC::Id"}, {"Ref": "P"}]})
    searcher = solver(P={"Type": "String"})
    assert (searcher.search(reads).certain, searcher.search(reads).impossible) == (False, False)
    assert searcher.search(reads, {"S": rules_of({"Fn::Equals": ["a", "b"]})["R"]}).impossible


def test_account_and_region_of_a_launch_are_free() -> None:
    elsewhere = solver(P={"Type": "String"}).search(rules_of({"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}))
    assert elsewhere.launch == {"AWS::Region": "eu-west-1"}
    nowhere = rules_of({"Fn::Equals": [{"Ref": "AWS::AccountId"}, "mine"]})
    assert solver().search(nowhere).impossible


def test_a_condition_that_never_holds_leaves_the_rule_satisfied() -> None:
    never = rules_of(equal("P", "x"), condition={"Fn::Equals": ["a", "b"]})
    assert solver(P={"Type": "String", "AllowedValues": ["y"]}).search(never).certain


@pytest.mark.parametrize(
    "template",
    [
        {"Parameters": {"P": "x"}},
        {"Parameters": {"P": {"Type": "Text"}}},
        {"Parameters": []},
        {"Parameters": {"P": {"Type": "String", "AllowedPattern": "("}}},
    ],
)
def test_malformed_parameters_are_an_error(template: dict[str, Any]) -> None:
    with pytest.raises(TemplateError):
        Solver(template)


@settings(max_examples=40)
@given(st.recursive(st.text(max_size=2) | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_malformed_rules_are_left_out(rule: Any) -> None:
    search = solver(P={"Type": "String"}).search({"R": rule})
    assert not search.impossible
    assert not search.certain


@pytest.mark.parametrize(
    "assertions", [None, 5, {}, [5], [{}], [{"Assert": "x"}], [{"Assertion": equal("P", "x")}]], ids=repr
)
def test_malformed_assertions_are_left_out_where_the_condition_is_false(assertions: Any) -> None:
    rule = {"RuleCondition": equal("P", "never"), "Assertions": assertions}
    search = solver(P={"Type": "String"}).search({"R": rule})
    assert not search.impossible
    assert not search.certain
