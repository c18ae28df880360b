"""The state of stacks: resources, events, exports and change sets."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moto.cloudformation.utils import generate_changeset_id, generate_stack_id
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random
from moto.utilities.utils import get_partition

from catalog.cfn import ParameterValues, Pseudo
from catalog.sandbox.cloudformation.changes import ResourceChange
from catalog.sandbox.cloudformation.handlers.base import LiveResource
from catalog.sandbox.cloudformation.notifications import notify
from catalog.sandbox.cloudformation.stack_operations import StackOperation
from catalog.sandbox.registry.differing import Deviation
from catalog.sandbox.settings import now

STACK_TYPE = "AWS::CloudFormation::Stack"


@dataclass(frozen=True, slots=True)
class Definition:
    """A template rendered with its parameters: only the references to resources are unresolved."""

    text: str
    template: Mapping[str, Any]
    raw: Mapping[str, str]
    """Parameter → its value as given, or its default."""
    values: ParameterValues
    rendered: Mapping[str, Any]
    imports: frozenset[str]
    """The names of the imported exports."""
    expanded: Mapping[str, Any]
    """What transforms have made of the template, before parameters have their values."""


@dataclass(slots=True)
class StackResource:
    """A resource of a stack after the last operation."""

    logical_id: str
    type_name: str
    live: LiveResource
    properties: Mapping[str, Any]
    """The properties with the values of Ref and Fn::GetAtt; dynamic references are still references."""
    needs: frozenset[str]
    """The logical ids of the resources that it depends on."""
    deletion_policy: str = "Delete"
    update_replace_policy: str = "Delete"
    update_policy: Mapping[str, Any] = field(default_factory=dict)
    status: str = "CREATE_COMPLETE"
    reason: str = ""
    changed: datetime = field(default_factory=utcnow)
    applied: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The properties with everything resolved, as the handler got them: they may contain secrets."""
    drift_status: str = "NOT_CHECKED"
    drift: Deviation | None = field(default=None, repr=False)
    """What the last detection of drift has seen."""


@dataclass(slots=True)
class UndoStep:
    """How to undo one step of an update: a resource that was created, updated or replaced."""

    after: StackResource
    before: StackResource | None = None
    """None if the resource is new."""
    replaced: bool = False
    left: LiveResource | None = None
    """What the resource was, if its restoration has answered with another physical id (a custom resource)."""

    @property
    def changed(self) -> bool:
        """Whether the resource was changed in place; else it is new, as itself or as a replacement."""
        return self.before is not None and not self.replaced


@dataclass(slots=True)
class Unfinished:
    """An update that still can be taken back, or a creation that has failed and stays: what the stack was before."""

    done: list[UndoStep]
    resources: dict[str, StackResource]
    removed: list[str]
    tags: Mapping[str, str]
    definition: Definition | None
    """None if the stack was never complete."""

    def add(self, steps: Iterable[UndoStep]) -> None:
        """Note what a retried update has done: a resource that was made or changed before goes back in one step."""
        earlier = {step.after.logical_id: step for step in self.done}
        for step in steps:
            first = earlier.get(step.after.logical_id)
            if first is not None and step.changed:
                first.after = step.after
            else:
                self.done.append(step)

    @property
    def replaced(self) -> list[tuple[StackResource, str]]:
        """What has a replacement and still exists, with its UpdateReplacePolicy."""
        return [(step.before, step.after.update_replace_policy) for step in self.done if step.replaced and step.before]


@dataclass(frozen=True, slots=True)
class Event:
    """An event of DescribeStackEvents."""

    event_id: str
    logical_id: str
    physical_id: str
    type_name: str
    status: str
    reason: str
    timestamp: datetime
    token: str = ""
    """ClientRequestToken of the operation; empty without one."""
    operation_id: str = ""


@dataclass(frozen=True, slots=True)
class EventPace:
    """The events of an operation become visible one after the other, until the operation is due."""

    earlier: int
    """Number of the events before the operation."""
    start: float
    due: float

    def visible(self, total: int, moment: float) -> int:
        """How many of all events are visible at a moment: at least the first one of the operation."""
        if moment >= self.due:
            return total
        part = (moment - self.start) / (self.due - self.start)
        return min(total, self.earlier + 1 + int(part * (total - self.earlier)))


@dataclass(frozen=True, slots=True)
class Output:
    """An output with its value."""

    key: str
    value: str
    description: str = ""
    export_name: str = ""


@dataclass(frozen=True, slots=True)
class Export:
    """A value that other stacks of the Region can import; the attributes have moto's names."""

    exporting_stack_id: str
    name: str
    value: str


@dataclass(slots=True)
class Stack:
    """A stack, which may be deleted."""

    name: str
    account: str
    region: str
    stack_id: str = ""
    alias: str = ""
    """Another name, by which all operations find it."""
    definition: Definition | None = None
    """None until a change set of type CREATE is executed."""
    tags: Mapping[str, str] = field(default_factory=dict)
    role_arn: str = ""
    launch_role: str = ""
    """The launch role whose policies must allow every call; empty if permissions are not enforced."""
    capabilities: tuple[str, ...] = ()
    notification_arns: tuple[str, ...] = ()
    termination_protection: bool = False
    status: str = "REVIEW_IN_PROGRESS"
    reason: str = ""
    failures: list[str] = field(default_factory=list)
    """`<logical id>: <reason>` of each resource that failed in the last operation."""
    unrestored: list[UndoStep] = field(default_factory=list)
    """What a failed rollback has not restored."""
    leftovers: list[UndoStep] = field(default_factory=list)
    """The new resources that a failed rollback has still to delete."""
    cancelled: bool = False
    """Whether CancelUpdateStack was called since the last update began."""
    resources: dict[str, StackResource] = field(default_factory=dict)
    ended: dict[str, StackResource] = field(default_factory=dict)
    """What its deletion or the rollback of its creation has deleted or left, and what could not be created."""
    outputs: tuple[Output, ...] = ()
    events: list[Event] = field(default_factory=list)
    operations: list[StackOperation] = field(default_factory=list)
    """Oldest first."""
    asked: str = ""
    """The id of the last operation that somebody asked for."""
    pace: EventPace | None = None
    """How the events of the last operation become visible; None: all at once."""
    policy: str = ""
    timeout_minutes: int = 0
    """TimeoutInMinutes of its creation; 0 without one."""
    rollback_configuration: Mapping[str, Any] = field(default_factory=dict)
    retain_except_on_create: bool = False
    """Whether a rollback deletes what its operation has made although its policy is Retain."""
    rolls_back: bool = True
    """Whether a failure of its last creation or update is rolled back, or the stack deleted."""
    resumes: bool = True
    """Whether an update can follow a failed creation: not after OnFailure DO_NOTHING."""
    unfinished: Unfinished | None = None
    """What goes back to the last stable state; None in a stable one."""
    prepared: dict[str, ChangeSet] = field(default_factory=dict)
    """While the change set of its root is executed: the change sets of its nested stacks, by logical id."""
    created: datetime = field(default_factory=utcnow)
    updated: datetime | None = None
    deleted: datetime | None = None
    change_set_id: str = ""
    drift_id: str = ""
    """The id of the last detection of drift; empty without one."""
    drift_at: datetime | None = None
    parent_id: str = ""
    """Of a nested stack: the stack that it is a resource of."""
    root_id: str = ""
    """Of a nested stack: the outermost stack."""
    token: str = ""
    """ClientRequestToken of the last operation."""
    latest: object = None
    """The last request that created or updated the stack, to recognize a repeated one."""

    def __post_init__(self) -> None:
        self.stack_id = self.stack_id or generate_stack_id(self.name, self.region, self.account)

    @property
    def names(self) -> tuple[str, str, str]:
        """What requests can call it."""
        return (self.name, self.stack_id, self.alias)

    @property
    def partition(self) -> str:
        """The partition of the Region."""
        return str(get_partition(self.region))

    @property
    def pseudo(self) -> Pseudo:
        """The values of the pseudo parameters; the sandbox has three zones in each Region."""
        zones = tuple(f"{self.region}{letter}" for letter in "abc")
        return Pseudo(self.account, self.region, self.name, self.stack_id, self.notification_arns, zones)

    def begin(self, kind: str, *, change_set_id: str = "", after_failure: bool = False) -> StackOperation:
        """Begin an operation, to which the next events belong; `after_failure` of the one before."""
        if after_failure and self.operations:
            self.operations[-1].failed = True
        name = f"{self.stack_id}/{len(self.operations)}/{kind}"
        operation_id = str(uuid.uuid5(uuid.NAMESPACE_URL, name))
        token = "" if change_set_id else self.token
        operation = StackOperation(operation_id, kind, len(self.events), token, utcnow(), change_set_id)
        self.operations.append(operation)
        self.asked = self.asked if after_failure else operation_id
        return operation

    def set_status(self, status: str, reason: str = "") -> None:
        """Set the status of the stack and record an event."""
        self.status, self.reason = status, reason
        self.record(self.name, self.stack_id, STACK_TYPE, status, reason)

    def record(self, logical_id: str, physical_id: str, type_name: str, status: str, reason: str = "") -> None:
        """Record an event and send it to the SNS topics of the stack."""
        event = Event(
            str(mock_random.uuid4()),
            logical_id,
            physical_id,
            type_name,
            status,
            reason,
            utcnow(),
            self.token,
            self.operations[-1].operation_id if self.operations else "",
        )
        self.events.append(event)
        for topic in self.notification_arns:
            self._notify(topic, event)

    @property
    def shown_resources(self) -> dict[str, StackResource]:
        """The resources that people see by logical id: also those that a stack has no more since it ends."""
        return {**self.ended, **self.resources}

    @property
    def visible_events(self) -> list[Event]:
        """The events so far: an operation has ended when its request is answered, but people see it go on."""
        return self.events[: self.pace.visible(len(self.events), now())] if self.pace else list(self.events)

    def _notify(self, topic: str, event: Event) -> None:
        """Send an event in the format of the user guide, "Setting stack options"."""
        lines = {
            "StackId": self.stack_id,
            "Timestamp": event.timestamp.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "EventId": event.event_id,
            "LogicalResourceId": event.logical_id,
            "Namespace": self.account,
            "PhysicalResourceId": event.physical_id,
            "ResourceStatus": event.status,
            "ResourceStatusReason": event.reason,
            "ResourceType": event.type_name,
            "StackName": self.name,
        }
        message = "\n".join(f"{key}='{value}'" for key, value in lines.items())
        notify(topic, message)


@dataclass(slots=True)
class ChangeSet:
    """A change set, which is executed later."""

    name: str
    stack: Stack
    type_name: str
    """CREATE, UPDATE or IMPORT."""
    definition: Definition
    changes: tuple[ResourceChange, ...]
    imports: Mapping[str, Any] = field(default_factory=dict)
    """Logical id → the ImportRequest of a change set of type IMPORT."""
    description: str = ""
    on_failure: str = ""
    """OnStackFailure; empty without it."""
    tags: Mapping[str, str] = field(default_factory=dict)
    role_arn: str = ""
    capabilities: tuple[str, ...] = ()
    notification_arns: tuple[str, ...] = ()
    rollback_configuration: Mapping[str, Any] = field(default_factory=dict)
    status: str = "CREATE_COMPLETE"
    execution_status: str = "AVAILABLE"
    reason: str = ""
    created: datetime = field(default_factory=utcnow)
    change_set_id: str = ""
    include_nested: bool = False
    """IncludeNestedStacks."""
    parent: ChangeSet | None = None
    """Of a nested stack: the change set that it was made with."""
    nested: dict[str, ChangeSet] = field(default_factory=dict)
    """Of its nested stacks, by logical id."""

    def __post_init__(self) -> None:
        self.change_set_id = generate_changeset_id(self.name, self.stack.region, self.stack.account)

    @property
    def root(self) -> ChangeSet:
        """The change set with which it is executed and deleted."""
        return self.parent.root if self.parent else self
