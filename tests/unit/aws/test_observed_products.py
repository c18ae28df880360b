"""Products that AWS answers."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.aws.fetch import RawProduct
from catalog.aws.observe import Observer

TAGS = [{"Key": "catalog:owner", "Value": "catalog"}, {"Key": "catalog:address", "Value": "product/key"}]


@pytest.mark.parametrize(("status", "told"), [("FAILED", ["product/key: AWS says FAILED of prod-1."]), ("CREATED", [])])
def test_a_product_that_failed_is_told(status: str, told: list[str]) -> None:
    answer: dict[str, Any] = {"ProductViewDetail": {"Status": status, "ProductViewSummary": {"Name": "Key"}}}
    observer = Observer()
    found = observer.product(RawProduct("prod-1", {**answer, "Tags": TAGS}, []))
    assert found is not None
    assert found.name == "Key"
    assert [notice[: len(told[0])] for notice in observer.notices] == told
