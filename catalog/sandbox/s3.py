"""Bucket policies with conditions, which moto evaluates wrongly: it denies a request that a Condition does not match.

The sandbox supports one condition key, aws:SecureTransport. Its HTTP on the loopback interface counts as secure,
because it stands for AWS's endpoints, which use TLS.
"""

from __future__ import annotations

import json
from typing import Any

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket

from catalog.sandbox.kms.conditions import as_list, holds

CONTEXT = {"aws:securetransport": "true"}


def install() -> None:
    """Make buckets use `get_permission` of this module."""
    FakeBucket.get_permission = get_permission  # type: ignore[assignment, method-assign]


def get_permission(bucket: Any, action: str, resource: str) -> PermissionResult:
    """The decision of the bucket policy about `action`; only statements whose conditions hold count."""
    if bucket.policy is None:
        return PermissionResult.NEUTRAL
    policy = json.loads(bucket.policy)
    applying = [
        {key: value for key, value in statement.items() if key != "Condition"}
        for statement in as_list(policy["Statement"])
        if holds(statement.get("Condition", {}), CONTEXT)
    ]
    return IAMPolicy({"policy_document": json.dumps({**policy, "Statement": applying})}).is_action_permitted(
        action, resource
    )
