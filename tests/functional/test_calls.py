"""How many calls plan and publish make: the constants of docs/calls.md, proved at two sizes."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.scale import build_repository, calls
from tests.functional.conftest import ROOT, Run

SIZES = ((3, 2, 1), (6, 5, 3))
"""Portfolios, products, versions."""
CONSTRAINTS = 2
"""Of each association."""


def documented() -> dict[str, tuple[int, ...]]:
    """Operation → calls a run, a product, a portfolio, a constraint, as docs/calls.md says."""
    section = (ROOT / "docs" / "calls.md").read_text().split("\n## ")[1]
    rows = re.findall(r"^\| (\w+) \|(.*)\|$", section, flags=re.MULTILINE)[1:]
    return {name: tuple(int(cell.strip() or 0) for cell in cells.split("|")) for name, cells in rows}


def expected(portfolios: int, products: int) -> Counter[str]:
    """The reads of a catalogue of this size."""
    constraints = portfolios * products * CONSTRAINTS
    return Counter(
        {
            name: run + product * products + portfolio * portfolios + constraint * constraints
            for name, (run, product, portfolio, constraint) in documented().items()
        }
    )


def published(catalog: Run, at: Path) -> Counter[str]:
    """The calls of a first publish."""
    result = catalog("-v", "publish", "--local", "--yes", "--allow", "widen", at=at)
    assert result.exit_code == 0, result.output
    return calls(result.stderr)


@pytest.mark.parametrize(("portfolios", "products", "versions"), SIZES)
def test_reads_are_the_constants_of_the_documentation(
    catalog: Run, tmp_path: Path, portfolios: int, products: int, versions: int
) -> None:
    root = build_repository(tmp_path / "repository", portfolios, products, versions)
    made = published(catalog, root)
    constraints = portfolios * products * CONSTRAINTS
    assert made["CreateProduct"] + made["CreateProvisioningArtifact"] == products * versions
    assert made["AssociateProductWithPortfolio"] == portfolios * products
    assert made["ListPortfoliosForProduct"] == products
    assert made["ListPrincipalsForPortfolio"] == made["DescribePortfolio"] == portfolios
    assert made["CreateConstraint"] == constraints
    assert constraints <= made["DescribeConstraint"] < 2 * constraints

    planned = catalog("-v", "plan", "--local", "--detailed-exitcode", at=root)
    assert planned.exit_code == 0, planned.output
    assert calls(planned.stderr) == expected(portfolios, products)

    again = catalog("-v", "publish", "--local", "--yes", at=root)
    assert "Nothing to do" in again.stdout
    assert calls(again.stderr) == expected(portfolios, products)
