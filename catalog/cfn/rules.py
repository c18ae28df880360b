"""Evaluate Rules: assertions about parameters, in a template or in a portfolio's TEMPLATE constraint.

Source: CloudFormation user guide, "Rules section structure" and "Rule functions". Only the functions of that page and
`Ref` are accepted. AWS refuses `Fn::If` and `Condition`, although an example shows the first
(cloudformation-coverage-roadmap #921, #1183).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.cfn.booleans import BOOLEAN_FUNCTIONS, decide_boolean
from catalog.cfn.pseudo import NO_VALUE, Pseudo
from catalog.cfn.template import LookupNeededError, ParameterValues, TemplateError, function_of, is_list, text_of

MEMBER_FUNCTIONS = frozenset({"Fn::Contains", "Fn::EachMemberEquals", "Fn::EachMemberIn"})
LOOKUPS = frozenset({"Fn::RefAll", "Fn::ValueOf", "Fn::ValueOfAll"})
RULE_FUNCTIONS = BOOLEAN_FUNCTIONS | MEMBER_FUNCTIONS | LOOKUPS


@dataclass(frozen=True, slots=True)
class RuleLookups:
    """The values that Fn::RefAll, Fn::ValueOf and Fn::ValueOfAll read in the account; the caller provides them."""

    ref_all: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Parameter type → values."""
    value_of: Mapping[tuple[str, str], str | Sequence[str]] = field(default_factory=dict)
    """(name of the parameter, attribute) → value."""
    value_of_all: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)
    """(parameter type, attribute) → values."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """The result of an assertion of a rule that applies."""

    rule: str
    description: str
    passed: bool


@dataclass(frozen=True, slots=True)
class RuleResult:
    """The result of a rule: whether its RuleCondition holds, and its assertions if it does."""

    name: str
    applies: bool
    assertions: tuple[Assertion, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the rule accepts the launch."""
        return all(assertion.passed for assertion in self.assertions)


def check_rule_functions(rules: Any) -> None:
    """Raise `TemplateError` for a function that rules do not have, wherever it is; the text is assumed."""
    if isinstance(rules, Mapping):
        for name, value in rules.items():
            if name == "Condition" or (str(name).startswith("Fn::") and name not in RULE_FUNCTIONS):
                raise TemplateError(f"Template error: {name} is not supported in Rules")
            check_rule_functions(value)
    elif is_list(rules):
        for value in rules:
            check_rule_functions(value)


def evaluate_rules(
    rules: Mapping[str, Any], parameters: ParameterValues, pseudo: Pseudo, *, lookups: RuleLookups | None = None
) -> tuple[RuleResult, ...]:
    """Evaluate a `Rules` object: rule name → `{RuleCondition, Assertions: [{Assert, AssertDescription}]}`.

    Raises `TemplateError` on a malformed rule, a function that rules do not support and a parameter without a value,
    and `LookupNeededError` on a lookup that is not in `lookups`.
    """
    evaluator = _RuleEvaluator({**pseudo.values(), **parameters}, lookups or RuleLookups())
    return tuple(evaluator.rule(name, rule) for name, rule in rules.items())


@dataclass(frozen=True, slots=True)
class _RuleEvaluator:
    names: Mapping[str, Any]
    lookups: RuleLookups

    def rule(self, name: str, rule: Any) -> RuleResult:
        assertions = rule.get("Assertions") if isinstance(rule, Mapping) else None
        if not is_list(assertions) or not assertions or not set(rule) <= {"RuleCondition", "Assertions"}:
            raise TemplateError(
                f"Template format error: Rule {name} must have a list of Assertions and may have a RuleCondition"
            )
        if "RuleCondition" in rule and not self.decide(rule["RuleCondition"]):
            return RuleResult(name, applies=False)
        results = tuple(self.assertion(name, assertion) for assertion in assertions)
        return RuleResult(name, applies=True, assertions=results)

    def assertion(self, rule: str, assertion: Any) -> Assertion:
        keys = set(assertion) if isinstance(assertion, Mapping) else set()
        if "Assert" not in keys or not keys <= {"Assert", "AssertDescription"}:
            raise TemplateError(
                f"Template format error: every assertion of rule {rule} must have an Assert "
                "and may have an AssertDescription"
            )
        description = text_of(assertion.get("AssertDescription", "")) or ""
        return Assertion(rule, description, self.decide(assertion["Assert"]))

    def decide(self, expression: Any) -> bool:
        function = function_of(expression)
        if function is None:
            raise TemplateError(f"Template error: a rule must be decided by a rule function, got {expression!r}")
        name, argument = function
        if name in BOOLEAN_FUNCTIONS:
            return decide_boolean(name, argument, decide=self.decide, operand=self.operand)
        if name in MEMBER_FUNCTIONS:
            return self.members(name, argument)
        raise TemplateError(f"Template error: {name} cannot decide a rule")

    def members(self, name: str, argument: Any) -> bool:
        if not is_list(argument) or len(argument) != 2:
            raise TemplateError(f"Template error: every {name} object requires a list of 2 parameters.")
        members = self.texts(name, argument[0])
        if name == "Fn::EachMemberIn":
            return set(members) <= set(self.texts(name, argument[1]))
        wanted = text_of(self.operand(argument[1]))
        if wanted is None:
            raise TemplateError(f"Template error: every {name} object requires a string as its second parameter.")
        return wanted in members if name == "Fn::Contains" else all(member == wanted for member in members)

    def texts(self, name: str, value: Any) -> list[str]:
        evaluated = self.operand(value)
        texts = [text_of(self.operand(member)) for member in evaluated] if is_list(evaluated) else [None]
        if None in texts:
            raise TemplateError(f"Template error: {name} requires a list of strings, got {value!r}")
        return [text for text in texts if text is not None]

    def operand(self, value: Any) -> Any:
        function = function_of(value)
        if function is None:
            return value
        name, argument = function
        if name == "Ref":
            return self.ref(argument)
        if name in LOOKUPS:
            return self.lookup(name, argument)
        raise TemplateError(f"Template error: {name} is not a rule function that gives a string or a list")

    def ref(self, name: Any) -> Any:
        value = self.names.get(name, NO_VALUE) if isinstance(name, str) else NO_VALUE
        if value is NO_VALUE:
            raise TemplateError(
                f"Template format error: Unresolved dependencies [{name}]. "
                "Cannot reference resources in the Rules block of the template"
            )
        return value

    def lookup(self, name: str, argument: Any) -> Any:
        key = tuple(argument) if is_list(argument) else argument
        tables: dict[str, Mapping[Any, Any]] = {
            "Fn::RefAll": self.lookups.ref_all,
            "Fn::ValueOf": self.lookups.value_of,
            "Fn::ValueOfAll": self.lookups.value_of_all,
        }
        try:
            return tables[name][key]
        except (KeyError, TypeError) as error:
            raise LookupNeededError(f"Template error: the value of {name} {argument!r} is not known") from error
