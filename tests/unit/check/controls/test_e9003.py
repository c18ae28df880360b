"""E9003 beyond its fixtures."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.controls._types import stateful_types
from catalog.check.controls.e9003_stateful_policies import StatefulPolicies
from catalog.check.schemas import schema_of


@pytest.mark.parametrize("kind", stateful_types())
def test_stateful_types_exist(kind: str) -> None:
    assert schema_of(kind)["typeName"] == kind


@pytest.mark.parametrize("attribute", ["DeletionPolicy", "UpdateReplacePolicy"])
def test_the_product_without_an_attribute(key_product: dict[str, Any], attribute: str) -> None:
    del key_product["Resources"]["Key"][attribute]
    ((path, message),) = StatefulPolicies().faults(key_product)
    assert path == ("Resources", "Key")
    assert message.endswith(f"has no {attribute}")


def test_a_type_that_is_not_a_text_is_not_stateful() -> None:
    assert not list(StatefulPolicies().faults({"Resources": {"A": {"Type": ["AWS::S3::Bucket"]}, "B": {}}}))
