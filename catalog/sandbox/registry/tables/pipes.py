"""Pipes of EventBridge. Nothing goes through them."""

from __future__ import annotations

from catalog.sandbox.registry.api_types import ApiResource
from catalog.sandbox.registry.rows import plain, regional, tagged, taken


def pipe_arn(it: ApiResource) -> str:
    """The ARN of a pipe."""
    return regional(it, "pipes", f"pipe/{it['Name']}")


PIPE = plain(
    "AWS::Pipes::Pipe",
    "pipes",
    ("Name",),
    attributes=taken(Arn="Arn", CurrentState="CurrentState", CreationTime="CreationTime"),
    tagging=tagged("resourceArn", pipe_arn, "Tags", tags_in="tags", keys_in="tagKeys"),
    arn=pipe_arn,
)

TYPES = (PIPE,)
