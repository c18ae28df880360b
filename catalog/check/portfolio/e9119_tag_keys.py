"""L2. E9119: keys of TagOptions conflict with no other tag."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.check.portfolio._control import Fault, Offered, Path, PortfolioControl, Subject


class TagKeys(PortfolioControl):
    """Tags of what is launched come from TagOptions, the portfolio, the product and the template."""

    id = "E9119"
    shortdesc = "Keys of TagOptions conflict with no other tag"
    description = (
        "No two keys of TagOptions differ by case alone, none is a tag of the portfolio or product, and none is a tag "
        "that the template gives a resource with a literal value that the TagOption does not alone have."
    )
    why = (
        "Of two tags of one key a launch bears only one, or it fails, so what people chose is not what stands there. "
        "IAM compares tag keys without case."
    )
    remedy = "Keep the key in one place; in the template, tag with the parameter of that name."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/tagoptions-faq.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each key with a rival."""
        options: Mapping[str, list[str]] = subject.data.get("tag_options", {})
        seen: dict[str, str] = {}
        for key in options:
            if (twin := seen.setdefault(key.lower(), key)) != key:
                yield ("tag_options", key), f"TagOption keys {twin} and {key} differ by case alone"
        yield from same_key(options, subject.data.get("tags", {}), "the portfolio")
        for _, _, offered in subject.versions():
            yield from same_key(options, offered.definition.tags, f"product {offered.key}")
            yield from literals(options, offered)

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each TagOption."""
        yield from (("tag_options", key) for key in subject.data.get("tag_options", {}))


def same_key(options: Mapping[str, list[str]], tags: Mapping[str, str], whose: str) -> Iterator[Fault]:
    """TagOptions with the key of a tag."""
    keys = {key.lower(): key for key in tags}
    for key in options:
        if key.lower() in keys:
            yield ("tag_options", key), f"TagOption {key} has the key of tag {keys[key.lower()]} of {whose}"


def literals(options: Mapping[str, list[str]], offered: Offered) -> Iterator[Fault]:
    """TagOptions whose key the template itself gives a value."""
    for logical_id, resource in offered.template.get("Resources", {}).items():
        properties = resource.get("Properties", {}) if isinstance(resource, Mapping) else {}
        for key, value in literal_tags(properties.get("Tags") if isinstance(properties, Mapping) else None):
            if key in options and options[key] != [value]:
                rival = f"{logical_id} of {offered.name} has the tag {key}={value}"
                yield ("tag_options", key), f"{rival}, whatever people choose for TagOption {key}"


def literal_tags(node: Any) -> Iterator[tuple[str, str]]:
    """(key, value) of each tag with a literal value: a list of Key and Value, or a mapping; in Fn::If too."""
    if isinstance(node, list):
        for member in node:
            yield from literal_tags(member)
    elif isinstance(node, Mapping):
        if "Fn::If" in node:
            yield from literal_tags(node["Fn::If"])
        elif "Key" in node and "Value" in node:
            if isinstance(node["Key"], str) and isinstance(node["Value"], str):
                yield node["Key"], node["Value"]
        else:
            yield from ((str(key), value) for key, value in node.items() if isinstance(value, str) and key != "Ref")
