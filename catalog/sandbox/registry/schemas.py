"""The resource provider schemas that cfn-lint ships, read as the JSON files that they are.

`catalog.check` has its own reader: the sandbox judges what `catalog` derives, so the two share no code. Source:
Extension development guide for CloudFormation, "Resource type schema".
"""

from __future__ import annotations

import functools
import importlib.util
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FIRST_REGION = "us-east-1"
"""The Region that has nearly all types."""
UNSUPPORTED = frozenset(
    {"AWS::CloudFormation::CustomResource", "AWS::CloudFormation::Macro", "AWS::CloudFormation::Stack"}
)
BEGINNINGS = ("AWS::Serverless::", "Custom::")
"""Types, and beginnings of types, that no schema can model: nested stacks and custom resources have handlers of their
own; macros and SAM would run the user's code or a transform."""


def unsupported(name: str) -> bool:
    """Whether no schema can model a type."""
    return name in UNSUPPORTED or name.startswith(BEGINNINGS)


@dataclass(frozen=True)
class TypeSchema:
    """The schema of one resource type."""

    name: str
    document: Mapping[str, Any]

    @functools.cached_property
    def properties(self) -> Mapping[str, Any]:
        """The definitions of all properties, also of those that only can be read."""
        return dict(self.document.get("properties", {}))

    @functools.cached_property
    def primary(self) -> tuple[str, ...]:
        """The names of the properties that identify a resource."""
        return self._names("primaryIdentifier")

    @functools.cached_property
    def read_only(self) -> frozenset[str]:
        """The attributes, as Fn::GetAtt names them: `Arn`, `Endpoint.Address`."""
        return frozenset(name for name in self._names("readOnlyProperties") if "*" not in name)

    @functools.cached_property
    def write_only(self) -> frozenset[str]:
        """The properties that nobody can read back, such as passwords."""
        return frozenset(name for name in self._names("writeOnlyProperties") if "." not in name)

    @functools.cached_property
    def settable(self) -> frozenset[str]:
        """The names of the properties that a template may have."""
        return frozenset(self.properties) - self.read_only

    @functools.cached_property
    def create_only(self) -> tuple[str, ...]:
        """The properties whose change replaces the resource, `A` or `A.B`."""
        return self._names("createOnlyProperties")

    @functools.cached_property
    def conditional(self) -> tuple[str, ...]:
        """The properties whose change may replace the resource."""
        return self._names("conditionalCreateOnlyProperties")

    @functools.cached_property
    def tag_property(self) -> str:
        """The property with the tags; empty for a type without tags."""
        tagging = self.document.get("tagging", {})
        if not isinstance(tagging, Mapping) or tagging.get("taggable") is False:
            return ""
        name = str(tagging.get("tagProperty", "/properties/Tags")).removeprefix("/properties/")
        return name if name in self.properties else ""

    @property
    def tags_change(self) -> bool:
        """Whether an update changes tags; else a resource keeps those of its creation."""
        tagging = self.document.get("tagging", {})
        return not isinstance(tagging, Mapping) or tagging.get("tagUpdatable") is not False

    def permissions(self, handler: str) -> tuple[str, ...]:
        """The IAM actions that a handler lists."""
        return tuple(self.document.get("handlers", {}).get(handler, {}).get("permissions", ()))

    def resolve(self, definition: Any) -> Mapping[str, Any]:
        """A definition with its reference followed."""
        for _ in range(8):
            if not isinstance(definition, Mapping):
                return {}
            target = definition.get("$ref")
            if not isinstance(target, str) or not target.startswith("#/"):
                return definition
            node: Any = self.document
            for step in target[2:].split("/"):
                node = node.get(step, {}) if isinstance(node, Mapping) else {}
            definition = node
        return {}

    def _names(self, member: str) -> tuple[str, ...]:
        pointers = self.document.get(member) or ()
        return tuple(pointer.removeprefix("/properties/").replace("/", ".") for pointer in pointers)


@functools.cache
def type_schema(name: str) -> TypeSchema | None:
    """The schema of a resource type, of the first Region that has it; None if CloudFormation has no such type."""
    if unsupported(name):
        return None
    for types in _regions():
        if name in types:
            file = _folder() / "resources" / f"{types[name]}.json"
            document = json.loads(file.read_bytes())
            return TypeSchema(name, document) if "properties" in document else None
    return None


def type_names() -> frozenset[str]:
    """The names of the types of the first Region."""
    return frozenset(name for name in next(_regions()) if not unsupported(name))


@functools.cache
def iam_reference() -> Mapping[str, Any]:
    """The Service Authorization Reference: prefix of a service → its actions and kinds of resource."""
    reference: dict[str, Any] = json.loads((_folder().parent / "AdditionalSpecs" / "Policies.json").read_bytes())
    return reference


def _regions() -> Iterator[Mapping[str, str]]:
    """Type → name of its file, for one Region after another."""
    others = sorted(file.stem for file in (_folder() / "providers").glob("*.json"))
    for region in (FIRST_REGION, *(name for name in others if name not in (FIRST_REGION, "sam"))):
        yield _types_of(region)


@functools.cache
def _types_of(region: str) -> Mapping[str, str]:
    types: dict[str, str] = json.loads((_folder() / "providers" / f"{region}.json").read_bytes())
    return types


@functools.cache
def _folder() -> Path:
    """The folder of cfn-lint's schemas. Only files are read: to import cfn-lint takes half a second."""
    spec = importlib.util.find_spec("cfnlint")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("cfn-lint is not installed, whose schemas the sandbox reads", name="cfnlint")
    return Path(spec.origin).parent / "data" / "schemas"
