"""The algebra of conditions: simplification keeps the meaning."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.iam.formula import (
    PRESENT,
    AllOf,
    AnyOf,
    Atom,
    Formula,
    KeyState,
    Unknown,
    all_of,
    any_of,
    holding,
    negate,
    sentences,
    unknowns,
)

KEYS = ("a", "b", "c")


def atom(key: str, *states: KeyState) -> Atom:
    return Atom(key, "is x", "is not x", frozenset(states))


def holds(formula: Formula, states: dict[str, KeyState]) -> bool:
    """The truth of a formula for one outcome of each test."""
    if isinstance(formula, bool):
        return formula
    if isinstance(formula, Atom):
        return states[formula.subject] in formula.states
    assert isinstance(formula, AllOf | AnyOf)
    truths = (holds(member, states) for member in formula.members)
    return all(truths) if isinstance(formula, AllOf) else any(truths)


subsets = st.sets(st.sampled_from(list(KeyState)), min_size=1, max_size=2)
atoms = st.builds(lambda key, states: atom(key, *states), st.sampled_from(KEYS), subsets)
trees: st.SearchStrategy[tuple[object, ...] | Atom | bool] = st.recursive(
    st.one_of(atoms, st.booleans()),
    lambda children: st.one_of(
        st.tuples(st.just("all"), st.lists(children, min_size=1, max_size=3)),
        st.tuples(st.just("any"), st.lists(children, min_size=1, max_size=3)),
        st.tuples(st.just("not"), children),
    ),
    max_leaves=8,
)


def built(tree: object) -> Formula:
    if isinstance(tree, bool | Atom):
        return tree
    assert isinstance(tree, tuple)
    operation, members = tree
    if operation == "not":
        return negate(built(members))
    return (all_of if operation == "all" else any_of)(*map(built, members))


def truth(tree: object, states: dict[str, KeyState]) -> bool:
    if isinstance(tree, bool | Atom):
        return holds(tree, states)
    assert isinstance(tree, tuple)
    operation, members = tree
    if operation == "not":
        return not truth(members, states)
    truths = [truth(member, states) for member in members]
    return all(truths) if operation == "all" else any(truths)


@settings(deadline=None, max_examples=200)
@given(trees)
def test_simplifying_keeps_the_meaning(tree: object) -> None:
    formula = built(tree)
    for outcome in itertools.product(KeyState, repeat=len(KEYS)):
        states = dict(zip(KEYS, outcome, strict=True))
        assert holds(formula, states) is truth(tree, states)


def test_formulas_that_always_or_never_hold_are_decided() -> None:
    test = atom("a", KeyState.MATCH)
    assert all_of(test, negate(test)) is False
    assert any_of(test, negate(test)) is True
    assert all_of() is True
    assert any_of(False, False) is False
    assert all_of(atom("a", KeyState.MATCH), AnyOf((negate(test), negate(test)))) is False


def test_a_deny_with_if_exists_and_an_allow_become_one_condition() -> None:
    allow = atom("k", KeyState.MATCH)
    deny = atom("k", KeyState.OTHER, KeyState.ABSENT)
    assert sentences(all_of(allow, negate(deny))) == ("k is x",)


def test_an_alternative_that_cannot_hold_is_left_out() -> None:
    either = any_of(atom("a", KeyState.OTHER), atom("b", KeyState.MATCH))
    assert sentences(all_of(atom("a", KeyState.MATCH), either)) == ("a is x", "b is x")
    assert sentences(all_of(atom("a", KeyState.OTHER), either)) == ("a is not x",)


def test_unknown_stays_unknown_unless_it_does_not_matter() -> None:
    doubt = Unknown("who knows")
    assert unknowns(negate(doubt)) == ("who knows",)
    assert all_of(doubt, False) is False
    assert any_of(doubt, True) is True
    assert unknowns(all_of(doubt, atom("a", KeyState.MATCH))) == ("who knows",)


def test_words() -> None:
    first, second = atom("a", KeyState.MATCH), atom("b", KeyState.MATCH, KeyState.ABSENT)
    assert (
        str(any_of(all_of(first, second), atom("c", KeyState.OTHER))) == "c is not x or (a is x and (b is x or absent))"
    )
    assert str(holding(Atom("a", "is x", "is not x", frozenset(), PRESENT), {KeyState.OTHER})) == "a is not x"
    assert str(atom("a", KeyState.MATCH, KeyState.OTHER)) == "a is present"
