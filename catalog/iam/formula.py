"""Formulas over tests of condition keys: the conditions that remain if a request is only partly known.

`True` and `False` are decided, an `Atom` depends on the request, an `Unknown` on something that this code cannot
evaluate. `all_of`, `any_of` and `negate` simplify their result, so that the text for people is short: two tests of the
same key become one, and an alternative that cannot hold is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias


class KeyState(StrEnum):
    """The outcomes of a test of a condition key."""

    MATCH = "match"
    OTHER = "other"
    ABSENT = "absent"


PRESENT = frozenset({KeyState.MATCH, KeyState.OTHER})
ANY_STATE = frozenset(KeyState)


@dataclass(frozen=True, slots=True)
class Atom:
    """A test of a key: it holds for the outcomes `states`, out of those that are `possible`."""

    subject: str
    """The key, such as kms:GrantIsForAWSResource."""
    match: str
    """The words for the outcome MATCH: `is true`."""
    other: str
    """The words for the outcome OTHER: `is false`."""
    states: frozenset[KeyState]
    possible: frozenset[KeyState] = ANY_STATE
    """Without ABSENT for keys that every request has."""

    @property
    def test(self) -> tuple[str, str, str]:
        """The identity of the test, without the outcome; names of keys are case-insensitive."""
        return self.subject.lower(), self.match, self.other

    def __str__(self) -> str:
        if KeyState.ABSENT not in self.possible:
            return f"{self.subject} {self.match if KeyState.MATCH in self.states else self.other}"
        if self.states == PRESENT:
            return f"{self.subject} is present"
        words = [self.match] if KeyState.MATCH in self.states else []
        words += [self.other] if KeyState.OTHER in self.states else []
        words += ["absent" if words else "is absent"] if KeyState.ABSENT in self.states else []
        return f"{self.subject} {' or '.join(words)}"


@dataclass(frozen=True, slots=True)
class Unknown:
    """A fact that this code cannot evaluate; it is never decided."""

    reason: str

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True, slots=True)
class AllOf:
    """A formula that holds if all members hold."""

    members: tuple[Formula, ...]

    def __str__(self) -> str:
        return " and ".join(f"({member})" if _is_alternative(member) else str(member) for member in self.members)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A formula that holds if at least one member holds."""

    members: tuple[Formula, ...]

    def __str__(self) -> str:
        return " or ".join(f"({member})" if isinstance(member, AllOf) else str(member) for member in self.members)


def _is_alternative(formula: Formula) -> bool:
    """Whether its text has an "or", so that it needs brackets inside an "and"."""
    return isinstance(formula, AnyOf) or (isinstance(formula, Atom) and KeyState.ABSENT in formula.states)


Formula: TypeAlias = bool | Atom | Unknown | AllOf | AnyOf


def holding(atom: Atom, states: Iterable[KeyState]) -> Formula:
    """The test of `atom` with other outcomes; decided if they are all or none of the possible ones."""
    wanted = frozenset(states) & atom.possible
    if not wanted:
        return False
    return True if wanted == atom.possible else replace(atom, states=wanted)


def negate(formula: Formula) -> Formula:
    """The negation; `Unknown` stays `Unknown`."""
    if isinstance(formula, bool):
        return not formula
    if isinstance(formula, Atom):
        return holding(formula, formula.possible - formula.states)
    if isinstance(formula, AllOf):
        return any_of(*(negate(member) for member in formula.members))
    if isinstance(formula, AnyOf):
        return all_of(*(negate(member) for member in formula.members))
    return formula


def any_of(*formulas: Formula) -> Formula:
    """The formula that at least one of `formulas` holds: the dual of `all_of`."""
    if len(formulas) == 1:
        return formulas[0]
    if any(formula is True for formula in formulas):
        return True
    open_ = [formula for formula in formulas if formula is not False]
    if len(open_) < 2:
        return open_[0] if open_ else False
    return _dual(all_of(*(_dual(formula) for formula in open_)))


def _dual(formula: Formula) -> Formula:
    """`negate` without simplifying again: the members of a simplified formula share no test."""
    if isinstance(formula, AllOf):
        return AnyOf(tuple(_dual(member) for member in formula.members))
    if isinstance(formula, AnyOf):
        return AllOf(tuple(_dual(member) for member in formula.members))
    return negate(formula)


def all_of(*formulas: Formula) -> Formula:
    """The formula that all of `formulas` hold, simplified."""
    if False in formulas:
        return False
    members = list(dict.fromkeys(_conjuncts(formulas)))
    if False in members:
        return False
    atoms = _merged(member for member in members if isinstance(member, Atom))
    if atoms is None:
        return False
    others: list[Formula] = []
    for member in members:
        if isinstance(member, Atom):
            continue
        reduced = _given(member, atoms)
        if reduced is False:
            return False
        if reduced is not True:
            others.append(reduced)
    if others and any(isinstance(member, Atom | AllOf) for member in others):
        return all_of(*atoms.values(), *others)  # an alternative became a test, which may decide others
    result = (*atoms.values(), *others)
    if len(result) < 2:
        return result[0] if result else True
    return AllOf(result)


def _conjuncts(formulas: Iterable[Formula]) -> Iterator[Formula]:
    for formula in formulas:
        if isinstance(formula, AllOf):
            yield from _conjuncts(formula.members)
        elif formula is not True:
            yield formula


def _merged(atoms: Iterable[Atom]) -> dict[tuple[str, str, str], Atom] | None:
    """Test → one atom; None if two atoms exclude each other."""
    merged: dict[tuple[str, str, str], Atom] = {}
    absent: dict[str, bool] = {}
    for atom in atoms:
        previous = merged.get(atom.test, atom)
        both = holding(previous, atom.states & previous.states)
        if not isinstance(both, Atom):
            return None
        merged[atom.test] = both
        if both.states == {KeyState.ABSENT}:
            absent[atom.test[0]] = True
    for atom in merged.values():
        if absent.get(atom.test[0]) and KeyState.ABSENT not in atom.states:
            return None  # two tests of one key, and one of them needs the key to be absent
    return merged


def _given(formula: Formula, atoms: dict[tuple[str, str, str], Atom]) -> Formula:
    """`formula` under the condition that the atoms hold.

    Without it, an Allow under either of two conditions that Deny statements exclude would read as allowed
    (tests/unit/iam/test_evaluate.py, "either of two conditions that are both denied").
    """
    if isinstance(formula, Atom):
        given = atoms.get(formula.test)
        if given is None:
            return formula
        if given.states <= formula.states:
            return True
        return holding(formula, given.states & formula.states)
    if isinstance(formula, AnyOf):
        return any_of(*(_given(member, atoms) for member in formula.members))
    if isinstance(formula, AllOf):
        return all_of(*(_given(member, atoms) for member in formula.members))
    return formula


def unknowns(formula: Formula) -> tuple[str, ...]:
    """The reasons why `formula` cannot be decided even for a known request; empty if it can."""
    if isinstance(formula, Unknown):
        return (formula.reason,)
    members = formula.members if isinstance(formula, AllOf | AnyOf) else ()
    return tuple(dict.fromkeys(reason for member in members for reason in unknowns(member)))


def sentences(formula: Formula) -> tuple[str, ...]:
    """The conditions that must all hold, each in words; empty for a decided formula."""
    if isinstance(formula, bool):
        return ()
    return tuple(str(member) for member in formula.members) if isinstance(formula, AllOf) else (str(formula),)
