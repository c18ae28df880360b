"""docs/scale.md has the tables of the model, and the model keeps within what it says."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def model() -> ModuleType:
    spec = importlib.util.spec_from_file_location("accounts", ROOT / "benchmarks" / "accounts.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["accounts"] = module  # dataclasses look it up
    spec.loader.exec_module(module)
    return module


def test_the_page_has_the_tables_of_the_model(model: ModuleType) -> None:
    assert "\n".join(model.tables()) in (ROOT / "docs" / "scale.md").read_text()


def test_every_number_has_a_source(model: ModuleType) -> None:
    assert [name for name, fact in model.FACTS.items() if not fact.source] == []


def test_ten_times_the_accounts_cost_ten_times_the_calls_of_publish_but_not_of_shares(model: ModuleType) -> None:
    few, many = (list(model.estimates(accounts)) for accounts in (1_000, 10_000))
    assert many[1].calls == 10 * few[1].calls
    assert many[0].calls < 1.2 * few[0].calls
    assert many[2].again == 106
