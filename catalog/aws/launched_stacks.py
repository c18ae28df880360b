"""The stack of a launch: its resources and events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from catalog.aws.calls import aws_call
from catalog.aws.session import AwsSession
from catalog.errors import AwsCallError

STACK = "AWS::CloudFormation::Stack"
PROOFS = {"Modelled": "modelled", "Answered by a stub": "stub"}
"""How the sandbox's reasons of resources begin → how far it proves them."""
BY_USER = "User Initiated"
"""The reason of the event with which an operation on a stack begins (user guide, "View stack events")."""


@dataclass(frozen=True, slots=True)
class LaunchedResource:
    """A resource of a stack."""

    logical_id: str
    type: str
    physical_id: str
    """What Ref returns for most types, such as the id of a key or the name of a bucket."""
    status: str
    reason: str = ""
    """Why it has its status; in the sandbox also that it is modelled, or answered by a stub."""

    @property
    def proof(self) -> str:
        """How far the sandbox proves it: `real`, `modelled` or `stub`. What AWS makes is real."""
        return next((proof for words, proof in PROOFS.items() if self.reason.startswith(words)), "real")


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


@dataclass(frozen=True, slots=True)
class StackOutput:
    """An output of a stack."""

    key: str
    value: str
    description: str
    export: str
    """The name of its export; empty without one."""


@dataclass(frozen=True, slots=True)
class LaunchedStack:
    """A stack, as DescribeStacks says it."""

    id: str
    name: str
    status: str
    parameters: Mapping[str, str]
    """CloudFormation hides the values of NoEcho parameters."""
    outputs: tuple[StackOutput, ...]
    ssm: Mapping[str, str] = field(default_factory=dict)
    """Name of an SSM parameter that a parameter gives → its value at the last operation."""
    protected: bool = False
    """Whether it has termination protection."""


def stack_detail(session: AwsSession, stack: str) -> LaunchedStack:
    """A stack by ARN or name; ValidationError if there is none with this name."""
    with aws_call("DescribeStacks"):
        (item,) = session.cloudformation.describe_stacks(StackName=stack)["Stacks"]
    outputs, parameters = item.get("Outputs", []), item.get("Parameters", [])
    return LaunchedStack(
        id=item.get("StackId", ""),
        name=item["StackName"],
        status=item["StackStatus"],
        parameters={each["ParameterKey"]: each.get("ParameterValue", "") for each in parameters},
        outputs=tuple(
            StackOutput(each["OutputKey"], each["OutputValue"], each.get("Description", ""), each.get("ExportName", ""))
            for each in outputs
        ),
        ssm={each["ParameterValue"]: each["ResolvedValue"] for each in parameters if "ResolvedValue" in each},
        protected=item.get("EnableTerminationProtection", False),
    )


def importers_of(session: AwsSession, export: str) -> list[str]:
    """The names of the stacks that import an export (ListImports); none if no stack does."""
    try:
        with aws_call("ListImports"):
            pages = list(session.cloudformation.get_paginator("list_imports").paginate(ExportName=export))
    except AwsCallError as error:
        if error.code != "ValidationError":  # AWS's answer for an export that is not imported
            raise
        return []
    return [name for page in pages for name in page["Imports"]]


ENDED = ("DELETE_COMPLETE", "DELETE_SKIPPED")
"""Statuses of what a stack has no more; AWS lists it in stacks that are rolled back or whose deletion failed."""


def resources_of(session: AwsSession, stack: str) -> dict[str, LaunchedResource]:
    """The resources of a stack by logical id (DescribeStackResources returns up to 100; ListStackResources all)."""
    resources = {}
    with aws_call("ListStackResources"):
        for page in session.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack):
            for item in page["StackResourceSummaries"]:
                if item["ResourceStatus"] not in ENDED:
                    resources[item["LogicalResourceId"]] = LaunchedResource(
                        item["LogicalResourceId"],
                        item["ResourceType"],
                        item.get("PhysicalResourceId", ""),
                        item["ResourceStatus"],
                        item.get("ResourceStatusReason", ""),
                    )
    return resources


def every_resource(session: AwsSession, stack: str, path: str = "") -> Iterator[tuple[str, LaunchedResource]]:
    """(path, resource) of a stack and of the stacks inside of it: `Nested/Queue`."""
    for name, resource in resources_of(session, stack).items():
        yield f"{path}{name}", resource
        if resource.type == STACK and resource.physical_id:
            yield from every_resource(session, resource.physical_id, f"{path}{name}/")


def events_of(session: AwsSession, stack: str) -> list[LaunchEvent]:
    """The events of a stack, the oldest first; none when a refused launch has left no stack."""
    return [event for _, event in newest_events(session, stack)][::-1]


def newest_events(session: AwsSession, stack: str) -> Iterator[tuple[str, LaunchEvent]]:
    """(id, event) of a stack, the newest first; none if there is no such stack."""
    try:
        with aws_call("DescribeStackEvents"):
            for page in session.cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack):
                for item in page["StackEvents"]:
                    event = LaunchEvent(
                        item.get("LogicalResourceId", ""),
                        item.get("ResourceType", ""),
                        item.get("ResourceStatus", ""),
                        item.get("ResourceStatusReason", ""),
                        item["Timestamp"],
                    )
                    yield item["EventId"], event
    except AwsCallError as error:
        if error.code != "ValidationError" or "does not exist" not in error.text:
            raise


@dataclass(slots=True)
class StackWatch:
    """Follows the events of a stack from a moment on, if the caller may read them.

    AWS's managed policy for end users allows DescribeStackEvents.
    """

    session: AwsSession
    stack: str
    """Its ARN, or the name that it will have."""
    seen: set[str] = field(default_factory=set)
    events: list[LaunchEvent] = field(default_factory=list)
    """What happened since the beginning, the oldest first."""
    readable: bool = True

    @classmethod
    def begin(cls, session: AwsSession, stack: str) -> StackWatch:
        """Watch from now on: what has happened before is not reported."""
        watch = cls(session, stack)
        try:
            watch.seen.update(identifier for identifier, _ in islice(newest_events(session, stack), 1))
        except AwsCallError as error:
            if not error.code.startswith("AccessDenied"):
                raise
            watch.readable = False
        return watch

    def new(self) -> list[LaunchEvent]:
        """The events since the last call, the oldest first; none without the permission to read them."""
        events: list[LaunchEvent] = []
        if not self.readable:
            return events
        try:
            for identifier, event in newest_events(self.session, self.stack):
                if identifier in self.seen:
                    break
                self.seen.add(identifier)
                events.append(event)
        except AwsCallError as error:
            if not error.code.startswith("AccessDenied"):
                raise
            self.readable = False
        self.events += events[::-1]
        return events[::-1]

    @property
    def first_failure(self) -> LaunchEvent | None:
        """The resource that failed first since the beginning; None if none has."""
        return first_failure(self.events)


def first_failure(events: Iterable[LaunchEvent]) -> LaunchEvent | None:
    """The resource that failed first among events, the oldest first. Others are cancelled because of it."""
    failed = [event for event in events if event.status.endswith("_FAILED") and event.reason]
    return next((event for event in failed if not event.reason.endswith("cancelled")), None)


def failure_of_last_operation(session: AwsSession, stack: str) -> LaunchEvent | None:
    """The resource that failed first in the last operation on a stack; None without one, or if nobody may know."""
    events: list[LaunchEvent] = []
    try:
        for _, event in newest_events(session, stack):
            events.append(event)
            if event.type == STACK and event.reason == BY_USER:
                break
    except AwsCallError as error:
        if "AccessDenied" not in error.code:
            raise
    return first_failure(reversed(events))
