"""S3: configurations of analytics, metrics and tiers, which moto does not have. They are kept as they came.

Source: S3 API reference, PutBucketMetricsConfiguration and its brothers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from moto.core.responses import ActionResult
from moto.s3.exceptions import S3ClientError
from moto.s3.responses import S3Response

KINDS = {"analytics": "Analytics", "metrics": "Metrics", "intelligent-tiering": "IntelligentTiering"}
"""Parameter of the request → the beginning of the names of its operations."""
KEPT = "sandbox_configurations"
BEFORE: dict[str, Callable[..., Any]] = {}
"""What answered before: moto, or another module of the sandbox."""
DECLARATION = re.compile(r"<\?xml.*?\?>\s*")


class NoSuchConfigurationError(S3ClientError):
    """A bucket does not have a configuration with an id."""

    def __init__(self) -> None:
        super().__init__("NoSuchConfiguration", "The specified configuration does not exist.")


def install() -> None:
    """Answer requests about these configurations of a bucket."""
    for answer in (get, put, delete):
        name = f"_bucket_response_{answer.__name__}"
        BEFORE[answer.__name__] = getattr(S3Response, name)
        setattr(S3Response, name, answer)


def kind_of(querystring: Mapping[str, Any]) -> str:
    """The kind of configuration that a request is about; empty for anything else."""
    return next((kind for kind in KINDS if kind in querystring), "")


def configurations(response: S3Response, bucket_name: str, kind: str) -> dict[str, str]:
    """The configurations of a kind, by id."""
    bucket = response.backend.get_bucket(bucket_name)
    if not hasattr(bucket, KEPT):
        setattr(bucket, KEPT, {each: {} for each in KINDS})
    kept: dict[str, str] = getattr(bucket, KEPT)[kind]
    return kept


def put(response: S3Response, request: Any, bucket_name: str, querystring: dict[str, Any]) -> Any:
    """Keep a configuration."""
    kind = kind_of(querystring)
    if not kind:
        return BEFORE["put"](response, request, bucket_name, querystring)
    body = response.body.decode() if isinstance(response.body, bytes) else str(response.body)
    configurations(response, bucket_name, kind)[str(response._get_param("id"))] = DECLARATION.sub("", body)
    return 200, {}, ""


def get(response: S3Response, bucket_name: str, querystring: dict[str, Any]) -> Any:
    """One configuration, or all of a kind."""
    kind = kind_of(querystring)
    if not kind:
        return BEFORE["get"](response, bucket_name, querystring)
    kept, wanted = configurations(response, bucket_name, kind), response._get_param("id")
    if wanted:
        if wanted not in kept:
            return response.serialized(ActionResult(NoSuchConfigurationError()))
        return 200, {}, kept[str(wanted)]
    name = f"ListBucket{KINDS[kind]}ConfigurationsResult"
    return 200, {}, f"<{name}>{''.join(kept.values())}<IsTruncated>false</IsTruncated></{name}>"


def delete(response: S3Response, bucket_name: str, querystring: dict[str, Any]) -> Any:
    """Remove a configuration."""
    kind = kind_of(querystring)
    if not kind:
        return BEFORE["delete"](response, bucket_name, querystring)
    configurations(response, bucket_name, kind).pop(str(response._get_param("id")), None)
    return 204, {}, ""
