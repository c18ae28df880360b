"""VPN connections and their static routes. They carry nothing: their tunnels have no state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.calls import operation_model
from catalog.sandbox.registry.rows import by
from catalog.sandbox.registry.shaping import copied
from catalog.sandbox.registry.tables.ec2 import by_id, ec2_arn, ec2_type
from catalog.sandbox.registry.tables.forms import call

ENDS = ("CustomerGatewayId", "TransitGatewayId", "VpnGatewayId")
OPTIONS = (
    "EnableAcceleration",
    "LocalIpv4NetworkCidr",
    "LocalIpv6NetworkCidr",
    "OutsideIpAddressType",
    "RemoteIpv4NetworkCidr",
    "RemoteIpv6NetworkCidr",
    "StaticRoutesOnly",
    "TransportTransitGatewayAttachmentId",
    "TunnelInsideIpVersion",
)


def new_connection(it: ApiResource) -> dict[str, Any]:
    """The options of a connection, which a template has as properties."""
    given = it.given(*OPTIONS)
    return copied({"Options": given}, operation_model("ec2", "CreateVpnConnection").input_shape, {}) if given else {}


CONNECTION = ec2_type(
    "AWS::EC2::VPNConnection",
    "vpn-connection",
    "VpnConnectionId",
    create=ApiCall("CreateVpnConnection", new_connection, copies=True),
    answer=("VpnConnection", "VpnConnectionId"),
    describe=("DescribeVpnConnections", "VpnConnectionIds", "VpnConnections"),
    settings=(Setting(ENDS, ApiCall("ModifyVpnConnection", by("VpnConnectionId", *ENDS)), on_create=False),),
    delete=(by_id("DeleteVpnConnection", "VpnConnectionId"),),
    modelled=("PreSharedKeyStorage", "TunnelBandwidth", "VpnConcentratorId", "VpnTunnelOptionsSpecifications"),
)


def the_route(it: ApiResource, answer: Mapping[str, Any]) -> Any:
    """The static route of the connection with the destination."""
    routes = [route for each in answer["VpnConnections"] for route in each.get("Routes", ())]
    return next((route for route in routes if route["DestinationCidrBlock"] == it["DestinationCidrBlock"]), None)


ROUTE = ApiType(
    "AWS::EC2::VPNConnectionRoute",
    "ec2",
    create=call("CreateVpnConnectionRoute", "DestinationCidrBlock", "VpnConnectionId"),
    read=ApiCall("DescribeVpnConnections", lambda it: {"VpnConnectionIds": [it["VpnConnectionId"]]}),
    shown=the_route,
    delete=(call("DeleteVpnConnectionRoute", "DestinationCidrBlock", "VpnConnectionId"),),
    arn=lambda it: ec2_arn(it, "vpn-connection", it["VpnConnectionId"]),
)

TYPES = (CONNECTION, ROUTE)
