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
INNER = "Fn::Transform"
"""The key of a transform of a part of the template."""
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
    """The template has a transform whose result is unknown here, so that it cannot be evaluated."""

    def __init__(self, transform: str, reason: str) -> None:
        super().__init__(f"Transform {transform} cannot be carried out here: {reason}")
        self.transform = transform
        self.reason = reason


class TransformFailed(TemplateError):  # noqa: N818  # describes the event
    """A transform refuses the template. The words are CloudFormation's (serverless-application-model#2185)."""

    def __init__(self, transform: str, reason: str) -> None:
        super().__init__(f"Transform {transform} failed with: {reason}")


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


def runs_macros(template: Template) -> bool:
    """Whether a transform other than AWS::LanguageExtensions changes the template, or a part of it."""
    return bool(macros(template)) or _has_inner(template)


def _has_inner(template: Template) -> bool:
    """Whether a Fn::Transform is anywhere."""
    nodes: list[Any] = [template]
    while nodes:
        node = nodes.pop()
        if isinstance(node, Mapping):
            if INNER in node:
                return True
            nodes += node.values()
        elif isinstance(node, list | tuple):
            nodes += node
    return False


def check_shape(template: Template, *, unexpanded: bool = False) -> None:
    """Raise `TemplateError` on an unknown section, a null, or no resources, `MacroError` on a Fn::Transform.

    A macro over the whole template can have sections of its own, such as Globals of SAM, and can write the resources.
    An `unexpanded` template may have a Fn::Transform, and what it inserts is not there yet.

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
        for name in () if unexpanded else inner_transforms(template):
            raise MacroError(name, "its result is not known")
    if unexpanded and runs_macros(template):
        return
    if not has_macro:
        check_any(section(template, "Resources"))


def check_any(resources: Mapping[str, Any]) -> None:
    """Raise `TemplateError` if there is no resource."""
    if not resources:
        raise TemplateError("Template format error: At least one Resources member must be defined.")


def _has_null_or_macro(template: Template) -> bool:
    """Whether a null or a Fn::Transform is anywhere: a fast look, since templates are rendered hundreds of times."""
    nodes: list[Any] = [template]
    while nodes:
        node = nodes.pop()
        if isinstance(node, str):
            continue
        if node is None or (isinstance(node, Mapping) and INNER in node):
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


def inner_transforms(value: Any) -> Iterator[str]:
    """The names of the transforms in Fn::Transform, which may have sibling keys and be a member of a section."""
    if isinstance(value, Mapping):
        for key, member in value.items():
            if key == INNER:
                calls = member if isinstance(member, list | tuple) else [member]
                yield from (str(call.get("Name") if isinstance(call, Mapping) else call) for call in calls)
            yield from inner_transforms(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from inner_transforms(member)


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
