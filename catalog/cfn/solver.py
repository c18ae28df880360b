"""Whether a launch exists that satisfies given Rules: a search over all values that the Rules distinguish.

    rules → constraints → components (what shares no parameter is independent) → values → backtracking

Rules hold only equality and membership, so the search is exact where every parameter has enough values to try
(`candidates`), where every rule can be evaluated, and where the bound was not hit. `Search.exact` says so. Each step is
decided by `evaluate_rules`, the same code as everywhere.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations
from typing import Any

from catalog.cfn.candidates import Candidate, fresh
from catalog.cfn.pseudo import Pseudo
from catalog.cfn.rules import evaluate_rules
from catalog.cfn.template import Template, TemplateError, is_list, section, text_of

BOUND = 20_000
"""Combinations that are tried at most in one component: about a second."""
LARGEST_POOL = 9
"""Members that a list is made of: 511 lists. With more, only the small lists are tried."""

ATOMS = frozenset({"Fn::Equals", "Fn::Contains", "Fn::EachMemberEquals", "Fn::EachMemberIn"})
WITNESSED = ATOMS - {"Fn::Equals", "Fn::Contains"}
"""What needs a member of its own to be false."""

SURROUNDINGS: Mapping[str, Mapping[str, Any]] = {
    "AWS::AccountId": {"Type": "String", "AllowedPattern": "[0-9]{12}", "Default": "123456789012"},
    "AWS::Region": {"Type": "String", "AllowedPattern": "[a-z]{2,4}(-[a-z]+)+-[0-9]", "Default": "us-east-1"},
    "AWS::Partition": {"Type": "String", "AllowedPattern": "aws(-[a-z]+)*", "Default": "aws"},
    "AWS::URLSuffix": {"Type": "String"},
    "AWS::StackName": {"Type": "String"},
    "AWS::StackId": {"Type": "String"},
    "AWS::NotificationARNs": {"Type": "CommaDelimitedList"},
}
"""Pseudo parameters, as parameters that the place of the launch decides."""

Value = str | tuple[str, ...]
Values = Mapping[str, Value]
Rules = Mapping[str, Any]
NOWHERE = Pseudo("123456789012", "us-east-1")


@dataclass(frozen=True, slots=True)
class Search:
    """What a search found."""

    launch: Values | None
    """Values of the parameters that the rules read, which satisfy them; None when none were found."""
    exact: bool
    """Whether the answer can be relied on: no rule was left out, and if nothing was found nothing exists."""

    @property
    def impossible(self) -> bool:
        """Whether no launch can satisfy the rules."""
        return self.launch is None and self.exact

    @property
    def certain(self) -> bool:
        """Whether `launch` satisfies them."""
        return self.launch is not None and self.exact


@dataclass(frozen=True, slots=True)
class SolverConstraint:
    """One assertion of a rule, with the rule's condition."""

    rule: Rules
    names: frozenset[str]

    def holds(self, values: Values) -> bool:
        """Whether a launch with these values satisfies it; raises `TemplateError` when that cannot be told."""
        return evaluate_rules({"Rule": self.rule}, values, NOWHERE)[0].passed


@dataclass
class Solver:
    """Searches for launches of one template. What was found for a component of rules is remembered."""

    template: Template
    bound: int = BOUND
    candidates: dict[str, Candidate] = field(init=False)
    known: dict[str, Search] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        definitions = {**SURROUNDINGS, **section(self.template, "Parameters")}
        for name, definition in definitions.items():
            if not isinstance(definition, Mapping):
                raise TemplateError(f"Template format error: parameter {name} must be an object")
        self.candidates = {name: Candidate(name, definition) for name, definition in definitions.items()}
        for candidate in self.candidates.values():
            candidate.accepts("")  # a malformed definition shows now

    def search(self, *rules: Rules) -> Search:
        """A launch that satisfies all `rules` (each a Rules object), or none."""
        constraints, exact = self.constraints(rules)
        launch: dict[str, Value] = {}
        missed = False
        for component in components(constraints):
            solution = self.component(component)
            if solution.impossible:  # however inexact the others are, and whatever was left out
                return solution
            missed = missed or solution.launch is None
            exact = exact and solution.exact
            launch.update(solution.launch or {})
        return Search(None if missed else launch, exact)

    def constraints(self, rules: Iterable[Rules]) -> tuple[list[SolverConstraint], bool]:
        """(the assertions that can be evaluated, whether that is all of them)."""
        result, complete = [], True
        for rule in chain.from_iterable(each.values() for each in rules):
            parts: Any = rule.get("Assertions") if isinstance(rule, Mapping) else None
            for assertion in parts if is_list(parts) else (None,):
                single = {**rule, "Assertions": [assertion]} if isinstance(rule, Mapping) else {}
                constraint = SolverConstraint(single, frozenset(references(single)))
                if self.can_evaluate(constraint):
                    result.append(constraint)
                else:
                    complete = False
        return result, complete

    def can_evaluate(self, constraint: SolverConstraint) -> bool:
        """Whether it names known parameters only, and no function that reads the account."""
        if not constraint.names <= self.candidates.keys():
            return False
        values = {name: self.typed(name, ("x",)) for name in constraint.names}
        try:
            constraint.holds(values)
            parts = [assertion["Assert"] for assertion in constraint.rule["Assertions"]]
            if "RuleCondition" in constraint.rule:  # whatever it says of these values, the assertion must be seen too
                parts.append(constraint.rule["RuleCondition"])
            evaluate_rules({"Rule": {"Assertions": [{"Assert": part} for part in parts]}}, values, NOWHERE)
        except TemplateError:
            return False
        return True

    def typed(self, name: str, members: tuple[str, ...]) -> Value:
        """Members as the parameter's value."""
        return members if self.candidates[name].type.is_list else members[0]

    def component(self, constraints: Sequence[SolverConstraint]) -> Search:
        """A launch that satisfies the constraints of one component."""
        key = json.dumps([constraint.rule for constraint in constraints], sort_keys=True)
        if key not in self.known:
            alone = (self.component([each]) for each in constraints) if len(constraints) > 1 else ()
            impossible = next((search for search in alone if search.impossible), None)
            self.known[key] = impossible or self.backtrack(constraints)
        return self.known[key]

    def backtrack(self, constraints: Sequence[SolverConstraint]) -> Search:
        """Try all combinations, each constraint as soon as its parameters have values."""
        domains, exact = self.domains(constraints)
        order = in_order(constraints, domains)
        due = [
            [constraint for constraint in constraints if constraint.names <= {*order[:depth]}]
            for depth in range(len(order) + 1)
        ]
        new = [[each for each in due[depth] if depth == 0 or each not in due[depth - 1]] for depth in range(len(due))]
        tried = SearchBudget(self.bound)
        launch = descend(order, domains, new, {}, tried)
        return Search(launch, launch is not None or (exact and not tried.is_spent))

    def domains(self, constraints: Sequence[SolverConstraint]) -> tuple[dict[str, list[Value]], bool]:
        """(values to try for each parameter, whether they represent all values)."""
        domains: dict[str, list[Value]] = {}
        exact = True
        for group in groups(constraints):
            values, enough = self.group_domains(group)
            domains |= values
            exact = exact and enough
        return domains, exact

    def group_domains(self, group: Group) -> tuple[dict[str, list[Value]], bool]:
        """The same for parameters that are compared with each other, directly or not."""
        members = [self.candidates[name] for name in sorted(group.names)]
        endless = [candidate for candidate in members if candidate.finite is None]
        # A list needs a member for each comparison that must be false, or just one; a text needs itself.
        needed = sum(max(1, group.lefts.get(each.name, 0)) for each in endless)
        constants = dict.fromkeys(
            chain(group.constants, *(member.finite or () for member in members if len(members) > 1))
        )
        shared = fresh(endless, constants, needed)
        exact = len(shared) == needed
        domains: dict[str, list[Value]] = {}
        for candidate in members:
            pool = [value for value in constants if candidate.accepts(value)]
            if candidate.finite is None:
                pool += shared or fresh([candidate], constants, needed)
            else:
                others = [value for value in candidate.finite if value not in pool]
                pool += others[: max(1, group.lefts.get(candidate.name, 0))] if len(members) == 1 else others
            pool = sorted(dict.fromkeys(pool), key=lambda value: value not in candidate.default)
            if not candidate.type.is_list:
                domains[candidate.name] = list(pool)
                continue
            sizes = range(1, len(pool) + 1) if len(pool) <= LARGEST_POOL else range(1, 3)
            exact = exact and len(pool) <= LARGEST_POOL
            domains[candidate.name] = [*chain.from_iterable(combinations(pool, size) for size in sizes)]
        return domains, exact


@dataclass(slots=True)
class SearchBudget:
    """How many combinations may still be tried."""

    left: int

    @property
    def is_spent(self) -> bool:
        """Whether the bound was hit."""
        return self.left <= 0


def descend(
    order: Sequence[str],
    domains: Mapping[str, Sequence[Value]],
    due: Sequence[Sequence[SolverConstraint]],
    values: dict[str, Value],
    budget: SearchBudget,
) -> Values | None:
    """Give the next parameter each of its values; the first combination that satisfies all constraints."""
    depth = len(values)
    if not all(constraint.holds(values) for constraint in due[depth]):
        return None
    if depth == len(order):
        return dict(values)
    for value in domains[order[depth]]:
        budget.left -= 1
        if budget.is_spent:
            return None
        solution = descend(order, domains, due, {**values, order[depth]: value}, budget)
        if solution is not None:
            return solution
    return None


@dataclass(slots=True)
class Group:
    """Parameters whose values are compared with each other, and the constants that they are compared with."""

    names: set[str] = field(default_factory=set)
    constants: dict[str, None] = field(default_factory=dict)
    lefts: Counter[str] = field(default_factory=Counter)
    """By list: how many comparisons need a member of its own to be false."""

    def absorb(self, other: Group) -> None:
        """Take over another group."""
        self.names |= other.names
        self.constants |= other.constants
        self.lefts += other.lefts


def groups(constraints: Iterable[SolverConstraint]) -> list[Group]:
    """The parameters of `constraints`, grouped; the same comparison counts once."""
    result: list[Group] = []
    seen: set[str] = set()
    for function, argument in chain.from_iterable(atoms(constraint.rule) for constraint in constraints):
        text = json.dumps([function, argument], sort_keys=True)
        group = Group({*references(argument)}, dict.fromkeys(texts(argument)))
        if function in WITNESSED and text not in seen:
            group.lefts.update(references(argument[:1]))
        seen.add(text)
        for other in [each for each in result if each.names & group.names]:
            group.absorb(other)
            result.remove(other)
        if group.names:
            result.append(group)
    return result


def components(constraints: Sequence[SolverConstraint]) -> list[list[SolverConstraint]]:
    """`constraints` apart by what shares no parameter, directly or over others; in their order."""
    result: list[tuple[set[str], list[int]]] = []
    for index, constraint in enumerate(constraints):
        names, indices = set(constraint.names), [index]
        for other in [each for each in result if each[0] & names]:
            names |= other[0]
            indices += other[1]
            result.remove(other)
        result.append((names, indices))
    return [[constraints[index] for index in sorted(indices)] for _, indices in result]


def in_order(constraints: Sequence[SolverConstraint], domains: Mapping[str, Sequence[Value]]) -> list[str]:
    """The parameters, so that constraints are complete early: those of the small constraints first, lists late."""
    names: dict[str, None] = {}
    for constraint in sorted(constraints, key=lambda each: len(each.names)):
        names |= dict.fromkeys(sorted(constraint.names, key=lambda name: (len(domains[name]), name)))
    return list(names)


def atoms(node: Any) -> Iterator[tuple[str, Any]]:
    """(function, argument) of each comparison in a rule."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key in ATOMS:
                yield str(key), value
            else:
                yield from atoms(value)
    elif is_list(node):
        for member in node:
            yield from atoms(member)


def references(node: Any) -> Iterator[str]:
    """Names that `Ref` reads anywhere in `node`."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key == "Ref" and isinstance(value, str):
                yield value
            else:
                yield from references(value)
    elif is_list(node):
        for member in node:
            yield from references(member)


def texts(node: Any) -> Iterator[str]:
    """The constants of a comparison's argument."""
    if is_list(node):
        for member in node:
            yield from texts(member)
    elif (text := text_of(node)) is not None:
        yield text
