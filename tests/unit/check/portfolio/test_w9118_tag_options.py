from __future__ import annotations

from collections.abc import Callable

from catalog.check.finding import Finding

Judge = Callable[..., list[Finding]]


def test_an_empty_mapping_is_none(judge: Judge) -> None:
    assert len(judge("tag_options: {}\nproducts:\n  - product: loose\n", "W9118")) == 1
    assert judge("tag_options: {A: [b]}\nproducts:\n  - product: loose\n", "W9118") == []
