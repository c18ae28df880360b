"""What moto's S3 does otherwise than AWS: bucket policies with conditions, and conditional writes and deletes.

Bucket policies: moto asks neither for the principal of a statement nor for its Condition. The sandbox knows the caller,
the headers of conditional requests and of encryption, and the version of TLS: its HTTP on the loopback interface is TLS
1.3 for it, because it stands for AWS's endpoints. An object under a KMS key is read and written with the permissions of
the caller for the key (`services/use_of_keys.py`).

Conditional requests: moto checks If-Match and If-None-Match, but two requests at once can both pass the check. Without
a current object, If-Match ends as NoSuchKey (S3 user guide, "How to prevent object overwrites with conditional
writes"; measured for deletes: ministackorg/ministack issue 1475), and `*` matches any object in a delete.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import replace
from functools import wraps
from typing import Any

from moto.iam.access_control import PermissionResult
from moto.s3.exceptions import MissingKey, S3ClientError
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response

from catalog.sandbox.kms.callers import caller_arn
from catalog.sandbox.kms.conditions import as_list
from catalog.sandbox.kms.policy import Access, allows_by_name, denies
from catalog.sandbox.kms.policy_variables import of_version
from catalog.sandbox.services.use_of_keys import KeyRefusedError, use

SECURE: Mapping[str, str] = {"aws:securetransport": "true", "s3:tlsversion": "1.3"}
NOBODY = Access("", "", "", SECURE)
REQUEST: ContextVar[Access] = ContextVar("caller and condition keys of the request", default=NOBODY)
ENCRYPTION = "x-amz-server-side-encryption"
KEY_ID = f"{ENCRYPTION}-aws-kms-key-id"
CONDITIONS = ("If-Match", "If-None-Match", ENCRYPTION, KEY_ID, f"{ENCRYPTION}-customer-algorithm")
"""Headers that are condition keys too (S3 user guide, "Enforce conditional writes on Amazon S3 buckets", "Specifying
server-side encryption with AWS KMS")."""
WRITING = threading.Lock()
"""Held by each write and delete of an object: its condition holds until it is done."""


def install() -> None:
    """Make buckets use `get_permission` of this module, and writes `one_at_a_time`."""
    FakeBucket.get_permission = get_permission  # type: ignore[assignment, method-assign]
    for name in ("put_object", "delete_object"):
        setattr(S3Response, name, one_at_a_time(getattr(S3Response, name)))
    setattr(S3Response, "put_object", writes_under_a_key(S3Response.put_object))  # noqa: B010  # for mypy
    setattr(S3Response, "get_object", reads_under_a_key(S3Response.get_object))  # noqa: B010
    for name in ("_key_response", "_bucket_response"):
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
    """The operation, with its caller and the headers that are condition keys."""

    @wraps(operation)
    def conditional(response: Any, request: Any, full_url: str) -> Any:
        given = {f"s3:{name.lower()}": request.headers[name] for name in CONDITIONS if name in request.headers}
        account, caller = response.current_account, ""
        if "Authorization" in request.headers:
            caller = caller_arn(account, response.partition, response.access_key)
            given |= {"aws:principalarn": caller, "aws:principalaccount": account}
            given |= {"aws:principalisawsservice": "false", "aws:viaawsservice": "false"}
        token = REQUEST.set(Access("", caller, account if caller else "", {**SECURE, **given}))
        try:
            return operation(response, request, full_url)
        finally:
            REQUEST.reset(token)

    return conditional


def writes_under_a_key(operation: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The operation, if the caller may encrypt with the key of the upload, or of the bucket."""

    @wraps(operation)
    def encrypted(response: Any) -> Any:
        bucket = response.backend.get_bucket(response.bucket_name)
        default = (bucket.encryption or {}).get("Rule", {}).get("ApplyServerSideEncryptionByDefault", {})
        key = response.headers.get(KEY_ID)
        if not key and not response.headers.get(ENCRYPTION):
            key = default.get("KMSMasterKeyID")
        use_key(response, key, "kms:GenerateDataKey")
        return operation(response)

    return encrypted


def reads_under_a_key(operation: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The operation, if the caller may decrypt with the key of the object."""

    @wraps(operation)
    def decrypted(response: Any) -> Any:
        stored = response.backend.get_object(response.bucket_name, response.parse_key_name())
        use_key(response, getattr(stored, "kms_key_id", None), "kms:Decrypt")
        return operation(response)

    return decrypted


def use_key(response: Any, key: str | None, action: str) -> None:
    """Use a key as the caller of the request; S3 answers with the refusal of KMS."""
    try:
        use(response.current_account, key or "", action, REQUEST.get().principal, "s3")
    except KeyRefusedError as refused:
        code = "AccessDenied" if refused.code == "AccessDeniedException" else f"KMS.{refused.code}"
        raise S3ClientError(code, refused.message) from refused


def get_permission(bucket: Any, action: str, resource: str) -> PermissionResult:
    """The decision of the bucket policy about `action`; only statements whose conditions hold count."""
    if bucket.policy is None:
        return PermissionResult.NEUTRAL
    statements = as_list(of_version(json.loads(bucket.policy))["Statement"])
    access = replace(REQUEST.get(), action=action)
    if denies(statements, access, resource):
        return PermissionResult.DENIED
    allowed = allows_by_name(statements, access, resource)
    return PermissionResult.PERMITTED if allowed else PermissionResult.NEUTRAL
