"""Gateways and connections between networks: peering, transit, VPN, carrier and egress-only gateways.

They carry nothing.

A peering connection within the account and the Region is accepted, as CloudFormation does (template reference).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.rows import by, taken
from catalog.sandbox.registry.tables.ec2 import by_id, ec2_arn, ec2_type
from catalog.sandbox.registry.tables.forms import added, call, dropped

OVER = ("deleted", "deleting", "rejected", "failed", "expired")
PEERING_ID = by(VpcPeeringConnectionId="Id")


def accepted(it: ApiResource) -> dict[str, Any] | None:
    """AcceptVpcPeeringConnection, if the other network is in the same account and Region."""
    place, given = it.place, it.properties
    own = given.get("PeerOwnerId", place.account) == place.account
    return PEERING_ID(it) if own and given.get("PeerRegion", place.region) == place.region else None


def shown_peering(_: ApiResource, answer: Mapping[str, Any]) -> Any:
    """The connection, unless it is over."""
    each = next(iter(answer.get("VpcPeeringConnections", ())), None)
    return None if each is None or each["Status"]["Code"] in OVER else each


PEERING = replace(
    ec2_type(
        "AWS::EC2::VPCPeeringConnection",
        "vpc-peering-connection",
        "Id",
        create=ApiCall("CreateVpcPeeringConnection", copies=True),
        answer=("VpcPeeringConnection", "VpcPeeringConnectionId"),
        describe=("DescribeVpcPeeringConnections", "VpcPeeringConnectionIds", "VpcPeeringConnections"),
        settings=(Setting(("PeerVpcId",), ApiCall("AcceptVpcPeeringConnection", accepted)),),
        delete=(by_id("DeleteVpcPeeringConnection", "Id", "VpcPeeringConnectionId"),),
        modelled=("AssumeRoleRegion", "PeerRoleArn"),
    ),
    shown=shown_peering,
)

TRANSIT_OPTIONS = (
    "AmazonSideAsn",
    "AssociationDefaultRouteTableId",
    "AutoAcceptSharedAttachments",
    "DefaultRouteTableAssociation",
    "DefaultRouteTablePropagation",
    "DnsSupport",
    "MulticastSupport",
    "PropagationDefaultRouteTableId",
    "SecurityGroupReferencingSupport",
    "TransitGatewayCidrBlocks",
    "VpnEcmpSupport",
)


def options(it: ApiResource, *, new: bool) -> dict[str, Any]:
    """The options of a transit gateway, with those that only a creation takes."""
    fixed = () if new else ("AmazonSideAsn", "MulticastSupport", "TransitGatewayCidrBlocks")
    late = ("AssociationDefaultRouteTableId", "PropagationDefaultRouteTableId") if new else ()
    given = it.given(*(name for name in TRANSIT_OPTIONS if name not in (*fixed, *late)))
    if "AmazonSideAsn" in given:
        given["AmazonSideAsn"] = int(given["AmazonSideAsn"])
    return {"Description": it["Description"], "Options": given or None}


TRANSIT_GATEWAY = ec2_type(
    "AWS::EC2::TransitGateway",
    "transit-gateway",
    "Id",
    create=ApiCall("CreateTransitGateway", lambda it: options(it, new=True)),
    answer=("TransitGateway", "TransitGatewayId"),
    describe=("DescribeTransitGateways", "TransitGatewayIds", "TransitGateways"),
    settings=(
        Setting(
            ("Description", *TRANSIT_OPTIONS),
            ApiCall("ModifyTransitGateway", lambda it: {"TransitGatewayId": it["Id"], **options(it, new=False)}),
            on_create=False,
        ),
    ),
    attributes=taken(TransitGatewayArn="TransitGatewayArn"),
    delete=(by_id("DeleteTransitGateway", "Id", "TransitGatewayId"),),
    modelled=("EncryptionSupport", "TransitGatewayCidrBlocks"),
)


def changed_attachment(it: ApiResource) -> dict[str, Any]:
    """ModifyTransitGatewayVpcAttachment: the options, and subnets that come and go."""
    more = it.properties.get("AddSubnetIds") or added(it, "SubnetIds")
    fewer = it.properties.get("RemoveSubnetIds") or dropped(it, "SubnetIds")
    return {
        "TransitGatewayAttachmentId": it["Id"],
        "Options": it["Options"],
        "AddSubnetIds": more or None,
        "RemoveSubnetIds": fewer or None,
    }


def attachment(name: str, *changeable: str) -> ApiType:
    """The attachment of a network to a transit gateway, for which CloudFormation has two types."""
    return ec2_type(
        name,
        "transit-gateway-attachment",
        "Id",
        create=ApiCall("CreateTransitGatewayVpcAttachment", copies=True),
        answer=("TransitGatewayVpcAttachment", "TransitGatewayAttachmentId"),
        describe=(
            "DescribeTransitGatewayVpcAttachments",
            "TransitGatewayAttachmentIds",
            "TransitGatewayVpcAttachments",
        ),
        settings=(
            Setting(changeable, ApiCall("ModifyTransitGatewayVpcAttachment", changed_attachment), on_create=False),
        ),
        delete=(by_id("DeleteTransitGatewayVpcAttachment", "Id", "TransitGatewayAttachmentId"),),
    )


ATTACHMENTS = (
    attachment("AWS::EC2::TransitGatewayAttachment", "Options", "SubnetIds"),
    attachment("AWS::EC2::TransitGatewayVpcAttachment", "Options", "AddSubnetIds", "RemoveSubnetIds"),
)

TRANSIT_TABLE = ec2_type(
    "AWS::EC2::TransitGatewayRouteTable",
    "transit-gateway-route-table",
    "TransitGatewayRouteTableId",
    create=ApiCall("CreateTransitGatewayRouteTable", copies=True),
    answer=("TransitGatewayRouteTable", "TransitGatewayRouteTableId"),
    describe=("DescribeTransitGatewayRouteTables", "TransitGatewayRouteTableIds", "TransitGatewayRouteTables"),
    delete=(by_id("DeleteTransitGatewayRouteTable", "TransitGatewayRouteTableId"),),
)


def table_arn(it: ApiResource) -> str:
    """The ARN of the route table of a transit gateway."""
    return ec2_arn(it, "transit-gateway-route-table", it["TransitGatewayRouteTableId"])


ROUTE = by("TransitGatewayRouteTableId", "DestinationCidrBlock")
TRANSIT_ROUTE = ApiType(
    "AWS::EC2::TransitGatewayRoute",
    "ec2",
    create=ApiCall("CreateTransitGatewayRoute", copies=True),
    read=ApiCall(
        "SearchTransitGatewayRoutes",
        lambda it: {
            "TransitGatewayRouteTableId": it["TransitGatewayRouteTableId"],
            "Filters": [{"Name": "type", "Values": ["static"]}],
        },
    ),
    shown=lambda it, answer: next(
        (each for each in answer["Routes"] if each["DestinationCidrBlock"] == it["DestinationCidrBlock"]), None
    ),
    delete=(ApiCall("DeleteTransitGatewayRoute", ROUTE),),
    arn=table_arn,
)

LINK = by("TransitGatewayRouteTableId", "TransitGatewayAttachmentId")


def link(name: str, make: str, end: str, listed: str) -> ApiType:
    """What joins an attachment to a route table of its transit gateway."""
    noun = name.removeprefix("TransitGatewayRouteTable")
    return ApiType(
        f"AWS::EC2::{name}",
        "ec2",
        create=ApiCall(make, LINK),
        read=call(f"GetTransitGatewayRouteTable{noun}s", "TransitGatewayRouteTableId"),
        shown=lambda it, answer: next(
            (
                each
                for each in answer[listed]
                if each["TransitGatewayAttachmentId"] == it["TransitGatewayAttachmentId"]
                and each["State"] in ("associated", "enabled")
            ),
            None,
        ),
        delete=(ApiCall(end, LINK),),
        arn=table_arn,
    )


LINKS = (
    link(
        "TransitGatewayRouteTableAssociation",
        "AssociateTransitGatewayRouteTable",
        "DisassociateTransitGatewayRouteTable",
        "Associations",
    ),
    link(
        "TransitGatewayRouteTablePropagation",
        "EnableTransitGatewayRouteTablePropagation",
        "DisableTransitGatewayRouteTablePropagation",
        "TransitGatewayRouteTablePropagations",
    ),
)

CUSTOMER_GATEWAY = ec2_type(
    "AWS::EC2::CustomerGateway",
    "customer-gateway",
    "CustomerGatewayId",
    create=ApiCall("CreateCustomerGateway", copies=True),
    answer=("CustomerGateway", "CustomerGatewayId"),
    describe=("DescribeCustomerGateways", "CustomerGatewayIds", "CustomerGateways"),
    delete=(by_id("DeleteCustomerGateway", "CustomerGatewayId"),),
    modelled=("BgpAsnExtended", "CertificateArn", "DeviceName"),
)

VPN_GATEWAY = ec2_type(
    "AWS::EC2::VPNGateway",
    "vpn-gateway",
    "VPNGatewayId",
    create=ApiCall("CreateVpnGateway", copies=True),
    answer=("VpnGateway", "VpnGatewayId"),
    describe=("DescribeVpnGateways", "VpnGatewayIds", "VpnGateways"),
    delete=(by_id("DeleteVpnGateway", "VPNGatewayId", "VpnGatewayId"),),
)

EGRESS_ONLY_GATEWAY = ec2_type(
    "AWS::EC2::EgressOnlyInternetGateway",
    "egress-only-internet-gateway",
    "Id",
    create=ApiCall("CreateEgressOnlyInternetGateway", copies=True),
    answer=("EgressOnlyInternetGateway", "EgressOnlyInternetGatewayId"),
    describe=(
        "DescribeEgressOnlyInternetGateways",
        "EgressOnlyInternetGatewayIds",
        "EgressOnlyInternetGateways",
    ),
    delete=(by_id("DeleteEgressOnlyInternetGateway", "Id", "EgressOnlyInternetGatewayId"),),
)

CARRIER_GATEWAY = ec2_type(
    "AWS::EC2::CarrierGateway",
    "carrier-gateway",
    "CarrierGatewayId",
    create=ApiCall("CreateCarrierGateway", copies=True),
    answer=("CarrierGateway", "CarrierGatewayId"),
    describe=("DescribeCarrierGateways", "CarrierGatewayIds", "CarrierGateways"),
    attributes=taken(OwnerId="OwnerId", State="State"),
    delete=(by_id("DeleteCarrierGateway", "CarrierGatewayId"),),
)

TRANSIT_PEERING = ec2_type(
    "AWS::EC2::TransitGatewayPeeringAttachment",
    "transit-gateway-attachment",
    "TransitGatewayAttachmentId",
    create=ApiCall("CreateTransitGatewayPeeringAttachment", copies=True),
    answer=("TransitGatewayPeeringAttachment", "TransitGatewayAttachmentId"),
    describe=(
        "DescribeTransitGatewayPeeringAttachments",
        "TransitGatewayAttachmentIds",
        "TransitGatewayPeeringAttachments",
    ),
    attributes=taken(State="State", Status="Status"),
    delete=(by_id("DeleteTransitGatewayPeeringAttachment", "TransitGatewayAttachmentId"),),
)

TYPES = (
    PEERING,
    TRANSIT_GATEWAY,
    *ATTACHMENTS,
    TRANSIT_TABLE,
    TRANSIT_ROUTE,
    *LINKS,
    CUSTOMER_GATEWAY,
    VPN_GATEWAY,
    EGRESS_ONLY_GATEWAY,
    CARRIER_GATEWAY,
    TRANSIT_PEERING,
)
