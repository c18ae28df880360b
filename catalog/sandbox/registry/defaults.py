"""The defaults of a schema: what a read handler returns for a property that nobody has set.

Source: CloudFormation CLI user guide, "Resource type schema" (`default` is an annotation of JSON Schema).
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from catalog.sandbox.registry.schemas import TypeSchema

DEPTH = 12
"""Definitions can contain themselves."""


def with_defaults(schema: TypeSchema, properties: Mapping[str, Any]) -> dict[str, Any]:
    """The properties, with the defaults of those that are missing, also inside of objects that are there."""
    return _filled(schema, schema.document, properties, DEPTH)


def _filled(schema: TypeSchema, rules: Mapping[str, Any], value: Mapping[str, Any], depth: int) -> dict[str, Any]:
    whole = {name: _value(schema, rules.get("properties", {}).get(name), each, depth) for name, each in value.items()}
    for name, definition in rules.get("properties", {}).items():
        default = _default(schema, definition)
        if name not in value and default is not None:
            whole[name] = default
    return whole


def _value(schema: TypeSchema, definition: Any, value: Any, depth: int) -> Any:
    rules = schema.resolve(definition)
    if depth and isinstance(value, Mapping) and "properties" in rules:
        return _filled(schema, rules, value, depth - 1)
    if depth and isinstance(value, list):
        return [_value(schema, rules.get("items"), each, depth - 1) for each in value]
    return value


def _default(schema: TypeSchema, definition: Any) -> Any:
    """The default of a definition; None without one, and for one that is no value but a schema itself."""
    rules = schema.resolve(definition)
    default = definition.get("default", rules.get("default")) if isinstance(definition, Mapping) else None
    if isinstance(default, Mapping) and not default.keys() <= rules.get("properties", {}).keys():
        return None
    return copy.deepcopy(default)
