"""W9010 beyond its fixtures."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.controls.w9010_key_use_is_logged import KMS, KeyUseIsLogged


@pytest.mark.parametrize(
    ("properties", "found"),
    [
        ({"EventSelectors": [{"ExcludeManagementEventSources": [KMS, "rdsdata.amazonaws.com"]}]}, 1),
        ({"EventSelectors": [{"ExcludeManagementEventSources": {"Fn::If": ["C", [KMS], []]}}]}, 1),
        ({"EventSelectors": {"Fn::If": ["C", [{"ExcludeManagementEventSources": [KMS]}], []]}}, 1),
        ({"AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventSource", "Equals": [KMS]}]}]}, 0),
        ({"AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "resources.ARN", "NotEquals": [KMS]}]}]}, 0),
        ({"EventSelectors": "text"}, 0),
    ],
)
def test_trails_that_exclude_kms(properties: dict[str, Any], found: int) -> None:
    trail = {"Type": "AWS::CloudTrail::Trail", "Properties": properties}
    assert len(list(KeyUseIsLogged().faults({"Resources": {"T": trail}}))) == found
