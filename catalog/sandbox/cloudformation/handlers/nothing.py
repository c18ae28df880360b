"""Types that CloudFormation handles itself, and that are nothing but an id."""

from __future__ import annotations

from typing import Any, ClassVar

from catalog.sandbox.cloudformation.handlers.base import (
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


class CdkMetadataHandler(NothingHandler):
    """What the CDK adds to templates to count its uses (CDK developer guide, "Version reporting")."""

    type_name: ClassVar[str] = "AWS::CDK::Metadata"
