"""W9005: stateful resources have tags for environment, service and data category."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from catalog.check.controls._control import Control, Fault, resources
from catalog.check.controls._policy import NO_VALUE
from catalog.check.controls._types import tag_property
from catalog.check.metadata import Frameworks
from catalog.check.stateful import STATEFUL_TYPES


class Tags(Control):
    """Nobody can forget tags of the template at launch. TagOptions of a portfolio can restrict their values.

    Only tags that every launch has count: a tag in a Fn::If must be in both branches. Types without tags in AWS's
    schemas, such as KMS aliases, are not checked. The names are those of `tags` in [tool.catalog.controls].
    """

    id = "W9005"
    shortdesc = "Stateful resources have the duty tags: Environment, Service and DataCategory, unless configured"
    description = (
        "Every resource that holds data and supports tags has the duty tags in every launch: Environment, Service and "
        "DataCategory, or the `tags` of [tool.catalog.controls] in pyproject.toml."
    )
    why = "Before people change a key or a bucket, they must know its owner and how to treat its data."
    remedy = "Add the duty tags to the resource, with values from parameters that have AllowedValues."
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html"
    frameworks: ClassVar[Frameworks] = {
        "AWS Config": ("kms-key-tagged", "required-tags"),
        "KMS article checklist": ("7",),
    }
    sources = (
        "https://docs.aws.amazon.com/config/latest/developerguide/kms-key-tagged.html",
        "https://docs.aws.amazon.com/config/latest/developerguide/required-tags.html",
    )
    tags = ("tags", "resources")
    looks_at = STATEFUL_TYPES

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each stateful resource that a launch can create without one of the tags."""
        for logical_id, kind, properties in resources(template, *STATEFUL_TYPES):
            name = tag_property(kind)
            missing = [key for key in self.duty_tags if name and key not in keys_of(properties.get(name))]
            if missing:
                path = ("Resources", logical_id, "Properties", *([name] if name in properties else []))
                yield path, f"{logical_id} ({kind}) can be launched without the tags {', '.join(missing)}"


def keys_of(node: Any) -> set[str]:
    """The tag keys that are there for all values of the conditions; of lists of Key and Value, and of maps."""
    if isinstance(node, list):
        return set().union(*map(keys_of, node))
    if not isinstance(node, Mapping) or node == NO_VALUE:
        return set()
    if "Fn::If" in node:
        branches = node["Fn::If"]
        return set.intersection(*map(keys_of, branches[1:])) if isinstance(branches, list) and branches[1:] else set()
    keys = [node["Key"]] if "Key" in node else list(node)
    return {key for key in keys if isinstance(key, str)}
