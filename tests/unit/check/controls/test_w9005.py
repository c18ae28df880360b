"""W9005 beyond its fixtures."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.controls.w9005_tags import Tags, keys_of
from catalog.content.control_settings import DUTY_TAGS

NO_VALUE = {"Ref": "AWS::NoValue"}


@pytest.mark.parametrize(
    ("tags", "keys"),
    [
        ([{"Key": "a", "Value": "x"}, {"Key": "b", "Value": {"Ref": "P"}}], {"a", "b"}),
        ({"a": "x", "b": "y"}, {"a", "b"}),
        ({"Fn::If": ["C", [{"Key": "a"}, {"Key": "b"}], [{"Key": "b"}]]}, {"b"}),
        ([{"Key": "a"}, {"Fn::If": ["C", {"Key": "b"}, NO_VALUE]}], {"a"}),
        ({"Fn::If": ["C", [{"Key": "a"}], NO_VALUE]}, set()),
        ([{"Key": {"Ref": "P"}, "Value": "x"}], set()),
        ("text", set()),
        ({"Fn::If": "C"}, set()),
    ],
)
def test_only_tags_of_every_launch_count(tags: Any, keys: set[str]) -> None:
    assert keys_of(tags) == keys


@pytest.mark.parametrize("name", DUTY_TAGS)
def test_the_product_without_a_tag(key_product: dict[str, Any], name: str) -> None:
    properties = key_product["Resources"]["Key"]["Properties"]
    properties["Tags"] = [tag for tag in properties["Tags"] if tag.get("Key") != name]
    ((path, message),) = Tags().faults(key_product)
    assert path == ("Resources", "Key", "Properties", "Tags")
    assert message.endswith(f"without the tags {name}")
