"""LF-tags and permissions of Lake Formation and what they are given to. None of its permissions is enforced."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource
from catalog.sandbox.registry.calls import CallRefused, operation_model
from catalog.sandbox.registry.rows import at, by, plain, regional
from catalog.sandbox.registry.shaping import copied
from catalog.sandbox.registry.tables.forms import added, dropped

KEY = ("CatalogId", "TagKey")


def values(it: ApiResource) -> dict[str, Any]:
    """UpdateLFTag, with the values that are new and those that an update drops."""
    given = {"TagValuesToAdd": added(it, "TagValues"), "TagValuesToDelete": dropped(it, "TagValues")}
    return {name: listed for name, listed in given.items() if listed}


TAG = plain(
    "AWS::LakeFormation::Tag",
    "lakeformation",
    ("TagKey",),
    noun="LFTag",
    create=ApiCall("CreateLFTag", copies=True),
    read=ApiCall("GetLFTag", by(*KEY)),
    shown=lambda it, answer: answer if answer.get("TagValues") else None,
    update=ApiCall("UpdateLFTag", values, identity=KEY),
    delete=(ApiCall("DeleteLFTag", by(*KEY)),),
    arn=lambda it: regional(it, "lakeformation", f"tag/{it['TagKey']}"),
)


def identifiers(it: ApiResource, answer: Mapping[str, Any]) -> dict[str, str]:
    """The identifiers of an association, which are its properties; a failure of one tag fails it."""
    if failures := answer.get("Failures"):
        error = at(failures, "0.Error")
        raise CallRefused("lakeformation", error["ErrorCode"], error["ErrorMessage"])
    return {"ResourceIdentifier": json.dumps(it["Resource"]), "TagsIdentifier": json.dumps(it["LFTags"])}


def resource(it: ApiResource) -> dict[str, Any]:
    """What has the tags, which an import knows from its identifier."""
    given = it["Resource"] or json.loads(it["ResourceIdentifier"])
    return {"Resource": {kind: body or {} for kind, body in given.items()}}


def tags(it: ApiResource) -> list[dict[str, Any]]:
    """The tags of an association."""
    return list(it["LFTags"] or json.loads(it["TagsIdentifier"]))


def has_tags(it: ApiResource, answer: Mapping[str, Any]) -> Any:
    """The answer, if the resource has all of the tags."""
    listed = [*answer.get("LFTagOnDatabase", ()), *answer.get("LFTagsOnTable", ())]
    listed += [tag for column in answer.get("LFTagsOnColumns", ()) for tag in column["LFTags"]]
    keys = {tag["TagKey"] for tag in listed}
    return answer if {tag["TagKey"] for tag in tags(it)} <= keys else None


ASSOCIATION = plain(
    "AWS::LakeFormation::TagAssociation",
    "lakeformation",
    (),
    create=ApiCall("AddLFTagsToResource", lambda it: {**resource(it), "LFTags": tags(it)}),
    known=identifiers,
    read=ApiCall("GetResourceLFTags", resource),
    shown=has_tags,
    update=None,
    delete=(ApiCall("RemoveLFTagsFromResource", lambda it: {**resource(it), "LFTags": tags(it)}),),
)


def grant(it: ApiResource) -> dict[str, Any]:
    """A principal and a resource, which an import knows from the identifiers."""
    given = {"Principal": "PrincipalIdentifier", "Resource": "ResourceIdentifier"}
    shape = operation_model("lakeformation", "GrantPermissions").input_shape
    parts = {name: it[name] or json.loads(it[identifier]) for name, identifier in given.items()}
    return {"CatalogId": it["Catalog"], **copied(parts, shape, {})}


def granted(it: ApiResource, answer: Mapping[str, Any]) -> Any:
    """The permissions of a principal, if they have all that were granted."""
    wanted = set(it["Permissions"] or ())
    listed = answer.get("PrincipalResourcePermissions", ())
    return next((each for each in listed if wanted <= set(each["Permissions"])), None)


def permissions(operation: str) -> ApiCall:
    """An operation that gives or takes the permissions."""
    return ApiCall(operation, lambda it: {**grant(it), **it.given("Permissions", "PermissionsWithGrantOption")})


PERMISSIONS = plain(
    "AWS::LakeFormation::PrincipalPermissions",
    "lakeformation",
    (),
    create=permissions("GrantPermissions"),
    known=lambda it, answer: {
        "PrincipalIdentifier": json.dumps(it["Principal"]),
        "ResourceIdentifier": json.dumps(it["Resource"]),
    },
    read=ApiCall("ListPermissions", grant),
    shown=granted,
    update=None,
    delete=(permissions("RevokePermissions"),),
)

TYPES = (TAG, ASSOCIATION, PERMISSIONS)
