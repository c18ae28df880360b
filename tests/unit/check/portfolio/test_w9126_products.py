"""W9126 beyond its fixtures (case G8)."""

from __future__ import annotations

from collections.abc import Callable

from catalog.check.finding import Finding


def test_a_file_without_products_is_a_warning_and_no_error(judge: Callable[..., list[Finding]]) -> None:
    (finding,) = judge("principals:\n  - {arn: 'arn:aws:iam::111122223333:role/team'}\n", "W9126")
    assert (finding.severity, finding.message) == ("warning", "the portfolio has no products")


def test_products_of_other_accounts_count(judge: Callable[..., list[Finding]]) -> None:
    assert judge("imported_products: [{import: hub, name: Topic}]\n", "W9126") == []
