"""Distributions of CloudFront, with origin access controls, functions, keys and stores. Nothing is delivered.

Source: template reference, AWS::CloudFront::Distribution, and CloudFront API reference, DistributionConfig: the API
counts the items of lists, and has some of them elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.calls import operation_model
from catalog.sandbox.registry.rows import at, inside, plain, tagged, taken
from catalog.sandbox.registry.shaping import copied
from catalog.sandbox.registry.tables.catalogues import token

SERVICE = "cloudfront"
METHODS = ("HEAD", "GET")
"""The methods that a behaviour has by default (CacheBehavior, AllowedMethods)."""


def arn(it: ApiResource, kind: str, name: Any) -> str:
    """The ARN of something of CloudFront, which is in no Region."""
    return f"arn:{it.place.partition}:cloudfront::{it.place.account}:{kind}/{name or '*'}"


def behaviour(given: Mapping[str, Any]) -> dict[str, Any]:
    """A behaviour, in which the API has the cached methods among the allowed ones."""
    allowed, cached = given.get("AllowedMethods"), given.get("CachedMethods")
    methods = {"Quantity": len(allowed or METHODS), "Items": list(allowed or METHODS)}
    if cached:
        methods["CachedMethods"] = {"Quantity": len(cached), "Items": list(cached)}
    return {**given, "AllowedMethods": methods} if allowed or cached else dict(given)


def origin(given: Mapping[str, Any]) -> dict[str, Any]:
    """An origin, with the API's name for its headers, and no identity for S3 unless it is named."""
    shaped = {**given, "CustomHeaders": given.get("OriginCustomHeaders")}
    if "S3OriginConfig" in given:
        shaped["S3OriginConfig"] = {"OriginAccessIdentity": "", **given["S3OriginConfig"]}
    return shaped


def config(it: ApiResource, reference: str) -> dict[str, Any]:
    """The configuration in the form of the API."""
    given = dict(it.properties["DistributionConfig"])
    given["Origins"] = [origin(each) for each in given.get("Origins") or ()]
    given["DefaultCacheBehavior"] = behaviour(given.get("DefaultCacheBehavior") or {})
    given["CacheBehaviors"] = [behaviour(each) for each in given.get("CacheBehaviors") or ()]
    given["IsIPV6Enabled"] = given.get("IPV6Enabled", False)
    locations = at(given, "Restrictions.GeoRestriction.Locations")
    if locations is not None:
        restriction = given["Restrictions"]["GeoRestriction"]["RestrictionType"]
        given["Restrictions"] = {
            "GeoRestriction": {"RestrictionType": restriction, "Quantity": len(locations), "Items": list(locations)}
        }
    whole = {"Comment": "", **given, "CallerReference": reference}
    return copied({"DistributionConfig": whole}, operation_model(SERVICE, "CreateDistribution").input_shape, {})


def changed(it: ApiResource) -> dict[str, Any]:
    """UpdateDistribution: the caller's reference stays, and the last version is named."""
    answer = it.ask("GetDistributionConfig", {"Id": it["Id"]})
    return config(it, answer["DistributionConfig"]["CallerReference"]) | {"IfMatch": answer["ETag"]}


def disabled(it: ApiResource) -> dict[str, Any]:
    """UpdateDistribution before a deletion, which an enabled one refuses; the schema asks for no permission."""
    answer = it.ask("GetDistributionConfig", {"Id": it["Id"]})
    return {"DistributionConfig": answer["DistributionConfig"] | {"Enabled": False}, "IfMatch": answer["ETag"]}


def match(operation: str, name: str = "Id") -> Any:
    """The tag of the last version, which a change or a deletion names."""
    return lambda it: {"IfMatch": it.ask(operation, {name: it[name]})["ETag"]}


DISTRIBUTION = plain(
    "AWS::CloudFront::Distribution",
    SERVICE,
    ("Id",),
    create=ApiCall("CreateDistribution", lambda it: config(it, token())),
    known=taken(Id="Distribution.Id", Arn="Distribution.ARN"),
    read="Get",
    shown=inside("Distribution"),
    attributes=taken(DomainName="DomainName"),
    update=ApiCall("UpdateDistribution", changed, identity=("Id",)),
    delete=(
        ApiCall("UpdateDistribution", disabled, permissions=(), identity=("Id",)),
        ApiCall("DeleteDistribution", match("GetDistribution"), identity=("Id",)),
    ),
    tagging=tagged("Resource", "Arn"),
    arn=lambda it: arn(it, "distribution", it["Id"]),
)

CONTROL: ApiType = plain(
    "AWS::CloudFront::OriginAccessControl",
    SERVICE,
    ("Id",),
    known=taken(Id="OriginAccessControl.Id"),
    read="Get",
    shown=inside("OriginAccessControl"),
    update=ApiCall("UpdateOriginAccessControl", match("GetOriginAccessControl"), copies=True, identity=("Id",)),
    delete=(ApiCall("DeleteOriginAccessControl", match("GetOriginAccessControl"), identity=("Id",)),),
    arn=lambda it: arn(it, "origin-access-control", it["Id"]),
)


def published(it: ApiResource) -> dict[str, Any] | None:
    """PublishFunction, if the template wants it."""
    if it.text("AutoPublish") != "true":
        return None
    return {"Name": it["Name"], **match("DescribeFunction", "Name")(it)}


NAME = ("Name",)
FUNCTION = plain(
    "AWS::CloudFront::Function",
    SERVICE,
    NAME,
    known=lambda it, answer: {"FunctionARN": arn(it, "function", it["Name"])},
    shown=inside("FunctionSummary"),
    attributes=lambda it, shown: {
        "Stage": at(shown, "FunctionMetadata.Stage"),
        "FunctionMetadata.FunctionARN": arn(it, "function", it["Name"]),
    },
    settings=(
        Setting(
            ("FunctionCode", "FunctionConfig"),
            ApiCall("UpdateFunction", match("DescribeFunction", "Name"), copies=True, identity=NAME),
            on_create=False,
        ),
        Setting(("AutoPublish", "FunctionCode", "FunctionConfig"), ApiCall("PublishFunction", published)),
    ),
    update=None,
    delete=(ApiCall("DeleteFunction", match("DescribeFunction", "Name"), identity=NAME),),
    tagging=tagged("Resource", "FunctionARN"),
    arn=lambda it: arn(it, "function", it["Name"]),
    modelled=("FunctionMetadata",),
)


PUBLIC_KEY = plain(
    "AWS::CloudFront::PublicKey",
    SERVICE,
    ("Id",),
    known=taken(Id="PublicKey.Id"),
    read="Get",
    shown=inside("PublicKey"),
    attributes=lambda it, shown: {"CreatedTime": str(shown["CreatedTime"])},
    update=ApiCall("UpdatePublicKey", match("GetPublicKey"), copies=True, identity=("Id",)),
    delete=(ApiCall("DeletePublicKey", match("GetPublicKey"), identity=("Id",)),),
    arn=lambda it: arn(it, "public-key", it["Id"]),
)
DESCRIBED = match("DescribeKeyValueStore", "Name")
STORE = plain(
    "AWS::CloudFront::KeyValueStore",
    SERVICE,
    NAME,
    known=taken(Id="KeyValueStore.Id", Arn="KeyValueStore.ARN"),
    shown=inside("KeyValueStore"),
    attributes=taken(Id="Id", Arn="ARN", Status="Status"),
    update=ApiCall("UpdateKeyValueStore", DESCRIBED, copies=True, identity=NAME),
    delete=(ApiCall("DeleteKeyValueStore", DESCRIBED, identity=NAME),),
    tagging=tagged("Resource", "Arn", "Tags"),
    arn=lambda it: arn(it, "key-value-store", it["Id"]),
    modelled=("ImportSource",),
)

TYPES = (DISTRIBUTION, CONTROL, FUNCTION, PUBLIC_KEY, STORE)
