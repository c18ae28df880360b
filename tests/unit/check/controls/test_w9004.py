"""W9004 beyond its fixtures."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.controls.w9004_parameter_constraints import ParameterConstraints


@pytest.mark.parametrize(
    ("parameter", "found"),
    [
        ({"Type": "String", "MinLength": 1}, 1),
        ({"Type": "String", "MaxLength": 9}, 0),
        ({"Type": "CommaDelimitedList", "MaxLength": 9}, 1),  # CloudFormation does not apply lengths to lists
        ({"Type": "CommaDelimitedList", "AllowedPattern": "a"}, 0),
        ({"Type": "Number"}, 0),
        ({"Type": "List<Number>"}, 0),
        ({"Type": "AWS::SSM::Parameter::Value<String>"}, 0),
        ({"Type": ["String"]}, 0),
        ({}, 0),
    ],
)
def test_parameters_that_accept_any_text(parameter: dict[str, Any], found: int) -> None:
    assert len(list(ParameterConstraints().faults({"Parameters": {"P": parameter}}))) == found
