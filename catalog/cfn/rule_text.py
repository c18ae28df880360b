"""Rule functions in words: `Environment is one of dev, test`. Pure. Anything else is shown as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from catalog.cfn.template import TemplateError, function_of, is_list, text_of


def rule_text(expression: Any) -> str:
    """An Assert or a RuleCondition in words, on one line."""
    try:
        return expression_text(expression)
    except TemplateError:  # a function with other keys beside it
        return json.dumps(expression, sort_keys=True)


def expression_text(expression: Any) -> str:
    """An expression in words. Raises `TemplateError` on a function with other keys beside it."""
    function = function_of(expression)
    if function is None:
        return operand_text(expression)
    name, argument = function
    if name == "Fn::Not" and is_list(argument) and len(argument) == 1:
        return negation(argument[0])
    if name in ("Fn::And", "Fn::Or") and is_list(argument):
        word = " and " if name == "Fn::And" else " or "
        return word.join(nested(part) for part in argument)
    if name in PAIRS and is_list(argument) and len(argument) == 2:
        return PAIRS[name](*argument)
    return operand_text(expression)


def nested(expression: Any) -> str:
    """A part of a conjunction or disjunction, in brackets if it is one itself."""
    function = function_of(expression)
    text = expression_text(expression)
    return f"({text})" if function and function[0] in ("Fn::And", "Fn::Or") else text


def negation(expression: Any) -> str:
    """The negation of an expression, in words."""
    function = function_of(expression)
    if function and is_list(function[1]) and len(function[1]) == 2:
        name, (left, right) = function
        if name == "Fn::Equals":
            return f"{operand_text(left)} is not {operand_text(right)}"
        if name == "Fn::Contains":
            return contains(left, right, no="no")
    return f"not ({expression_text(expression)})"


def contains(members: Any, value: Any, *, no: str = "") -> str:
    """A value that is one of several, or a list parameter that has a member, in words."""
    if is_list(members):
        return f"{operand_text(value)} is {'none' if no else 'one'} of {operand_text(members)}"
    return f"{operand_text(members)} has {'no' if no else 'the'} member {operand_text(value)}"


PAIRS: Mapping[str, Callable[[Any, Any], str]] = {
    "Fn::Equals": lambda left, right: f"{operand_text(left)} is {operand_text(right)}",
    "Fn::Contains": contains,
    "Fn::EachMemberEquals": lambda members, value: f"each member of {operand_text(members)} is {operand_text(value)}",
    "Fn::EachMemberIn": lambda some, all_: f"each member of {operand_text(some)} is one of {operand_text(all_)}",
}


def operand_text(value: Any) -> str:
    """A side of a comparison: a parameter by its name, a value unchanged."""
    function = function_of(value)
    if function is not None:
        name, argument = function
        if name == "Ref" and isinstance(argument, str):
            return argument
        if name in ("Fn::ValueOf", "Fn::ValueOfAll") and is_list(argument) and len(argument) == 2:
            return f"{'' if name == 'Fn::ValueOf' else 'any '}{argument[1]} of {argument[0]}"
        if name == "Fn::RefAll":
            return f"any {argument}"
    if is_list(value):
        return ", ".join(operand_text(member) for member in value)
    text = text_of(value)
    return json.dumps(value, sort_keys=True) if text is None else text or "empty"
