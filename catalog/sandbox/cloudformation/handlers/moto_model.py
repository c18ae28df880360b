"""Resource types that moto's CloudFormation models implement."""

from __future__ import annotations

import copy
from typing import Any, ClassVar

from moto.cloudformation.exceptions import UnformattedGetAttTemplateException
from moto.cloudformation.parsing import generate_resource_name, get_model_map

from catalog.sandbox.cloudformation.handlers.base import (
    LiveResource,
    Properties,
    ResourceFailed,
    ResourceHandler,
    StackContext,
)

UNSUPPORTED = ("AWS::CloudFormation::Stack", "AWS::CloudFormation::CustomResource")
"""Types without support: moto's models would parse templates or call Lambda functions outside the engine."""


def moto_model(type_name: str) -> Any | None:
    """The class of moto's model of a resource type; None if there is none."""
    return None if type_name in UNSUPPORTED else get_model_map().get(type_name)


class MotoHandler(ResourceHandler):
    """A resource type with a CloudFormationModel in moto, which decides which properties have an effect."""

    def __init__(self, type_name: str, model: Any) -> None:
        self.name = type_name
        self.model = model

    def has_attribute(self, name: str) -> bool:
        """Whether moto's model lists the attribute; some models list none."""
        return bool(self.model.has_cfn_attr(name))

    def replaces(self, live: LiveResource, old: Properties, new: Properties) -> bool:
        """Whether the properties have changed and the model has no update; a model with an update decides itself."""
        return dict(old) != dict(new) and hasattr(self.model.update_from_cloudformation_json, "__isabstractmethod__")

    def create(self, context: StackContext, properties: Properties) -> LiveResource:
        """Create the resource with the given or a generated name."""
        document = self._document(properties)
        name = self._name(context, properties)
        instance = self.model.create_from_cloudformation_json(
            name,
            document,
            context.account,
            context.region,
            LogicalId=context.logical_id,
            StackId=context.stack_id,
            ResourceType=self.name,
        )
        return self._live(instance)

    def update(self, context: StackContext, live: LiveResource, old: Properties, new: Properties) -> LiveResource:
        """Update the resource; a model that replaces it deletes the old one itself.

        If the properties are equal, only the tags of the stack have changed, which moto's models ignore.
        """
        if dict(old) == dict(new):
            return live
        instance = self.model.update_from_cloudformation_json(
            original_resource=live.model,
            new_resource_name=self._name(context, new),
            cloudformation_json=self._document(new),
            account_id=context.account,
            region_name=context.region,
        )
        return self._live(instance)

    def delete(self, context: StackContext, live: LiveResource, properties: Properties) -> None:
        """Delete with the method of the class or, if it is not implemented, with that of the instance."""
        by_class = self.model.delete_from_cloudformation_json
        if not hasattr(by_class, "__isabstractmethod__"):
            by_class(live.physical_id, self._document(properties), context.account, context.region)
        elif hasattr(live.model, "delete"):
            live.model.delete(context.account, context.region)

    def attribute(self, context: StackContext, live: LiveResource, name: str) -> Any:
        """The attribute of moto's object."""
        try:
            return live.model.get_cfn_attribute(name)
        except UnformattedGetAttTemplateException as error:
            raise ResourceFailed(f"{self.name} has no attribute {name} in the sandbox") from error

    def _live(self, instance: Any) -> LiveResource:
        return LiveResource(str(instance.physical_resource_id), instance)

    def _name(self, context: StackContext, properties: Properties) -> str:
        key = self.model.cloudformation_name_type()
        given = properties.get(key) if key else None
        return str(given) if given else generate_resource_name(self.name, context.stack_name, context.logical_id)

    def _document(self, properties: Properties) -> dict[str, Any]:
        """The resource as a copy, because moto's models modify their arguments."""
        return {"Type": self.name, "Properties": copy.deepcopy(dict(properties))}


class NothingHandler(ResourceHandler):
    """A type that CloudFormation handles itself, and that is nothing but an id."""

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
