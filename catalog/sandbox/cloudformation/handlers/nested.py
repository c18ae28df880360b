"""AWS::CloudFormation::Stack: a stack in a stack."""

from __future__ import annotations

from typing import Any, ClassVar

from catalog.sandbox.cloudformation.handlers.base import (
    ChildStacks,
    LiveResource,
    Properties,
    ResourceFailed,
    ResourceHandler,
    StackContext,
)

OUTPUT = "Outputs."


class NestedStackHandler(ResourceHandler):
    """A nested stack, which `StackContext.children` makes. Its Ref is its ARN."""

    type_name: ClassVar[str] = "AWS::CloudFormation::Stack"
    service: ClassVar[str] = "CloudFormation"
    properties = frozenset({"NotificationARNs", "Parameters", "Tags", "TemplateURL", "TimeoutInMinutes"})
    required = frozenset({"TemplateURL"})
    checks_permissions = True
    always_updates = True

    def has_attribute(self, name: str) -> bool:
        """`Outputs.NAME`: whether the nested stack has the output is known when it exists."""
        return name.startswith(OUTPUT) and len(name) > len(OUTPUT)

    def create(self, context: StackContext, properties: Properties) -> LiveResource:
        """Create the nested stack."""
        return _children(context).create(context, properties)

    def update(self, context: StackContext, live: LiveResource, old: Properties, new: Properties) -> LiveResource:
        """Update the nested stack."""
        return _children(context).update(context, live, new)

    def delete(self, context: StackContext, live: LiveResource, properties: Properties) -> None:
        """Delete the nested stack."""
        _children(context).delete(context, live)

    def finish(self, live: LiveResource) -> None:
        """Let the nested stack delete what its update has removed."""
        update, live.model = live.model, None
        if update is not None:
            update.finish()

    def attribute(self, context: StackContext, live: LiveResource, name: str) -> Any:
        """An output of the nested stack."""
        value = _children(context).output(live.physical_id, name.removeprefix(OUTPUT))
        if value is None:
            raise ResourceFailed(f"Nested stack output {name.removeprefix(OUTPUT)} not found in {live.physical_id}")
        return value


def _children(context: StackContext) -> ChildStacks:
    if context.children is None:
        raise ResourceFailed("a nested stack needs a stack around it")
    return context.children
