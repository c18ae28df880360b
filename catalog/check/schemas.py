"""The resource provider schemas that cfn-lint ships, and what they say of the properties of a resource type.

This is the one reader of the schemas. It reads them as the JSON files that they are, not through cfn-lint: importing
cfn-lint takes half a second, and left to itself cfn-lint prefers newer schemas of the user's cache. Then the same
template would give different results on two machines.

Sources: Extension development guide for CloudFormation, "Resource type schema"
(createOnlyProperties, conditionalCreateOnlyProperties, writeOnlyProperties, tagging).
"""

from __future__ import annotations

import functools
import importlib.util
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catalog.check.updates import UPDATE_RULES, Pointer, UpdateEffect, UpdateRule
from catalog.errors import CatalogError, ContentError

Schema = Mapping[str, Any]
"""A resource provider schema, as in its JSON file."""

CUSTOM = ("Custom::", "AWS::CloudFormation::CustomResource")
"""Types whose update may return another physical id, which replaces the resource (Custom resource responses)."""


@dataclass(frozen=True, slots=True)
class ResourceSchema:
    """What the schemas of a resource type say of its properties."""

    create_only: frozenset[Pointer] = frozenset()
    """A change of these replaces the resource."""
    conditional: frozenset[Pointer] = frozenset()
    """A change of these may replace the resource, depending on the new value."""
    write_only: frozenset[Pointer] = frozenset()
    """These cannot be read back, so drift detection does not cover them."""
    update_fails: frozenset[Pointer] = frozenset()
    """A change of these fails the update."""
    rules: Mapping[Pointer, UpdateRule] = field(default_factory=dict)
    """What the template reference says of properties beyond the schema; they are in the sets above."""
    unordered: frozenset[str] = frozenset()
    """Properties with a list whose order has no meaning (insertionOrder: false)."""
    tags: str = "Tags"
    """The property that holds the tags."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """The values of properties that a template leaves out, as far as the schemas give them."""
    known: bool = True
    """False for custom resources and types without a schema: only their own program knows what an update does."""


@functools.lru_cache(maxsize=256)
def resource_schema(resource_type: str, regions: tuple[str, ...]) -> ResourceSchema:
    """What holds in any of `regions`: Regions may have different schemas of the same type."""
    name = CUSTOM[1] if resource_type.startswith(CUSTOM[0]) else resource_type
    schemas = described_properties(name, regions)
    if not schemas:
        return ResourceSchema(known=False)
    rules = UPDATE_RULES.get(resource_type, {})
    documented = {effect: {name for name, rule in rules.items() if rule.effect is effect} for effect in UpdateEffect}
    tagging = [schema["tagging"] for schema in schemas if isinstance(schema.get("tagging"), Mapping)]
    return ResourceSchema(
        create_only=(pointers(schemas, "createOnlyProperties") - set(rules)) | documented[UpdateEffect.REPLACES],
        conditional=(pointers(schemas, "conditionalCreateOnlyProperties") - set(rules))
        | documented[UpdateEffect.MAY_REPLACE],
        write_only=pointers(schemas, "writeOnlyProperties"),
        update_fails=frozenset(documented[UpdateEffect.FAILS]),
        rules=rules,
        unordered=unordered(schemas),
        tags=next((str(tags["tagProperty"]).rpartition("/")[2] for tags in tagging if "tagProperty" in tags), "Tags"),
        defaults=defaults(schemas),
        known=not resource_type.startswith(CUSTOM),
    )


def described_properties(resource_type: str, regions: Sequence[str]) -> list[Schema]:
    """The different schemas of a type in `regions`; those of us-east-1 when none of the Regions has the type.

    cfn-lint has schemas without properties for types that templates may invent. They say nothing of replacement.
    """
    schemas = list(schemas_of(resource_type, regions)) or schemas_of(resource_type, ("us-east-1",))
    return [schema for schema in schemas if "properties" in schema]


def pointers(schemas: Iterable[Schema], name: str) -> frozenset[Pointer]:
    """The properties that a list of any schema names, from `/properties/A/B` to `("A", "B")`."""
    return frozenset(
        tuple(pointer.split("/")[2:]) for schema in schemas for pointer in schema.get(name) or () if "/" in pointer
    )


def unordered(schemas: Sequence[Schema]) -> frozenset[str]:
    """The properties with a list whose order has no meaning in any of the schemas."""
    lists = [
        {name for name, definition in schema.get("properties", {}).items() if definition.get("insertionOrder") is False}
        for schema in schemas
    ]
    return frozenset(set.intersection(*lists)) if lists else frozenset()


def defaults(schemas: Iterable[Schema]) -> dict[str, Any]:
    """The defaults on which all schemas agree."""
    values: dict[str, list[Any]] = {}
    for schema in schemas:
        for name, definition in schema.get("properties", {}).items():
            values.setdefault(name, []).append(definition.get("default"))
    return {
        name: first
        for name, (first, *others) in values.items()
        if first is not None and all(value == first for value in others)
    }


def schemas_of(resource_type: str, regions: Sequence[str]) -> Iterator[Schema]:
    """The different schemas of a type in the Regions that have it."""
    types_by_region = [region_types(region) for region in regions]
    digests = dict.fromkeys(types[resource_type] for types in types_by_region if resource_type in types)
    yield from map(schema_file, digests)


@functools.cache
def schema_of(resource_type: str) -> Schema:
    """The schema of an AWS type in the first Region that has it; empty for other types."""
    if not resource_type.startswith("AWS::"):
        return {}
    return next((schema for region in all_regions() for schema in schemas_of(resource_type, (region,))), {})


def all_regions() -> tuple[str, ...]:
    """All Regions with schemas; us-east-1, which has nearly all types, comes first."""
    regions = sorted(file.stem for file in (data_folder() / "schemas" / "providers").glob("*.json"))
    return ("us-east-1", *(region for region in regions if region != "us-east-1"))


@functools.cache
def region_types(region: str) -> Mapping[str, str]:
    """Resource type → name of its schema file. Raises `ContentError` for a Region that cfn-lint does not know."""
    file = data_folder() / "schemas" / "providers" / f"{region}.json"
    if not re.fullmatch(r"[a-z0-9-]+", region) or not file.exists():
        raise ContentError(
            f"regions of [tool.catalog]: cfn-lint does not know Region {region!r}",
            hint="Correct the Region. A new Region needs a newer cfn-lint.",
        )
    types: dict[str, str] = json.loads(file.read_bytes())
    return types


@functools.cache
def schema_file(digest: str) -> Schema:
    """The schema in the file of this name."""
    schema: dict[str, Any] = json.loads((data_folder() / "schemas" / "resources" / f"{digest}.json").read_bytes())
    return schema


@functools.cache
def data_folder() -> Path:
    """The data folder of the installed cfn-lint."""
    spec = importlib.util.find_spec("cfnlint")
    if spec is None or not spec.submodule_search_locations:
        raise CatalogError("cfn-lint is not installed", hint="Install catalog with its dependencies.")
    return Path(spec.submodule_search_locations[0]) / "data"
