from __future__ import annotations

from collections.abc import Callable

from catalog.check.finding import Finding

Judge = Callable[..., list[Finding]]


def test_an_empty_mapping_is_a_fault(judge: Judge) -> None:
    assert len(judge("tag_options: {}\nproducts:\n  - product: loose\n", "W9118")) == 1
    assert judge("tag_options: {A: [b]}\nproducts:\n  - product: loose\n", "W9118") == []


def test_inactive_values_do_not_count_and_those_of_every_product_do(judge: Judge) -> None:
    assert len(judge("tag_options: {A: [{value: b, active: false}]}\nproducts:\n  - product: loose\n", "W9118")) == 1
    own = {"tag_options": {"A": ("b",)}}
    assert judge("products:\n  - product: parcel\n", "W9118", product=own) == []
    assert len(judge("products:\n  - product: parcel\n  - product: loose\n", "W9118", product=own)) == 1
