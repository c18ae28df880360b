"""Resource types made by moto's own CloudFormation models."""

from __future__ import annotations

import copy
from typing import Any, ClassVar

from moto.cloudformation.exceptions import UnformattedGetAttTemplateException
from moto.cloudformation.parsing import generate_resource_name, get_model_map

from catalog.sandbox.cloudformation.handlers.base import Live, Properties, ResourceFailed, ResourceHandler, StackContext

UNSUPPORTED = ("AWS::CloudFormation::Stack", "AWS::CloudFormation::CustomResource")
"""moto's models of these parse templates or call Lambda functions behind the engine's back."""


def moto_model(type_name: str) -> Any | None:
    """Moto's model class of a resource type, or None."""
    return None if type_name in UNSUPPORTED else get_model_map().get(type_name)


class MotoHandler(ResourceHandler):
    """Any type that moto has a CloudFormationModel for; moto decides which properties have an effect."""

    def __init__(self, type_name: str, model: Any) -> None:
        self.name = type_name
        self.model = model

    def has_attribute(self, name: str) -> bool:
        """As moto's model says, which may not know its attributes."""
        return bool(self.model.has_cfn_attr(name))

    def replaces(self, live: Live, old: Properties, new: Properties) -> bool:
        """A model without an update is replaced when its properties change; one with it decides itself."""
        return dict(old) != dict(new) and hasattr(self.model.update_from_cloudformation_json, "__isabstractmethod__")

    def create(self, context: StackContext, properties: Properties) -> Live:
        """Make it under the given or a generated name."""
        document = self._document(properties)
        name = self._name(context, properties)
        made = self.model.create_from_cloudformation_json(
            name,
            document,
            context.account,
            context.region,
            LogicalId=context.logical_id,
            StackId=context.stack_id,
            ResourceType=self.name,
        )
        return self._live(made)

    def update(self, context: StackContext, live: Live, old: Properties, new: Properties) -> Live:
        """Change it; the model may make another one, and then deletes the old one itself.

        With the same properties only the stack's tags have changed, which moto's models do not take.
        """
        if dict(old) == dict(new):
            return live
        made = self.model.update_from_cloudformation_json(
            original_resource=live.model,
            new_resource_name=self._name(context, new),
            cloudformation_json=self._document(new),
            account_id=context.account,
            region_name=context.region,
        )
        return self._live(made)

    def delete(self, context: StackContext, live: Live, properties: Properties) -> None:
        """By the instance's own `delete` where it takes an account and a Region, else by the class's."""
        by_class = self.model.delete_from_cloudformation_json
        if not hasattr(by_class, "__isabstractmethod__"):
            by_class(live.physical_id, self._document(properties), context.account, context.region)
        elif hasattr(live.model, "delete"):
            live.model.delete(context.account, context.region)

    def attribute(self, context: StackContext, live: Live, name: str) -> Any:
        """As moto's object says."""
        try:
            return live.model.get_cfn_attribute(name)
        except UnformattedGetAttTemplateException as error:
            raise ResourceFailed(f"{self.name} has no attribute {name} in the sandbox") from error

    def _live(self, made: Any) -> Live:
        return Live(str(made.physical_resource_id), made)

    def _name(self, context: StackContext, properties: Properties) -> str:
        key = self.model.cloudformation_name_type()
        given = properties.get(key) if key else None
        return str(given) if given else generate_resource_name(self.name, context.stack_name, context.logical_id)

    def _document(self, properties: Properties) -> dict[str, Any]:
        """Moto's models change what they are given, so each gets a copy."""
        return {"Type": self.name, "Properties": copy.deepcopy(dict(properties))}


class NothingHandler(ResourceHandler):
    """A wait condition handle: a place in the template for nothing, used where a stack must hold no resource."""

    type_name: ClassVar[str] = "AWS::CloudFormation::WaitConditionHandle"

    def create(self, context: StackContext, properties: Properties) -> Live:
        """Nothing to make."""
        return Live(f"https://cloudformation-waitcondition.invalid/{context.stack_name}/{context.logical_id}")

    def update(self, context: StackContext, live: Live, old: Properties, new: Properties) -> Live:
        """Nothing to change."""
        return live

    def delete(self, context: StackContext, live: Live, properties: Properties) -> None:
        """Nothing to delete."""

    def attribute(self, context: StackContext, live: Live, name: str) -> Any:
        """It has none."""
        raise ResourceFailed(f"{self.type_name} has no attribute {name}")
