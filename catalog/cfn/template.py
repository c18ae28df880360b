"""A template as data: sections, functions and scalars, and the error that says what is wrong with it.

A template is JSON-like data whose short YAML tags (`!Ref`) have become their long form (`{"Ref": …}`). Everything in
`catalog.cfn` reads templates through this module, so that a malformed one ends in a `TemplateError`, never in a
`KeyError`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Template = Mapping[str, Any]
ParameterValues = Mapping[str, str | tuple[str, ...]]
"""Resolved values: a string, or a tuple for the list types."""

LANGUAGE_EXTENSIONS = "AWS::LanguageExtensions"
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

    The message is CloudFormation's own wherever a public report of it was found (docs/adr/0003), so that the sandbox
    can answer with it and `catalog launch` can print it.
    """


class MacroError(TemplateError):
    """The template runs a program of AWS's: what comes of it cannot be known here, so neither yes nor no is right."""


class LookupNeededError(TemplateError):
    """A rule asks what is in the account, and the caller did not say."""


def section(template: Template, name: str) -> Mapping[str, Any]:
    """The section `name`, empty when absent. Raises `TemplateError` unless it is an object."""
    value = template.get(name, {})
    if not isinstance(value, Mapping):
        raise TemplateError(f"Template format error: [/{name}] must be an object")
    return value


def transforms(template: Template) -> tuple[str, ...]:
    """The names in `Transform`, in order. Raises `TemplateError` unless it is a string or a list of strings."""
    value = template.get("Transform", ())
    names = (value,) if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise TemplateError("Template format error: Transform must be a string or a list of strings")
    return tuple(names)


def check_shape(template: Template) -> None:
    """Raise `TemplateError` on an unknown section, a null, or no resources, `MacroError` on a Fn::Transform.

    AWS: "Invalid template property or properties", "At least one Resources member must be defined" (knowledge center,
    cloudformation-template-validation); "'null' values are not allowed in templates".
    """
    unknown = [str(name) for name in template if name not in SECTIONS]
    if unknown:
        raise TemplateError(f"Invalid template property or properties [{', '.join(unknown)}]")
    for path in _nulls(template, ""):
        raise TemplateError(f"[{path}] 'null' values are not allowed in templates")
    for path in _macros(template, ""):
        raise MacroError(f"Template error: [{path}] cannot be evaluated here: it is a program that runs at AWS")
    if not section(template, "Resources"):
        raise TemplateError("Template format error: At least one Resources member must be defined.")


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
    """Paths of Fn::Transform: unlike other functions it may have sibling keys, and be a member of a section."""
    if isinstance(value, Mapping):
        for key, member in value.items():
            if key == "Fn::Transform":
                yield f"{path}/{key}"
            yield from _macros(member, f"{path}/{key}")
    elif isinstance(value, list | tuple):
        for index, member in enumerate(value):
            yield from _macros(member, f"{path}/{index}")


def function_of(value: Any) -> tuple[str, Any] | None:
    """(name, argument) when `value` is a call of an intrinsic function: one key, `Ref` or `Fn::…`; else None.

    Raises `TemplateError` when a function has other keys beside it, which CloudFormation never evaluates. `Ref` is an
    ordinary key in such an object: a property may be called so.
    """
    if not isinstance(value, Mapping):
        return None
    names = [key for key in value if isinstance(key, str) and key.startswith("Fn::")]
    if names and len(value) > 1:
        keys = ", ".join(map(str, value))
        raise TemplateError(f"Template error: {names[0]} must be the only key of its object, got [{keys}]")
    if names or (len(value) == 1 and "Ref" in value):
        return next(iter(value.items()))
    return None


def text_of(value: Any) -> str | None:
    """The string that CloudFormation compares and joins for a scalar (`true` is "true", 30 is "30"); else None."""
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
