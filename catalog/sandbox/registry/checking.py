"""Check properties against the schema of their type, with the messages of AWS's resource handlers.

AWS validates with the Java library everit-json-schema; its words were seen in public issues ("extraneous key [X] is not
permitted", "required key [X] not found", "expected type: JSONArray, found: String", "X is not a valid enum value"), or
are those of the library. What cfn-lint adds to the schemas (`dependentExcluded`, `dependentRequired`, `prefixItems`) is
checked too: there the service would refuse it, in words of its own [assumed].
CloudFormation converts scalars: a number or a Boolean may be written as text, and a text as a number. So a scalar may
be of several forms of a `oneOf`; an object or an array of two is refused ("2 subschemas matched instead of one").
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
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


TAKEN: Mapping[str, frozenset[str]] = {
    "AWS::RDS::DBCluster": frozenset({"MasterUserPassword"}),
    "AWS::RDS::DBInstance": frozenset({"SourceDBInstanceIdentifier"}),
}
"""Type → properties that need or exclude others for cfn-lint alone. AWS's handlers make a read replica without the
others and set its password afterwards, and give a cluster from a snapshot another password, whose user is that of the
snapshot (aws-cloudformation-resource-providers-rds, `ResourceModelHelper` of both)."""


def faults(schema: TypeSchema, properties: Mapping[str, Any]) -> list[str]:
    """What CloudFormation refuses in the properties, one message for each fault, unknown properties first."""
    unknown = [f"#: extraneous key [{name}] is not permitted" for name in properties if name not in schema.settable]
    return unknown + list(_Check(schema).members(_document(schema), properties, "#", 0))


def _document(schema: TypeSchema) -> Mapping[str, Any]:
    """The schema without what AWS's handler takes."""
    taken, own = TAKEN.get(schema.name), ("dependentExcluded", "dependentRequired")
    if taken is None:
        return schema.document
    left = {
        key: {name: schema.document[key][name] for name in schema.document.get(key, {}) if name not in taken}
        for key in own
    }
    return {**schema.document, **left}


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
            yield from self._unknown(rules, value, where, depth)
            yield from self.members(rules, value, where, depth)
        elif isinstance(value, list | tuple):
            yield from _items(rules, value, where)
            firsts = rules.get("prefixItems", ())
            for index, item in enumerate(value):
                for definition in (rules.get("items", {}), *firsts[index : index + 1]):
                    yield from self.value(definition, item, f"{where}/{index}", depth + 1)
            yield from self._alternatives(rules, value, where, depth)
        else:
            yield from _scalar(rules, value, where)
            yield from self._alternatives(rules, value, where, depth)

    def _unknown(self, rules: Mapping[str, Any], value: Mapping[str, Any], where: str, depth: int) -> Iterator[str]:
        """The faults of members without a name in the schema: those of a map have patterns of their names."""
        patterns = rules.get("patternProperties", {})
        closed = rules.get("additionalProperties") is False and (patterns or "properties" in rules)
        for name in value:
            if name in rules.get("properties", {}):
                continue
            fitting = [patterns[each] for each in patterns if _fits(each, str(name))]
            if closed and not fitting:
                yield f"{where}: extraneous key [{name}] is not permitted"
            for definition in fitting:
                yield from self.value(definition, value[name], f"{where}/{name}", depth + 1)

    def members(self, rules: Mapping[str, Any], value: Mapping[str, Any], where: str, depth: int) -> Iterator[str]:
        """The faults of an object's members: required ones, and those that the rules describe."""
        for name in rules.get("required", ()):
            if name not in value:
                yield f"{where}: required key [{name}] not found"
        yield from _members_together(rules, value, where)
        for name, condition in rules.get("dependencies", {}).items():
            if name in value and isinstance(condition, Mapping):
                yield from self._part(condition, value, where, depth)
        for name, definition in rules.get("properties", {}).items():
            if name in value:
                yield from self.value(definition, value[name], f"{where}/{name}", depth + 1)
        yield from self._alternatives(rules, value, where, depth)

    def _alternatives(self, rules: Mapping[str, Any], value: Any, where: str, depth: int) -> Iterator[str]:
        for part in rules.get("allOf", ()):
            yield from self._part(part, value, where, depth)
        if "not" in rules and self._matches(rules["not"], value, where, depth):
            yield f"{where}: subject must not be valid against schema {json.dumps(rules['not'])}"
        if "if" in rules:
            branch = "then" if self._matches(rules["if"], value, where, depth) else "else"
            yield from self._part(rules.get(branch, {}), value, where, depth)
        parts = rules.get("anyOf", ())
        if parts and not any(self._matches(part, value, where, depth) for part in parts):
            yield f"{where}: #: no subschema matched out of the total {len(parts)} subschemas"
        parts = rules.get("oneOf", ())
        count = sum(self._matches(part, value, where, depth) for part in parts)
        if parts and (count == 0 or (count > 1 and isinstance(value, Mapping | list | tuple))):
            yield f"{where}: #: {count} subschemas matched instead of one"

    def _matches(self, part: Any, value: Any, where: str, depth: int) -> bool:
        return not any(True for _ in self._part(part, value, where, depth))

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


def _members_together(rules: Mapping[str, Any], value: Mapping[str, Any], where: str) -> Iterator[str]:
    """How many members an object has, and which of them need or exclude each other."""
    if len(value) < rules.get("minProperties", 0):
        yield f"{where}: minimum size: [{rules['minProperties']}], found: [{len(value)}]"
    if len(value) > rules.get("maxProperties", len(value)):
        yield f"{where}: maximum size: [{rules['maxProperties']}], found: [{len(value)}]"
    for keyword in ("dependencies", "dependentRequired"):
        for name, needed in rules.get(keyword, {}).items():
            if name in value and not isinstance(needed, Mapping):
                yield from (f"{where}: property [{each}] is required" for each in needed if each not in value)
    for name, excluded in rules.get("dependentExcluded", {}).items():
        if name in value:
            yield from (f"{where}: [{each}] is not permitted with [{name}]" for each in excluded if each in value)


def _items(rules: Mapping[str, Any], value: Any, where: str) -> Iterator[str]:
    if len(value) < rules.get("minItems", 0):
        yield f"{where}: expected minimum item count: {rules['minItems']}, found: {len(value)}"
    if len(value) > rules.get("maxItems", len(value)):
        yield f"{where}: expected maximum item count: {rules['maxItems']}, found: {len(value)}"
    if rules.get("uniqueItems") and len({repr(item) for item in value}) < len(value):
        yield f"{where}: array items are not unique"


def _scalar(rules: Mapping[str, Any], value: Any, where: str) -> Iterator[str]:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    allowed = rules.get("enum", [rules["const"]] if "const" in rules else None)
    if allowed and text not in {str(member).lower() if isinstance(member, bool) else str(member) for member in allowed}:
        yield f"{where}: {text} is not a valid enum value"
    number = _number(value) if {"integer", "number"} & set(_types(rules)) else None
    if number is not None:
        if number < rules.get("minimum", number):
            yield f"{where}: {text} is not greater or equal to {rules['minimum']}"
        if number > rules.get("maximum", number):
            yield f"{where}: {text} is not less or equal to {rules['maximum']}"
        if number >= rules.get("exclusiveMaximum", number + 1):
            yield f"{where}: {text} is not less than {rules['exclusiveMaximum']}"
        if "multipleOf" in rules and Decimal(text) % Decimal(str(rules["multipleOf"])):
            yield f"{where}: {text} is not a multiple of {rules['multipleOf']}"
    elif "string" in _types(rules) or not _types(rules):
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


def _fits(pattern: str, name: str) -> bool:
    """Whether a name has a pattern; one that only Java knows fits all."""
    compiled = _pattern(pattern)
    return compiled is None or compiled.search(name) is not None


@functools.cache
def _pattern(text: str) -> re.Pattern[str] | None:
    """The pattern; None without one, and for one that only Java's language of patterns has."""
    try:
        return re.compile(text) if text else None
    except re.error:
        return None
