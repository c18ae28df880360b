"""Find references to resources in a template: Ref, Fn::GetAtt, and the variables in the text of Fn::Sub."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.cfn.template import INNER, TemplateError, function_of, is_list

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_NAME = re.compile(r"[A-Za-z0-9_.:]+", re.ASCII)


MALFORMED_GET_ATT = (
    "Template error: every Fn::GetAtt object requires two non-empty parameters, "
    "the resource name and the resource attribute"
)


@dataclass(frozen=True, slots=True)
class Reference:
    """A `Ref` (without attribute) or a `Fn::GetAtt`; the logical id may be a resource or a parameter."""

    logical_id: str
    attribute: str = ""

    @property
    def symbolic(self) -> dict[str, Any]:
        """The reference as written in a template."""
        if self.attribute:
            return {"Fn::GetAtt": [self.logical_id, self.attribute]}
        return {"Ref": self.logical_id}


References = Callable[[Reference], Any]
"""A function that returns the value of a reference to a resource; with None the reference stays symbolic."""


@dataclass(frozen=True, slots=True)
class StackOutputReference:
    """What `Fn::GetStackOutput` names: an output of a stack, of another Region or account if they are given."""

    stack: str
    output: str
    region: str = ""
    role_arn: str = ""


StackOutputs = Callable[[StackOutputReference], str]
"""A function that returns the value of an output of another stack."""


def parse_get_att(argument: Any) -> tuple[Any, Any]:
    """(logical id, attribute) of `[Key, Arn]` or `Key.Arn`; either may be a function.

    A function for the logical id is for templates with AWS::LanguageExtensions alone: `evaluate` refuses it in others.
    Raises `TemplateError` on any other form.
    """
    parts = argument.split(".", 1) if isinstance(argument, str) else argument
    if is_list(parts) and len(parts) == 2 and (isinstance(parts[0], str) or function_of(parts[0]) is not None):
        return parts[0], parts[1]
    raise TemplateError(MALFORMED_GET_ATT)


def parse_sub(argument: Any) -> tuple[str, Mapping[str, Any]]:
    """(text, variables) of both forms of `Fn::Sub`. Raises `TemplateError` on any other form.

    A text that a macro writes (Fn::Transform) is `*`: it is known only when the macro has run.
    """
    text, variables = _pair(argument) if is_list(argument) else (argument, {})
    if isinstance(text, Mapping) and set(text) == {INNER}:
        text = "*"
    if isinstance(text, str) and isinstance(variables, Mapping):
        return text, variables
    raise TemplateError(
        "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string "
        "as first argument, and an optional second argument to specify a mapping of values to replace in the string"
    )


def _pair(argument: Any) -> tuple[Any, Any]:
    return (argument[0], argument[1]) if is_list(argument) and len(argument) == 2 else (None, None)


def sub_parts(text: str) -> Iterator[tuple[str, str]]:
    """The (literal, name) pairs of a `Fn::Sub` text; the name is "" after the last literal.

    `${!Name}` is the literal `${Name}`; spaces around a name mean nothing (aws-cloudformation/cfn-lint#236). Raises
    `TemplateError` on a name that AWS refuses.
    """
    position, literal = 0, ""
    for match in _VARIABLE.finditer(text):
        literal += text[position : match.start()]
        position = match.end()
        name = match[1]
        if name.startswith("!"):
            literal += f"${{{name[1:]}}}"
            continue
        name = name.strip()
        if not _NAME.fullmatch(name):
            raise TemplateError(
                "Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, "
                "underscores, periods, and colons"
            )
        yield literal, name
        literal = ""
    yield literal + text[position:], ""


def named(name: str) -> Reference:
    """The reference that `${name}` means: `Key.Arn` is an attribute, `Key` and `AWS::Region` are not."""
    logical_id, _, attribute = name.partition(".")
    return Reference(logical_id, attribute)


def references_in(value: Any) -> Iterator[Reference]:
    """Every reference inside `value`, in order, with repeats; also references to parameters and pseudo parameters.

    Both branches of a `Fn::If` are included. Names that are the result of another function are left out.
    """
    if isinstance(value, str):
        return
    function = function_of(value)
    if function is None:
        members = value.values() if isinstance(value, Mapping) else value if is_list(value) else ()
        for member in members:
            yield from references_in(member)
        return
    name, argument = function
    if name == "Ref" and isinstance(argument, str):
        yield Reference(argument)
    elif name == "Fn::GetAtt":
        logical_id, attribute = parse_get_att(argument)
        if isinstance(logical_id, str):
            yield Reference(logical_id, attribute if isinstance(attribute, str) else "*")
        else:
            yield from references_in(logical_id)
        yield from references_in(attribute)
    elif name == "Fn::Sub":
        text, variables = parse_sub(argument)
        yield from references_in(dict(variables))
        yield from (named(name) for _, name in sub_parts(text) if name and name not in variables)
    else:
        yield from references_in(argument)
