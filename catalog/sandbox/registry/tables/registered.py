"""Buses of events, hosted zones and REST APIs. Nothing answers the requests of a zone or an API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Tagging
from catalog.sandbox.registry.tables.accounts import by_method
from catalog.sandbox.registry.tables.others import regional


def bus_arn(subject: ApiResource) -> str:
    """The ARN of a bus."""
    return regional(subject, "events", f"event-bus/{subject['Name']}")


def bus(subject: ApiResource) -> dict[str, Any]:
    """The name of the bus."""
    return {"Name": subject["Name"]}


BUS = ApiType(
    "AWS::Events::EventBus",
    "events",
    create=ApiCall("CreateEventBus", bus),
    read=ApiCall("DescribeEventBus", bus),
    attributes=lambda it, shown: {"Arn": shown["Arn"]},
    delete=(ApiCall("DeleteEventBus", bus),),
    tagging=Tagging(
        ApiCall("TagResource", lambda it: {"ResourceARN": bus_arn(it)}),
        ApiCall("UntagResource", lambda it: {"ResourceARN": bus_arn(it)}),
        "Tags",
    ),
    arn=bus_arn,
    modelled=("DeadLetterConfig", "Description", "EventSourceName", "KmsKeyIdentifier", "LogConfig", "Policy"),
)


def zone(subject: ApiResource) -> dict[str, Any]:
    """The id of the zone."""
    return {"Id": subject["Id"]}


def new_zone(subject: ApiResource) -> dict[str, Any]:
    """CreateHostedZone; a private zone begins with its first VPC."""
    networks = subject.properties.get("VPCs") or []
    network = {name: networks[0][name] for name in ("VPCRegion", "VPCId")} if networks else None
    comment = subject.at("HostedZoneConfig.Comment")
    return {
        "Name": subject["Name"],
        "CallerReference": f"{subject.place.stack_name}-{subject.place.logical_id}",
        "VPC": network,
        "HostedZoneConfig": {"Comment": comment or "", "PrivateZone": bool(networks)},
    }


def zone_tags(subject: ApiResource) -> dict[str, Any]:
    """The zone, for tags."""
    return {"ResourceType": "hostedzone", "ResourceId": subject["Id"]}


ZONE = ApiType(
    "AWS::Route53::HostedZone",
    "route53",
    create=ApiCall("CreateHostedZone", new_zone),
    known=lambda it, answer: {"Id": answer["HostedZone"]["Id"].rpartition("/")[2]},
    read=ApiCall("GetHostedZone", zone),
    attributes=lambda it, shown: {"NameServers": (shown.get("DelegationSet") or {}).get("NameServers", [])},
    delete=(ApiCall("DeleteHostedZone", zone),),
    tagging=Tagging(
        ApiCall("ChangeTagsForResource", zone_tags),
        ApiCall("ChangeTagsForResource", zone_tags),
        tags_in="AddTags",
        keys_in="RemoveTagKeys",
    ),
    arn=lambda it: f"arn:{it.place.partition}:route53:::hostedzone/{it['Id'] or '*'}",
    also_for={("create", "VPCs"): ("ec2:DescribeVpcs",)},
    modelled=("HostedZoneConfig", "HostedZoneFeatures", "QueryLoggingConfig", "VPCs"),
)


def rest_api(subject: ApiResource) -> dict[str, Any]:
    """The id of the API."""
    return {"restApiId": subject["RestApiId"]}


def rest_arn(subject: ApiResource) -> str:
    """The ARN of an API, or of all when it does not exist yet."""
    place, known = subject.place, subject["RestApiId"]
    return f"arn:{place.partition}:apigateway:{place.region}::/restapis{f'/{known}' if known else ''}"


def changed_texts(subject: ApiResource) -> dict[str, Any]:
    """UpdateRestApi for a new name or description."""
    names = {"Name": "/name", "Description": "/description"}
    return rest_api(subject) | {
        "patchOperations": [
            {"op": "replace", "path": path, "value": subject.text(name)}
            for name, path in names.items()
            if subject.properties.get(name) != subject.old.get(name)
        ]
    }


def new_rest_api(subject: ApiResource) -> dict[str, Any]:
    """CreateRestApi; an API whose template has only a document is named after its stack."""
    policy = subject.properties.get("Policy")
    return {
        "name": subject.text("Name", subject.place.stack_name),
        "policy": None if policy is None else subject.text("Policy"),
    }


def root_of(subject: ApiResource, shown: Mapping[str, Any]) -> dict[str, Any]:
    """The id of the root of an API."""
    root = shown.get("rootResourceId")
    return {"RootResourceId": root} if root else {}


REST_API = ApiType(
    "AWS::ApiGateway::RestApi",
    "apigateway",
    create=by_method("CreateRestApi", "POST", new_rest_api, copies=True),
    known=lambda it, answer: {"RestApiId": answer["id"]},
    read=by_method("GetRestApi", "GET", rest_api),
    attributes=root_of,
    update=by_method("UpdateRestApi", "PATCH", changed_texts),
    delete=(by_method("DeleteRestApi", "DELETE", rest_api),),
    tagging=Tagging(
        by_method("TagResource", "PUT", lambda it: {"resourceArn": rest_arn(it)}),
        by_method("UntagResource", "DELETE", lambda it: {"resourceArn": rest_arn(it)}),
        "tags",
        tags_in="tags",
        keys_in="tagKeys",
    ),
    arn=rest_arn,
    modelled=(
        "ApiKeySourceType",
        "BinaryMediaTypes",
        "Body",
        "BodyS3Location",
        "CloneFrom",
        "DisableExecuteApiEndpoint",
        "EndpointAccessMode",
        "EndpointConfiguration",
        "FailOnWarnings",
        "MinimumCompressionSize",
        "Mode",
        "Parameters",
        "Policy",
        "SecurityPolicy",
        "Version",
    ),
)

TYPES = (BUS, ZONE, REST_API)
