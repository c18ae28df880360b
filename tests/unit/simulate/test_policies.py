"""Policy documents in the properties of resources."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalog.simulate.policies import policies_in

STATEMENT = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
POLICY = {"Version": "2012-10-17", "Statement": [STATEMENT]}


@pytest.mark.parametrize(
    ("properties", "paths"),
    [
        ({"KeyPolicy": POLICY}, ["KeyPolicy"]),
        ({"Policies": [{"PolicyName": "a", "PolicyDocument": POLICY}]}, ["Policies/0/PolicyDocument"]),
        ({"PolicyDocument": json.dumps(POLICY)}, ["PolicyDocument"]),
        ({"P": {"Statement": STATEMENT}}, ["P"]),
        (POLICY, [""]),
        ({"Statement": [STATEMENT], "Bucket": "b"}, []),
        ({"Text": "{ not json", "Rules": {"Statement": {"RateBasedStatement": {}}}}, []),
        ({"Definition": json.dumps({"StartAt": "A"})}, []),
        ([], []),
    ],
)
def test_policies_are_found_by_their_shape(properties: Any, paths: list[str]) -> None:
    assert [path for path, _ in policies_in(properties)] == paths
