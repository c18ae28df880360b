"""The ARNs on which an action is needed."""

from __future__ import annotations

from catalog.sandbox.registry.naming import StackPlace
from catalog.sandbox.registry.permissions import arns_for

PLACE = StackPlace("123456789012", "us-east-1", "aws", "SC-123456789012-pp-example", "LogGroup")
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def test_the_key_of_a_log_group_is_not_the_id_of_an_anomaly_detector() -> None:
    group = "arn:aws:logs:us-east-1:123456789012:log-group:/dev/orders"
    assert arns_for("logs:TagResource", group, PLACE, [KEY]) == [(group,)]


def test_an_action_on_kinds_that_nothing_names_needs_one_of_them() -> None:
    (kinds,) = arns_for("rds:ListTagsForResource", "", PLACE, [])
    assert "arn:aws:rds:us-east-1:123456789012:subgrp:*" in kinds
    assert len(kinds) > 10


def test_an_action_without_resources_is_needed_on_everything() -> None:
    assert arns_for("ec2:DescribeVpcs", "", PLACE, []) == [("*",)]
