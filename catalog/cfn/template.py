"""Read a template as data: its sections, functions and scalars; and the errors for a malformed template.

A template is JSON-like data in which short YAML tags (`!Ref`) have their long form (`{"Ref": …}`). All modules of
`catalog.cfn` read templates through this one, so that a malformed template raises a `TemplateError`, never a
`KeyError`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Template = Mapping[str, Any]
ParameterValues = Mapping[str, str | tuple[str, ...]]
"""Resolved values: a string, or a tuple for the list types."""

LANGUAGE_EXTENSIONS = "AWS::LanguageExtensions"
LOOP = "Fn::ForEach::"
"""Start of the key of a loop; the name of the loop follows."""
NO_FUNCTION = (str, list)
OBJECT = (dict, Mapping)
SECTIONS = (
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Rules",
    "Mappings",
    "Conditions",
    "Transform",
    "Hooks",
    "Resources",
    "Outputs",
)


class TemplateError(ValueError):
    """The template is malformed, uses an unknown function, or refers to something that does not exist.

    If a public report of CloudFormation's message exists (docs/messages.md), the message is the same, so that the
    sandbox can return it and `catalog launch` can print it.
    """


class MacroError(TemplateError):
    """The template runs a macro at AWS, so its result is unknown here and the template cannot be evaluated."""


class LookupNeededError(TemplateError):
    """A rule reads values of the account that the caller did not provide."""


def section(template: Template, name: str) -> Mapping[str, Any]:
    """The section `name`, empty when absent. Raises `TemplateError` unless it is an object."""
    value = template.get(name, {})
    if not isinstance(value, Mapping):
        raise TemplateError(f"Template format error: [/{name}] must be an object")
    return value


def transforms(template: Template) -> tuple[str, ...]:
    """The names in `Transform`, in order: of strings, and of macros with parameters (`{Name: …, Parameters: …}`).

    Raises `TemplateError` for any other form.
    """
    value = template.get("Transform", ())
    members = value if isinstance(value, list | tuple) else (value,)
    names = [member.get("Name") if isinstance(member, Mapping) else member for member in members]
    if not all(isinstance(name, str) for name in names):
        raise TemplateError("Template format error: Transform must be a string or a list of strings")
    return tuple(map(str, names))


def macros(template: Template) -> tuple[str, ...]:
    """The transforms that are programs at AWS. They can read and write any part of the template."""
    return tuple(name for name in transforms(template) if name != LANGUAGE_EXTENSIONS)


def check_shape(template: Template) -> None:
    """Raise `TemplateError` on an unknown section, a null, or no resources, `MacroError` on a Fn::Transform.

    A macro over the whole template can have sections of its own, such as Globals of SAM, and can write the resources.

    AWS: "Invalid template property or properties", "At least one Resources member must be defined" (knowledge center,
    cloudformation-template-validation); "'null' values are not allowed in templates".
    """
    unknown = [str(name) for name in template if name not in SECTIONS]
    has_macro = bool(macros(template))
    if unknown and not has_macro:
        raise TemplateError(f"Invalid template property or properties [{', '.join(unknown)}]")
    if _has_null_or_macro(template):
        for path in _nulls(template, ""):
            raise TemplateError(f"[{path}] 'null' values are not allowed in templates")
        for path in _macros(template, ""):
            raise MacroError(f"Template error: [{path}] cannot be evaluated here: it is a macro that runs at AWS")
    if not section(template, "Resources") and not has_macro:
        raise TemplateError("Template format error: At least one Resources member must be defined.")


def _has_null_or_macro(template: Template) -> bool:
    """Whether a null or a Fn::Transform is anywhere: a fast look, since templates are rendered hundreds of times."""
    nodes: list[Any] = [template]
    while nodes:
        node = nodes.pop()
        if isinstance(node, str):
            continue
        if node is None or (isinstance(node, Mapping) and "Fn::Transform" in node):
            return True
        if isinstance(node, list | tuple):
            nodes += node
        elif isinstance(node, Mapping):
            nodes += node.values()
    return False


def _nulls(value: Any, path: str) -> Iterator[str]:
    if value is None:
        yield path
    elif isinstance(value, Mapping):
        for key, member in value.items():
            yield from _nulls(member, f"{path}/{key}")
    elif isinstance(value, list | tuple):
        for index, member in enumerate(value):
            yield from _nulls(member, f"{path}/{index}")


def _macros(value: Any, path: str) -> Iterator[str]:
    """The paths of Fn::Transform. Unlike other functions, it may have sibling keys and be a member of a section."""
    if isinstance(value, Mapping):
        for key, member in value.items():
            if key == "Fn::Transform":
                yield f"{path}/{key}"
            yield from _macros(member, f"{path}/{key}")
    elif isinstance(value, list | tuple):
        for index, member in enumerate(value):
            yield from _macros(member, f"{path}/{index}")


def function_of(value: Any) -> tuple[str, Any] | None:
    """(name, argument) if `value` is a call of an intrinsic function: one key, `Ref` or `Fn::…`; else None.

    Raises `TemplateError` if a function has other keys beside it, which CloudFormation never evaluates. `Ref` with
    other keys is an ordinary key: a property may have this name.
    """
    if isinstance(value, NO_FUNCTION) or not isinstance(value, OBJECT):  # this runs at every node: the fast tests first
        return None
    names = [key for key in value if isinstance(key, str) and key.startswith("Fn::")]
    if names and len(value) > 1:
        keys = ", ".join(map(str, value))
        raise TemplateError(f"Template error: {names[0]} must be the only key of its object, got [{keys}]")
    if names or (len(value) == 1 and "Ref" in value):
        return next(iter(value.items()))
    return None


def text_of(value: Any) -> str | None:
    """A scalar as the string that CloudFormation compares and joins: `true` is "true", 30 is "30"; None for others."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return None


def is_list(value: Any) -> bool:
    """Whether `value` is a list of the template, or the value of a list parameter."""
    return isinstance(value, list | tuple)
