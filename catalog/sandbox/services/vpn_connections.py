"""EC2: the options, changes and static routes of VPN connections, which moto lacks.

Source: EC2 API reference, CreateVpnConnection, ModifyVpnConnection, CreateVpnConnectionRoute, VpnStaticRoute.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.responses.vpn_connections import VPNConnections

from catalog.sandbox.services.keeping import members

CREATE = VPNConnections.create_vpn_connection


def install() -> None:
    """Replace moto's operation, and add those that it lacks."""
    for answer in (
        *(create_vpn_connection, modify_vpn_connection),
        *(create_vpn_connection_route, delete_vpn_connection_route),
    ):
        setattr(VPNConnections, answer.__name__, answer)


def create_vpn_connection(response: VPNConnections) -> ActionResult:
    """CreateVpnConnection, with its options."""
    answer = CREATE(response)
    given = response._get_param("Options") or {}
    members(answer)["VpnConnection"].options = {key: value for key, value in given.items() if key != "TunnelOptions"}
    return answer


def connection_of(response: VPNConnections) -> Any:
    """The connection of a request."""
    (connection,) = response.ec2_backend.describe_vpn_connections([response._get_param("VpnConnectionId")])
    return connection


def modify_vpn_connection(response: VPNConnections) -> ActionResult:
    """ModifyVpnConnection: another customer gateway, or another gateway on the side of AWS."""
    connection, backend = connection_of(response), response.ec2_backend
    connection.customer_gateway_id = response._get_param("CustomerGatewayId") or connection.customer_gateway_id
    private, transit = response._get_param("VpnGatewayId"), response._get_param("TransitGatewayId")
    if (private or transit) and (private, transit) != (connection.vpn_gateway_id, connection.transit_gateway_id):
        connection.vpn_gateway_id, connection.transit_gateway_id = private, transit
        for attachment in backend.transit_gateway_attachments.values():
            if attachment.resource_id == connection.id:
                attachment.state = "deleted"
        if transit:
            backend.create_transit_gateway_vpn_attachment(connection.id, transit)
    return ActionResult({"VpnConnection": connection})


def create_vpn_connection_route(response: VPNConnections) -> ActionResult:
    """CreateVpnConnectionRoute."""
    connection, destination = connection_of(response), response._get_param("DestinationCidrBlock")
    route = {"DestinationCidrBlock": destination, "Source": "Static", "State": "available"}
    connection.routes = [*others(connection, destination), route]
    return EmptyResult()


def delete_vpn_connection_route(response: VPNConnections) -> ActionResult:
    """DeleteVpnConnectionRoute."""
    connection = connection_of(response)
    connection.routes = others(connection, response._get_param("DestinationCidrBlock"))
    return EmptyResult()


def others(connection: Any, destination: str) -> list[dict[str, str]]:
    """The static routes of a connection to other destinations."""
    return [route for route in getattr(connection, "routes", ()) if route["DestinationCidrBlock"] != destination]
