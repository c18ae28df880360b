"""Rules in words (`template.require` in a portfolio file), compiled to Rules of CloudFormation. Pure.

Each requirement is a demand on one parameter, with an optional condition on other parameters. It becomes one rule. The
name of the rule comes from the parameters and operators, not from its position, so that added, removed and reordered
requirements do not rename others (docs/adr/0018-rules-in-words.md).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.cfn.booleans import every

TemplatePath = tuple[str | int, ...]
"""A path in `template`: `("rules", "ProdOnly")`, `("require", 0, "when")`."""
LONGEST_NAME = 255
"""Limit of a logical id, and so of a rule's name (CloudFormation user guide, "Rules section structure")."""
PLAIN = re.compile(r"[a-z][A-Za-z0-9]{0,31}")
"""Values that can be part of a rule's name. Other values are replaced by a digest."""


@dataclass(frozen=True, slots=True)
class RuleOperator:
    """An operator that compares a parameter with values: its rule function, its words, and its kind of parameter."""

    function: Callable[[dict[str, Any], Sequence[str]], dict[str, Any]]
    demand: str
    """The words of a demand, with `{parameter}` and `{values}`."""
    case: str
    """The words of a condition, with `{parameter}` and `{values}`."""
    of_list: bool = False
    """True: for list parameters. False: for parameters with one value."""
    twin: str = ""
    """The operator for the other kind of parameter with the same meaning."""


def negated(expression: dict[str, Any]) -> dict[str, Any]:
    """Fn::Not."""
    return {"Fn::Not": [expression]}


def equal(ref: dict[str, Any], values: Sequence[str]) -> dict[str, Any]:
    """The parameter has the value."""
    return {"Fn::Equals": [ref, values[0]]}


def among(ref: dict[str, Any], values: Sequence[str]) -> dict[str, Any]:
    """The parameter has one of the values."""
    return {"Fn::Contains": [list(values), ref]}


def holding(ref: dict[str, Any], values: Sequence[str]) -> list[dict[str, Any]]:
    """For each value: the list parameter contains it."""
    return [{"Fn::Contains": [ref, value]} for value in values]


OPERATORS: Mapping[str, RuleOperator] = {
    "equals": RuleOperator(equal, "{parameter} must be {values}", "{parameter} is {values}", twin="members_allowed"),
    "not_equals": RuleOperator(
        lambda ref, values: negated(equal(ref, values)),
        "{parameter} must not be {values}",
        "{parameter} is not {values}",
        twin="members_forbidden",
    ),
    "allowed": RuleOperator(
        among, "{parameter} must be one of {values}", "{parameter} is one of {values}", twin="members_allowed"
    ),
    "forbidden": RuleOperator(
        lambda ref, values: negated(among(ref, values)),
        "{parameter} must be none of {values}",
        "{parameter} is none of {values}",
        twin="members_forbidden",
    ),
    "not_empty": RuleOperator(
        lambda ref, _: negated(equal(ref, [""])),
        "{parameter} must not be empty",
        "{parameter} is not empty",
        twin="members_required",
    ),
    "members_allowed": RuleOperator(
        lambda ref, values: {"Fn::EachMemberIn": [ref, list(values)]},
        "Each member of {parameter} must be one of {values}",
        "each member of {parameter} is one of {values}",
        of_list=True,
        twin="allowed",
    ),
    "members_forbidden": RuleOperator(
        lambda ref, values: every([negated(held) for held in holding(ref, values)]),
        "No member of {parameter} may be one of {values}",
        "no member of {parameter} is one of {values}",
        of_list=True,
        twin="forbidden",
    ),
    "members_required": RuleOperator(
        lambda ref, values: every(holding(ref, values)),
        "{parameter} must have the members {values}",
        "{parameter} has the members {values}",
        of_list=True,
        twin="equals",
    ),
}


@dataclass(frozen=True, slots=True, order=True)
class Clause:
    """One parameter compared with values."""

    parameter: str
    operator: str
    values: tuple[str, ...] = ()

    @classmethod
    def of(cls, requirement: Mapping[str, Any]) -> Clause:
        """The clause of a requirement or condition that is valid against the schema, so that it has one operator."""
        (operator,) = (name for name in OPERATORS if name in requirement)
        value = requirement[operator]
        values = () if value is True else tuple(value) if isinstance(value, list) else (value,)
        return cls(requirement["parameter"], operator, values)

    @property
    def of_list(self) -> bool:
        """Whether the parameter must be a list."""
        return OPERATORS[self.operator].of_list

    def expression(self) -> dict[str, Any]:
        """The rule function."""
        return OPERATORS[self.operator].function({"Ref": self.parameter}, self.values)

    def demand(self) -> str:
        """The clause in words, as a demand."""
        return self.words(OPERATORS[self.operator].demand)

    def case(self) -> str:
        """The clause in words, as a condition."""
        return self.words(OPERATORS[self.operator].case)

    def words(self, form: str) -> str:
        """`form` with the parameter and the values. An empty value is shown as `empty`."""
        return form.format(parameter=self.parameter, values=", ".join(value or "empty" for value in self.values))

    def case_name(self) -> str:
        """The part of a rule's name for a condition. It also depends on the values."""
        (value, *more) = self.values or ("",)
        if self.values and (more or not PLAIN.fullmatch(value)):
            value = hashlib.sha256(json.dumps(self.values).encode()).hexdigest()[:8]
        return f"{self.parameter}{camel(self.operator)}{value[:1].upper()}{value[1:]}"


def camel(operator: str) -> str:
    """MembersAllowed for `members_allowed`."""
    return "".join(word.capitalize() for word in operator.split("_"))


def conditions(requirement: Mapping[str, Any]) -> list[tuple[TemplatePath, Clause]]:
    """(path in the requirement, clause) of each condition in `when`. All of them must hold."""
    when = requirement.get("when", [])
    if isinstance(when, Mapping):
        return [(("when",), Clause.of(when))]
    return [(("when", index), Clause.of(item)) for index, item in enumerate(when)]


def compiled(requirement: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """(name, rule) of one member of `require`."""
    clause = Clause.of(requirement)
    when = sorted(condition for _, condition in conditions(requirement))
    assertion = {
        "Assert": clause.expression(),
        "AssertDescription": requirement.get("message") or default_message(clause, when),
    }
    rule_condition = {"RuleCondition": every([condition.expression() for condition in when])} if when else {}
    return requirement.get("name") or default_name(clause, when), {**rule_condition, "Assertions": [assertion]}


def default_message(clause: Clause, when: Sequence[Clause]) -> str:
    """The message for people whose launch fails because of the rule."""
    if not when:
        return f"{clause.demand()}."
    demand = clause.demand()
    if not demand.startswith(clause.parameter):  # the name of a parameter keeps its capital letter
        demand = demand[0].lower() + demand[1:]
    return f"When {' and '.join(condition.case() for condition in when)}, {demand}."


def default_name(clause: Clause, when: Sequence[Clause]) -> str:
    """A name from parameters, operators and the values of conditions. Changed values of the demand keep the name."""
    cases = "And".join(condition.case_name() for condition in when)
    name = f"{clause.parameter}{camel(clause.operator)}{f'When{cases}' if cases else ''}"
    if len(name) <= LONGEST_NAME:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:16]
    return f"{name[: LONGEST_NAME - len(digest)]}{digest}"


def located_rules(template: Mapping[str, Any]) -> Iterator[tuple[TemplatePath, str, Mapping[str, Any]]]:
    """(path, name, rule) of each rule in `template`, with rules in words compiled and placeholders kept."""
    for name, rule in template.get("rules", {}).items():
        yield ("rules", name), name, rule
    for index, requirement in enumerate(template.get("require", [])):
        yield ("require", index), *compiled(requirement)


def located_clauses(template: Mapping[str, Any]) -> Iterator[tuple[TemplatePath, Clause]]:
    """(path, clause) of each demand and condition of the rules in words."""
    for index, requirement in enumerate(template.get("require", [])):
        yield ("require", index), Clause.of(requirement)
        for path, clause in conditions(requirement):
            yield ("require", index, *path), clause
