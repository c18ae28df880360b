"""L2. NoEcho: the template with every value that a secret flows into put out of sight, before anything is shown.

A mask over the result would miss a secret that went through Fn::Base64, Fn::Split or Fn::Select. So it is the template
that is changed: what reads a secret parameter becomes `****` there, and only then is it evaluated for people's eyes.
The verdict comes from the template as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.cfn import HIDDEN, ParameterValues, Pseudo, Template, TemplateError, is_secret
from catalog.cfn.language import expand_loops
from catalog.cfn.references import named, parse_sub, references_in, sub_parts
from catalog.cfn.template import function_of, is_list, section


@dataclass(frozen=True, slots=True)
class Secrets:
    """The NoEcho parameters of a template: their names, and the texts that must not be shown."""

    names: frozenset[str]
    texts: tuple[str, ...]
    """Longest first, so that a part of a secret does not hide that there was more of it."""

    @classmethod
    def of(cls, template: Template, given: Mapping[str, str], values: ParameterValues) -> Secrets:
        """What is secret in `template` as it would be launched."""
        names = frozenset(name for name, each in section(template, "Parameters").items() if is_secret(each))
        texts: set[str] = set()
        for name in names:
            value = values.get(name, ())
            texts |= {given.get(name, ""), *((value,) if isinstance(value, str) else value)}
        # An error may quote a value as Python does.
        quoted = {repr(text)[1:-1] for text in texts}
        return cls(names, tuple(sorted((texts | quoted) - {""}, key=lambda text: (-len(text), text))))

    def scrub(self, text: str) -> str:
        """`text` with the secrets in it hidden: for errors, which quote what they are about."""
        for secret in self.texts:
            text = text.replace(secret, HIDDEN)
        return text

    def hidden(self, template: Template, values: ParameterValues, pseudo: Pseudo) -> Template | None:
        """The template to show; None when a Fn::ForEach loops over a secret, whose copies would be named after it."""
        if not self.names:
            return template
        expanded = expand_loops(template, values, pseudo)
        masked: dict[str, str | tuple[str, ...]] = {
            name: value if name not in self.names else HIDDEN if isinstance(value, str) else (HIDDEN,)
            for name, value in values.items()
        }
        try:
            same = expand_loops(template, masked, pseudo) == expanded
        except TemplateError:
            same = False
        if not same:
            return None
        hidden = {name: self.hide(expanded[name]) for name in ("Resources", "Outputs") if name in expanded}
        return {**expanded, **hidden}

    def hide(self, value: Any) -> Any:
        """`value` with every function that reads a secret hidden; Fn::Sub, Fn::Join and Fn::If keep what is open."""
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
        return HIDDEN

    def _sub(self, argument: Any) -> list[Any]:
        text, variables = parse_sub(argument)
        names = {name for _, name in sub_parts(text) if named(name).logical_id in self.names} - set(variables)
        return [text, {**{name: self.hide(each) for name, each in variables.items()}, **dict.fromkeys(names, HIDDEN)}]

    def _reads(self, value: Any) -> bool:
        """Whether a secret can flow into `value`; a Ref whose name is computed may be to any parameter."""
        return any(each.logical_id in self.names for each in references_in(value)) or _has_computed_ref(value)


def _has_computed_ref(value: Any) -> bool:
    if isinstance(value, Mapping):
        if len(value) == 1 and "Ref" in value and not isinstance(value["Ref"], str):
            return True
        return any(_has_computed_ref(member) for member in value.values())
    return is_list(value) and any(_has_computed_ref(member) for member in value)
