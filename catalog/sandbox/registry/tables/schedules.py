"""Schedules of EventBridge Scheduler and their groups. Nothing is started when the time has come."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource
from catalog.sandbox.registry.rows import plain, regional, tagged, taken


def group(it: ApiResource) -> dict[str, Any]:
    """The group of a schedule."""
    return {"GroupName": it.text("GroupName", "default")}


def schedule_arn(it: ApiResource) -> str:
    """The ARN of a schedule."""
    return regional(it, "scheduler", f"schedule/{group(it)['GroupName']}/{it['Name']}")


def group_arn(it: ApiResource) -> str:
    """The ARN of a group."""
    return regional(it, "scheduler", f"schedule-group/{it['Name']}")


NAME = ("Name",)
TYPES = (
    plain(
        "AWS::Scheduler::Schedule",
        "scheduler",
        NAME,
        create=ApiCall("CreateSchedule", group, copies=True, identity=NAME),
        read=ApiCall("GetSchedule", group, identity=NAME),
        attributes=taken(Arn="Arn"),
        update=ApiCall("UpdateSchedule", group, copies=True, identity=NAME),
        delete=(ApiCall("DeleteSchedule", group, identity=NAME),),
        arn=schedule_arn,
        replaced=("GroupName",),
    ),
    plain(
        "AWS::Scheduler::ScheduleGroup",
        "scheduler",
        NAME,
        read="Get",
        attributes=taken(Arn="Arn", State="State"),
        update=None,
        tagging=tagged("ResourceArn", group_arn, "Tags"),
        arn=group_arn,
    ),
)
