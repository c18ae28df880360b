"""Fn::And, Fn::Or, Fn::Not and Fn::Equals, which the Conditions and the Rules of a template share.

Source: CloudFormation user guide, "Condition functions" and "Rule functions".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from catalog.cfn.template import TemplateError, is_list, text_of

BOOLEAN_FUNCTIONS = frozenset({"Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals"})


def decide_boolean(name: str, argument: Any, *, decide: Callable[[Any], bool], operand: Callable[[Any], Any]) -> bool:
    """Decide the function `name` of `BOOLEAN_FUNCTIONS`.

    `decide` decides a nested boolean expression, `operand` evaluates a side of `Fn::Equals`. Every member is decided,
    so that each malformed one is reported. Raises `TemplateError` on a wrong number or kind of members.
    """
    if name == "Fn::Equals":
        return _equals(argument, operand)
    count = len(argument) if is_list(argument) else 0
    if name == "Fn::Not":
        if count != 1:
            raise TemplateError(
                "Template error: every Fn::Not object requires a list with exactly 1 boolean parameter."
            )
        return not decide(argument[0])
    if not 2 <= count <= 10:
        raise TemplateError(
            f"Template error: every {name} object requires a list of at least 2 and at most 10 boolean parameters."
        )
    decided = [decide(member) for member in argument]
    return all(decided) if name == "Fn::And" else any(decided)


def every(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The expression that all parts hold, for one part or more. Fn::And takes two to ten members, so it is nested."""
    left = list(parts)
    while len(left) > 1:
        left = [{"Fn::And": left[:10]}, *left[10:]]
    return left[0]


def _equals(argument: Any, operand: Callable[[Any], Any]) -> bool:
    # Scalars are compared as strings: true is "true" and 30 is "30" (facts: Number parameters are strings in Rules).
    sides = [text_of(operand(side)) for side in argument] if is_list(argument) and len(argument) == 2 else [None]
    if None in sides:
        raise TemplateError("Template error: every Fn::Equals object requires a list of 2 string parameters.")
    return sides[0] == sides[1]
