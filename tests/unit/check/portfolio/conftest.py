"""A portfolio as YAML text, checked by the portfolio controls as `catalog validate` checks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from catalog.check.finding import Finding
from catalog.check.run import Content, check_portfolios
from catalog.content.config import load_config
from catalog.content.load import Catalog, load_product
from catalog.content.portfolio_files import load_portfolio
from catalog.content.render import Rendered, render

ROOT = Path(__file__).parents[3] / "fixtures" / "portfolios"
CONFIG = load_config(ROOT)
PRODUCTS = {key: load_product(CONFIG, key) for key in ("loose", "parcel", "coded", "expecting")}
VERSIONS = [render(key, product) for key, product in PRODUCTS.items()]
OTHER = load_portfolio(ROOT / "others" / "taken.yaml", "portfolios/taken.yaml")
HEAD = "display_name: Team\nprovider: Platform\nstage: dev\n"
Judge = Callable[..., list[Finding]]


def versions(change: dict[str, Any] | None) -> list[Rendered]:
    """The fixtures' templates, with sections of `parcel` replaced."""
    return [
        replace(one, template={**one.template, **(change or {})}) if one.product == "parcel" else one
        for one in VERSIONS
    ]


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """Get the findings of all controls, or of one, in a portfolio; `template` and `product` change `parcel`."""

    def run(
        portfolio: str | Path,
        control: str = "",
        *,
        template: dict[str, Any] | None = None,
        product: dict[str, Any] | None = None,
        today: date = date(2026, 1, 1),
        **settings: Any,
    ) -> list[Finding]:
        file = portfolio if isinstance(portfolio, Path) else tmp_path / "team.yaml"
        if isinstance(portfolio, str):
            file.write_text(portfolio if "display_name" in portfolio else HEAD + portfolio)
        loaded = load_portfolio(file, f"portfolios/{file.name}")
        products = {**PRODUCTS, "parcel": replace(PRODUCTS["parcel"], **(product or {}))}
        catalog = Catalog(replace(CONFIG, **settings), products, {loaded.key: loaded, OTHER.key: OTHER})
        found = check_portfolios(Content(catalog, versions(template)), today).findings
        return [finding for finding in found if control in ("", finding.id) and finding.portfolio == loaded.key]

    return run
