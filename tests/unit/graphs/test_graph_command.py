"""`catalog graph` and the page of `catalog access`: products, portfolios and all, in each form."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalog.cli import main
from tests.unit.review.repository import PORTFOLIO, TEMPLATE, write
from tests.unit.web.test_parts import Page


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a product and two portfolios."""
    folder = tmp_path_factory.mktemp("graphs")
    write(folder, TEMPLATE, "1.0.0")
    other = PORTFOLIO.replace("Building blocks", "Others").replace("role/deploy", "role/other")
    (folder / "portfolios" / "others.yaml").write_text(other)
    (folder / "portfolios" / "vault.yaml").write_text(PORTFOLIO.replace("Building blocks", "Vaults"))
    return folder


def run(folder: Path, *words: str) -> Result:
    """Run catalog in the folder."""
    return CliRunner().invoke(main, ["-C", str(folder), *words])


def test_a_product_shows_its_resources(repository: Path) -> None:
    shown = run(repository, "graph", "product/vault", "--format", "mermaid").stdout
    assert '[("Key<br/>AWS::KMS::Key")]' in shown
    assert "n1 --> n0" in shown


def test_a_portfolio_shows_who_launches_what_as_which_role(repository: Path) -> None:
    shown = run(repository, "graph", "blocks", "--format", "dot").stdout
    for text in ("role/deploy", "Building blocks", "Vault", "launch-vault", "AWS::KMS::Key"):
        assert text in shown
    assert shown.count(" -> ") == 5


def test_svg_is_a_file_of_its_own(repository: Path, tmp_path: Path) -> None:
    file = tmp_path / "all.svg"
    assert run(repository, "graph", "-o", str(file)).exit_code == 0
    picture = ET.fromstring(file.read_text())  # noqa: S314  # our own picture
    texts = {element.text for element in picture.iter() if element.tag.endswith("}text")}
    assert {"Building blocks", "Others", "role/other", "launch-vault"} <= texts
    assert "prefers-color-scheme:dark" in file.read_text()
    assert picture[0].text == "All portfolios"


def test_names_that_say_too_little_are_errors(repository: Path) -> None:
    both = run(repository, "graph", "vault")
    assert (both.exit_code, both.stdout) == (2, "")
    assert "Name product/vault or portfolio/vault." in both.stderr
    unknown = run(repository, "graph", "portfolio/nothing")
    assert unknown.exit_code == 2
    assert "the repository has vault, blocks, others, vault" in unknown.stderr


def test_access_as_a_page(repository: Path) -> None:
    page = Page(run(repository, "access", "vault", "--format", "html").stdout)
    assert "vault 1.0.0 with examples/vault.yaml, account 123456789012, Region us-east-1" in page.text
    assert "KeyUsers: app" in page.text
    assert "GrantsForServices" in page.text
    cells = [values.get("title") or "" for tag, values in page.tags if tag == "td"]
    assert any("by Users" in cell for cell in cells)
