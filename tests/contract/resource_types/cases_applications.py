"""AppRegistry's types: applications, attribute groups, and what joins them."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_catalogue import ref
from tests.contract.resource_types.conftest import Case, World


def registry(world: World) -> Any:
    return world.client("servicecatalog-appregistry")


def application(world: World, reference: str) -> Any:
    return registry(world).get_application(application=reference)


def attribute_group(world: World, reference: str) -> Any:
    return registry(world).get_attribute_group(attributeGroup=reference)


def group_of_application(world: World, reference: str) -> Any:
    application_arn, group_arn = reference.split("|")
    details = registry(world).list_attribute_groups_for_application(application=application_arn)
    return next(each for each in details["attributeGroupsDetails"] if each["arn"] == group_arn)


def stack_of_application(world: World, reference: str) -> Any:
    application_arn, stack, kind = reference.split("|")
    return registry(world).get_associated_resource(application=application_arn, resourceType=kind, resource=stack)


def registered(kind: str, **properties: Any) -> dict[str, Any]:
    """A resource of AppRegistry."""
    return {"Type": f"AWS::ServiceCatalogAppRegistry::{kind}", "Properties": properties}


SHOP = {
    "Shop": registered("Application", Name="shop"),
    "Facts": registered("AttributeGroup", Name="facts", Attributes={"team": "one"}),
    "More": registered("AttributeGroup", Name="more", Attributes={"team": "two"}),
}
CASES = (
    Case(
        "AWS::ServiceCatalogAppRegistry::Application",
        {"Name": "orders", "Description": "Ours"},
        application,
        {"name": "orders", "description": "Ours", "associatedResourceCount": 0},
        changed={"Name": "order", "Description": "Yours"},
        then={"name": "order", "description": "Yours"},
        tags=lambda world, reference: registry(world).list_tags_for_resource(
            resourceArn=application(world, reference)["arn"]
        )["tags"],
        map_tags=True,
        attributes=("Arn", "ApplicationName", "ApplicationTagKey", "ApplicationTagValue"),
        denied=("servicecatalog:CreateApplication", "servicecatalog:GetApplication", "servicecatalog:TagResource"),
        denied_later=("servicecatalog:UpdateApplication", "servicecatalog:DeleteApplication"),
    ),
    Case(
        "AWS::ServiceCatalogAppRegistry::AttributeGroup",
        {"Name": "owners", "Attributes": {"team": "one"}},
        attribute_group,
        {"name": "owners", "attributes": '{"team": "one"}'},
        changed={"Attributes": {"team": "two"}},
        then={"attributes": '{"team": "two"}'},
        tags=lambda world, reference: attribute_group(world, reference)["tags"],
        map_tags=True,
        attributes=("Arn",),
        denied=("servicecatalog:CreateAttributeGroup", "servicecatalog:GetAttributeGroup"),
        denied_later=("servicecatalog:UpdateAttributeGroup", "servicecatalog:DeleteAttributeGroup"),
    ),
    Case(
        "AWS::ServiceCatalogAppRegistry::AttributeGroupAssociation",
        {"Application": ref("Shop"), "AttributeGroup": ref("Facts")},
        group_of_application,
        {"name": "facts"},
        replaced={"AttributeGroup": ref("More")},
        denied=("servicecatalog:AssociateAttributeGroup", "servicecatalog:ListAssociatedAttributeGroups"),
        denied_later=("servicecatalog:DisassociateAttributeGroup",),
        around=SHOP,
    ),
    Case(
        "AWS::ServiceCatalogAppRegistry::ResourceAssociation",
        {"Application": ref("Shop"), "Resource": {"Ref": "AWS::StackId"}, "ResourceType": "CFN_STACK"},
        stack_of_application,
        {"options": []},
        denied=("servicecatalog:AssociateResource", "servicecatalog:ListAssociatedResources"),
        denied_later=("servicecatalog:DisassociateResource",),
        around=SHOP,
    ),
)
