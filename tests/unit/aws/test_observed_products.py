"""Products as AWS returns them."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.aws.fetch import RawProduct
from catalog.aws.observe import Observer

TAGS = [{"Key": "catalog:owner", "Value": "catalog"}, {"Key": "catalog:address", "Value": "product/key"}]


@pytest.mark.parametrize(
    ("status", "notices"), [("FAILED", ["product/key: AWS reports status FAILED for prod-1."]), ("CREATED", [])]
)
def test_a_product_that_failed_has_a_notice(status: str, notices: list[str]) -> None:
    answer: dict[str, Any] = {"ProductViewDetail": {"Status": status, "ProductViewSummary": {"Name": "Key"}}}
    observer = Observer()
    product = observer.product(RawProduct("prod-1", {**answer, "Tags": TAGS}, []))
    assert product is not None
    assert product.name == "Key"
    assert [notice[: len(notices[0])] for notice in observer.notices] == notices
