"""W9005: what holds data says to whom it belongs and what data it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from catalog.check.controls._control import Control, Fault, resources
from catalog.check.controls._policy import NO_VALUE
from catalog.check.controls._types import stateful_types, tag_property
from catalog.check.metadata import Frameworks

DEMANDED = ("Environment", "Service", "DataCategory")


class Tags(Control):
    """Tags in the template cannot be forgotten at launch; TagOptions of a portfolio narrow their values.

    Only tags that every launch has count: one behind Fn::If must stand in both branches. Aliases of KMS and other
    types without tags are left out, as AWS's schemas say.
    """

    id = "W9005"
    shortdesc = "Stateful resources carry the tags Environment, Service and DataCategory"
    description = (
        "Every resource that holds data and that AWS can tag has, in every launch, tags with the keys Environment, "
        "Service and DataCategory."
    )
    why = "Who finds a key or a bucket has to know whose it is, and how its data must be treated, before acting."
    remedy = "Add the three tags to the resource, with values from parameters that have AllowedValues."
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
    looks_at = stateful_types()

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each stateful resource that can be launched without one of the tags."""
        for logical_id, kind, properties in resources(template, *stateful_types()):
            name = tag_property(kind)
            missing = [key for key in DEMANDED if name and key not in keys_of(properties.get(name))]
            if missing:
                path = ("Resources", logical_id, "Properties", *([name] if name in properties else []))
                yield path, f"{logical_id} ({kind}) can be launched without the tags {', '.join(missing)}"


def keys_of(node: Any) -> set[str]:
    """The tag keys that are there whatever the conditions say; of lists of Key and Value, and of maps."""
    if isinstance(node, list):
        return set().union(*map(keys_of, node))
    if not isinstance(node, Mapping) or node == NO_VALUE:
        return set()
    if "Fn::If" in node:
        branches = node["Fn::If"]
        return set.intersection(*map(keys_of, branches[1:])) if isinstance(branches, list) and branches[1:] else set()
    keys = [node["Key"]] if "Key" in node else list(node)
    return {key for key in keys if isinstance(key, str)}
