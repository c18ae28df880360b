"""Rules in words: compiled rules have the meaning of the words, for all values, and names are stable."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.cfn import Pseudo, evaluate_rules
from catalog.content.portfolio_files import EXAMPLE
from catalog.content.rules_in_words import OPERATORS, compiled, located_rules

PSEUDO = Pseudo("123456789012", "us-east-1")
SINGLE, LISTS = ("Stage", "Size"), ("Admins", "Users")
VALUES = ("", "a", "b", "true", "30", "a,b", "Ärger")
MEANING = {
    "equals": lambda got, expected: got == expected,
    "not_equals": lambda got, expected: got != expected,
    "allowed": lambda got, expected: got in expected,
    "forbidden": lambda got, expected: got not in expected,
    "not_empty": lambda got, expected: got != "",
    "members_allowed": lambda got, expected: all(each in expected for each in got),
    "members_forbidden": lambda got, expected: not any(each in expected for each in got),
    "members_required": lambda got, expected: all(each in got for each in expected),
}
values = st.sampled_from(VALUES)
several = st.lists(values, min_size=1, unique=True)


@st.composite
def clauses(draw: st.DrawFn) -> dict[str, Any]:
    """A parameter with an operator of its kind."""
    name = draw(st.sampled_from((*SINGLE, *LISTS)))
    operator = draw(st.sampled_from([key for key, each in OPERATORS.items() if each.of_list is (name in LISTS)]))
    expected = True if operator == "not_empty" else draw(values if operator.endswith("equals") else several)
    return {"parameter": name, operator: expected}


whens = st.none() | clauses() | st.lists(clauses(), min_size=1, max_size=12)
launches = st.fixed_dictionaries(
    {**dict.fromkeys(SINGLE, values), **{name: st.lists(values, min_size=1).map(tuple) for name in LISTS}}
)


def holds(clause: Mapping[str, Any], launch: Mapping[str, Any]) -> bool:
    """The meaning of a clause, without CloudFormation."""
    (operator,) = set(clause) & set(OPERATORS)
    return bool(MEANING[operator](launch[clause["parameter"]], clause[operator]))


def cases(entry: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    when = entry.get("when") or []
    return [when] if isinstance(when, dict) else when


def entry_of(clause: Mapping[str, Any], when: Any) -> dict[str, Any]:
    return {**clause, "when": when} if when else dict(clause)


@given(clauses(), whens, launches)
@settings(deadline=None, max_examples=300)
def test_a_compiled_rule_has_the_meaning_of_the_requirement(
    clause: dict[str, Any], when: Any, launch: dict[str, Any]
) -> None:
    name, rule = compiled(entry_of(clause, when))
    assert re.fullmatch(r"[A-Za-z0-9]{1,255}", name)
    (result,) = evaluate_rules({name: rule}, launch, PSEUDO)
    applies = all(holds(each, launch) for each in cases({"when": when}))
    assert result.applies is applies
    assert result.passed is (not applies or holds(clause, launch))


@given(st.lists(st.tuples(clauses(), whens), min_size=1, max_size=5), st.randoms())
@settings(deadline=None, max_examples=100)
def test_order_other_requirements_and_accounts_do_not_rename_a_rule(entries: list[Any], random: Any) -> None:
    listed = [entry_of(*each) for each in entries]
    alone = {compiled(entry)[0] for entry in listed}
    random.shuffle(listed)
    assert {name for _, name, _ in located_rules({"require": listed})} == alone
    assert {compiled(EXAMPLE.fill({**entry, "message": "x"}))[0] for entry in listed} == alone


@given(clauses(), whens, clauses(), whens)
@settings(deadline=None, max_examples=300)
def test_requirements_with_the_same_name_differ_only_in_the_required_value(
    clause: dict[str, Any], when: Any, other: dict[str, Any], then: Any
) -> None:
    if compiled(entry_of(clause, when))[0] == compiled(entry_of(other, then))[0]:
        assert set(clause) == set(other)
        assert clause["parameter"] == other["parameter"]
        each, two = (compiled(entry_of({"parameter": "P", "equals": "x"}, each))[1] for each in (when, then))
        assert each.get("RuleCondition") == two.get("RuleCondition")


@pytest.mark.parametrize(
    ("entry", "name", "message"),
    [
        ({"equals": "true"}, "PEquals", "P must be true."),
        ({"equals": ""}, "PEquals", "P must be empty."),
        ({"not_equals": "x"}, "PNotEquals", "P must not be x."),
        ({"allowed": ["dev", "test"]}, "PAllowed", "P must be one of dev, test."),
        ({"forbidden": ["prod"]}, "PForbidden", "P must be none of prod."),
        ({"not_empty": True}, "PNotEmpty", "P must not be empty."),
        ({"members_allowed": ["a"]}, "PMembersAllowed", "Each member of P must be one of a."),
        ({"members_required": ["a", "b"]}, "PMembersRequired", "P must have the members a, b."),
        (
            {"members_forbidden": ["a"], "when": {"parameter": "Environment", "equals": "prod"}},
            "PMembersForbiddenWhenEnvironmentEqualsProd",
            "When Environment is prod, no member of P may be one of a.",
        ),
        (
            {
                "equals": "30",
                "when": [{"parameter": "B", "not_empty": True}, {"parameter": "A", "members_required": ["x"]}],
            },
            "PEqualsWhenAMembersRequiredXAndBNotEmpty",
            "When A has the members x and B is not empty, P must be 30.",
        ),
        (
            {"equals": "x", "when": {"parameter": "A", "allowed": ["dev", "test"]}},
            "PEqualsWhenAAllowed2ca0181f",
            "When A is one of dev, test, P must be x.",
        ),
        ({"equals": "x", "name": "Mine", "message": "Say x."}, "Mine", "Say x."),
    ],
)
def test_default_names_and_messages(entry: dict[str, Any], name: str, message: str) -> None:
    found, rule = compiled({"parameter": "P", **entry})
    assert (found, rule["Assertions"][0]["AssertDescription"]) == (name, message)


def test_a_long_name_is_cut_to_the_limit_and_stays_unique() -> None:
    names = {
        compiled({"parameter": "P" * 250, "equals": "x", "when": {"parameter": "Q", "equals": each}})[0]
        for each in "ab"
    }
    assert {len(name) for name in names} == {255}
    assert len(names) == 2
