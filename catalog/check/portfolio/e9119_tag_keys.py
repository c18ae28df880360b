"""E9119: keys of TagOptions do not conflict with other tags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.check.portfolio._control import Fault, OfferedVersion, Path, PortfolioControl, Subject, product_values
from catalog.model.tag_option import Offer, launch_offer


class TagKeys(PortfolioControl):
    """A provisioned product gets tags from TagOptions and tags of its portfolio and product, and from the template."""

    id = "E9119"
    shortdesc = "Keys of TagOptions do not conflict with other tags"
    description = (
        "No two keys of TagOptions differ only in case. No key is the key of a tag of the portfolio or product, or of "
        "a tag that the template gives a resource with a literal value, unless that is the TagOption's only value. If "
        "portfolio and product offer the same key, they have at least one active value in common."
    )
    why = (
        "A launch with two tags of the same key fails or loses one of them, so the tag is not what people chose. IAM "
        "compares tag keys without case. If portfolio and product have no common value, nobody can choose a value, and "
        "AWS tags the provisioned product sc-tagoption-conflict-<portfolio>-<product>."
    )
    remedy = "Use the key in one place only. In the template, set the tag from the parameter of that name."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/tagoptions-launching.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each key that conflicts."""
        options = subject.tag_options
        keys: dict[str, str] = {}
        for key in options:
            if (other := keys.setdefault(key.lower(), key)) != key:
                yield ("tag_options", key), f"TagOption keys {other} and {key} differ only in case"
        paths: dict[str, Path] = {key: ("tag_options", key) for key in options}
        yield from same_key(paths, subject.data.get("tags", {}), "the portfolio")
        for path, _, offered in subject.versions():
            own = product_values(offered)
            # The TagOptions of a product have no line in this file, so the product's entry is reported.
            only_own = {key: path for key in own if key not in paths}
            yield from conflicts(options, own, path, offered.key)
            yield from same_key(only_own, subject.data.get("tags", {}), "the portfolio")
            yield from same_key({**only_own, **paths}, offered.definition.tags, f"product {offered.key}")
            yield from literals({**only_own, **paths}, launch_offer(options, own), offered)

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each TagOption of the portfolio, and each product with TagOptions."""
        yield from (("tag_options", key) for key in subject.tag_options)
        yield from dict.fromkeys(path for path, _, offered in subject.versions() if product_values(offered))


def conflicts(options: Offer, own: Offer, path: Path, product: str) -> Iterator[Fault]:
    """Keys of the product that the portfolio offers too, in another case or without a common value."""
    keys = {key.lower(): key for key in options}
    for key in own:
        other = keys.get(key.lower(), key)
        if other != key:
            yield path, f"TagOption keys {other} of the portfolio and {key} of product {product} differ only in case"
        elif key in options and not set(options[key]) & set(own[key]):
            portfolio_values, product_values = ", ".join(options[key]), ", ".join(own[key])
            message = f"no common value: the portfolio has {portfolio_values}, product {product} has {product_values}"
            yield ("tag_options", key), message


def same_key(paths: Mapping[str, Path], tags: Mapping[str, str], owner: str) -> Iterator[Fault]:
    """TagOptions with the key of a tag of the portfolio or product."""
    keys = {key.lower(): key for key in tags}
    for key, path in paths.items():
        if key.lower() in keys:
            yield path, f"TagOption {key} has the same key as tag {keys[key.lower()]} of {owner}"


def literals(paths: Mapping[str, Path], offer: Offer, offered: OfferedVersion) -> Iterator[Fault]:
    """TagOptions whose key has a literal value in the template."""
    for logical_id, resource in offered.template.get("Resources", {}).items():
        properties = resource.get("Properties", {}) if isinstance(resource, Mapping) else {}
        for key, value in literal_tags(properties.get("Tags") if isinstance(properties, Mapping) else None):
            if offer.get(key) and tuple(offer[key]) != (value,):
                tag = f"{logical_id} of {offered.name} has the tag {key}={value}"
                yield paths[key], f"{tag}, whatever people choose for TagOption {key}"


def literal_tags(node: Any) -> Iterator[tuple[str, str]]:
    """(key, value) of each tag with a literal value: in a list of Key and Value, or in a mapping; also in Fn::If."""
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
