"""TagOptions and budgets in content: errors before any call, with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.content.load import load_catalog
from catalog.errors import ContentError

PRODUCT = """\
from catalog import Inactive, ProductDefinition

PRODUCT = ProductDefinition(
    name="{key}", owner="x", description="x", version="1.0.0", template=dict,
    {more})
"""
PORTFOLIO = "display_name: {name}\nprovider: x\nproducts:\n  - product: {product}\n{more}"
TARGETS = """\
[tool.catalog.targets.one]
account = "123456789012"
regions = ["us-east-1"]
portfolios = ["a"]
[tool.catalog.targets.two]
account = "210987654321"
regions = ["us-east-1"]
portfolios = ["b"]
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[tool.catalog]\nowner = "us"\nregions = ["us-east-1"]\n')
    for name in ("products", "portfolios"):
        (tmp_path / name).mkdir()
    return tmp_path


def product(root: Path, more: str, key: str = "it") -> None:
    (root / "products" / f"{key}.py").write_text(PRODUCT.format(key=key, more=more))


def portfolio(root: Path, more: str, name: str = "a", product: str = "it") -> None:
    (root / "portfolios" / f"{name}.yaml").write_text(PORTFOLIO.format(name=name, product=product, more=more))


def refusal(root: Path) -> str:
    with pytest.raises(ContentError) as caught:
        load_catalog(root)
    return "\n".join((f"error: {caught.value.message}", *caught.value.problems))


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ('tag_options={"Stage": "dev"}', "products/it.py:3: tag_options 'Stage' must be a tuple of one or more values"),
        ('tag_options={"Stage": ()}', "must be a tuple of one or more values, got ()"),
        ('tag_options={"Stage": ("dev", 1)}', "a value must be text or Inactive(text), got 1"),
        ('tag_options={"Stage": (Inactive(1),)}', "a value must be text or Inactive(text), got Inactive(value=1)"),
        ('tag_options=["Stage"]', "tag_options must map keys to values, got ['Stage']"),
        ('tag_options={"Stage": ("a,b",)}', "products/it.py:5: value of TagOption 'Stage' must be letters, digits"),
        ('tag_options={"": ("a",)}', "products/it.py:5: TagOption key must have 1 to 128 characters"),
        ('budgets="Keys"', "budgets must be a tuple of names, got 'Keys'"),
        ('budgets=("a:b",)', "products/it.py:5: budget's name must be a text without ':'"),
        ('budgets=("",)', "products/it.py:5: budget's name must have 1 to 100 characters"),
    ],
)
def test_wrong_tag_options_and_budgets_of_a_product(root: Path, more: str, message: str) -> None:
    product(root, more)
    assert message in refusal(root)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            "tag_options: {Stage: [dev, 1]}",
            "portfolios/a.yaml:5: tag_options.Stage.1 is 1, but must be text or a mapping",
        ),
        ("tag_options: {Stage: [{active: false}]}", "portfolios/a.yaml:5: tag_options.Stage.0 needs value"),
        ("tag_options: {Stage: [{value: a, when: true}]}", "unknown key 'when' in tag_options.Stage.0"),
        ("tag_options: {Stage: [{value: a, active: 'no'}]}", "but must be true or false"),
        (
            "tag_options:\n  Stage:\n  - dev\n  - 'a;b'",
            "error: portfolios/a.yaml:8: value of TagOption 'Stage' must be",
        ),
        ("budgets: [a, a]", "budgets is"),
        ("budgets: ['x/action/y']", "error: portfolios/a.yaml:5: budget's name must be a text without"),
        (
            "tag_options:\n  Stage:\n  - dev\n  - {value: dev, active: false}",
            "portfolios/a.yaml:8: TagOption Stage=dev is inactive here and active at portfolios/a.yaml:7",
        ),
    ],
)
def test_wrong_tag_options_and_budgets_of_a_portfolio(root: Path, more: str, message: str) -> None:
    product(root, "")
    portfolio(root, more)
    assert message in refusal(root)


def test_an_error_names_both_files_that_disagree(root: Path) -> None:
    product(root, 'tag_options={"Stage": (Inactive("old"),)}')
    product(root, 'tag_options={"Stage": ("${AWS::Region}", "old")}', "other")
    expected = "products/other.py:5: TagOption Stage=old is active here and inactive at products/it.py:5"
    assert expected in refusal(root)


def test_files_for_different_accounts_can_disagree(root: Path) -> None:
    product(root, "")
    portfolio(root, "tag_options: {Stage: [old]}")
    portfolio(root, "tag_options: {Stage: [{value: old, active: false}]}", "b")
    assert "is inactive here and active at" in refusal(root)
    with (root / "pyproject.toml").open("a") as file:
        file.write(TARGETS)
    assert set(load_catalog(root).portfolios) == {"a", "b"}
