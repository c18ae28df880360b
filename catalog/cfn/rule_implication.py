"""Whether one rule expression implies another: whether each launch that passes the first passes the second. Pure.

Used to tell a tightened rule from a loosened one. The answer is safe: True is a proof, False is "not proven".
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from catalog.cfn.template import TemplateError, function_of, is_list, text_of


def implies(premise: Any, conclusion: Any) -> bool:
    """Whether each launch that passes `premise` is proven to pass `conclusion`.

    Compares Fn::And and Fn::Or part by part, and tests of a parameter by their sets of values: `Stage is dev` implies
    `Stage is one of dev, test`, and that implies `Stage is not prod`. Other expressions imply only themselves.
    """
    if as_key(premise) == as_key(conclusion):
        return True
    if (parts := members(conclusion, "Fn::And")) is not None:
        return all(implies(premise, part) for part in parts)
    if (parts := members(premise, "Fn::And")) is not None:
        return any(implies(part, conclusion) for part in parts)
    if (parts := members(premise, "Fn::Or")) is not None and all(implies(part, conclusion) for part in parts):
        return True
    strong, weak = value_test(premise), value_test(conclusion)
    return strong is not None and weak is not None and strong.implies(weak)


@dataclass(frozen=True, slots=True)
class ValueTest:
    """A test whether a parameter, or each member of a list parameter, is one of some values, or is none of them.

    For a parameter of another type, CloudFormation fails the launch, whether the test is negated or not.
    """

    parameter: str
    of_members: bool
    values: frozenset[str]
    negated: bool = False

    def implies(self, other: ValueTest) -> bool:
        """Whether each value that passes this test passes the other one."""
        if (self.parameter, self.of_members) != (other.parameter, other.of_members):
            return False
        if self.negated:
            return other.negated and self.values >= other.values
        return self.values.isdisjoint(other.values) if other.negated else self.values <= other.values


def value_test(expression: Any) -> ValueTest | None:
    """The test of a parameter against literal values that an expression is; None for another expression."""
    name, argument = call(expression)
    if name == "Fn::Not" and is_list(argument) and len(argument) == 1:
        inner = value_test(argument[0])
        return replace(inner, negated=True) if inner and not inner.negated and not inner.of_members else None
    if name == "Fn::Or" and is_list(argument):
        return union([value_test(part) for part in argument])
    if not is_list(argument) or len(argument) != 2:
        return None
    left, right = argument
    match name:
        case "Fn::Equals":
            tested, accepted = (left, [right]) if parameter_of(left) else (right, [left])
        case "Fn::Contains":
            tested, accepted = right, left
        case "Fn::EachMemberIn":
            tested, accepted = left, right
        case "Fn::EachMemberEquals":
            tested, accepted = left, [right]
        case _:
            return None
    parameter, values = parameter_of(tested), literals(accepted)
    return ValueTest(parameter, name.startswith("Fn::EachMember"), values) if parameter and values is not None else None


def union(tests: list[ValueTest | None]) -> ValueTest | None:
    """One test for `a or b`; None unless all test the same parameter, as a whole, for some values."""
    first = tests[0] if tests else None
    values: set[str] = set()
    for test in tests:
        if first is None or test is None or test.negated or test.of_members or test.parameter != first.parameter:
            return None
        values |= test.values
    return replace(first, values=frozenset(values)) if first else None


def parameter_of(operand: Any) -> str:
    """The name in a Ref; empty for another operand."""
    name, argument = call(operand)
    return argument if name == "Ref" and isinstance(argument, str) else ""


def literals(operand: Any) -> frozenset[str] | None:
    """The texts of a list of scalars; None for another operand."""
    texts = [text_of(member) for member in operand] if is_list(operand) else [None]
    return None if None in texts else frozenset(text for text in texts if text is not None)


def members(expression: Any, function: str) -> list[Any] | None:
    """The parts of an Fn::And or Fn::Or; None for another expression."""
    name, argument = call(expression)
    return list(argument) if name == function and is_list(argument) else None


def call(expression: Any) -> tuple[str, Any]:
    """(function, argument); an empty name for what is no function."""
    try:
        return function_of(expression) or ("", None)
    except TemplateError:  # a function with other keys beside it
        return "", None


def as_key(expression: Any) -> str:
    """An expression, comparable."""
    return json.dumps(expression, sort_keys=True)
