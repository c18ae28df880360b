from __future__ import annotations

from collections.abc import Callable

from catalog.check.finding import Finding

Judge = Callable[..., list[Finding]]


def test_a_portfolio_without_production_values_needs_no_stage(judge: Judge) -> None:
    assert judge("display_name: Team\nprovider: Platform\nproducts:\n  - product: loose\n", "W9105") == []


def test_the_message_names_the_products_with_production_values(judge: Judge) -> None:
    (finding,) = judge("display_name: Team\nprovider: P\nproducts:\n  - product: loose\n  - product: parcel\n", "W9105")
    assert "production values: parcel" in finding.message
    assert "loose" not in finding.message
