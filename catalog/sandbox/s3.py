"""Bucket policies with their conditions: moto denies whatever a statement's Condition does not match.

The sandbox knows one condition key, aws:SecureTransport. It speaks HTTP on the loopback interface and counts that as
secure, since the endpoints of AWS that it stands for are TLS.
"""

from __future__ import annotations

import json
from typing import Any

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket

from catalog.sandbox.kms.conditions import as_list, holds

CONTEXT = {"aws:securetransport": "true"}


def install() -> None:
    """Let buckets decide with our `get_permission`."""
    FakeBucket.get_permission = get_permission  # type: ignore[assignment, method-assign]


def get_permission(bucket: Any, action: str, resource: str) -> PermissionResult:
    """What the bucket's policy says of `action`: only statements count whose conditions hold."""
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
