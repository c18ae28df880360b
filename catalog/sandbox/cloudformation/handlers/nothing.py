"""Types that CloudFormation handles itself, and that are nothing but an id."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar

from catalog.sandbox import custom_answers
from catalog.sandbox.cloudformation.handlers.base import (
    MODELLED,
    NOTES,
    STUB,
    LiveResource,
    Properties,
    ResourceFailed,
    ResourceHandler,
    StackContext,
)


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
        """Nothing to create."""
        return LiveResource(f"https://cloudformation-waitcondition.invalid/{context.stack_name}/{context.logical_id}")


class WaitConditionHandler(NothingHandler):
    """A wait condition. Nothing runs that could send it signals, so it settles as a stub says, or as if all had come.

    Source: template reference, AWS::CloudFormation::WaitCondition (Data is JSON of the signals by their UniqueId); the
    words of a failure: "WaitCondition received failed message" (many public issues).
    """

    type_name: ClassVar[str] = "AWS::CloudFormation::WaitCondition"
    service: ClassVar[str] = "CloudFormation"
    attributes = frozenset({"Data"})
    properties = frozenset({"Count", "Handle", "Timeout"})
    proof_of_type = MODELLED

    def create(self, context: StackContext, properties: Properties) -> LiveResource:
        """Wait for the signals of a stub."""
        arn = f"{context.stack_id}/{context.logical_id}/{properties.get('Handle', '')}"
        stub = custom_answers.find(self.type_name, str(properties.get("Handle", "")))
        if stub is None:
            return LiveResource(arn, Signals())
        event = {"StackId": context.stack_id, "LogicalResourceId": context.logical_id, **properties}
        try:
            answer = custom_answers.ask(stub, event | {"RequestType": "Create"})
        except custom_answers.NoAnswer as error:
            raise ResourceFailed(
                f"WaitCondition timed out. Received 0 conditions when expecting {properties.get('Count', 1)}"
            ) from error
        if answer.get("Status", "SUCCESS") != "SUCCESS":
            raise ResourceFailed(
                f"WaitCondition received failed message: '{answer.get('Reason', '')}' for uniqueId: stub"
            )
        return LiveResource(arn, Signals(json.dumps(answer.get("Data") or {}), stubbed=True))

    def proof(self, live: LiveResource) -> str:
        """Whether a stub has sent the signals."""
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
class Signals:
    """What a wait condition has received."""

    data: str = "{}"
    stubbed: bool = False


class CdkMetadataHandler(NothingHandler):
    """What the CDK adds to templates to count its uses (CDK developer guide, "Version reporting")."""

    type_name: ClassVar[str] = "AWS::CDK::Metadata"
