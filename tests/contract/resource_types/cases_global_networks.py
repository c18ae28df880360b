"""Global networks of Network Manager, what lies in them, and core networks."""

from __future__ import annotations

import json
from typing import Any

from tests.contract.resource_types.conftest import Case
from tests.contract.resource_types.reading import asks, listed, with_more

NETWORK = {"Type": "AWS::NetworkManager::GlobalNetwork"}
IN = {"GlobalNetworkId": {"Ref": "Network"}}
SITE = {"Type": "AWS::NetworkManager::Site", "Properties": IN}
AROUND = {"Network": NETWORK, "Other": NETWORK}
BANDWIDTH = {"UploadSpeed": 20, "DownloadSpeed": 10}


def part(name: str) -> Any:
    def read(world: Any, reference: str) -> Any:
        network, identifier = reference.split("|")
        asked = getattr(world.client("networkmanager"), f"get_{name.lower()}s")
        return asked(GlobalNetworkId=network, **{f"{name}Ids": [identifier]})[f"{name}s"][0]

    return read


def tags_of(name: str) -> Any:
    return listed(lambda world, reference: part(name)(world, reference)["Tags"])


def actions(*names: str) -> tuple[str, ...]:
    return tuple(f"networkmanager:{name}" for name in names)


def document(segment: str) -> dict[str, Any]:
    edges = {"edge-locations": [{"location": "us-east-1"}], "asn-ranges": ["64512-65534"]}
    return {"version": "2021.12", "core-network-configuration": edges, "segments": [{"name": segment}]}


CASES = (
    Case(
        "AWS::NetworkManager::GlobalNetwork",
        {"Description": "one"},
        asks("networkmanager", "describe_global_networks", "GlobalNetworks.0", GlobalNetworkIds=["@"]),
        {"Description": "one", "State": "AVAILABLE"},
        changed={"Description": "two"},
        then={"Description": "two"},
        tags=listed(
            asks("networkmanager", "describe_global_networks", "GlobalNetworks.0.Tags", GlobalNetworkIds=["@"])
        ),
        denied=actions("CreateGlobalNetwork", "DescribeGlobalNetworks", "TagResource"),
        denied_later=actions("UpdateGlobalNetwork", "DeleteGlobalNetwork"),
        attributes=("Arn",),
    ),
    Case(
        "AWS::NetworkManager::Site",
        {**IN, "Description": "one", "Location": {"Address": "here"}},
        part("Site"),
        {"Description": "one", "Location": {"Address": "here"}, "State": "AVAILABLE"},
        changed={"Description": "two"},
        then={"Description": "two"},
        replaced={"GlobalNetworkId": {"Ref": "Other"}},
        tags=tags_of("Site"),
        denied=actions("CreateSite", "GetSites", "TagResource"),
        denied_later=actions("UpdateSite", "DeleteSite"),
        around=AROUND,
        attributes=("SiteId", "SiteArn"),
    ),
    Case(
        "AWS::NetworkManager::Link",
        {**IN, "SiteId": {"Fn::GetAtt": ["Site", "SiteId"]}, "Bandwidth": BANDWIDTH},
        part("Link"),
        {"Bandwidth": BANDWIDTH},
        changed={"Bandwidth": {**BANDWIDTH, "UploadSpeed": 30}, "Provider": "two"},
        then={"Bandwidth": {"UploadSpeed": 30}, "Provider": "two"},
        tags=tags_of("Link"),
        denied=actions("CreateLink", "GetLinks", "TagResource"),
        denied_later=actions("UpdateLink", "DeleteLink"),
        around={**AROUND, "Site": SITE},
        attributes=("LinkId", "LinkArn"),
    ),
    Case(
        "AWS::NetworkManager::Device",
        {**IN, "SiteId": {"Fn::GetAtt": ["Site", "SiteId"]}, "Vendor": "one"},
        part("Device"),
        {"Vendor": "one"},
        changed={"Vendor": "two"},
        then={"Vendor": "two"},
        tags=tags_of("Device"),
        denied=actions("CreateDevice", "GetDevices", "TagResource"),
        denied_later=actions("UpdateDevice", "DeleteDevice"),
        around={**AROUND, "Site": SITE},
        attributes=("DeviceId", "DeviceArn"),
    ),
    Case(
        "AWS::NetworkManager::CoreNetwork",
        {**IN, "Description": "one", "PolicyDocument": document("one")},
        with_more(
            asks("networkmanager", "get_core_network", "CoreNetwork", CoreNetworkId="@"),
            policy=lambda world, reference: json.loads(
                world.client("networkmanager").get_core_network_policy(CoreNetworkId=reference)["CoreNetworkPolicy"][
                    "PolicyDocument"
                ]
            ),
            alias=asks("networkmanager", "get_core_network_policy", "CoreNetworkPolicy.Alias", CoreNetworkId="@"),
        ),
        {"Description": "one", "policy": document("one"), "alias": "LIVE"},
        changed={"Description": "two", "PolicyDocument": document("two")},
        then={"Description": "two", "policy": document("two"), "alias": "LIVE"},
        replaced={"GlobalNetworkId": {"Ref": "Other"}},
        tags=listed(asks("networkmanager", "get_core_network", "CoreNetwork.Tags", CoreNetworkId="@")),
        denied=actions("CreateCoreNetwork", "GetCoreNetwork", "TagResource"),
        denied_later=actions(
            "UpdateCoreNetwork", "PutCoreNetworkPolicy", "ExecuteCoreNetworkChangeSet", "DeleteCoreNetwork"
        ),
        around=AROUND,
        attributes=("CoreNetworkArn", "State"),
    ),
)
