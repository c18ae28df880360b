"""RAM: tags, permissions and the changes of resource shares, which moto lacks, and all kinds that can be shared.

Source: RAM API reference, AssociateResourceShare, AssociateResourceSharePermission, GetResourceShares, TagResource,
ListResourceTypes.
"""

from __future__ import annotations

import json
from typing import Any

from moto.core.responses import ActionResult
from moto.ram import urls
from moto.ram.exceptions import UnknownResourceException
from moto.ram.models import ResourceAccessManagerBackend, ResourceShare
from moto.ram.responses import ResourceAccessManagerResponse
from moto.ram.utils import RAM_RESOURCE_TYPES

from catalog.sandbox.registry.naming import kebab
from catalog.sandbox.services.keeping import complete, keep, kept

CREATE, DELETE = ResourceAccessManagerResponse.create_resource_share, ResourceShare.delete
OPERATIONS = (
    *("associateresourceshare", "disassociateresourceshare", "tagresource", "untagresource"),
    *("associateresourcesharepermission", "disassociateresourcesharepermission", "listresourcesharepermissions"),
)
"""The paths of the operations that are new."""
ENTITIES = {"principals": "PRINCIPAL", "resourceArns": "RESOURCE"}


def install() -> None:
    """Add the operations to moto's, and complete its shares."""
    for operation in (
        *(create_resource_share, get_resource_shares, update_resource_share, associate_resource_share),
        *(disassociate_resource_share, tag_resource, untag_resource, associate_resource_share_permission),
        *(disassociate_resource_share_permission, list_resource_share_permissions),
    ):
        setattr(ResourceAccessManagerResponse, operation.__name__, operation)
    for path in OPERATIONS:
        urls.url_paths[f"{{0}}/{path}$"] = ResourceAccessManagerResponse.dispatch
    kinds = (kebab(str(each["resourceType"]).partition(":")[2]) for each in RAM_RESOURCE_TYPES)
    ResourceShare.SHAREABLE_RESOURCES = list({*ResourceShare.SHAREABLE_RESOURCES, *kinds})
    setattr(ResourceShare, "delete", delete)  # noqa: B010  # mypy allows no other form
    complete(ResourceShare, "describe")


def delete(share: ResourceShare) -> None:
    """A deleted share has nothing any more."""
    DELETE(share)
    share.principals, share.resource_arns = [], []


def create_resource_share(response: ResourceAccessManagerResponse) -> str:
    """CreateResourceShare, with what moto drops."""
    answer: dict[str, Any] = json.loads(CREATE(response))
    share = _share(response.ram_backend, answer["resourceShare"]["resourceShareArn"])
    more = {name: response._get_param(name) for name in ("tags", "permissionArns", "resourceShareConfiguration")}
    keep(share, {"tags": [], "permissionArns": [], **{name: value for name, value in more.items() if value}})
    return json.dumps({"resourceShare": share.describe()})


def get_resource_shares(response: ResourceAccessManagerResponse) -> str:
    """GetResourceShares, of those that are asked for."""
    shares = response.ram_backend.get_resource_shares(response._get_param("resourceOwner"))["resourceShares"]
    wanted = {
        "resourceShareArn": response._get_param("resourceShareArns"),
        "name": response._get_param("name") and [response._get_param("name")],
        "status": response._get_param("resourceShareStatus") and [response._get_param("resourceShareStatus")],
    }
    if missing := {*(wanted["resourceShareArn"] or ())} - {share["resourceShareArn"] for share in shares}:
        raise UnknownResourceException(f"ResourceShare {min(missing)} could not be found.")
    given = {name: values for name, values in wanted.items() if values}
    return json.dumps(
        {"resourceShares": [each for each in shares if all(each[name] in values for name, values in given.items())]}
    )


def update_resource_share(response: ResourceAccessManagerResponse) -> str:
    """UpdateResourceShare, which leaves what is not given."""
    share = _given_share(response)
    external = response._get_param("allowExternalPrincipals")
    share.update(
        share.allow_external_principals if external is None else external, response._get_param("name") or share.name
    )
    return json.dumps({"resourceShare": share.describe()})


def associate_resource_share(response: ResourceAccessManagerResponse) -> ActionResult:
    """AssociateResourceShare of the API reference."""
    share = _given_share(response)
    share.add_principals([each for each in response._get_param("principals") or () if each not in share.principals])
    share.add_resources([each for each in response._get_param("resourceArns") or () if each not in share.resource_arns])
    return _associations(response, share, "ASSOCIATED")


def disassociate_resource_share(response: ResourceAccessManagerResponse) -> ActionResult:
    """DisassociateResourceShare of the API reference."""
    share = _given_share(response)
    dropped = {*(response._get_param("principals") or ()), *(response._get_param("resourceArns") or ())}
    share.principals = [each for each in share.principals if each not in dropped]
    share.resource_arns = [each for each in share.resource_arns if each not in dropped]
    return _associations(response, share, "DISASSOCIATED")


def _associations(response: ResourceAccessManagerResponse, share: ResourceShare, status: str) -> ActionResult:
    named = [(entity, kind) for name, kind in ENTITIES.items() for entity in response._get_param(name) or ()]
    return ActionResult(
        {
            "resourceShareAssociations": [
                {
                    "resourceShareArn": share.arn,
                    "associatedEntity": entity,
                    "associationType": kind,
                    "status": status,
                }
                for entity, kind in named
            ]
        }
    )


def tag_resource(response: ResourceAccessManagerResponse) -> ActionResult:
    """TagResource of the API reference."""
    share, given = _given_share(response), response._get_param("tags") or []
    keys = {tag["key"] for tag in given}
    keep(share, {"tags": [*(tag for tag in kept(share)["tags"] if tag["key"] not in keys), *given]})
    return ActionResult({})


def untag_resource(response: ResourceAccessManagerResponse) -> ActionResult:
    """UntagResource of the API reference."""
    share, keys = _given_share(response), response._get_param("tagKeys") or ()
    keep(share, {"tags": [tag for tag in kept(share)["tags"] if tag["key"] not in keys]})
    return ActionResult({})


def associate_resource_share_permission(response: ResourceAccessManagerResponse) -> ActionResult:
    """AssociateResourceSharePermission, which can replace the permission for the same kind of resource."""
    share, arn = _given_share(response), response._get_param("permissionArn")
    kinds = {each.arn: each.resource_type for each in response.ram_backend.managed_permissions}
    replaced = kinds.get(arn, arn) if response._get_param("replace") else arn
    left = [each for each in kept(share)["permissionArns"] if replaced not in (each, kinds.get(each))]
    keep(share, {"permissionArns": [*left, arn]})
    return ActionResult({"returnValue": True})


def disassociate_resource_share_permission(response: ResourceAccessManagerResponse) -> ActionResult:
    """DisassociateResourceSharePermission of the API reference."""
    share, arn = _given_share(response), response._get_param("permissionArn")
    keep(share, {"permissionArns": [each for each in kept(share)["permissionArns"] if each != arn]})
    return ActionResult({"returnValue": True})


def list_resource_share_permissions(response: ResourceAccessManagerResponse) -> ActionResult:
    """ListResourceSharePermissions, of those that somebody has given a share."""
    arns = kept(_given_share(response))["permissionArns"]
    return ActionResult({"permissions": [{"arn": arn, "status": "ASSOCIATED"} for arn in arns]})


def _given_share(response: ResourceAccessManagerResponse) -> ResourceShare:
    return _share(response.ram_backend, response._get_param("resourceShareArn"))


def _share(backend: ResourceAccessManagerBackend, arn: str) -> ResourceShare:
    for share in backend.resource_shares:
        if share.arn == arn and share.status == "ACTIVE":
            return share
    raise UnknownResourceException(f"ResourceShare {arn} could not be found.")
