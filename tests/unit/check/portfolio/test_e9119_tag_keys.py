from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from catalog.check.finding import Finding
from catalog.check.portfolio.e9119_tag_keys import literal_tags
from catalog.model.tag_option import Inactive

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


def test_the_message_names_the_resource_with_the_tag(judge: Judge) -> None:
    text = "tag_options: {ManagedBy: [people, service-catalog]}\nproducts:\n  - product: parcel\n"
    (finding,) = judge(text, "E9119")
    assert "Queue of parcel 1.0.0 has the tag ManagedBy=service-catalog" in finding.message


OFFERED = "tag_options: {Stage: [dev, old]}\nproducts:\n  - product: parcel\n"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("dev", "test"), []),
        (("test", "prod"), ["no common value: the portfolio has dev, old, product parcel has test, prod"]),
        ((Inactive("dev"), "test"), ["no common value: the portfolio has dev, old, product parcel has test"]),
        ((Inactive("test"),), []),  # a side that offers nothing is no side
    ],
)
def test_portfolio_and_product_must_have_a_value_in_common(judge: Judge, values: Any, expected: list[str]) -> None:
    found = judge(OFFERED, "E9119", product={"tag_options": {"Stage": values}})
    assert [one.message for one in found] == expected
    assert all(one.line == 4 for one in found)


def test_keys_of_the_product_are_reported_at_its_entry(judge: Judge) -> None:
    product = {"tag_options": {"stage": ("dev",), "CostCenter": ("a",), "ManagedBy": ("people",)}}
    found = judge(f"tags: {{costcenter: b}}\n{OFFERED}", "E9119", product=product)
    assert sorted(one.message for one in found) == [
        "Queue of parcel 1.0.0 has the tag ManagedBy=service-catalog, whatever people choose for TagOption ManagedBy",
        "TagOption CostCenter has the same key as tag costcenter of the portfolio",
        "TagOption keys Stage of the portfolio and stage of product parcel differ only in case",
    ]
    assert {one.line for one in found} == {7}
