"""Types that CloudFormation handles itself, and that are nothing but an id."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from catalog.sandbox import custom_answers, signals
from catalog.sandbox.cloudformation.handlers.base import (
    MODELLED,
    NOTES,
    STUB,
    LiveResource,
    Properties,
    ResourceFailed,
    ResourceHandler,
    StackContext,
    invalid,
)
from catalog.sandbox.custom_answers import Stub


class NothingHandler(ResourceHandler):
    """A type that CloudFormation handles itself, and that is nothing but an id."""

    checks_permissions = True  # it makes no calls

    def create(self, context: StackContext, properties: Properties) -> LiveResource:
        """Nothing to create."""
        return LiveResource(f"{context.stack_name}-{context.logical_id}")

    def update(self, context: StackContext, live: LiveResource, old: Properties, new: Properties) -> LiveResource:
        """Nothing to update."""
        return live

    def delete(self, context: StackContext, live: LiveResource, properties: Properties) -> None:
        """Nothing to delete."""

    def attribute(self, context: StackContext, live: LiveResource, name: str) -> Any:
        """It has no attributes."""
        raise ResourceFailed(f"{self.type_name} has no attribute {name}")


class WaitHandleHandler(NothingHandler):
    """A wait condition handle, which templates use as a placeholder for a stack without resources."""

    type_name: ClassVar[str] = "AWS::CloudFormation::WaitConditionHandle"

    def create(self, context: StackContext, properties: Properties) -> LiveResource:
        """A URL that takes signals."""
        return LiveResource(signals.new_handle())


class WaitConditionHandler(NothingHandler):
    """A wait condition. It takes the signals that have come, or those of a stub, and assumes the others.

    With a stub that waits, it waits for them (`catalog.sandbox.signals`). Source: template reference,
    AWS::CloudFormation::WaitCondition (Data is JSON of the signals by their UniqueId); the words of failures:
    "WaitCondition received failed message", "WaitCondition timed out. Received 0 conditions when expecting 1" (many
    public issues).
    """

    type_name: ClassVar[str] = "AWS::CloudFormation::WaitCondition"
    service: ClassVar[str] = "CloudFormation"
    attributes = frozenset({"Data"})
    properties = frozenset({"Count", "Handle", "Timeout"})
    proof_of_type = MODELLED

    def create(self, context: StackContext, properties: Properties) -> LiveResource:
        """Settle it."""
        handle = str(properties.get("Handle", ""))
        count, seconds = (_number(context, properties, *each) for each in (("Count", 1), ("Timeout", 0)))
        arn, box = f"{context.stack_id}/{context.logical_id}/{handle}", signals.mailbox(signals.key_of(handle))
        stub = custom_answers.find(self.type_name, handle)
        answered = stub is not None and not stub.waits
        if stub is not None and not stub.waits:
            self._ask(stub, box, context, properties, count)
        elif stub is not None and not box.await_all(count, seconds):
            raise ResourceFailed(_timed_out(len(box.signals), count))
        if failed := box.failure:
            raise ResourceFailed(
                f"WaitCondition received failed message: '{failed.reason}' for uniqueId: {failed.unique_id}"
            )
        data = {each.unique_id: each.data for each in box.signals.values()}
        return LiveResource(arn, Settled(json.dumps(data), stubbed=answered or len(box.signals) >= count))

    def _ask(self, stub: Stub, box: signals.Mailbox, context: StackContext, properties: Properties, count: int) -> None:
        """Take the signals of a stub."""
        event = {"StackId": context.stack_id, "LogicalResourceId": context.logical_id, **properties}
        try:
            answer = custom_answers.ask(stub, event | {"RequestType": "Create"})
        except custom_answers.NoAnswer as error:
            raise ResourceFailed(_timed_out(0, count)) from error
        if answer.get("Status", signals.SUCCESS) != signals.SUCCESS:
            box.put(signals.Signal("stub", signals.FAILURE, reason=str(answer.get("Reason", ""))))
        data = answer.get("Data") or {}
        for name, text in (data if isinstance(data, Mapping) else {}).items():
            box.put(signals.Signal(str(name), signals.SUCCESS, str(text)))

    def proof(self, live: LiveResource) -> str:
        """Whether its signals have come, or those of a stub."""
        return STUB if live.model.stubbed else MODELLED

    def note(self, live: LiveResource) -> str:
        """That the signals are assumed."""
        return (
            NOTES[STUB] if live.model.stubbed else "Modelled: its signals are assumed, as nothing runs that sends them"
        )

    def attribute(self, context: StackContext, live: LiveResource, name: str) -> Any:
        """The data of the signals."""
        return live.model.data


@dataclass(frozen=True, slots=True)
class Settled:
    """What a wait condition has received, and whether somebody has sent it."""

    data: str = "{}"
    stubbed: bool = False


def _timed_out(received: int, count: int) -> str:
    return f"WaitCondition timed out. Received {received} conditions when expecting {count}"


def _number(context: StackContext, properties: Properties, name: str, default: int) -> int:
    """A whole number of at most 12 hours in seconds (template reference: Timeout); raises `ResourceFailed`.

    That the Count has the same limit, and the words, are assumed.
    """
    text = str(properties.get(name, default))
    if not text.isascii() or not text.isdecimal() or int(text[:6]) > signals.LONGEST:
        fault = f"#/{name}: expected a whole number from 0 to {signals.LONGEST}, found: {text}"
        raise ResourceFailed(invalid(context.logical_id, [fault]))
    return int(text)


class CdkMetadataHandler(NothingHandler):
    """What the CDK adds to templates to count its uses (CDK developer guide, "Version reporting")."""

    type_name: ClassVar[str] = "AWS::CDK::Metadata"
