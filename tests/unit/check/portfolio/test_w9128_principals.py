"""W9128 beyond its fixtures (case G6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from catalog.check.finding import Finding
from catalog.check.run import Content, check_portfolios
from catalog.content.load import load_catalog

SHARED = "shares:\n  - {account: '210987654321', share_tag_options: true}\nproducts: []\n"
IMPORT = "account: '210987654321'\nportfolio_id: port-aaaabbbbcccc1\n"
OFFER = "display_name: Team\nprovider: x\nstage: dev\nimported_products:\n  - {import: hub, name: Topic}\n"


def test_a_portfolio_that_is_shared_is_launched_from_elsewhere(judge: Callable[..., list[Finding]]) -> None:
    assert judge(SHARED, "W9128") == []
    (finding,) = judge("principals: []\nproducts: []\n", "W9128")
    assert finding.message == "the portfolio has no principals, so nobody can launch from it"
    assert finding.severity == "warning"


@pytest.mark.parametrize("offered", [False, True])
def test_an_import_needs_principals_unless_its_products_are_offered(repository: Path, offered: bool) -> None:
    (repository / "imports").mkdir()
    (repository / "imports" / "hub.yaml").write_text(IMPORT)
    if offered:
        (repository / "portfolios" / "team.yaml").write_text(OFFER)
    result = check_portfolios(Content(load_catalog(repository), ()), date(2026, 1, 1))
    places = [(finding.file, finding.severity) for finding in result.findings if finding.id == "W9128"]
    assert places == ([("portfolios/team.yaml", "warning")] if offered else [("imports/hub.yaml", "warning")])
