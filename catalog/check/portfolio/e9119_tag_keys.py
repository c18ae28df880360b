"""E9119: keys of TagOptions conflict with no other tag."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.check.portfolio._control import Fault, OfferedVersion, Path, PortfolioControl, Subject, product_values
from catalog.model.tag_option import Offer, launch_offer


class TagKeys(PortfolioControl):
    """Tags of what is launched come from TagOptions of portfolio and product, their own tags, and the template."""

    id = "E9119"
    shortdesc = "Keys of TagOptions conflict with no other tag"
    description = (
        "No two keys of TagOptions differ by case alone, none is a tag of the portfolio or product, and none is a tag "
        "that the template gives a resource with a literal value that the TagOption does not alone have. Of a key that "
        "portfolio and product offer, at least one active value is common to both."
    )
    why = (
        "Of two tags of one key a launch bears only one, or it fails, so what people chose is not what stands there. "
        "IAM compares tag keys without case. Portfolio and product without a common value are a TagOption conflict: "
        "nobody can choose, and AWS tags what is launched sc-tagoption-conflict-<portfolio>-<product>."
    )
    remedy = "Keep the key in one place; in the template, tag with the parameter of that name."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/tagoptions-launching.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each key with a rival."""
        options = subject.tag_options
        seen: dict[str, str] = {}
        for key in options:
            if (twin := seen.setdefault(key.lower(), key)) != key:
                yield ("tag_options", key), f"TagOption keys {twin} and {key} differ by case alone"
        places: dict[str, Path] = {key: ("tag_options", key) for key in options}
        yield from same_key(places, subject.data.get("tags", {}), "the portfolio")
        for path, _, offered in subject.versions():
            own = product_values(offered)
            # A product's TagOptions stand in no line of this file: its entry here is where the two meet.
            only_own = {key: path for key in own if key not in places}
            yield from rivals(options, own, path, offered.key)
            yield from same_key(only_own, subject.data.get("tags", {}), "the portfolio")
            yield from same_key({**only_own, **places}, offered.definition.tags, f"product {offered.key}")
            yield from literals({**only_own, **places}, launch_offer(options, own), offered)

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each TagOption, and each product that has some."""
        yield from (("tag_options", key) for key in subject.tag_options)
        yield from dict.fromkeys(path for path, _, offered in subject.versions() if product_values(offered))


def rivals(options: Offer, own: Offer, path: Path, product: str) -> Iterator[Fault]:
    """Keys of the product that the portfolio offers too, in another case or with other values alone."""
    keys = {key.lower(): key for key in options}
    for key in own:
        twin = keys.get(key.lower(), key)
        if twin != key:
            yield path, f"TagOption keys {twin} of the portfolio and {key} of product {product} differ by case alone"
        elif key in options and not set(options[key]) & set(own[key]):
            here, there = ", ".join(options[key]), ", ".join(own[key])
            yield (
                ("tag_options", key),
                f"no value is on both sides: the portfolio has {here}, product {product} {there}",
            )


def same_key(places: Mapping[str, Path], tags: Mapping[str, str], whose: str) -> Iterator[Fault]:
    """TagOptions with the key of a tag."""
    keys = {key.lower(): key for key in tags}
    for key, path in places.items():
        if key.lower() in keys:
            yield path, f"TagOption {key} has the key of tag {keys[key.lower()]} of {whose}"


def literals(places: Mapping[str, Path], offer: Offer, offered: OfferedVersion) -> Iterator[Fault]:
    """TagOptions whose key the template itself gives a value."""
    for logical_id, resource in offered.template.get("Resources", {}).items():
        properties = resource.get("Properties", {}) if isinstance(resource, Mapping) else {}
        for key, value in literal_tags(properties.get("Tags") if isinstance(properties, Mapping) else None):
            if offer.get(key) and tuple(offer[key]) != (value,):
                rival = f"{logical_id} of {offered.name} has the tag {key}={value}"
                yield places[key], f"{rival}, whatever people choose for TagOption {key}"


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
