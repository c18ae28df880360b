"""Search for a launch that satisfies given Rules, over all values that the Rules distinguish.

    rules → constraints → components (without common parameters) → values → backtracking

Rules only test equality and membership. So the search is exact if every parameter has enough values to try
(`candidates`), every rule can be evaluated, and the limit on combinations is not reached; then `Search.exact` is true.
Each step is decided by `evaluate_rules`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, combinations
from typing import Any

from catalog.cfn.candidates import SolverParameter, fresh
from catalog.cfn.pseudo import Pseudo
from catalog.cfn.rules import evaluate_rules
from catalog.cfn.template import Template, TemplateError, is_list, section, text_of

BOUND = 20_000
"""Limit on the combinations that are tried for one component: about a second."""
LARGEST_POOL = 9
"""Limit on the members from which all lists are formed: 511 lists. With more, only short lists are tried."""

ATOMS = frozenset({"Fn::Equals", "Fn::Contains", "Fn::EachMemberEquals", "Fn::EachMemberIn"})
WITNESSED = ATOMS - {"Fn::Equals", "Fn::Contains"}
"""Functions that need a member of their own to be false."""

SURROUNDINGS: Mapping[str, Mapping[str, Any]] = {
    "AWS::AccountId": {"Type": "String", "AllowedPattern": "[0-9]{12}", "Default": "123456789012"},
    "AWS::Region": {"Type": "String", "AllowedPattern": "[a-z]{2,4}(-[a-z]+)+-[0-9]", "Default": "us-east-1"},
    "AWS::Partition": {"Type": "String", "AllowedPattern": "aws(-[a-z]+)*", "Default": "aws"},
    "AWS::URLSuffix": {"Type": "String"},
    "AWS::StackName": {"Type": "String"},
    "AWS::StackId": {"Type": "String"},
    "AWS::NotificationARNs": {"Type": "CommaDelimitedList"},
}
"""The pseudo parameters, as parameters whose values the account and Region of the launch decide."""

Value = str | tuple[str, ...]
Values = Mapping[str, Value]
Rules = Mapping[str, Any]
NOWHERE = Pseudo("123456789012", "us-east-1")


@dataclass(frozen=True, slots=True)
class Search:
    """The result of a search."""

    launch: Values | None
    """Values that satisfy the rules, of the parameters that the rules read; None if none were found."""
    exact: bool
    """Whether the result is certain: all rules were evaluated, and without a launch in the result none exists."""

    @property
    def impossible(self) -> bool:
        """Whether it is certain that no launch satisfies the rules."""
        return self.launch is None and self.exact

    @property
    def certain(self) -> bool:
        """Whether it is certain that `launch` satisfies the rules."""
        return self.launch is not None and self.exact


@dataclass(frozen=True)
class SolverConstraint:
    """One assertion of a rule, with the condition of the rule."""

    rule: Rules
    names: frozenset[str]

    @cached_property
    def text(self) -> str:
        """The rule as JSON: equal rules have equal texts."""
        return json.dumps(self.rule, sort_keys=True)

    def holds(self, values: Values) -> bool:
        """Whether a launch with these values satisfies it. Raises `TemplateError` if it cannot be evaluated."""
        return evaluate_rules({"Rule": self.rule}, values, NOWHERE)[0].passed


@dataclass
class Solver:
    """Searches for launches of one template."""

    template: Template
    bound: int = BOUND
    parameters: dict[str, SolverParameter] = field(init=False)
    searches: dict[str, Search] = field(default_factory=dict, init=False)
    """Component of rules as text → its result, computed once."""
    read: dict[str, tuple[list[SolverConstraint], bool]] = field(default_factory=dict, init=False)
    """A rule as text → what `constraints_of` returns. Searches repeat rules."""

    def __post_init__(self) -> None:
        definitions = {**SURROUNDINGS, **section(self.template, "Parameters")}
        for name, definition in definitions.items():
            if not isinstance(definition, Mapping):
                raise TemplateError(f"Template format error: parameter {name} must be an object")
        self.parameters = {name: SolverParameter(name, definition) for name, definition in definitions.items()}
        for parameter in self.parameters.values():
            parameter.accepts("")  # raises on a malformed definition

    def search(self, *rules: Rules) -> Search:
        """Search for a launch that satisfies all `rules`, each a Rules object."""
        constraints, exact = self.constraints(rules)
        launch: dict[str, Value] = {}
        missed = False
        for component in components(constraints):
            solution = self.component(component)
            if solution.impossible:  # certain, even if other components are inexact or rules were left out
                return solution
            missed = missed or solution.launch is None
            exact = exact and solution.exact
            launch.update(solution.launch or {})
        return Search(None if missed else launch, exact)

    def constraints(self, rules: Iterable[Rules]) -> tuple[list[SolverConstraint], bool]:
        """(the assertions that can be evaluated, whether these are all)."""
        result: list[SolverConstraint] = []
        complete = True
        for rule in chain.from_iterable(named_rules.values() for named_rules in rules):
            text = repr(rule)
            if text not in self.read:
                self.read[text] = self.constraints_of(rule)
            constraints, all_of_them = self.read[text]
            result += constraints
            complete = complete and all_of_them
        return result, complete

    def constraints_of(self, rule: Any) -> tuple[list[SolverConstraint], bool]:
        """(the assertions of one rule that can be evaluated, whether these are all)."""
        parts: Any = rule.get("Assertions") if isinstance(rule, Mapping) else None
        assertions = parts if is_list(parts) else (None,)
        result = []
        for assertion in assertions:
            single = {**rule, "Assertions": [assertion]} if isinstance(rule, Mapping) else {}
            constraint = SolverConstraint(single, frozenset(references(single)))
            if self.can_evaluate(constraint):
                result.append(constraint)
        return result, len(result) == len(assertions)

    def can_evaluate(self, constraint: SolverConstraint) -> bool:
        """Whether the constraint only names parameters of the template, and has no function that reads the account."""
        if not constraint.names <= self.parameters.keys():
            return False
        values = {name: self.typed(name, ("x",)) for name in constraint.names}
        try:
            constraint.holds(values)
            parts = list(constraint.rule["Assertions"])
            if "RuleCondition" in constraint.rule:  # it may be false here: the assertion must be evaluated anyway
                parts.append({"Assert": constraint.rule["RuleCondition"]})
            evaluate_rules({"Rule": {"Assertions": parts}}, values, NOWHERE)
        except TemplateError:
            return False
        return True

    def typed(self, name: str, members: tuple[str, ...]) -> Value:
        """Members as a value of the parameter's type."""
        return members if self.parameters[name].type.is_list else members[0]

    def component(self, constraints: Sequence[SolverConstraint]) -> Search:
        """Search for a launch that satisfies the constraints of one component."""
        key = "\n".join(constraint.text for constraint in constraints)
        if key not in self.searches:
            alone = (self.component([constraint]) for constraint in constraints) if len(constraints) > 1 else ()
            impossible = next((search for search in alone if search.impossible), None)
            self.searches[key] = impossible or self.backtrack(constraints)
        return self.searches[key]

    def backtrack(self, constraints: Sequence[SolverConstraint]) -> Search:
        """Try all combinations; each constraint is evaluated as soon as all its parameters have values."""
        domains, exact = self.domains(constraints)
        order = in_order(constraints, domains)
        due = [
            [constraint for constraint in constraints if constraint.names <= {*order[:depth]}]
            for depth in range(len(order) + 1)
        ]
        new = [
            [constraint for constraint in due[depth] if depth == 0 or constraint not in due[depth - 1]]
            for depth in range(len(due))
        ]
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

    def group_domains(self, group: ParameterGroup) -> tuple[dict[str, list[Value]], bool]:
        """The domains of one group of parameters that are compared with each other, and whether they are exact."""
        parameters = [self.parameters[name] for name in sorted(group.names)]
        unlimited = [parameter for parameter in parameters if parameter.finite is None]
        # A list needs one member, and one for each comparison that must be false; a text needs one value.
        needed = sum(max(1, group.lefts.get(parameter.name, 0)) for parameter in unlimited)
        constants = dict.fromkeys(
            chain(group.constants, *(parameter.finite or () for parameter in parameters if len(parameters) > 1))
        )
        shared = fresh(unlimited, constants, needed)
        exact = len(shared) == needed
        domains: dict[str, list[Value]] = {}
        for parameter in parameters:
            pool = [value for value in constants if parameter.accepts(value)]
            if parameter.finite is None:
                pool += shared or fresh([parameter], constants, needed)
            else:
                others = [value for value in parameter.finite if value not in pool]
                pool += others[: max(1, group.lefts.get(parameter.name, 0))] if len(parameters) == 1 else others
            pool = sorted(dict.fromkeys(pool), key=lambda value: value not in parameter.default)
            if not parameter.type.is_list:
                domains[parameter.name] = list(pool)
                continue
            sizes = range(1, len(pool) + 1) if len(pool) <= LARGEST_POOL else range(1, 3)
            exact = exact and len(pool) <= LARGEST_POOL
            domains[parameter.name] = [*chain.from_iterable(combinations(pool, size) for size in sizes)]
        return domains, exact


@dataclass(slots=True)
class SearchBudget:
    """The number of combinations that may still be tried."""

    left: int

    @property
    def is_spent(self) -> bool:
        """Whether the limit is reached."""
        return self.left <= 0


def descend(
    order: Sequence[str],
    domains: Mapping[str, Sequence[Value]],
    due: Sequence[Sequence[SolverConstraint]],
    values: dict[str, Value],
    budget: SearchBudget,
) -> Values | None:
    """The first combination of values that satisfies all constraints: try each value of the next parameter."""
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
class ParameterGroup:
    """Parameters that are compared with each other, and the constants that they are compared with."""

    names: set[str] = field(default_factory=set)
    constants: dict[str, None] = field(default_factory=dict)
    lefts: Counter[str] = field(default_factory=Counter)
    """Name of a list parameter → number of comparisons that need a member of their own to be false."""

    def absorb(self, other: ParameterGroup) -> None:
        """Add the members of another group."""
        self.names |= other.names
        self.constants |= other.constants
        self.lefts += other.lefts


def groups(constraints: Iterable[SolverConstraint]) -> list[ParameterGroup]:
    """The groups of parameters of `constraints` that are compared with each other; equal comparisons count once."""
    result: list[ParameterGroup] = []
    seen: set[str] = set()
    for function, argument in chain.from_iterable(atoms(constraint.rule) for constraint in constraints):
        text = json.dumps([function, argument], sort_keys=True)
        group = ParameterGroup({*references(argument)}, dict.fromkeys(texts(argument)))
        if function in WITNESSED and text not in seen:
            group.lefts.update(references(argument[:1]))
        seen.add(text)
        for other in [other for other in result if other.names & group.names]:
            group.absorb(other)
            result.remove(other)
        if group.names:
            result.append(group)
    return result


def components(constraints: Sequence[SolverConstraint]) -> list[list[SolverConstraint]]:
    """The constraints, split into sets without common parameters; each set is in the given order."""
    result: list[tuple[set[str], list[int]]] = []
    for index, constraint in enumerate(constraints):
        names, indices = set(constraint.names), [index]
        for component in [component for component in result if component[0] & names]:
            names |= component[0]
            indices += component[1]
            result.remove(component)
        result.append((names, indices))
    return [[constraints[index] for index in sorted(indices)] for _, indices in result]


def in_order(constraints: Sequence[SolverConstraint], domains: Mapping[str, Sequence[Value]]) -> list[str]:
    """The parameters in an order that completes constraints early: small constraints first, large domains late."""
    names: dict[str, None] = {}
    for constraint in sorted(constraints, key=lambda constraint: len(constraint.names)):
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
    """The names of all `Ref` in `node`."""
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
    """The constants in the argument of a comparison."""
    if is_list(node):
        for member in node:
            yield from texts(member)
    elif (text := text_of(node)) is not None:
        yield text
