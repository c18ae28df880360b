"""The two sides of a review: a revision of any repository, and parts that only some changes have."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from catalog.content.config import load_config
from catalog.errors import ContentError
from catalog.releases.base import LARGEST_FILE, whole_tree
from catalog.review.portfolios import review_portfolios
from catalog.review.products import review_products
from catalog.review.sides import Side, base_side, chosen_base, read_side
from tests.unit.review.repository import PORTFOLIO, TEMPLATE, base_repository, git, write

Sides = tuple[Side, Side]


@contextmanager
def sides(folder: Path, name: str | None = None) -> Iterator[Sides]:
    """The working tree and a revision, or its usual base."""
    config = load_config(folder)
    base = chosen_base(config, name)
    assert base is not None
    with base_side(config, base) as old:
        assert old is not None
        yield read_side(folder), old


def test_a_rule_that_refuses_an_example_names_the_example_and_the_portfolio(tmp_path: Path) -> None:
    base_repository(tmp_path)
    write(tmp_path, TEMPLATE, "1.0.0", PORTFOLIO.replace("equals: dev", "equals: prod"))
    with sides(tmp_path) as (new, old):
        (portfolio,) = review_portfolios(new, old)
        assert review_products(new, old) == ()
    assert [rule.text for rule in portfolio.tightened] == ["Stage is prod"]
    assert [rule.text for rule in portfolio.loosened] == ["Stage is dev"]


def test_a_narrower_parameter_refuses_an_example(tmp_path: Path) -> None:
    base_repository(tmp_path)
    narrow = TEMPLATE.replace("[dev, prod]", "[prod]").replace("Default: dev", "Default: prod")
    write(tmp_path, narrow, "2.0.0")
    with sides(tmp_path) as (new, old):
        (product,) = review_products(new, old)
    (refusal,) = product.refusals
    assert (refusal.example, refusal.portfolio) == ("examples/vault.yaml", "Building blocks")
    assert (refusal.before, refusal.after) == ("launched", "refused")
    assert any("Stage" in reason for reason in refusal.reasons)
    assert [row.name for row in product.truth if row.changed] != []
    (access,) = product.access
    assert access.only == "old"
    assert access.problem.startswith("The new version cannot be launched with examples/vault.yaml")


def test_products_and_portfolios_come_and_go(tmp_path: Path) -> None:
    base_repository(tmp_path)
    (tmp_path / "products" / "vault.yaml").rename(tmp_path / "products" / "safe.yaml")
    (tmp_path / "products" / "vault.product.yaml").rename(tmp_path / "products" / "safe.product.yaml")
    (tmp_path / "portfolios" / "blocks.yaml").unlink()
    safe = PORTFOLIO.replace("product: vault", "product: safe")
    (tmp_path / "portfolios" / "new.yaml").write_text(safe)
    with sides(tmp_path) as (new, old):
        products = [(each.key, str(each.mark)) for each in review_products(new, old)]
        portfolios = review_portfolios(new, old)
    assert products == [("safe", "added"), ("vault", "removed")]
    gained = {each.key: [right.gained for right in each.rights] for each in portfolios}
    assert gained == {"new": [True], "blocks": [False]}


def test_a_repository_inside_of_a_larger_one_has_a_base(tmp_path: Path) -> None:
    inner = base_repository(tmp_path / "inner")
    (inner / ".git").rename(tmp_path / ".git")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "Moved")
    with sides(inner, "HEAD") as (new, old):
        assert old.rendered["vault"].digest == new.rendered["vault"].digest


def test_links_and_huge_files_of_a_revision_are_left_out(tmp_path: Path) -> None:
    folder = base_repository(tmp_path)
    (folder / "link").symlink_to("/etc/passwd")
    (folder / "huge.bin").write_bytes(b"\0" * (LARGEST_FILE + 1))
    (folder / "a file with spaces\nand a line end").write_text("here")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "More")
    with whole_tree(load_config(folder), "HEAD") as root:
        names = {str(file.relative_to(root)) for file in root.rglob("*") if file.is_file() or file.is_symlink()}
    assert "a file with spaces\nand a line end" in names
    assert "products/vault.yaml" in names
    assert not {"link", "huge.bin"} & names


def test_a_base_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    folder = base_repository(tmp_path)
    (folder / "portfolios" / "blocks.yaml").write_text("display_name: 7\n")
    git(folder, "commit", "-qam", "Broken")
    write(folder, TEMPLATE, "1.0.0")
    with pytest.raises(ContentError, match=r"at revision HEAD: portfolios/blocks\.yaml"), sides(folder, "HEAD"):
        pass


def test_before_catalog_was_there_all_is_new(tmp_path: Path) -> None:
    (tmp_path / "readme").write_text("Nothing yet")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "Begin")
    write(tmp_path, TEMPLATE, "1.0.0")
    config = load_config(tmp_path)
    base = chosen_base(config, None)
    assert base is not None
    with base_side(config, base) as old:
        assert old is None
