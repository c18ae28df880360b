"""Rules in words: what they compile to means what they say, whatever the values; their names stay what they are."""

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
    "equals": lambda got, said: got == said,
    "not_equals": lambda got, said: got != said,
    "allowed": lambda got, said: got in said,
    "forbidden": lambda got, said: got not in said,
    "not_empty": lambda got, said: got != "",
    "members_allowed": lambda got, said: all(one in said for one in got),
    "members_forbidden": lambda got, said: not any(one in said for one in got),
    "members_required": lambda got, said: all(one in got for one in said),
}
values = st.sampled_from(VALUES)
several = st.lists(values, min_size=1, unique=True)


@st.composite
def clauses(draw: st.DrawFn) -> dict[str, Any]:
    """A parameter with an operator of its kind."""
    name = draw(st.sampled_from((*SINGLE, *LISTS)))
    operator = draw(st.sampled_from([key for key, one in OPERATORS.items() if one.of_list is (name in LISTS)]))
    said = True if operator == "not_empty" else draw(values if operator.endswith("equals") else several)
    return {"parameter": name, operator: said}


whens = st.none() | clauses() | st.lists(clauses(), min_size=1, max_size=12)
launches = st.fixed_dictionaries(
    {**dict.fromkeys(SINGLE, values), **{name: st.lists(values, min_size=1).map(tuple) for name in LISTS}}
)


def holds(clause: Mapping[str, Any], launch: Mapping[str, Any]) -> bool:
    """What a clause plainly says."""
    (operator,) = set(clause) & set(OPERATORS)
    return bool(MEANING[operator](launch[clause["parameter"]], clause[operator]))


def cases(entry: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    when = entry.get("when") or []
    return [when] if isinstance(when, dict) else when


def entry_of(clause: Mapping[str, Any], when: Any) -> dict[str, Any]:
    return {**clause, "when": when} if when else dict(clause)


@given(clauses(), whens, launches)
@settings(deadline=None, max_examples=300)
def test_a_compiled_rule_means_what_the_entry_says(clause: dict[str, Any], when: Any, launch: dict[str, Any]) -> None:
    name, rule = compiled(entry_of(clause, when))
    assert re.fullmatch(r"[A-Za-z0-9]{1,255}", name)
    (result,) = evaluate_rules({name: rule}, launch, PSEUDO)
    applies = all(holds(one, launch) for one in cases({"when": when}))
    assert result.applies is applies
    assert result.passed is (not applies or holds(clause, launch))


@given(st.lists(st.tuples(clauses(), whens), min_size=1, max_size=5), st.randoms())
@settings(deadline=None, max_examples=100)
def test_neither_order_nor_company_nor_the_place_renames_a_rule(entries: list[Any], random: Any) -> None:
    listed = [entry_of(*one) for one in entries]
    alone = {compiled(entry)[0] for entry in listed}
    random.shuffle(listed)
    assert {name for _, name, _ in located_rules({"require": listed})} == alone
    assert {compiled(EXAMPLE.fill({**entry, "message": "x"}))[0] for entry in listed} == alone


@given(clauses(), whens, clauses(), whens)
@settings(deadline=None, max_examples=300)
def test_entries_of_one_name_differ_in_what_they_demand_alone(
    clause: dict[str, Any], when: Any, other: dict[str, Any], then: Any
) -> None:
    if compiled(entry_of(clause, when))[0] == compiled(entry_of(other, then))[0]:
        assert set(clause) == set(other)
        assert clause["parameter"] == other["parameter"]
        one, two = (compiled(entry_of({"parameter": "P", "equals": "x"}, each))[1] for each in (when, then))
        assert one.get("RuleCondition") == two.get("RuleCondition")


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
def test_names_and_words(entry: dict[str, Any], name: str, message: str) -> None:
    found, rule = compiled({"parameter": "P", **entry})
    assert (found, rule["Assertions"][0]["AssertDescription"]) == (name, message)


def test_a_name_is_no_longer_than_a_logical_id_and_still_its_own() -> None:
    names = {
        compiled({"parameter": "P" * 250, "equals": "x", "when": {"parameter": "Q", "equals": one}})[0] for one in "ab"
    }
    assert {len(name) for name in names} == {255}
    assert len(names) == 2
