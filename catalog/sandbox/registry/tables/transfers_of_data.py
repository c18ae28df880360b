"""Locations and tasks of DataSync. Nothing is copied."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiType
from catalog.sandbox.registry.rows import by, plain, regional, tagged, taken


def of_datasync(last: str, operation: str, identifier: str, **more: Any) -> ApiType:
    """A location or a task: its ARN identifies it."""
    kind = "task" if identifier == "TaskArn" else "location"
    by_arn = by(identifier)
    return plain(
        f"AWS::DataSync::{last}",
        "datasync",
        (),
        create=ApiCall(f"Create{operation}", copies=True),
        known=taken(**{identifier: identifier}),
        read=ApiCall(f"Describe{operation}", by_arn),
        update=ApiCall(f"Update{operation}", by_arn, copies=True),
        delete=(ApiCall("DeleteTask" if kind == "task" else "DeleteLocation", by_arn),),
        tagging=tagged("ResourceArn", identifier, "Tags", keys_in="Keys"),
        arn=lambda it: str(it[identifier] or regional(it, "datasync", f"{kind}/*")),
        **more,
    )


URI = taken(LocationUri="LocationUri")
TYPES = (
    of_datasync("LocationS3", "LocationS3", "LocationArn", attributes=URI),
    of_datasync("LocationSMB", "LocationSmb", "LocationArn", attributes=URI),
    of_datasync("Task", "Task", "TaskArn", attributes=taken(Status="Status")),
)
