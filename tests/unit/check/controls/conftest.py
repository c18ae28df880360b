"""What tests of single controls share: the KMS product's template, to be weakened by a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalog.content.config import load_config
from catalog.content.load import load_product

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def key_product() -> dict[str, Any]:
    """The template of products/kms_key.py, a new copy for each test."""
    template: dict[str, Any] = load_product(load_config(ROOT), "kms_key").template().to_dict()
    return template
