"""The rows of the template reference: each names a property that exists, of a stateful type, and a page of AWS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from catalog.check.schemas import resource_schema, schema_of
from catalog.check.stateful import STATEFUL_TYPES
from catalog.check.updates import REFERENCE, UPDATE_RULES, Pointer, UpdateEffect

ROWS = [(kind, pointer) for kind, rules in UPDATE_RULES.items() for pointer in rules]


def definitions(schema: Mapping[str, Any], node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A part of a schema with everything that it refers to or combines."""
    if "$ref" in node:
        target: Any = schema
        for name in node["$ref"].split("/")[1:]:
            target = target[name]
        yield from definitions(schema, target)
    yield node
    for combined in ("oneOf", "anyOf", "allOf"):
        for member in node.get(combined, ()):
            yield from definitions(schema, member)


def exists(schema: Mapping[str, Any], node: Mapping[str, Any], pointer: Pointer) -> bool:
    """Whether a schema has a property at `pointer`."""
    if not pointer:
        return True
    name, *rest = pointer
    for definition in definitions(schema, node):
        inner = definition.get("items") if name == "*" else definition.get("properties", {}).get(name)
        if inner is not None and exists(schema, inner, tuple(rest)):
            return True
    return False


@pytest.mark.parametrize(("kind", "pointer"), ROWS, ids=[f"{kind} {'/'.join(pointer)}" for kind, pointer in ROWS])
def test_a_row_names_an_existing_property_of_a_stateful_type(kind: str, pointer: Pointer) -> None:
    assert kind in STATEFUL_TYPES
    assert exists(schema_of(kind), schema_of(kind), pointer)
    assert UPDATE_RULES[kind][pointer].source.startswith(f"{REFERENCE}/aws-")


def test_a_row_comes_before_what_the_schema_says() -> None:
    groups = ("NodeGroupConfiguration",)
    schema = schema_of("AWS::ElastiCache::ReplicationGroup")
    assert "/properties/NodeGroupConfiguration" in schema["conditionalCreateOnlyProperties"]
    assert UPDATE_RULES["AWS::ElastiCache::ReplicationGroup"][groups].effect is UpdateEffect.REPLACES
    read = resource_schema("AWS::ElastiCache::ReplicationGroup", ("us-east-1",))
    assert groups in read.create_only
    assert groups not in read.conditional
