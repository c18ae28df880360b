"""W9013 beyond its fixtures."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.controls.w9013_no_service_wildcards import NoServiceWildcards


@pytest.mark.parametrize(
    ("statement", "count"),
    [
        ({"Action": "s3:*", "Resource": "*"}, 1),
        ({"Action": ["s3:*", "sqs:*", "sns:Publish"], "Resource": "*"}, 2),
        ({"Action": "s3:Get*", "Resource": "*"}, 0),
        ({"Action": "*", "Resource": "*"}, 0),  # E9018
        ({"Action": "s3:*", "Resource": ["arn:aws:s3:::a", "*"]}, 1),
        ({"Action": "s3:*", "Resource": {"Fn::If": ["A", "*", "arn:aws:s3:::a"]}}, 1),
        ({"Action": {"Fn::Sub": "s3:*"}, "NotResource": "arn:aws:s3:::a"}, 1),
    ],
    ids=repr,
)
def test_statements(statement: dict[str, Any], count: int) -> None:
    document = {"Statement": [{"Effect": "Allow", **statement}]}
    policy = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": document}}
    assert len(list(NoServiceWildcards().faults({"Resources": {"Policy": policy}}))) == count
