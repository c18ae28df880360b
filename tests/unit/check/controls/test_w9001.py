"""W9001 beyond its fixtures."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.controls.w9001_parameter_description import ParameterDescription


@pytest.mark.parametrize(("description", "found"), [("What it is.", 0), ("", 1), ("\n\t", 1), (None, 1), (7, 1)])
def test_a_blank_description_is_a_fault(description: Any, found: int) -> None:
    template = {"Parameters": {"P": {"Type": "String", "Description": description}}}
    assert len(list(ParameterDescription().faults(template))) == found
