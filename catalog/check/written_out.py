"""A template of SAM as CloudFormation sees it, before the values of its parameters are known.

SAM writes values of parameters into logical ids and texts. Here it gets stand-ins for them, which become references
again, so that a role is derived for every value. What SAM decides by a value (such as the kind of a deployment) it
refuses to do for a stand-in: then the defaults decide, if there are any.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.cfn import MacroError, ParameterValues, Pseudo, Template, TemplateError
from catalog.cfn.expansion import HOSTED, Sources, expand
from catalog.cfn.parameter_types import parse_type
from catalog.cfn.template import inner_transforms, is_list, macros, section, text_of
from catalog.check.derivable import MACRO

ANYWHERE = Pseudo("123456789012", "us-east-1")
OUTPUTS = Sources(output=lambda product, key: f"${{{product}.{key}}}")
"""An output of a provisioned product can have any value."""
STAND_IN = re.compile(r"Q0Q(\w+?)Q1Q")
NAMES = ("Ref", "Fn::GetAtt", "DependsOn", "Condition")
"""Members whose texts are logical ids."""


@dataclass(frozen=True, slots=True)
class WrittenOut:
    """A template with what transforms make of it, as far as that is known."""

    template: Template
    why: Mapping[str, str] = field(default_factory=dict)
    """Transform → why its result is not known, and the template is the one of the product."""


def written_out(template: Template) -> WrittenOut:
    """The template as CloudFormation sees it; without macros it is the same."""
    names = (*macros(template), *inner_transforms(template))
    if unknown := {name: MACRO for name in names if name not in HOSTED}:
        return WrittenOut(template, unknown)
    try:
        return WrittenOut(_written_out(template) if names else template)
    except MacroError as error:
        return WrittenOut(template, {error.transform: STAND_IN.sub(r"${\1}", error.reason)})
    except TemplateError as error:
        return WrittenOut(template, {name: STAND_IN.sub(r"${\1}", str(error)) for name in names})


def _written_out(template: Template) -> Template:
    """Raises `MacroError` if it cannot be known here, and `TemplateError` if a transform refuses the template."""
    declared = section(template, "Parameters")
    stand_ins = {name: _as_list(body, f"Q0Q{name}Q1Q") for name, body in declared.items() if isinstance(body, Mapping)}
    try:
        return dict(_references(expand(template, stand_ins, ANYWHERE, OUTPUTS)))
    except MacroError:
        raise
    except TemplateError:
        return expand(template, _defaults(declared), ANYWHERE, OUTPUTS)


def _defaults(declared: Mapping[str, Any]) -> ParameterValues:
    bodies = {name: body for name, body in declared.items() if isinstance(body, Mapping) and "Default" in body}
    return {name: _as_list(body, text_of(body["Default"]) or "") for name, body in bodies.items()}


def _as_list(body: Mapping[str, Any], text: str) -> str | tuple[str, ...]:
    return tuple(text.split(",")) if parse_type(body.get("Type")).is_list else text


def _references(value: Any, key: str = "") -> Any:
    """The value with references in place of stand-ins; logical ids keep them."""
    if isinstance(value, Mapping):
        return {name: _references(member, str(name)) for name, member in value.items()}
    if is_list(value):
        inside = key if key in (*NAMES, "Fn::Sub") else ""
        return [_references(member, inside) for member in value]
    if not isinstance(value, str) or key in NAMES or not STAND_IN.search(value):
        return value
    whole = STAND_IN.fullmatch(value)
    if whole and key != "Fn::Sub":
        return {"Ref": whole[1]}
    text = re.sub(r"\$\{[^}]*\}|" + STAND_IN.pattern, lambda match: f"${{{match[1]}}}" if match[1] else match[0], value)
    return text if key == "Fn::Sub" else {"Fn::Sub": text}
