"""Fleets of instances, spot fleets and dedicated hosts. The instances of a fleet are those of the sandbox's EC2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.rows import at, by, taken
from catalog.sandbox.registry.tables.ec2 import by_id, ec2_arn, ec2_type

FLEET_ID = by("FleetId")


def living(_: ApiResource, answer: Mapping[str, Any]) -> Any:
    """The fleet, unless it is deleted: EC2 still lists it then."""
    each = at(answer, "Fleets.0")
    return None if each is None or str(each.get("FleetState", "")).startswith("deleted") else each


FLEET = ApiType(
    "AWS::EC2::EC2Fleet",
    "ec2",
    create=ApiCall("CreateFleet", copies=True),
    known=taken(FleetId="FleetId"),
    read=ApiCall("DescribeFleets", lambda it: {"FleetIds": [it["FleetId"]]}),
    shown=living,
    update=ApiCall("ModifyFleet", FLEET_ID, copies=True, omitted=("LaunchTemplateConfigs",)),
    delete=(ApiCall("DeleteFleets", lambda it: {"FleetIds": [it["FleetId"]], "TerminateInstances": True}),),
    arn=lambda it: ec2_arn(it, "fleet", it["FleetId"]),
    also={"create": ("ec2:RunInstances",), "delete": ("ec2:TerminateInstances",)},
    modelled=(
        *("Context", "LaunchTemplateConfigs.Overrides.NetworkInterfaces", "ReservedCapacityOptions"),
        "LaunchTemplateConfigs.Overrides.BlockDeviceMappings.Ebs.MultiAvailabilityZoneConfiguration",
    ),
)


def request(it: ApiResource) -> dict[str, Any]:
    """The request, with the default of how it chooses pools (API reference, SpotFleetRequestConfigData)."""
    return {"SpotFleetRequestConfig": {"AllocationStrategy": "lowestPrice", **it["SpotFleetRequestConfigData"]}}


def changed_request(it: ApiResource) -> dict[str, Any]:
    """ModifySpotFleetRequest with the capacity."""
    given = it["SpotFleetRequestConfigData"]
    return {
        "SpotFleetRequestId": it["Id"],
        "TargetCapacity": int(given["TargetCapacity"]),
        "ExcessCapacityTerminationPolicy": given.get("ExcessCapacityTerminationPolicy"),
    }


SPOT_FLEET = ApiType(
    "AWS::EC2::SpotFleet",
    "ec2",
    create=ApiCall("RequestSpotFleet", request),
    known=taken(Id="SpotFleetRequestId"),
    read=ApiCall("DescribeSpotFleetRequests", lambda it: {"SpotFleetRequestIds": [it["Id"]]}),
    shown=lambda it, answer: at(answer, "SpotFleetRequestConfigs.0"),
    update=ApiCall("ModifySpotFleetRequest", changed_request),
    delete=(
        ApiCall("CancelSpotFleetRequests", lambda it: {"SpotFleetRequestIds": [it["Id"]], "TerminateInstances": True}),
    ),
    arn=lambda it: ec2_arn(it, "spot-fleet-request", it["Id"]),
    also={"create": ("ec2:RunInstances",)},
    modelled=("Tags",),
)


def host_settings(it: ApiResource) -> dict[str, Any]:
    """Placement and recovery of a host, with their defaults."""
    return {
        "HostIds": [it["HostId"]],
        "AutoPlacement": it.text("AutoPlacement", "on"),
        "HostRecovery": it.text("HostRecovery", "off"),
    }


HOST = ec2_type(
    "AWS::EC2::Host",
    "dedicated-host",
    "HostId",
    create=ApiCall("AllocateHosts", lambda it: {"Quantity": 1}, copies=True),
    answer=("HostIds", 0),
    describe=("DescribeHosts", "HostIds", "Hosts"),
    settings=(Setting(("AutoPlacement", "HostRecovery"), ApiCall("ModifyHosts", host_settings), on_create=False),),
    delete=(by_id("ReleaseHosts", "HostId", "HostIds", several=True),),
    modelled=("AssetId", "HostMaintenance", "OutpostArn"),
)

TYPES = (FLEET, SPOT_FLEET, HOST)
