"""Evaluate the Conditions section: the named booleans of a template.

Source: CloudFormation user guide, "Conditions section structure". A condition is one of Fn::And, Fn::Or, Fn::Not,
Fn::Equals or a reference to another condition; a side of Fn::Equals may use `OPERAND_FUNCTIONS`, but no resource.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from catalog.cfn.booleans import BOOLEAN_FUNCTIONS, decide_boolean
from catalog.cfn.intrinsics import LANGUAGE_FUNCTIONS, Scope, evaluate
from catalog.cfn.language import expand_loops, is_extended
from catalog.cfn.pseudo import Pseudo
from catalog.cfn.template import ParameterValues, Template, TemplateError, function_of, section

OPERAND_FUNCTIONS = frozenset({"Ref", "Fn::FindInMap", "Fn::Join", "Fn::Select", "Fn::Split", "Fn::Sub"})


def evaluate_conditions(
    template: Template, parameters: ParameterValues, pseudo: Pseudo, only: Iterable[str] | None = None
) -> dict[str, bool]:
    """Name → value of every condition of `template`, in the order of the template; or of those in `only`.

    Raises `TemplateError` on a condition that is not a boolean function, an unknown or circular `Condition`, and a
    reference to anything but a parameter.
    """
    expanded = expand_loops(template, parameters, pseudo)
    extended = is_extended(template)
    scope = Scope(
        parameters,
        pseudo,
        block="Conditions",
        mappings=section(expanded, "Mappings"),
        functions=OPERAND_FUNCTIONS | LANGUAGE_FUNCTIONS if extended else OPERAND_FUNCTIONS,
        extended=extended,
    )
    evaluator = _ConditionEvaluator(section(expanded, "Conditions"), scope)
    return {name: evaluator.named(name) for name in (evaluator.definitions if only is None else only)}


class _ConditionEvaluator:
    """Decides each condition once; `open` has the conditions that are being decided, to detect a circle."""

    def __init__(self, definitions: Mapping[str, Any], scope: Scope) -> None:
        self.definitions = definitions
        self.scope = scope
        self.decided: dict[str, bool] = {}
        self.open: list[str] = []

    def named(self, name: Any) -> bool:
        if not isinstance(name, str) or name not in self.definitions:
            raise TemplateError(f"Template error: unresolved condition dependency {name} in Condition")
        if name in self.open:
            circle = self.open[self.open.index(name) :]
            raise TemplateError(f"Template format error: Circular dependency between conditions: [{', '.join(circle)}]")
        if name not in self.decided:
            self.open.append(name)
            self.decided[name] = self.decide(self.definitions[name])
            self.open.pop()
        return self.decided[name]

    def decide(self, expression: Any) -> bool:
        if isinstance(expression, Mapping) and set(expression) == {"Condition"}:
            return self.named(expression["Condition"])
        name, argument = function_of(expression) or ("", None)
        if name not in BOOLEAN_FUNCTIONS:
            raise TemplateError(
                "Template format error: Conditions can only be boolean operations on parameters and other conditions"
            )
        return decide_boolean(name, argument, decide=self.decide, operand=self.operand)

    def operand(self, value: Any) -> Any:
        return evaluate(value, self.scope)
