"""The values that a parameter may have after the rules: those of the template and of the portfolio's constraint.

`AllowedValues` belong to the template. A rule can take values away, always or because of other values:

    Environment   AllowedValues dev, test, prod; the portfolio's rule says dev or test          → dev, test
    DeletionDays  a number from 7 to 30; a rule says 30 if Environment is prod, and it is prod  → 30

Rules are evaluated by `catalog.cfn`, as in `catalog simulate`. A rule that also reads parameters without a value is
left out: it is checked when all values are given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.cfn import ParameterValues, Pseudo, TemplateError, evaluate_rules
from catalog.cfn.accepted_values import accepts, finite
from catalog.cfn.parameter_types import parse_type
from catalog.cfn.rule_implication import ValueTest, value_test
from catalog.content.rule_checks import references

Rules = Mapping[str, Any]
"""Rule name → RuleCondition and Assertions."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The values to choose from, or the members of a list."""

    values: tuple[str, ...]
    reasons: tuple[str, ...] = ()
    """The AssertDescriptions of the rules that take values away."""


def choices(
    name: str, definition: Mapping[str, Any], rules: Rules, values: ParameterValues, pseudo: Pseudo
) -> Choices | None:
    """What a parameter may be, given the `values` of others; None if its definition alone says what it accepts."""
    others = {other: value for other, value in values.items() if other != name}
    rules = {key: rule for key, rule in rules.items() if reads(rule, name)}
    tests = list(applying_tests(name, rules, others, pseudo))
    declared = finite(definition)
    demanded = [test.values for test, _ in tests if not test.negated]
    if declared is None and not demanded:
        return None
    candidates = declared if declared is not None else sorted(frozenset.intersection(*demanded))
    remaining, reasons = [], dict[str, None]()
    for candidate in candidates:
        refusals = [reason for test, reason in tests if not passes(test, candidate)]
        if not parse_type(definition.get("Type")).is_list:
            refusals += refused_by(name, candidate, rules, others, pseudo)
        reasons |= dict.fromkeys(refusals)
        if not refusals and accepts(definition, candidate):
            remaining.append(candidate)
    if declared is None:
        reasons |= dict.fromkeys(reason for test, reason in tests if not test.negated)
    return Choices(tuple(remaining), tuple(reason for reason in reasons if reason))


def passes(test: ValueTest, candidate: str) -> bool:
    """Whether a value, or a member of a list, passes a test."""
    return (candidate in test.values) != test.negated


def applying_tests(name: str, rules: Rules, others: ParameterValues, pseudo: Pseudo) -> Iterator[tuple[ValueTest, str]]:
    """(test of the parameter's values, AssertDescription) of each rule that certainly applies."""
    for rule in rules.values():
        condition = rule.get("RuleCondition")
        if condition is not None and not holds({"Assertions": [{"Assert": condition}]}, others, pseudo):
            continue
        for assertion in rule["Assertions"]:
            test = value_test(assertion["Assert"])
            if test is not None and test.parameter == name:
                yield test, str(assertion.get("AssertDescription", ""))


def holds(rule: Mapping[str, Any], values: ParameterValues, pseudo: Pseudo) -> bool:
    """Whether all that a rule reads has a value, and it holds."""
    if not readable(rule, values):
        return False
    try:
        return all(result.passed for result in evaluate_rules({"Rule": rule}, values, pseudo))
    except TemplateError:  # such as a lookup that only AWS can make
        return False


def refused_by(name: str, candidate: str, rules: Rules, others: ParameterValues, pseudo: Pseudo) -> Iterator[str]:
    """The AssertDescription of each assertion that fails for a value, of rules that read it and need no other value."""
    values = {**others, name: candidate}
    for rule_name, rule in rules.items():
        if not readable(rule, values):
            continue
        try:
            results = evaluate_rules({rule_name: rule}, values, pseudo)
        except TemplateError:
            continue
        for result in results:
            yield from (assertion.description for assertion in result.assertions if not assertion.passed)


def reads(rule: Mapping[str, Any], name: str) -> bool:
    """Whether a rule reads a parameter."""
    return any(parameter == name for _, parameter in references(rule, ()))


def readable(rule: Mapping[str, Any], values: ParameterValues) -> bool:
    """Whether all parameters that a rule reads have a value."""
    return all(parameter in values for _, parameter in references(rule, ()))
