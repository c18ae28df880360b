"""Applications and attribute groups of AppRegistry, with their associations."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Tagging
from catalog.sandbox.registry.shaping import as_text
from catalog.sandbox.registry.tables.catalogues import token

SERVICE = "servicecatalog-appregistry"


def by_arn(each: ApiResource) -> dict[str, Any]:
    """The ARN, for tags."""
    return {"resourceArn": each["Arn"]}


TAGGING = Tagging(
    ApiCall("TagResource", by_arn), ApiCall("UntagResource", by_arn), "tags", tags_in="tags", keys_in="tagKeys"
)


def arn_of(each: ApiResource, kind: str) -> str:
    """The ARN of an application or attribute group; `*` for an id that is not known yet."""
    place = each.place
    start = f"arn:{place.partition}:servicecatalog:{place.region}:{place.account}"
    return str(each["Arn"] or f"{start}:/{kind}/{each['Id'] or '*'}")


def application(each: ApiResource) -> dict[str, Any]:
    """The parameter application, by id."""
    return {"application": each["Id"]}


APPLICATION = ApiType(
    "AWS::ServiceCatalogAppRegistry::Application",
    SERVICE,
    create=ApiCall("CreateApplication", lambda each: {"clientToken": token()}, copies=True),
    known=lambda each, answer: {"Id": answer["application"]["id"], "Arn": answer["application"]["arn"]},
    read=ApiCall("GetApplication", application),
    attributes=lambda each, shown: {
        "Arn": shown["arn"],
        "ApplicationName": shown["name"],
        "ApplicationTagKey": next(iter(shown["applicationTag"])),
        "ApplicationTagValue": next(iter(shown["applicationTag"].values())),
    },
    update=ApiCall("UpdateApplication", application, copies=True),
    delete=(ApiCall("DeleteApplication", application),),
    tagging=TAGGING,
    arn=lambda each: arn_of(each, "applications"),
)


def attribute_group(each: ApiResource) -> dict[str, Any]:
    """The parameter attributeGroup, by id."""
    return {"attributeGroup": each["Id"]}


def attributes(each: ApiResource) -> dict[str, Any]:
    """The attributes as JSON text."""
    return {"attributes": as_text(each.properties.get("Attributes"))}


ATTRIBUTE_GROUP = ApiType(
    "AWS::ServiceCatalogAppRegistry::AttributeGroup",
    SERVICE,
    create=ApiCall(
        "CreateAttributeGroup",
        lambda each: attributes(each) | {"clientToken": token()},
        copies=True,
        omitted=("Attributes",),
    ),
    known=lambda each, answer: {"Id": answer["attributeGroup"]["id"], "Arn": answer["attributeGroup"]["arn"]},
    read=ApiCall("GetAttributeGroup", attribute_group),
    attributes=lambda each, shown: {"Arn": shown["arn"]},
    update=ApiCall(
        "UpdateAttributeGroup",
        lambda each: attribute_group(each) | attributes(each),
        copies=True,
        omitted=("Attributes",),
    ),
    delete=(ApiCall("DeleteAttributeGroup", attribute_group),),
    tagging=TAGGING,
    arn=lambda each: arn_of(each, "attribute-groups"),
)


def group_of(each: ApiResource) -> dict[str, Any]:
    """An application with an attribute group."""
    return {"application": each["Application"], "attributeGroup": each["AttributeGroup"]}


def associated_groups(each: ApiResource, answer: Any) -> list[Any]:
    """The attribute group, if the application has it."""
    wanted = (each["AttributeGroup"], each["AttributeGroupArn"])
    return [
        group
        for group in answer["attributeGroupsDetails"]
        if {group["id"], group["arn"], group["name"]} & {value for value in wanted if value}
    ]


GROUP_ASSOCIATION = ApiType(
    "AWS::ServiceCatalogAppRegistry::AttributeGroupAssociation",
    SERVICE,
    create=ApiCall("AssociateAttributeGroup", group_of),
    known=lambda each, answer: {
        "ApplicationArn": answer["applicationArn"],
        "AttributeGroupArn": answer["attributeGroupArn"],
    },
    read=ApiCall(
        "ListAttributeGroupsForApplication",
        lambda each: {"application": each["Application"]},
        permissions=("servicecatalog:ListAssociatedAttributeGroups",),
    ),
    shown=associated_groups,
    delete=(ApiCall("DisassociateAttributeGroup", group_of),),
    arn=lambda each: str(each["ApplicationArn"] or "*"),
)


def resource_of(each: ApiResource) -> dict[str, Any]:
    """An application with a resource."""
    return {
        "application": each["Application"],
        "resourceType": each["ResourceType"],
        "resource": each["Resource"],
    }


RESOURCE_ASSOCIATION = ApiType(
    "AWS::ServiceCatalogAppRegistry::ResourceAssociation",
    SERVICE,
    create=ApiCall("AssociateResource", resource_of),
    known=lambda each, answer: {"ApplicationArn": answer["applicationArn"], "ResourceArn": answer["resourceArn"]},
    read=ApiCall("ListAssociatedResources", lambda each: {"application": each["Application"]}),
    shown=lambda each, answer: [
        item for item in answer["resources"] if each["Resource"] in (item["name"], item["arn"])
    ],
    delete=(ApiCall("DisassociateResource", resource_of),),
    arn=lambda each: str(each["ApplicationArn"] or "*"),
)

TYPES = (APPLICATION, ATTRIBUTE_GROUP, GROUP_ASSOCIATION, RESOURCE_ASSOCIATION)
