"""Transit gateways: their attachments, route tables and routes."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_gateways import NETWORK, SUBNET, alive, described, tags
from tests.contract.resource_types.conftest import Case, World

GATEWAY = {"Type": "AWS::EC2::TransitGateway"}
TRANSIT = {
    "Network": NETWORK,
    "Subnet": SUBNET,
    "Gateway": {
        "Type": "AWS::EC2::TransitGateway",
        "Properties": {"DefaultRouteTableAssociation": "disable", "DefaultRouteTablePropagation": "disable"},
    },
    "Table": {"Type": "AWS::EC2::TransitGatewayRouteTable", "Properties": {"TransitGatewayId": {"Ref": "Gateway"}}},
    "Attachment": {
        "Type": "AWS::EC2::TransitGatewayAttachment",
        "Properties": {
            "TransitGatewayId": {"Ref": "Gateway"},
            "VpcId": {"Ref": "Network"},
            "SubnetIds": [{"Ref": "Subnet"}],
        },
    },
}
OF_TABLE = {"TransitGatewayRouteTableId": {"Ref": "Table"}}
LINK = {**OF_TABLE, "TransitGatewayAttachmentId": {"Ref": "Attachment"}}


def route(world: World, reference: str) -> Any:
    table, destination = reference.split("|")
    static = [{"Name": "type", "Values": ["static"]}]
    routes = world.client("ec2").search_transit_gateway_routes(TransitGatewayRouteTableId=table, Filters=static)
    return next(each for each in routes["Routes"] if each["DestinationCidrBlock"] == destination)


def linked(operation: str, listed: str) -> Any:
    """The attachment among those of a route table."""

    def read(world: World, reference: str) -> Any:
        table, attached = reference.split("|")
        shown = getattr(world.client("ec2"), operation)(TransitGatewayRouteTableId=table)[listed]
        (each,) = [each for each in shown if each["TransitGatewayAttachmentId"] == attached]
        return each if each["State"] in ("associated", "enabled") else None

    return read


transit = alive(described("describe_transit_gateways", "TransitGatewayIds", "TransitGateways"))
transit_attachment = alive(
    described("describe_transit_gateway_vpc_attachments", "TransitGatewayAttachmentIds", "TransitGatewayVpcAttachments")
)
transit_table = alive(
    described("describe_transit_gateway_route_tables", "TransitGatewayRouteTableIds", "TransitGatewayRouteTables")
)


def link_case(name: str, make: str, end: str, operation: str, listed: str) -> Case:
    """What joins an attachment to a route table."""
    noun = name.removeprefix("TransitGatewayRouteTable")
    return Case(
        f"AWS::EC2::{name}",
        LINK,
        linked(operation, listed),
        {"ResourceType": "vpc"},
        denied=(f"ec2:{make}", f"ec2:GetTransitGatewayRouteTable{noun}s"),
        denied_later=(f"ec2:{end}",),
        around=TRANSIT,
    )


def attachment_case(name: str, **more: Any) -> Case:
    """An attachment to a transit gateway."""
    return Case(
        f"AWS::EC2::{name}",
        {"TransitGatewayId": {"Ref": "Gateway"}, "VpcId": {"Ref": "Network"}, "SubnetIds": [{"Ref": "Subnet"}]},
        transit_attachment,
        {"State": "available", "Options": {"DnsSupport": "enable"}},
        changed={"Options": {"DnsSupport": "disable"}},
        then={"Options": {"DnsSupport": "disable"}},
        tags=tags(transit_attachment),
        denied=(
            "ec2:CreateTransitGatewayVpcAttachment",
            "ec2:CreateTags",
            "ec2:DescribeTransitGatewayVpcAttachments",
        ),
        denied_later=("ec2:ModifyTransitGatewayVpcAttachment", "ec2:DeleteTransitGatewayVpcAttachment"),
        around={"Network": NETWORK, "Subnet": SUBNET, "Gateway": GATEWAY},
        **more,
    )


CASES = (
    Case(
        "AWS::EC2::TransitGateway",
        {"Description": "first", "AmazonSideAsn": 64600, "DnsSupport": "disable"},
        transit,
        {"Description": "first", "Options": {"AmazonSideAsn": 64600, "DnsSupport": "disable"}},
        changed={"Description": "second", "DnsSupport": "enable"},
        then={"Description": "second", "Options": {"DnsSupport": "enable"}},
        replaced={"AmazonSideAsn": 64700},
        tags=tags(transit),
        denied=("ec2:CreateTransitGateway", "ec2:CreateTags", "ec2:DescribeTransitGateways"),
        denied_later=("ec2:ModifyTransitGateway", "ec2:DeleteTransitGateway"),
        attributes=("TransitGatewayArn",),
    ),
    attachment_case("TransitGatewayAttachment"),
    attachment_case("TransitGatewayVpcAttachment"),
    Case(
        "AWS::EC2::TransitGatewayRouteTable",
        {"TransitGatewayId": {"Ref": "Gateway"}},
        transit_table,
        {"State": "available"},
        tags=tags(transit_table),
        denied=(
            "ec2:CreateTransitGatewayRouteTable",
            "ec2:CreateTags",
            "ec2:DescribeTransitGatewayRouteTables",
        ),
        denied_later=("ec2:DeleteTransitGatewayRouteTable",),
        around={"Gateway": GATEWAY},
    ),
    Case(
        "AWS::EC2::TransitGatewayRoute",
        {**LINK, "DestinationCidrBlock": "10.3.0.0/16"},
        route,
        {"Type": "static", "State": "active"},
        replaced={"DestinationCidrBlock": "10.2.0.0/16"},
        denied=("ec2:CreateTransitGatewayRoute", "ec2:SearchTransitGatewayRoutes"),
        denied_later=("ec2:DeleteTransitGatewayRoute",),
        around=TRANSIT,
    ),
    link_case(
        "TransitGatewayRouteTableAssociation",
        "AssociateTransitGatewayRouteTable",
        "DisassociateTransitGatewayRouteTable",
        "get_transit_gateway_route_table_associations",
        "Associations",
    ),
    link_case(
        "TransitGatewayRouteTablePropagation",
        "EnableTransitGatewayRouteTablePropagation",
        "DisableTransitGatewayRouteTablePropagation",
        "get_transit_gateway_route_table_propagations",
        "TransitGatewayRouteTablePropagations",
    ),
)
