"""docs/portfolios.md: its files are valid, and each constraint becomes the Parameters that stand below it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from catalog.content.portfolio_files import EXAMPLE, load_portfolio

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "portfolios.md").read_text()
FILES = [text for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if text.startswith("display_name")]
PAIRS = re.findall(r"```yaml\n(- product: .*?)```\n\n```json\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("text", FILES)
def test_the_files_are_valid(tmp_path: Path, text: str) -> None:
    (tmp_path / "docs.yaml").write_text(text)
    assert load_portfolio(tmp_path / "docs.yaml", "docs.yaml").resolved(EXAMPLE).products


@pytest.mark.parametrize(("entry", "parameters"), PAIRS)
def test_each_constraint_becomes_the_parameters_below_it(tmp_path: Path, entry: str, parameters: str) -> None:
    (tmp_path / "docs.yaml").write_text(f"display_name: D\nprovider: P\nproducts:\n{entry}")
    portfolio = load_portfolio(tmp_path / "docs.yaml", "docs.yaml").resolved(EXAMPLE)
    (constraint,) = portfolio.products["kms_key"].constraints.values()
    assert constraint.parameters() == json.loads(parameters)


def test_every_type_has_its_example() -> None:
    assert len(FILES) == 2
    keys = [key for entry, _ in PAIRS for key in yaml.safe_load(entry)[0] if key != "product"]
    assert set(keys) == {"launch", "stackset", "notification", "resource_update", "template"}
    assert keys.count("template") == 2
