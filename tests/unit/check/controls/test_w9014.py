"""W9014 beyond its fixtures."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.controls.w9014_log_retention import LogRetention


@pytest.mark.parametrize(
    ("properties", "count"),
    [
        ({}, 1),
        ({"RetentionInDays": 1}, 0),
        ({"RetentionInDays": {"Ref": "Days"}}, 0),
        ({"RetentionInDays": {"Fn::ImportValue": "days"}}, 0),
        ({"RetentionInDays": {"Fn::If": ["Forever", {"Ref": "AWS::NoValue"}, {"Ref": "Days"}]}}, 1),
    ],
    ids=repr,
)
def test_retention(properties: dict[str, Any], count: int) -> None:
    template = {
        "Parameters": {"Days": {"Type": "Number"}},
        "Conditions": {"Forever": {"Fn::Equals": [{"Ref": "Days"}, "0"]}},
        "Resources": {"Logs": {"Type": "AWS::Logs::LogGroup", "Properties": properties}},
    }
    assert len(list(LogRetention().faults(template))) == count
