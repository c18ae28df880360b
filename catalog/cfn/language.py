"""The transform AWS::LanguageExtensions: expand Fn::ForEach before any other function is evaluated.

Source: CloudFormation template reference, "AWS::LanguageExtensions transform" and "Fn::ForEach". Its other functions
(Fn::Length, Fn::ToJsonString, the DefaultValue of Fn::FindInMap) are evaluated with the rest, in `intrinsics`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from catalog.cfn.intrinsics import LANGUAGE_FUNCTIONS, Scope, evaluate
from catalog.cfn.pseudo import Pseudo
from catalog.cfn.template import (
    LOOP,
    MacroError,
    ParameterValues,
    Template,
    TemplateError,
    is_list,
    macros,
    section,
    text_of,
    transforms,
)

LOOP_SECTIONS = ("Conditions", "Resources", "Outputs")
# Functions allowed in the collection of a loop: those that depend on no condition and no resource.
COLLECTION_FUNCTIONS = frozenset({"Ref", "Fn::FindInMap", "Fn::Join", "Fn::Select", "Fn::Split", "Fn::Sub"})


def is_extended(template: Template) -> bool:
    """Whether the template has AWS::LanguageExtensions. Raises `MacroError` on any other transform.

    Another transform is a program that runs at AWS, so its result is unknown here.
    """
    for name in macros(template):
        raise MacroError(name, "its result is not known")
    return bool(transforms(template))


def declared_resources(resources: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(logical id, resource) of a Resources section and of the bodies of Fn::ForEach, before any loop is expanded."""
    for key, resource in resources.items():
        if str(key).startswith(LOOP) and is_list(resource) and resource and isinstance(resource[-1], Mapping):
            yield from declared_resources(resource[-1])
        elif isinstance(resource, Mapping):
            yield str(key), resource


def expand_loops(template: Template, parameters: ParameterValues, pseudo: Pseudo) -> Template:
    """The template with every Fn::ForEach replaced by its copies; unchanged without the transform.

    Raises `TemplateError` on a malformed loop, a collection that is not a list of strings, and a duplicate key.
    """
    if not is_extended(template):
        return template
    scope = Scope(
        parameters,
        pseudo,
        mappings=section(template, "Mappings"),
        functions=COLLECTION_FUNCTIONS | LANGUAGE_FUNCTIONS,
        extended=True,
    )
    expanded = dict(template)
    for name in LOOP_SECTIONS:
        if name in template:
            expanded[name] = _expand(section(template, name), replace(scope, block=name))
    return expanded


def _expand(value: Any, scope: Scope) -> Any:
    if is_list(value):
        return [_expand(member, scope) for member in value]
    if not isinstance(value, Mapping):
        return value
    expanded: dict[str, Any] = {}
    for key, member in value.items():
        copies = _loop(key, member, scope) if str(key).startswith(LOOP) else {key: _expand(member, scope)}
        twice = expanded.keys() & copies.keys()
        if twice:
            raise TemplateError(f"Template error: {key} creates [{', '.join(sorted(twice))}] twice")
        expanded.update(copies)
    return expanded


def _loop(name: str, argument: Any, scope: Scope) -> dict[str, Any]:
    parts = argument if is_list(argument) and len(argument) == 3 else (None, None, None)
    identifier, source, body = parts
    if not isinstance(identifier, str) or not isinstance(body, Mapping):
        raise TemplateError(f"Template error: {name} layout is incorrect: [identifier, collection, {{key: value}}]")
    collection = evaluate(source, scope)
    texts = [text_of(member) for member in collection] if is_list(collection) else [None]
    if None in texts:
        raise TemplateError(f"Template error: the collection of {name} must be a list of strings")
    copies: dict[str, Any] = {}
    for text in texts:
        copy = _expand(replaced(body, identifier, str(text)), scope)
        twice = copies.keys() & copy.keys()
        if twice:
            raise TemplateError(f"Template error: {name} creates [{', '.join(sorted(twice))}] twice")
        copies.update(copy)
    return copies


def replaced(value: Any, identifier: str, text: str) -> Any:
    """`value` with `text` in place of `${identifier}` and its Ref, and its letters and digits for `&{identifier}`."""
    if isinstance(value, str):
        plain = value.replace(f"${{{identifier}}}", text)
        return plain.replace(f"&{{{identifier}}}", re.sub("[^A-Za-z0-9]", "", text))
    if is_list(value):
        return [replaced(member, identifier, text) for member in value]
    if not isinstance(value, Mapping):
        return value
    if dict(value) == {"Ref": identifier}:
        return text
    return {replaced(key, identifier, text): replaced(member, identifier, text) for key, member in value.items()}
