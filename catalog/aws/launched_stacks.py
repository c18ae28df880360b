"""The stack of a launch: its resources and events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from catalog.aws.calls import aws_call
from catalog.aws.session import AwsSession
from catalog.errors import AwsCallError


@dataclass(frozen=True, slots=True)
class LaunchedResource:
    """A resource of a stack."""

    logical_id: str
    type: str
    physical_id: str
    """What Ref returns for most types, such as the id of a key or the name of a bucket."""
    status: str


@dataclass(frozen=True, slots=True)
class LaunchEvent:
    """An event of a stack."""

    logical_id: str
    type: str
    status: str
    reason: str
    time: datetime

    def __str__(self) -> str:
        return f"{self.logical_id} ({self.type}): {self.status}{f': {self.reason}' if self.reason else ''}"


def resources_of(session: AwsSession, stack: str) -> dict[str, LaunchedResource]:
    """The resources of a stack by logical id (DescribeStackResources returns up to 100; ListStackResources all)."""
    resources = {}
    with aws_call("ListStackResources"):
        for page in session.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack):
            for item in page["StackResourceSummaries"]:
                if item["ResourceStatus"] != "DELETE_COMPLETE":
                    resources[item["LogicalResourceId"]] = LaunchedResource(
                        item["LogicalResourceId"],
                        item["ResourceType"],
                        item.get("PhysicalResourceId", ""),
                        item["ResourceStatus"],
                    )
    return resources


def events_of(session: AwsSession, stack: str) -> list[LaunchEvent]:
    """The events of a stack, the oldest first; none when a refused launch has left no stack."""
    events = []
    try:
        with aws_call("DescribeStackEvents"):
            for page in session.cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack):
                for item in page["StackEvents"]:
                    events.append(
                        LaunchEvent(
                            item.get("LogicalResourceId", ""),
                            item.get("ResourceType", ""),
                            item.get("ResourceStatus", ""),
                            item.get("ResourceStatusReason", ""),
                            item["Timestamp"],
                        )
                    )
    except AwsCallError as error:
        if error.code != "ValidationError" or "does not exist" not in error.text:
            raise
    return events[::-1]
