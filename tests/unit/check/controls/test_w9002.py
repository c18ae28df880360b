"""W9002 beyond its fixtures."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.controls.w9002_constraint_description import CONSTRAINTS, ConstraintDescription


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_every_constraint_needs_a_description(constraint: str) -> None:
    parameter: dict[str, Any] = {"Type": "String", constraint: 1}
    ((path, message),) = ConstraintDescription().faults({"Parameters": {"P": parameter}})
    assert (path, constraint in message) == (("Parameters", "P"), True)
    parameter["ConstraintDescription"] = "must be one."
    assert not list(ConstraintDescription().faults({"Parameters": {"P": parameter}}))
