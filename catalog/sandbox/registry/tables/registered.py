"""Hosted zones. Nothing answers the requests of a zone."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Tagging


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


TYPES = (ZONE,)
