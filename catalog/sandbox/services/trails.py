"""CloudTrail: event and insight selectors as they are put, and the bucket policy that a trail needs.

Sources: CloudTrail user guide, "Amazon S3 bucket policy for CloudTrail"; API reference, PutEventSelectors,
PutInsightSelectors, CreateTrail (InsufficientS3BucketPolicyException).
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

from moto.cloudtrail.models import Trail
from moto.core.exceptions import JsonRESTError
from moto.s3.models import s3_backends

from catalog.sandbox.kms.conditions import as_list, holds, wildcard

SERVICE = "cloudtrail.amazonaws.com"
CHECK_BUCKET, DESCRIPTION, UPDATE = Trail.check_bucket_exists, Trail.description, Trail.update
TOPIC = vars(Trail)["topic_arn"].fget


def install() -> None:
    """Replace moto's methods."""
    for method in (put_event_selectors, put_insight_selectors, check_bucket_exists, description, update):
        setattr(Trail, method.__name__, method)
    setattr(Trail, "topic_arn", property(topic_arn))  # noqa: B010  # mypy allows no other form


def put_event_selectors(trail: Trail, event_selectors: Any, advanced_event_selectors: Any) -> None:
    """The selectors of a trail, basic or advanced ones."""
    trail.event_selectors = event_selectors or []
    trail.advanced_event_selectors = advanced_event_selectors or []


def put_insight_selectors(trail: Trail, insight_selectors: Any) -> None:
    """The insight selectors of a trail, in the place of those that it had."""
    trail.insight_selectors = list(insight_selectors or [])


def description(trail: Trail, include_region: bool = False) -> dict[str, Any]:
    """What a trail says of itself."""
    return {
        **DESCRIPTION(trail, include_region),
        "HasCustomEventSelectors": bool(trail.event_selectors or trail.advanced_event_selectors),
        "HasInsightSelectors": bool(trail.insight_selectors),
    }


def topic_arn(trail: Trail) -> str | None:
    """The ARN of its topic, which may be given instead of a name."""
    given = str(trail.sns_topic_name or "")
    if given.startswith("arn:"):
        return given
    named: str | None = TOPIC(trail)
    return named


def update(trail: Trail, *arguments: Any, **options: Any) -> None:
    """UpdateTrail; another bucket or prefix needs its policy too."""
    trial = copy.copy(trail)
    UPDATE(trial, *arguments, **options)
    trial.check_bucket_exists()
    trial.check_topic_exists()
    UPDATE(trail, *arguments, **options)


def check_bucket_exists(trail: Trail) -> None:
    """Refuse a bucket that does not exist, or whose policy does not allow CloudTrail to write."""
    CHECK_BUCKET(trail)
    bucket = f"arn:{trail.partition}:s3:::{trail.bucket_name}"
    prefix = f"{trail.s3_key_prefix}/" if trail.s3_key_prefix else ""
    wanted = (
        ("s3:GetBucketAcl", bucket),
        ("s3:PutObject", f"{bucket}/{prefix}AWSLogs/{trail.account_id}/CloudTrail/{trail.region_name}/log"),
    )
    statements = list(_statements(trail))
    if not all(any(_allows(trail, each, *access) for each in statements) for access in wanted):
        raise JsonRESTError(
            "InsufficientS3BucketPolicyException",
            f"Incorrect S3 bucket policy is detected for bucket: {trail.bucket_name}",
        )


def _statements(trail: Trail) -> Iterator[dict[str, Any]]:
    policy = s3_backends[trail.account_id][trail.partition].get_bucket(trail.bucket_name).policy
    yield from as_list(json.loads(policy).get("Statement", [])) if policy else []


def _allows(trail: Trail, statement: dict[str, Any], action: str, resource: str) -> bool:
    """Whether a statement allows CloudTrail an action for a trail."""
    principal = statement.get("Principal")
    services = as_list(principal.get("Service", [])) if isinstance(principal, dict) else as_list(principal)
    context = {
        "aws:sourcearn": trail.arn,
        "aws:sourceaccount": trail.account_id,
        "s3:x-amz-acl": "bucket-owner-full-control",
        "aws:securetransport": "true",
    }
    return (
        statement.get("Effect") == "Allow"
        and bool({SERVICE, "*"} & set(services))
        and any(wildcard(each, action, ignore_case=True) for each in as_list(statement.get("Action", [])))
        and any(wildcard(each, resource) for each in as_list(statement.get("Resource", [])))
        and holds(statement.get("Condition", {}), context)
    )
