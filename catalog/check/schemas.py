"""What an update of a property does to a resource, from the resource provider schemas.

Sources: Extension development guide for CloudFormation, "Resource type schema"
(createOnlyProperties, conditionalCreateOnlyProperties, writeOnlyProperties, tagging).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from catalog.check.provider import Schema, schemas

Pointer = tuple[str, ...]
"""A property by its names from the top: `("BucketEncryption", "Rules", "*")`."""

UPDATE_FAILS: Mapping[str, tuple[str, ...]] = {
    # The schema has no createOnlyProperties for it. Its words for these four, and the template reference's, are: "If
    # you change the value of the … property on an existing KMS key, the update request fails, regardless of the value
    # of the UpdateReplacePolicy attribute." A test reads them there.
    "AWS::KMS::Key": ("KeySpec", "KeyUsage", "Origin", "MultiRegion"),
}
"""Properties whose change fails the update, by type: what the schemas do not say."""

CUSTOM = ("Custom::", "AWS::CloudFormation::CustomResource")
"""Types whose update may answer with another physical id, which replaces the resource (Custom resource responses)."""


@dataclass(frozen=True, slots=True)
class ResourceSchema:
    """What is known of a resource type's properties."""

    create_only: frozenset[Pointer] = frozenset()
    """Their change replaces the resource."""
    conditional: frozenset[Pointer] = frozenset()
    """Their change may replace it, depending on what it is changed to."""
    write_only: frozenset[Pointer] = frozenset()
    """Cannot be read back, so that drift of them is not seen."""
    update_fails: frozenset[Pointer] = frozenset()
    """Their change fails the update."""
    tags: str = "Tags"
    """The property that holds the tags."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """What a property is when it is left out, as far as the schema says."""
    known: bool = True
    """False: what an update of other properties does is known to the resource's own program alone."""


@lru_cache(maxsize=256)
def resource_schema(resource_type: str, regions: tuple[str, ...]) -> ResourceSchema:
    """What holds in any of `regions`: Regions may be at different schemas of the same type."""
    found = list(raw_schemas(resource_type, regions))
    if not found:
        return ResourceSchema(known=False)
    tagging = [raw["tagging"] for raw in found if isinstance(raw.get("tagging"), Mapping)]
    return ResourceSchema(
        create_only=pointers(found, "createOnlyProperties"),
        conditional=pointers(found, "conditionalCreateOnlyProperties"),
        write_only=pointers(found, "writeOnlyProperties"),
        update_fails=frozenset((name,) for name in UPDATE_FAILS.get(resource_type, ())),
        tags=next((str(one["tagProperty"]).rpartition("/")[2] for one in tagging if "tagProperty" in one), "Tags"),
        defaults=defaults(found),
        known=not resource_type.startswith(CUSTOM),
    )


def raw_schemas(resource_type: str, regions: Sequence[str]) -> Iterator[Schema]:
    """The different schemas of the type in `regions`; in us-east-1, which has nearly all types, when none has it."""
    name = CUSTOM[1] if resource_type.startswith(CUSTOM[0]) else resource_type
    found = list(schemas(name, regions)) or schemas(name, ("us-east-1",))
    # Types that templates may invent have a schema of their own in cfn-lint, which says nothing of replacement.
    yield from (one for one in found if "properties" in one)


def pointers(found: Iterable[Schema], name: str) -> frozenset[Pointer]:
    """`/properties/A/B` of all schemas as names."""
    return frozenset(
        tuple(pointer.split("/")[2:]) for schema in found for pointer in schema.get(name) or () if "/" in pointer
    )


def defaults(raw: Iterable[Schema]) -> dict[str, Any]:
    """The defaults on which all schemas agree."""
    found: dict[str, list[Any]] = {}
    for schema in raw:
        for name, definition in schema.get("properties", {}).items():
            found.setdefault(name, []).append(definition.get("default"))
    return {
        name: values[0]
        for name, values in found.items()
        if values[0] is not None and all(value == values[0] for value in values)
    }
