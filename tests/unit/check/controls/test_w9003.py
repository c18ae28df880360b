"""W9003 beyond its fixtures."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.controls.w9003_output_description import OutputDescription


@pytest.mark.parametrize("name", ["KeyId", "KeyArn", "AliasName", "AliasArn"])
def test_the_product_without_a_description(key_product: dict[str, Any], name: str) -> None:
    key_product["Outputs"][name]["Description"] = " "
    assert [path for path, _ in OutputDescription().faults(key_product)] == [("Outputs", name)]
