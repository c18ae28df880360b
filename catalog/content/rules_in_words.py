"""Rules in plain words, `template.require` of a portfolio file, compiled to CloudFormation's Rules. Pure.

An entry says what holds for one parameter, perhaps only when others have certain values. It becomes a rule of its own,
whose name is made of what the entry is about and not of where it stands: to add, take out or reorder entries renames no
other (docs/adr/0018-rules-in-words.md).
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
"""Where in `template`: `("rules", "ProdOnly")`, `("require", 0, "when")`."""
LONGEST_NAME = 255
"""Of a logical id, which a rule's name is (CloudFormation user guide, "Rules section structure")."""
PLAIN = re.compile(r"[a-z][A-Za-z0-9]{0,31}")
"""Values that a name can bear; of others it bears a digest."""


@dataclass(frozen=True, slots=True)
class RuleOperator:
    """A way to compare a parameter with values: the function, the words, and which parameters it is for."""

    function: Callable[[dict[str, Any], Sequence[str]], dict[str, Any]]
    demand: str
    """As a demand of `{parameter}` with `{values}`."""
    case: str
    """As a case that may be."""
    of_list: bool = False
    """Whether the parameter is a list; the others are for parameters that have one value."""
    twin: str = ""
    """The operator of the other kind that means the same, as far as there is one."""


def negated(expression: dict[str, Any]) -> dict[str, Any]:
    """Fn::Not."""
    return {"Fn::Not": [expression]}


def equal(ref: dict[str, Any], values: Sequence[str]) -> dict[str, Any]:
    """A parameter has the one value."""
    return {"Fn::Equals": [ref, values[0]]}


def among(ref: dict[str, Any], values: Sequence[str]) -> dict[str, Any]:
    """A parameter has one of the values."""
    return {"Fn::Contains": [list(values), ref]}


def holding(ref: dict[str, Any], values: Sequence[str]) -> list[dict[str, Any]]:
    """For each value, that a list parameter holds it."""
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
        lambda ref, values: every([negated(one) for one in holding(ref, values)]),
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
    def of(cls, entry: Mapping[str, Any]) -> Clause:
        """The clause of an entry that is valid against the schema, so that it has exactly one operator."""
        (operator,) = (name for name in OPERATORS if name in entry)
        given = entry[operator]
        values = () if given is True else tuple(given) if isinstance(given, list) else (given,)
        return cls(entry["parameter"], operator, values)

    @property
    def of_list(self) -> bool:
        """Whether the parameter must be a list."""
        return OPERATORS[self.operator].of_list

    def expression(self) -> dict[str, Any]:
        """The rule function."""
        return OPERATORS[self.operator].function({"Ref": self.parameter}, self.values)

    def demand(self) -> str:
        """What is asked for, in words."""
        return self.words(OPERATORS[self.operator].demand)

    def case(self) -> str:
        """When it holds, in words."""
        return self.words(OPERATORS[self.operator].case)

    def words(self, form: str) -> str:
        """`form` with what this clause is about; an empty value is called so."""
        return form.format(parameter=self.parameter, values=", ".join(value or "empty" for value in self.values))

    def case_name(self) -> str:
        """A part of a rule's name; of clauses that differ in their values too it differs."""
        (value, *more) = self.values or ("",)
        if self.values and (more or not PLAIN.fullmatch(value)):
            value = hashlib.sha256(json.dumps(self.values).encode()).hexdigest()[:8]
        return f"{self.parameter}{camel(self.operator)}{value[:1].upper()}{value[1:]}"


def camel(operator: str) -> str:
    """`members_allowed` as MembersAllowed."""
    return "".join(word.capitalize() for word in operator.split("_"))


def conditions(entry: Mapping[str, Any]) -> list[tuple[TemplatePath, Clause]]:
    """(path within the entry, clause) of `when`, one or several of which all must hold."""
    when = entry.get("when", [])
    if isinstance(when, Mapping):
        return [(("when",), Clause.of(when))]
    return [(("when", index), Clause.of(item)) for index, item in enumerate(when)]


def compiled(entry: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """(name, rule) of one entry of `require`."""
    clause = Clause.of(entry)
    when = sorted(condition for _, condition in conditions(entry))
    assertion = {
        "Assert": clause.expression(),
        "AssertDescription": entry.get("message") or default_message(clause, when),
    }
    condition = {"RuleCondition": every([one.expression() for one in when])} if when else {}
    return entry.get("name") or default_name(clause, when), {**condition, "Assertions": [assertion]}


def default_message(clause: Clause, when: Sequence[Clause]) -> str:
    """What people read whose launch is refused."""
    if not when:
        return f"{clause.demand()}."
    demand = clause.demand()
    if not demand.startswith(clause.parameter):  # a parameter keeps its letters, a sentence goes on
        demand = demand[0].lower() + demand[1:]
    return f"When {' and '.join(one.case() for one in when)}, {demand}."


def default_name(clause: Clause, when: Sequence[Clause]) -> str:
    """A name made of parameters and operators, with values of conditions alone: a changed demand keeps its name."""
    cases = "And".join(one.case_name() for one in when)
    name = f"{clause.parameter}{camel(clause.operator)}{f'When{cases}' if cases else ''}"
    if len(name) <= LONGEST_NAME:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:16]
    return f"{name[: LONGEST_NAME - len(digest)]}{digest}"


def located_rules(template: Mapping[str, Any]) -> Iterator[tuple[TemplatePath, str, Mapping[str, Any]]]:
    """(path, name, rule) of each rule of `template`, those in words compiled; placeholders are not replaced."""
    for name, rule in template.get("rules", {}).items():
        yield ("rules", name), name, rule
    for index, entry in enumerate(template.get("require", [])):
        yield ("require", index), *compiled(entry)


def located_clauses(template: Mapping[str, Any]) -> Iterator[tuple[TemplatePath, Clause]]:
    """(path, clause) of everything that is said in words."""
    for index, entry in enumerate(template.get("require", [])):
        yield ("require", index), Clause.of(entry)
        for path, clause in conditions(entry):
            yield ("require", index, *path), clause
