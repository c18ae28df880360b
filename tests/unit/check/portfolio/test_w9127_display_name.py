"""W9127 beyond its fixtures (case G8)."""

from __future__ import annotations

from collections.abc import Callable

from catalog.check.finding import Finding


def test_the_other_portfolio_is_named(judge: Callable[..., list[Finding]]) -> None:
    (finding,) = judge("display_name: Fixture of others\nprovider: x\nproducts: []\n", "W9127")
    assert finding.message == "portfolio/taken has the name 'Fixture of others' too"
    assert finding.severity == "warning"
