"""S3: what moto refuses to CloudFormation, would take for the deletion of a bucket, or takes as a name.

Names: S3 user guide, "General purpose bucket naming rules".

A target of access logs needs no permission yet when the logging is set: its policy may name the logged bucket, so that
it can only come later (S3 user guide, "Permissions for log delivery", whose example has aws:SourceArn).

A resource has tags that begin with `aws:`, of the services that made it; nobody else may set one (S3 user guide, "Using
cost allocation S3 bucket tags"). moto takes the deletion of an inventory configuration for that of its bucket.
"""

from __future__ import annotations

import re
from typing import Any

from moto.core.responses import ActionResult
from moto.s3.exceptions import InvalidBucketName
from moto.s3.models import FakeBucket, S3Backend
from moto.s3.responses import S3Response

from catalog.sandbox.registry.calls import OWN_CALL

TAGS, DELETION = S3Response._bucket_tagging_from_body, S3Response._bucket_response_delete
LOG, CREATE = S3Backend.log_incoming_request, S3Backend.create_bucket
NAME = re.compile(r"(?!xn--|sthree-|amzn-s3-demo-)(?!.*\.\.)(?!\d+(\.\d+){3}$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
ENDINGS = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")
"""What no name of a general purpose bucket ends with."""
SYSTEM, MARK = "aws:", "sandbox-system:"


def install() -> None:
    """Replace moto's methods."""
    setattr(S3Response, "_bucket_tagging_from_body", _tags)  # noqa: B010  # mypy allows no other form
    setattr(S3Response, "_bucket_response_delete", _delete)  # noqa: B010
    setattr(S3Backend, "log_incoming_request", _log)  # noqa: B010
    setattr(S3Backend, "create_bucket", _create)  # noqa: B010
    setattr(FakeBucket, "_log_permissions_enabled_policy", staticmethod(_any_target))  # noqa: B010


def _tags(response: S3Response) -> dict[str, str]:
    """The tags of a request; those of the sandbox's own calls may be system tags."""
    if not OWN_CALL.get():
        return TAGS(response)
    body = response.body if isinstance(response.body, bytes) else str(response.body).encode()
    response.body = body.replace(f"<Key>{SYSTEM}".encode(), f"<Key>{MARK}".encode())
    return {key.replace(MARK, SYSTEM, 1): value for key, value in TAGS(response).items()}


def _create(backend: S3Backend, bucket_name: str, region_name: str, *more: Any, **options: Any) -> Any:
    """CreateBucket, for a name that S3 takes."""
    if not NAME.fullmatch(bucket_name) or bucket_name.endswith(ENDINGS):
        raise InvalidBucketName
    return CREATE(backend, bucket_name, region_name, *more, **options)


def _any_target(target_bucket: FakeBucket, target_prefix: str | None) -> bool:
    """Take a target of access logs whatever its policy says."""
    return True


def _log(backend: S3Backend, request: Any, bucket_name: str) -> None:
    """Write a request to the access log, unless the sandbox itself makes it: AWS delivers logs hours later."""
    if not OWN_CALL.get():
        LOG(backend, request, bucket_name)


def _delete(response: S3Response, bucket_name: str, querystring: dict[str, Any]) -> Any:
    """The answer to a DELETE of a bucket or of one of its configurations."""
    if "inventory" not in querystring:
        return DELETION(response, bucket_name, querystring)
    bucket = response.backend.get_bucket(bucket_name)
    bucket.inventory_configs.pop(str(response._get_param("id")), None)
    response.data["Action"] = "DeleteBucketInventoryConfiguration"
    status, headers, body = response.serialized(ActionResult({}))
    return (204 if status == 200 else status), headers, body
