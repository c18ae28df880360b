"""How a resource differs from what it was after the last operation of its stack, as its service shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.model import StructureShape

from catalog.cfn.template import text_of
from catalog.sandbox.registry import calls
from catalog.sandbox.registry.api_types import ApiResource, ApiType
from catalog.sandbox.registry.calls import CallRefused

TAGS_IN_ANSWERS = ("tags", "taglist", "tagset", "resourcetaglist")
TAG_READS = (
    "ListTagsForResource",
    "ListTagsOfResource",
    "ListResourceTags",
    "ListQueueTags",
    "ListTagsForStream",
    "ListRoleTags",
    "ListPolicyTags",
    "ListInstanceProfileTags",
    "ListTags",
    "GetBucketTagging",
    "DescribeTags",
)
"""Operations that read tags: the first that the service has, and that takes what the operation that tags takes."""
OWN_TAGS = "aws:"


@dataclass(frozen=True, slots=True)
class PropertyDrift:
    """One property that differs."""

    path: str
    """As `/DisplayName`, or `/Tags` for the tags of a resource."""
    expected: Any
    actual: Any

    @property
    def kind(self) -> str:
        """DifferenceType of the API."""
        return "REMOVE" if self.actual is None else "NOT_EQUAL"


@dataclass(frozen=True, slots=True)
class Deviation:
    """How a resource differs."""

    gone: bool = False
    differences: tuple[PropertyDrift, ...] = ()


def property_differences(
    row: ApiType, properties: Mapping[str, Any], before: Any, after: Any, tag_property: str
) -> Iterator[PropertyDrift]:
    """The properties of the template whose values the service shows differently than after the last operation."""
    was, now, keys = _flat(before), _flat(after), _keys(row, properties)
    for name, value in properties.items():
        key = keys[name]
        if name != tag_property and (key in was or key in now) and was.get(key) != now.get(key):
            yield PropertyDrift(f"/{name}", value, now.get(key))


def template_differences(row: ApiType, properties: Mapping[str, Any], after: Any) -> Iterator[PropertyDrift]:
    """The texts, numbers and booleans of the template that its service shows otherwise."""
    now, keys = _flat(after), _keys(row, properties)
    for name, value in properties.items():
        wanted, actual = text_of(value), text_of(now.get(keys[name]))
        if wanted is not None and actual is not None and wanted != actual:
            yield PropertyDrift(f"/{name}", value, now[keys[name]])


def _keys(row: ApiType, properties: Mapping[str, Any]) -> dict[str, str]:
    """The name of each property in an answer, in lower case."""
    renamed = {**row.create.renamed, **(row.update.renamed if row.update else {})}
    return {name: renamed.get(name, name).lower() for name in properties}


def tag_difference(subject: ApiResource, row: ApiType, shown: Any) -> Iterator[PropertyDrift]:
    """The tags of a resource, if they are not those that the stack gave it."""
    actual = _tags_in(shown) if isinstance(shown, Mapping) else None
    if actual is None:
        actual = _tags_read(subject, row)
    if actual is None:
        return
    if not subject.schema.tag_property:
        return
    expected, kept = _own(subject.tags), _own(actual)
    if not subject.schema.tags_change:  # later tags of the stack do not reach it
        expected = {key: value for key, value in expected.items() if key in kept}
    if expected != kept:
        listed = [[{"Key": key, "Value": value} for key, value in tags.items()] for tags in (expected, kept)]
        yield PropertyDrift(f"/{subject.schema.tag_property}", *listed)


def _own(tags: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in sorted(tags.items()) if not key.startswith(OWN_TAGS)}


def _tags_read(subject: ApiResource, row: ApiType) -> dict[str, str] | None:
    """The tags by an operation that reads them; None if the service has none that takes the same parameters."""
    if row.tagging is None:
        return None
    model = calls.model_of(row.service)
    given = row.tagging.tag.parameters(subject) or {}
    for name in TAG_READS:
        if name not in model.operation_names:
            continue
        shape = model.operation_model(name).input_shape
        if not isinstance(shape, StructureShape):
            continue
        members = {member.lower(): member for member in shape.members}
        parameters = {members[key.lower()]: value for key, value in given.items() if key.lower() in members}
        if set(shape.required_members) <= parameters.keys() and parameters:
            try:
                return _tags_in(calls.call(row.service, name, subject.place, parameters))
            except CallRefused:
                return None
    return None


def _tags_in(answer: Mapping[str, Any], depth: int = 2) -> dict[str, str] | None:
    """The tags in an answer, as a map or as a list of keys and values, some levels deep; None if it has none."""
    for name, value in answer.items():
        if name.lower() in TAGS_IN_ANSWERS:
            listed = value.get("Items", value) if isinstance(value, Mapping) else value
            if isinstance(listed, Mapping):
                return {str(key): str(text) for key, text in listed.items()}
            pairs = [{key.lower().removeprefix("tag"): text for key, text in tag.items()} for tag in listed or ()]
            return {str(pair.get("key")): str(pair.get("value", "")) for pair in pairs}
    inside = [each[0] if isinstance(each, list) and len(each) == 1 else each for each in answer.values()]
    nested = (_tags_in(each, depth - 1) for each in inside if depth and isinstance(each, Mapping))
    return next((tags for tags in nested if tags is not None), None)


def _flat(shown: Any) -> dict[str, Any]:
    """What an answer shows by name in lower case, also what is one level deeper, such as the attributes of a queue."""
    if not isinstance(shown, Mapping):
        return {}
    flat: dict[str, Any] = {}
    for value in shown.values():
        if isinstance(value, Mapping):
            flat |= {key.lower(): member for key, member in value.items() if isinstance(key, str)}
    return flat | {name.lower(): value for name, value in shown.items() if isinstance(name, str)}
