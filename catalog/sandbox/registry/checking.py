"""Check properties against the schema of their type, with the messages of AWS's resource handlers.

AWS validates with the Java library everit-json-schema; its words were seen in public issues ("extraneous key [X] is not
permitted", "required key [X] not found", "expected type: JSONArray, found: String", "X is not a valid enum value").
CloudFormation converts scalars: a number or a Boolean may be written as text, and a text as a number. A schema with
`oneOf` counts as one with `anyOf`, because the schemas of older types have forms that overlap.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.sandbox.registry.naming import INVENTED
from catalog.sandbox.registry.schemas import TypeSchema

DEPTH = 24
"""Definitions can contain themselves; what is deeper is not checked."""
NAMES = {
    "array": "JSONArray",
    "object": "JSONObject",
    "string": "String",
    "integer": "Integer",
    "number": "Number",
    "boolean": "Boolean",
}


def faults(schema: TypeSchema, properties: Mapping[str, Any]) -> list[str]:
    """What CloudFormation refuses in the properties, one message for each fault, unknown properties first."""
    unknown = [f"#: extraneous key [{name}] is not permitted" for name in properties if name not in schema.settable]
    return unknown + list(_Check(schema).members(schema.document, properties, "#", 0))


class _Check:
    def __init__(self, schema: TypeSchema) -> None:
        self.schema = schema

    def value(self, definition: Any, value: Any, where: str, depth: int) -> Iterator[str]:
        rules = self.schema.resolve(definition)
        if depth > DEPTH or not rules:
            return
        if not _has_type(rules, value):
            yield f"{where}: expected type: {_expected(rules)}, found: {_found(value)}"
            return
        if isinstance(value, Mapping):
            yield from self._unknown(rules, value, where)
            yield from self.members(rules, value, where, depth)
        elif isinstance(value, list | tuple):
            yield from _items(rules, value, where)
            for index, item in enumerate(value):
                yield from self.value(rules.get("items", {}), item, f"{where}/{index}", depth + 1)
        else:
            yield from _scalar(rules, value, where)
            yield from self._alternatives(rules, value, where, depth)

    def _unknown(self, rules: Mapping[str, Any], value: Mapping[str, Any], where: str) -> Iterator[str]:
        patterns = rules.get("patternProperties", {})
        if rules.get("additionalProperties") is False and not patterns and "properties" in rules:
            for name in value:
                if name not in rules["properties"]:
                    yield f"{where}: extraneous key [{name}] is not permitted"

    def members(self, rules: Mapping[str, Any], value: Mapping[str, Any], where: str, depth: int) -> Iterator[str]:
        """The faults of an object's members: required ones, and those that the rules describe."""
        for name in rules.get("required", ()):
            if name not in value:
                yield f"{where}: required key [{name}] not found"
        for name, definition in rules.get("properties", {}).items():
            if name in value:
                yield from self.value(definition, value[name], f"{where}/{name}", depth + 1)
        yield from self._alternatives(rules, value, where, depth)

    def _alternatives(self, rules: Mapping[str, Any], value: Any, where: str, depth: int) -> Iterator[str]:
        for part in rules.get("allOf", ()):
            yield from self._part(part, value, where, depth)
        for keyword in ("anyOf", "oneOf"):
            parts = rules.get(keyword, ())
            if parts and all(any(True for _ in self._part(part, value, where, depth)) for part in parts):
                yield f"{where}: #: no subschema matched out of the total {len(parts)} subschemas"

    def _part(self, part: Any, value: Any, where: str, depth: int) -> Iterator[str]:
        rules = self.schema.resolve(part)
        if isinstance(value, Mapping) and "type" not in rules:
            yield from self.members(rules, value, where, depth + 1)
        else:
            yield from self.value(rules, value, where, depth + 1)


def _types(rules: Mapping[str, Any]) -> tuple[str, ...]:
    types = rules.get("type", ())
    return (types,) if isinstance(types, str) else tuple(types)


def _has_type(rules: Mapping[str, Any], value: Any) -> bool:
    types = _types(rules)
    if not types:
        return True
    if isinstance(value, Mapping):
        return "object" in types or ("string" in types and "json" in str(rules.get("format", "")))
    if isinstance(value, list | tuple):
        return "array" in types
    return any(_converts(value, name) for name in types)


def _converts(value: Any, name: str) -> bool:
    if name == "string":
        return True
    text = str(value).lower()
    if name == "boolean":
        return text in ("true", "false")
    if name == "integer":
        return not isinstance(value, bool) and re.fullmatch(r"[+-]?\d+(\.0*)?", text) is not None
    return name == "number" and not isinstance(value, bool) and _number(value) is not None


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _expected(rules: Mapping[str, Any]) -> str:
    return ", ".join(NAMES.get(name, name) for name in _types(rules))


def _found(value: Any) -> str:
    if isinstance(value, Mapping):
        return "JSONObject"
    if isinstance(value, list | tuple):
        return "JSONArray"
    return {bool: "Boolean", int: "Integer", float: "Double"}.get(type(value), "String")


def _items(rules: Mapping[str, Any], value: Any, where: str) -> Iterator[str]:
    if len(value) < rules.get("minItems", 0):
        yield f"{where}: expected minimum item count: {rules['minItems']}, found: {len(value)}"
    if len(value) > rules.get("maxItems", len(value)):
        yield f"{where}: expected maximum item count: {rules['maxItems']}, found: {len(value)}"
    if rules.get("uniqueItems") and len({repr(item) for item in value}) < len(value):
        yield f"{where}: array items are not unique"


def _scalar(rules: Mapping[str, Any], value: Any, where: str) -> Iterator[str]:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    allowed = rules.get("enum")
    if allowed and text not in {str(member).lower() if isinstance(member, bool) else str(member) for member in allowed}:
        yield f"{where}: {text} is not a valid enum value"
    number = _number(value) if {"integer", "number"} & set(_types(rules)) else None
    if number is not None:
        if number < rules.get("minimum", number):
            yield f"{where}: {text} is not greater or equal to {rules['minimum']}"
        if number > rules.get("maximum", number):
            yield f"{where}: {text} is not less or equal to {rules['maximum']}"
    elif "string" in _types(rules):
        wrong = list(_text_faults(rules, text, where))
        if wrong and not any(value in text for value in INVENTED):  # thousands of texts: only for what is wrong
            yield from wrong


def _text_faults(rules: Mapping[str, Any], text: str, where: str) -> Iterator[str]:
    if len(text) < rules.get("minLength", 0):
        yield f"{where}: expected minLength: {rules['minLength']}, actual: {len(text)}"
    if len(text) > rules.get("maxLength", len(text)):
        yield f"{where}: expected maxLength: {rules['maxLength']}, actual: {len(text)}"
    pattern = _pattern(str(rules.get("pattern", "")))
    if pattern is not None and not pattern.search(text):
        yield f"{where}: string [{text}] does not match pattern {rules['pattern']}"


@functools.cache
def _pattern(text: str) -> re.Pattern[str] | None:
    """The pattern; None without one, and for one that only Java's language of patterns has."""
    try:
        return re.compile(text) if text else None
    except re.error:
        return None
