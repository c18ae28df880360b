"""Resource shares of RAM. What is shared appears in no other account."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, Setting
from catalog.sandbox.registry.rows import inside, plain, regional, tagged, taken
from catalog.sandbox.registry.tables.forms import added, dropped


def share(it: ApiResource) -> dict[str, Any]:
    """The ARN of the share as a parameter."""
    return {"resourceShareArn": it["Arn"]}


def members(operation: str, changed: Any) -> ApiCall:
    """The operation for the resources and principals that are new, or that an update drops."""

    def parameters(it: ApiResource) -> dict[str, Any] | None:
        names = {"resourceArns": "ResourceArns", "principals": "Principals", "sources": "Sources"}
        given = {parameter: changed(it, name) for parameter, name in names.items() if changed(it, name)}
        return {**share(it), **given} if given else None

    return ApiCall(operation, parameters)


def permissions(it: ApiResource) -> list[dict[str, Any]]:
    """AssociateResourceSharePermission, for each permission that is new: it takes the place of that of its kind."""
    return [{**share(it), "permissionArn": arn, "replace": True} for arn in added(it, "PermissionArns")]


MEMBERS = ("ResourceArns", "Principals", "Sources")
SHARE = plain(
    "AWS::RAM::ResourceShare",
    "ram",
    (),
    known=taken(Arn="resourceShare.resourceShareArn"),
    read=ApiCall("GetResourceShares", lambda it: {"resourceOwner": "SELF", "resourceShareArns": [it["Arn"]]}),
    shown=inside("resourceShares.0"),
    attributes=taken(
        Status="status",
        OwningAccountId="owningAccountId",
        FeatureSet="featureSet",
        CreationTime="creationTime",
        LastUpdatedTime="lastUpdatedTime",
    ),
    settings=(
        Setting(MEMBERS, members("DisassociateResourceShare", dropped), on_create=False),
        Setting(MEMBERS, members("AssociateResourceShare", added), on_create=False),
        Setting(("PermissionArns",), ApiCall("AssociateResourceSharePermission", permissions), on_create=False),
    ),
    update=ApiCall("UpdateResourceShare", share, copies=True),
    delete=(ApiCall("DeleteResourceShare", share),),
    tagging=tagged("resourceShareArn", "Arn", "tags", tags_in="tags", keys_in="tagKeys"),
    arn=lambda it: str(it["Arn"] or regional(it, "ram", "resource-share/*")),
    modelled=("ResourceShareConfiguration",),
)

TYPES = (SHARE,)
