"""What moto's S3 does otherwise than AWS: bucket policies with conditions, and conditional writes and deletes.

Bucket policies: moto denies a request that a Condition does not match. The sandbox supports the condition keys
aws:SecureTransport, s3:if-match and s3:if-none-match. Its HTTP on the loopback interface counts as secure, because it
stands for AWS's endpoints, which use TLS.

Conditional requests: moto checks If-Match and If-None-Match, but two requests at once can both pass the check. Without
a current object, If-Match ends as NoSuchKey (S3 user guide, "How to prevent object overwrites with conditional
writes"; measured for deletes: ministackorg/ministack issue 1475), and `*` matches any object in a delete.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import wraps
from typing import Any

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.exceptions import MissingKey
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response

from catalog.sandbox.kms.conditions import as_list, holds

SECURE: Mapping[str, str] = {"aws:securetransport": "true"}
CONTEXT: ContextVar[Mapping[str, str]] = ContextVar("condition keys of the request", default=SECURE)
CONDITIONS = ("If-Match", "If-None-Match")
"""Headers that are condition keys too (S3 user guide, "Enforce conditional writes on Amazon S3 buckets")."""
WRITING = threading.Lock()
"""Held by each write and delete of an object: its condition holds until it is done."""


def install() -> None:
    """Make buckets use `get_permission` of this module, and writes `one_at_a_time`."""
    FakeBucket.get_permission = get_permission  # type: ignore[assignment, method-assign]
    for name in ("put_object", "delete_object"):
        setattr(S3Response, name, one_at_a_time(getattr(S3Response, name)))
    name = "_key_response"
    setattr(S3Response, name, with_conditions(getattr(S3Response, name)))


def one_at_a_time(operation: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The operation, alone, with AWS's answer when If-Match finds no object."""

    @wraps(operation)
    def alone(response: Any) -> Any:
        with WRITING:
            if response.headers.get("If-Match"):
                key = response.parse_key_name()
                stored = response.backend.get_object(response.bucket_name, key)
                if stored is None:
                    raise MissingKey(key=key)
                if response.headers["If-Match"] == "*" and operation.__name__ == "delete_object":
                    response.headers = {**response.headers, "If-Match": stored.etag}
            return operation(response)

    return alone


def with_conditions(operation: Callable[..., Any]) -> Callable[..., Any]:
    """The operation on an object, with the request's conditional headers as condition keys."""

    @wraps(operation)
    def conditional(response: Any, request: Any, full_url: str) -> Any:
        given = {f"s3:{name.lower()}": request.headers[name] for name in CONDITIONS if name in request.headers}
        token = CONTEXT.set({**SECURE, **given})
        try:
            return operation(response, request, full_url)
        finally:
            CONTEXT.reset(token)

    return conditional


def get_permission(bucket: Any, action: str, resource: str) -> PermissionResult:
    """The decision of the bucket policy about `action`; only statements whose conditions hold count."""
    if bucket.policy is None:
        return PermissionResult.NEUTRAL
    policy = json.loads(bucket.policy)
    applying = [
        {key: value for key, value in statement.items() if key != "Condition"}
        for statement in as_list(policy["Statement"])
        if holds(statement.get("Condition", {}), CONTEXT.get())
    ]
    return IAMPolicy({"policy_document": json.dumps({**policy, "Statement": applying})}).is_action_permitted(
        action, resource
    )
