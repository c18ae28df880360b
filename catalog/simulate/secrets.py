"""NoEcho: a template in which every value that depends on a secret is hidden, for output.

Masking the result would miss a secret that went through Fn::Base64, Fn::Split or Fn::Select. So the template is
changed: every function that reads a secret parameter is replaced by a stand-in, then the template is evaluated, and the
output has `****` for the stand-ins. The verdict comes from the unchanged template.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.cfn import HIDDEN, ParameterValues, Pseudo, Template, TemplateError, is_secret
from catalog.cfn.expansion import with_copies
from catalog.cfn.references import named, parse_sub, references_in, sub_parts
from catalog.cfn.template import function_of, is_list, section

STAND_IN = "0NoEcho0NoEcho0NoEcho0"
"""Letters and digits, so that it is valid in the name of an export."""


def unveil(value: Any) -> Any:
    """`value` with `****` where the stand-ins are, in keys too."""
    if isinstance(value, str):
        return value.replace(STAND_IN, HIDDEN)
    if isinstance(value, Mapping):
        return {unveil(key): unveil(member) for key, member in value.items()}
    return [unveil(member) for member in value] if is_list(value) else value


@dataclass(frozen=True, slots=True)
class Secrets:
    """The NoEcho parameters of a template."""

    names: frozenset[str]

    @classmethod
    def of(cls, template: Template) -> Secrets:
        """The NoEcho parameters of `template`."""
        definitions = section(template, "Parameters")
        return cls(frozenset(name for name, definition in definitions.items() if is_secret(definition)))

    def others(self, values: ParameterValues) -> ParameterValues:
        """`values` with another value for each secret. A result that stays the same does not depend on a secret."""
        masked: dict[str, str | tuple[str, ...]] = dict(values)
        for name in self.names & values.keys():
            masked[name] = STAND_IN if isinstance(values[name], str) else (STAND_IN,)
        return masked

    def hidden(self, template: Template, values: ParameterValues, pseudo: Pseudo) -> Template | None:
        """The template with stand-ins for the secrets.

        None when a Fn::ForEach loops over a secret, because the logical ids of its copies would show it.
        """
        if not self.names:
            return template
        expanded = with_copies(template, values, pseudo)
        try:
            same = with_copies(template, self.others(values), pseudo) == expanded
        except TemplateError:
            same = False
        if not same:
            return None
        hidden = {name: self.hide(expanded[name]) for name in ("Resources", "Outputs") if name in expanded}
        return {**expanded, **hidden}

    def hide(self, value: Any) -> Any:
        """`value` with stand-ins for functions that read a secret; Fn::Sub, Fn::Join and Fn::If keep the rest."""
        function = function_of(value)
        if function is None:
            if isinstance(value, Mapping):
                return {key: self.hide(member) for key, member in value.items()}
            return [self.hide(member) for member in value] if is_list(value) else value
        name, argument = function
        if not self._reads(value):
            return value
        if name == "Fn::Sub":
            return {name: self._sub(argument)}
        if name == "Fn::If" and is_list(argument):
            return {name: [argument[0], *(self.hide(branch) for branch in argument[1:])]}
        if name == "Fn::Join" and is_list(argument) and len(argument) == 2 and is_list(argument[1]):
            return {name: [argument[0], [self.hide(member) for member in argument[1]]]}
        return STAND_IN

    def _sub(self, argument: Any) -> list[Any]:
        text, variables = parse_sub(argument)
        names = {name for _, name in sub_parts(text) if named(name).logical_id in self.names} - set(variables)
        return [
            text,
            {**{name: self.hide(variable) for name, variable in variables.items()}, **dict.fromkeys(names, STAND_IN)},
        ]

    def _reads(self, value: Any) -> bool:
        """Whether `value` can depend on a secret. A Ref with a computed name can refer to any parameter."""
        reads = any(reference.logical_id in self.names for reference in references_in(value))
        return reads or _has_computed_ref(value)


def _has_computed_ref(value: Any) -> bool:
    if isinstance(value, Mapping):
        if len(value) == 1 and "Ref" in value and not isinstance(value["Ref"], str):
            return True
        return any(_has_computed_ref(member) for member in value.values())
    return is_list(value) and any(_has_computed_ref(member) for member in value)
