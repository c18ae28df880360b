"""W9012 beyond its fixtures."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.controls.w9012_topics_with_kms import TopicsWithKms


@pytest.mark.parametrize(
    ("key", "count"),
    [
        ("alias/aws/sns", 0),
        ({"Ref": "Key"}, 0),
        ({"Fn::ImportValue": "key"}, 0),
        ({"Ref": "Free"}, 1),
        ({"Ref": "Long"}, 0),
        ("", 1),
    ],
)
def test_keys(key: Any, count: int) -> None:
    template = {
        "Parameters": {"Free": {"Type": "String"}, "Long": {"Type": "String", "MinLength": 1}},
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"KmsMasterKeyId": key}}},
    }
    assert len(list(TopicsWithKms().faults(template))) == count
