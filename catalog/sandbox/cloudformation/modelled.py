"""The resources that are only modelled by their schemas: what AWS's service would have of each.

A stack makes them, or a client of Cloud Control API; both see the other's changes. A resource that a stack keeps
(DeletionPolicy) stays here, and another stack can import it.

Sources: CloudFormation CLI user guide, "Resource type handler contract" (a type without a read handler cannot be read,
imported or checked for drift); Cloud Control API user guide, "Identifying resources" (several primary identifiers are
joined with `|`).
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.cloudformation.models import cloudformation_backends

from catalog.sandbox.registry.defaults import with_defaults
from catalog.sandbox.registry.differing import Deviation, PropertyDrift
from catalog.sandbox.registry.schemas import TypeSchema

OWN = "aws:"


@dataclass(slots=True)
class ModelledResource:
    """One resource."""

    schema: TypeSchema
    properties: dict[str, Any]
    """What its creator has set, with all its tags."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """Identifiers and attributes."""

    @property
    def identifier(self) -> str:
        """Its primary identifier."""
        return identifier_of(self.schema, {**self.properties, **self.values})

    def shown(self) -> dict[str, Any]:
        """What a read handler returns: all that is known, and the defaults of the schema."""
        readable = with_defaults(self.schema, self.known())
        return {
            name: value
            for name, value in readable.items()
            if name not in self.schema.write_only and (name in self.values or name not in self.schema.read_only)
        }

    def known(self) -> dict[str, Any]:
        """Everything that was set or made up, but what nobody can read back."""
        read_only = {name: value for name, value in self.values.items() if "." not in name}
        whole = {
            **self.properties,
            **{name: value for name, value in read_only.items() if name in self.schema.properties},
        }
        return {name: copy.deepcopy(value) for name, value in whole.items() if name not in self.schema.write_only}

    def tags(self) -> dict[str, str]:
        """Its tags."""
        return tags_in(self.properties.get(self.schema.tag_property)) if self.schema.tag_property else {}

    def deviation(self, applied: Mapping[str, Any], tags: Mapping[str, str]) -> Deviation:
        """How it differs from the properties and tags that a stack has given it."""
        known, tag_property = self.known(), self.schema.tag_property
        whole, wanted = with_defaults(self.schema, known), with_defaults(self.schema, applied)
        differences = [
            PropertyDrift(f"/{name}", value, known.get(name))
            for name, value in applied.items()
            if name not in (*self.schema.write_only, tag_property) and whole.get(name) != wanted[name]
        ]
        expected, actual = _own(tags), _own(self.tags())
        if tag_property and expected != actual:
            listed = (tag_value(self.schema, each) for each in (expected, actual))
            differences.append(PropertyDrift(f"/{tag_property}", *listed))
        return Deviation(differences=tuple(differences))


Modelled = dict[tuple[str, str], ModelledResource]
"""By type and primary identifier."""


def modelled_of(account: str, region: str) -> Modelled:
    """The modelled resources of an account and Region."""
    backend: Any = cloudformation_backends[account][region]  # ours, in the place of moto's
    modelled: Modelled = backend.modelled
    return modelled


def identifier_of(schema: TypeSchema, values: Mapping[str, Any]) -> str:
    """The primary identifier in what is known of a resource; empty if a part is missing."""
    parts = [values.get(name) for name in schema.primary]
    return "" if None in parts else "|".join(map(str, parts))


def can_read(schema: TypeSchema) -> bool:
    """Whether the type has a read handler."""
    return has_handler(schema, "read")


def has_handler(schema: TypeSchema, name: str) -> bool:
    """Whether the type has a handler."""
    return name in schema.document.get("handlers", {})


def tags_in(value: Any) -> dict[str, str]:
    """Own tags of a resource, which its type has as a list of keys and values or as a map."""
    if isinstance(value, Mapping):
        return {str(key): str(text) for key, text in value.items()}
    return {str(tag["Key"]): str(tag["Value"]) for tag in value or () if isinstance(tag, Mapping)}


def tag_value(schema: TypeSchema, tags: Mapping[str, str]) -> Any:
    """Tags as the property of the type has them."""
    definition = schema.resolve(schema.properties.get(schema.tag_property))
    if definition.get("type") == "object":
        return dict(tags)
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _own(tags: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in sorted(tags.items()) if not key.startswith(OWN)}
