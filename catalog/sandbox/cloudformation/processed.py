"""The processed template of GetTemplate: what transforms have made of the template.

Source: template reference, "AWS::LanguageExtensions transform": the functions that it defines have their values in the
processed template. A value of a NoEcho parameter is not shown here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from catalog.cfn import Pseudo, TemplateError, is_secret
from catalog.cfn.conditions import evaluate_conditions
from catalog.cfn.intrinsics import CORE_FUNCTIONS, LANGUAGE_FUNCTIONS, Scope, evaluate
from catalog.cfn.language import expand_loops, is_extended
from catalog.cfn.references import references_in
from catalog.cfn.template import function_of, is_list, section
from catalog.sandbox.cloudformation.state import Definition

POLICIES = ("DeletionPolicy", "UpdateReplacePolicy")


def processed_text(definition: Definition, pseudo: Pseudo) -> str:
    """The processed template as JSON; without a transform the template as it is."""
    template = definition.expanded
    if template is definition.template and "Transform" not in template:
        return definition.text
    template = expand_loops(template, definition.values, pseudo)
    body = {name: member for name, member in template.items() if name != "Transform"}
    if is_extended(template):
        scope = Scope(
            definition.values,
            pseudo,
            mappings=section(template, "Mappings"),
            conditions=evaluate_conditions(template, definition.values, pseudo),
            resources=None,
            open_exports=True,
            functions=CORE_FUNCTIONS | LANGUAGE_FUNCTIONS,
            extended=True,
        )
        secrets = frozenset(name for name, each in section(template, "Parameters").items() if is_secret(each))
        for name in ("Resources", "Outputs"):
            body |= {name: _resolved(body[name], scope, secrets)} if name in body else {}
    return json.dumps(body, indent=2, default=str)


def _resolved(value: Any, scope: Scope, secrets: frozenset[str], member: str = "") -> Any:
    """The value with the results of the functions that AWS::LanguageExtensions defines."""
    function = function_of(value)
    extends = function is not None and (_is_extension(*function) or member in POLICIES)
    if extends and not any(reference.logical_id in secrets for reference in references_in(value)):
        try:
            return evaluate(value, scope)
        except TemplateError:
            return value
    if isinstance(value, Mapping):
        return {key: _resolved(each, scope, secrets, str(key)) for key, each in value.items()}
    return [_resolved(each, scope, secrets) for each in value] if is_list(value) else value


def _is_extension(name: str, argument: Any) -> bool:
    return name in LANGUAGE_FUNCTIONS or (name == "Fn::FindInMap" and is_list(argument) and len(argument) > 3)
