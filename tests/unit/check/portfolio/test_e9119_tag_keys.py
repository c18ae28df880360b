from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from catalog.check.finding import Finding
from catalog.check.portfolio.e9119_tag_keys import literal_tags

Judge = Callable[..., list[Finding]]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ([{"Key": "A", "Value": "x"}, {"Key": "B", "Value": {"Ref": "P"}}], [("A", "x")]),
        ([{"Fn::If": ["C", {"Key": "A", "Value": "x"}, {"Ref": "AWS::NoValue"}]}], [("A", "x")]),
        ({"A": "x", "B": {"Ref": "P"}}, [("A", "x")]),
        ({"Ref": "Tags"}, []),
        (None, []),
        ("x", []),
    ],
)
def test_literal_tags_in_every_shape(tags: Any, expected: list[tuple[str, str]]) -> None:
    assert list(literal_tags(tags)) == expected


def test_the_resource_that_has_the_tag_is_named(judge: Judge) -> None:
    text = "tag_options: {ManagedBy: [people, service-catalog]}\nproducts:\n  - product: parcel\n"
    (finding,) = judge(text, "E9119")
    assert "Queue of parcel 1.0.0 has the tag ManagedBy=service-catalog" in finding.message
