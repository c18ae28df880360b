"""The operations of AppRegistry: a request as a dictionary in, the answer out.

Source: AppRegistry API Reference. The words of the errors are assumed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from moto.core.utils import utcnow

from catalog.sandbox.app_registry.state import (
    Application,
    AppRegistryError,
    AppRegistryStore,
    AssociatedResource,
    AttributeGroup,
    Registered,
)
from catalog.sandbox.stacks import find_stack

Request = dict[str, Any]
Answer = dict[str, Any]
TAG_KEY = "awsApplication"
KINDS = ("CFN_STACK", "RESOURCE_TAG_VALUE")


def create_application(store: AppRegistryStore, request: Request) -> Answer:
    """CreateApplication; names are unique in the account and Region."""
    refuse_taken(store.applications.values(), request["name"])
    identifier = store.new_id()
    group = f"{request['name']}/{identifier}"
    made = Application(
        identifier,
        store.arn("applications", identifier),
        request["name"],
        request.get("description", ""),
        dict(request.get("tags") or {}),
        group_arn=f"arn:{store.partition}:resource-groups:{store.region_name}:{store.account_id}:group/{group}",
    )
    store.applications[identifier] = made
    return {"application": application_view(made)}


def update_application(store: AppRegistryStore, request: Request) -> Answer:
    """UpdateApplication."""
    changed = store.application(request["application"])
    change(store.applications.values(), changed, request)
    return {"application": application_view(changed)}


def get_application(store: AppRegistryStore, request: Request) -> Answer:
    """GetApplication."""
    wanted = store.application(request["application"])
    return {
        **application_view(wanted),
        "associatedResourceCount": len(wanted.resources),
        "integrations": {"applicationTagResourceGroup": {"state": "CREATE_COMPLETE", "arn": wanted.group_arn}},
    }


def delete_application(store: AppRegistryStore, request: Request) -> Answer:
    """DeleteApplication; attribute groups and resources must be disassociated before (API Reference)."""
    wanted = store.application(request["application"])
    if wanted.attribute_groups or wanted.resources:
        raise AppRegistryError("ValidationException", f"Application {wanted.name} still has associations.")
    del store.applications[wanted.id]
    return {"application": summary(wanted)}


def list_applications(store: AppRegistryStore, _: Request) -> Answer:
    """ListApplications: all, in one page."""
    return {"applications": [summary(item) for item in store.applications.values()]}


def create_attribute_group(store: AppRegistryStore, request: Request) -> Answer:
    """CreateAttributeGroup."""
    refuse_taken(store.attribute_groups.values(), request["name"])
    identifier = store.new_id()
    made = AttributeGroup(
        identifier,
        store.arn("attribute-groups", identifier),
        request["name"],
        request.get("description", ""),
        dict(request.get("tags") or {}),
        attributes=checked_attributes(request["attributes"]),
    )
    store.attribute_groups[identifier] = made
    return {"attributeGroup": {**summary(made), "tags": made.tags}}


def update_attribute_group(store: AppRegistryStore, request: Request) -> Answer:
    """UpdateAttributeGroup."""
    changed = store.attribute_group(request["attributeGroup"])
    change(store.attribute_groups.values(), changed, request)
    if "attributes" in request:
        changed.attributes = checked_attributes(request["attributes"])
    return {"attributeGroup": {**summary(changed), "tags": changed.tags}}


def get_attribute_group(store: AppRegistryStore, request: Request) -> Answer:
    """GetAttributeGroup."""
    wanted = store.attribute_group(request["attributeGroup"])
    return {**summary(wanted), "attributes": wanted.attributes, "tags": wanted.tags}


def delete_attribute_group(store: AppRegistryStore, request: Request) -> Answer:
    """DeleteAttributeGroup; refused while an application has it [assumed]."""
    wanted = store.attribute_group(request["attributeGroup"])
    if any(wanted.id in application.attribute_groups for application in store.applications.values()):
        raise AppRegistryError("ValidationException", f"Attribute group {wanted.name} is still associated.")
    del store.attribute_groups[wanted.id]
    return {"attributeGroup": summary(wanted)}


def list_attribute_groups(store: AppRegistryStore, _: Request) -> Answer:
    """ListAttributeGroups: all, in one page."""
    return {"attributeGroups": [summary(item) for item in store.attribute_groups.values()]}


def associate_attribute_group(store: AppRegistryStore, request: Request) -> Answer:
    """AssociateAttributeGroup."""
    application, group = both(store, request)
    if group.id in application.attribute_groups:
        raise AppRegistryError("ConflictException", f"{group.name} is already associated with {application.name}.")
    application.attribute_groups.append(group.id)
    return {"applicationArn": application.arn, "attributeGroupArn": group.arn}


def disassociate_attribute_group(store: AppRegistryStore, request: Request) -> Answer:
    """DisassociateAttributeGroup."""
    application, group = both(store, request)
    if group.id not in application.attribute_groups:
        raise AppRegistryError("ResourceNotFoundException", f"{group.name} is not associated with {application.name}.")
    application.attribute_groups.remove(group.id)
    return {"applicationArn": application.arn, "attributeGroupArn": group.arn}


def list_associated_attribute_groups(store: AppRegistryStore, request: Request) -> Answer:
    """ListAssociatedAttributeGroups: the ids."""
    return {"attributeGroups": list(store.application(request["application"]).attribute_groups)}


def list_attribute_groups_for_application(store: AppRegistryStore, request: Request) -> Answer:
    """ListAttributeGroupsForApplication: the ids with names."""
    groups = [store.attribute_groups[each] for each in store.application(request["application"]).attribute_groups]
    return {"attributeGroupsDetails": [{"id": each.id, "arn": each.arn, "name": each.name} for each in groups]}


def associate_resource(store: AppRegistryStore, request: Request) -> Answer:
    """AssociateResource: a stack that exists, by name or ARN, or the value of the application's tag."""
    application, kind, wanted = store.application(request["application"]), request["resourceType"], request["resource"]
    if kind not in KINDS:
        raise AppRegistryError("ValidationException", f"resourceType must be one of {', '.join(KINDS)}, got {kind}")
    name, arn = wanted, application.group_arn
    if kind == "CFN_STACK":
        stack = find_stack(store.account_id, store.region_name, wanted)
        if stack is None:
            raise AppRegistryError("ResourceNotFoundException", f"No CloudFormation stack called '{wanted}' found.")
        name, arn = stack[0].name, stack[0].stack_id
    if (kind, name) in application.resources:
        raise AppRegistryError("ConflictException", f"{name} is already associated with {application.name}.")
    resource = AssociatedResource(kind, name, arn, list(request.get("options") or []))
    application.resources[kind, name] = resource
    return {"applicationArn": application.arn, "resourceArn": arn, "options": resource.options}


def disassociate_resource(store: AppRegistryStore, request: Request) -> Answer:
    """DisassociateResource."""
    application, resource = associated(store, request)
    del application.resources[resource.kind, resource.name]
    return {"applicationArn": application.arn, "resourceArn": resource.arn}


def get_associated_resource(store: AppRegistryStore, request: Request) -> Answer:
    """GetAssociatedResource."""
    _, resource = associated(store, request)
    return {"resource": {"name": resource.name, "arn": resource.arn}, "options": resource.options}


def list_associated_resources(store: AppRegistryStore, request: Request) -> Answer:
    """ListAssociatedResources: all, in one page."""
    resources = store.application(request["application"]).resources.values()
    return {
        "resources": [
            {"name": each.name, "arn": each.arn, "resourceType": each.kind, "options": each.options}
            for each in resources
        ]
    }


def tag_resource(store: AppRegistryStore, request: Request) -> Answer:
    """TagResource."""
    store.tagged(request["resourceArn"]).tags.update(request["tags"])
    return {}


def untag_resource(store: AppRegistryStore, request: Request) -> Answer:
    """UntagResource."""
    tagged = store.tagged(request["resourceArn"])
    tagged.tags = {key: value for key, value in tagged.tags.items() if key not in request["tagKeys"]}
    return {}


def list_tags_for_resource(store: AppRegistryStore, request: Request) -> Answer:
    """ListTagsForResource."""
    return {"tags": store.tagged(request["resourceArn"]).tags}


def both(store: AppRegistryStore, request: Request) -> tuple[Application, AttributeGroup]:
    """The application and the attribute group of a request."""
    return store.application(request["application"]), store.attribute_group(request["attributeGroup"])


def associated(store: AppRegistryStore, request: Request) -> tuple[Application, AssociatedResource]:
    """The application and its resource, by its name or ARN."""
    application = store.application(request["application"])
    for resource in application.resources.values():
        if resource.kind == request["resourceType"] and request["resource"] in (resource.name, resource.arn):
            return application, resource
    raise AppRegistryError(
        "ResourceNotFoundException", f"{request['resource']} is not associated with {application.name}."
    )


def change(items: Iterable[Registered], item: Registered, request: Request) -> None:
    """Change the name and the description."""
    if request.get("name", item.name) != item.name:
        refuse_taken(items, request["name"])
        item.name = request["name"]
    item.description = request.get("description", item.description)
    item.updated = utcnow()


def refuse_taken(items: Iterable[Registered], name: str) -> None:
    """Raise ConflictException for a name that is taken."""
    if any(item.name == name for item in items):
        raise AppRegistryError("ConflictException", f"A resource with the name {name} already exists.")


def checked_attributes(text: str) -> str:
    """The JSON of attributes; raises ValidationException if it is no object."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise AppRegistryError("ValidationException", "attributes must be a JSON object.")
    return text


def summary(item: Registered) -> Answer:
    """What lists show."""
    return {
        "id": item.id,
        "arn": item.arn,
        "name": item.name,
        "creationTime": item.created,
        "lastUpdateTime": item.updated,
        **({"description": item.description} if item.description else {}),
    }


def application_view(item: Application) -> Answer:
    """An application with its tags."""
    return {**summary(item), "tags": item.tags, "applicationTag": {TAG_KEY: item.group_arn}}


OPERATIONS: dict[str, Callable[[AppRegistryStore, Request], Answer]] = {
    "AssociateAttributeGroup": associate_attribute_group,
    "AssociateResource": associate_resource,
    "CreateApplication": create_application,
    "CreateAttributeGroup": create_attribute_group,
    "DeleteApplication": delete_application,
    "DeleteAttributeGroup": delete_attribute_group,
    "DisassociateAttributeGroup": disassociate_attribute_group,
    "DisassociateResource": disassociate_resource,
    "GetApplication": get_application,
    "GetAssociatedResource": get_associated_resource,
    "GetAttributeGroup": get_attribute_group,
    "ListApplications": list_applications,
    "ListAssociatedAttributeGroups": list_associated_attribute_groups,
    "ListAssociatedResources": list_associated_resources,
    "ListAttributeGroups": list_attribute_groups,
    "ListAttributeGroupsForApplication": list_attribute_groups_for_application,
    "ListTagsForResource": list_tags_for_resource,
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
    "UpdateApplication": update_application,
    "UpdateAttributeGroup": update_attribute_group,
}
"""Not here: configurations and SyncResource, which have no effect in the sandbox."""
