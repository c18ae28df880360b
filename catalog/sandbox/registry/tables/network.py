"""VPCs and subnets, routes and gateways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Parameters, Setting
from catalog.sandbox.registry.tables.ec2 import by_id, ec2_arn, ec2_type, tags_of, truth

DNS = {"EnableDnsSupport": True, "EnableDnsHostnames": False}
"""Property of a VPC → its default."""


def dns(vpc: ApiResource) -> list[dict[str, Any]]:
    """ModifyVpcAttribute, which takes one attribute, for each that differs from before."""
    before = vpc.old if vpc.old else {}
    return [
        {"VpcId": vpc["VpcId"], name: truth(vpc.properties.get(name, default))}
        for name, default in DNS.items()
        if vpc.properties.get(name, default) != before.get(name, default)
    ]


def inside(vpc: ApiResource, operation: str, listed: str, name: str, value: str) -> Mapping[str, Any]:
    """What EC2 made together with a VPC: its default security group or network ACL."""
    filters = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}, {"Name": name, "Values": [value]}]
    first: Mapping[str, Any] = next(iter(vpc.ask(operation, {"Filters": filters})[listed]), {})
    return first


def of_vpc(vpc: ApiResource, shown: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of a VPC."""
    blocks = shown.get("CidrBlockAssociationSet", ())
    return {
        "CidrBlock": shown["CidrBlock"],
        "CidrBlockAssociations": [each["AssociationId"] for each in blocks],
        "DefaultSecurityGroup": inside(vpc, "DescribeSecurityGroups", "SecurityGroups", "group-name", "default").get(
            "GroupId", ""
        ),
        "DefaultNetworkAcl": inside(vpc, "DescribeNetworkAcls", "NetworkAcls", "default", "true").get(
            "NetworkAclId", ""
        ),
        "Ipv6CidrBlocks": [each["Ipv6CidrBlock"] for each in shown.get("Ipv6CidrBlockAssociationSet", ())],
    }


VPC = replace(
    ec2_type(
        "AWS::EC2::VPC",
        "vpc",
        "VpcId",
        create=ApiCall("CreateVpc", copies=True),
        answer=("Vpc", "VpcId"),
        describe=("DescribeVpcs", "VpcIds", "Vpcs"),
        settings=(
            Setting(tuple(DNS), ApiCall("ModifyVpcAttribute", dns)),
            Setting(
                ("InstanceTenancy",),
                ApiCall(
                    "ModifyVpcTenancy",
                    lambda it: {"VpcId": it["VpcId"], "InstanceTenancy": it.text("InstanceTenancy", "default")},
                ),
                on_create=False,
            ),
        ),
        attributes=of_vpc,
        delete=(by_id("DeleteVpc", "VpcId"),),
        also={"create": ("ec2:DescribeVpcAttribute",), "update": ("ec2:DescribeVpcAttribute",)},
        in_place=("InstanceTenancy",),
        modelled=("VpcEncryptionControl",),
    ),
    changing=("CidrBlockAssociations", "Ipv6CidrBlocks"),
)

SUBNET_FLAGS = ("AssignIpv6AddressOnCreation", "EnableDns64", "MapPublicIpOnLaunch")


def flags(subnet: ApiResource) -> list[dict[str, Any]]:
    """ModifySubnetAttribute, which takes one attribute, for each that differs from before."""
    return [
        {"SubnetId": subnet["SubnetId"], name: truth(subnet.properties.get(name, False))}
        for name in SUBNET_FLAGS
        if subnet.properties.get(name, False) != subnet.old.get(name, False)
    ]


SUBNET = replace(
    ec2_type(
        "AWS::EC2::Subnet",
        "subnet",
        "SubnetId",
        create=ApiCall("CreateSubnet", copies=True),
        answer=("Subnet", "SubnetId"),
        describe=("DescribeSubnets", "SubnetIds", "Subnets"),
        settings=(Setting(SUBNET_FLAGS, ApiCall("ModifySubnetAttribute", flags)),),
        attributes=lambda subnet, shown: {
            "AvailabilityZone": shown["AvailabilityZone"],
            "VpcId": shown["VpcId"],
            "CidrBlock": shown.get("CidrBlock", ""),
            "Ipv6CidrBlocks": [each["Ipv6CidrBlock"] for each in shown.get("Ipv6CidrBlockAssociationSet", ())],
        },
        delete=(by_id("DeleteSubnet", "SubnetId"),),
        modelled=("EnableLniAtDeviceIndex", "PrivateDnsNameOptionsOnLaunch"),
    ),
    changing=("Ipv6CidrBlocks",),
)

ROUTE_TABLE = ec2_type(
    "AWS::EC2::RouteTable",
    "route-table",
    "RouteTableId",
    create=ApiCall("CreateRouteTable", copies=True),
    answer=("RouteTable", "RouteTableId"),
    describe=("DescribeRouteTables", "RouteTableIds", "RouteTables"),
    delete=(by_id("DeleteRouteTable", "RouteTableId"),),
)

DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")


def table(subject: ApiResource) -> dict[str, Any]:
    """The route table, for a description."""
    return {"RouteTableIds": [subject["RouteTableId"]]}


def the_route(route: ApiResource, answer: Mapping[str, Any]) -> Any:
    """The route of the table with the destination."""
    wanted = set(route.given(*DESTINATIONS).values())
    return next(
        (
            each
            for listed in answer.get("RouteTables", ())
            for each in listed.get("Routes", ())
            if wanted & {each.get(name) for name in DESTINATIONS}
        ),
        None,
    )


ROUTE = ApiType(
    "AWS::EC2::Route",
    "ec2",
    create=ApiCall("CreateRoute", copies=True),
    known=lambda route, answer: {"CidrBlock": next(iter(route.given(*DESTINATIONS).values()), "")},
    read=ApiCall("DescribeRouteTables", table),
    shown=the_route,
    update=ApiCall("ReplaceRoute", copies=True),
    delete=(
        ApiCall("DeleteRoute", lambda route: {"RouteTableId": route["RouteTableId"], **route.given(*DESTINATIONS)}),
    ),
    arn=lambda route: ec2_arn(route, "route-table", route["RouteTableId"]),
)


def the_association(subject: ApiResource, answer: Mapping[str, Any]) -> Any:
    """The association of the table with the id."""
    return next(
        (
            each
            for listed in answer.get("RouteTables", ())
            for each in listed.get("Associations", ())
            if each["RouteTableAssociationId"] == subject["Id"]
        ),
        None,
    )


ROUTE_TABLE_ASSOCIATION = ApiType(
    "AWS::EC2::SubnetRouteTableAssociation",
    "ec2",
    create=ApiCall("AssociateRouteTable", copies=True),
    known=lambda subject, answer: {"Id": answer["AssociationId"]},
    read=ApiCall("DescribeRouteTables", table),
    shown=the_association,
    delete=(by_id("DisassociateRouteTable", "Id", "AssociationId"),),
    arn=lambda subject: ec2_arn(subject, "route-table", subject["RouteTableId"]),
    also={"create": ("ec2:DescribeSubnets",), "delete": ("ec2:DescribeSubnets",)},
)

GATEWAY_ASSOCIATION = ApiType(
    "AWS::EC2::GatewayRouteTableAssociation",
    "ec2",
    create=ApiCall("AssociateRouteTable", copies=True),
    read=ApiCall("DescribeRouteTables"),
    shown=lambda it, answer: next(
        (
            each
            for listed in answer["RouteTables"]
            for each in listed.get("Associations", ())
            if each.get("GatewayId") == it["GatewayId"]
        ),
        None,
    ),
    attributes=lambda it, shown: {"AssociationId": shown["RouteTableAssociationId"]},
    update=ApiCall("ReplaceRouteTableAssociation", lambda it: it.given("RouteTableId"), identity=("AssociationId",)),
    delete=(by_id("DisassociateRouteTable", "AssociationId"),),
    arn=lambda it: ec2_arn(it, "route-table", it["RouteTableId"]),
)

INTERNET_GATEWAY = ec2_type(
    "AWS::EC2::InternetGateway",
    "internet-gateway",
    "InternetGatewayId",
    create=ApiCall("CreateInternetGateway"),
    answer=("InternetGateway", "InternetGatewayId"),
    describe=("DescribeInternetGateways", "InternetGatewayIds", "InternetGateways"),
    delete=(by_id("DeleteInternetGateway", "InternetGatewayId"),),
)


def attached(subject: ApiResource, answer: Mapping[str, Any]) -> Any:
    """The attachment of the gateway to the VPC."""
    gateways = [*answer.get("InternetGateways", ()), *answer.get("VpnGateways", ())]
    links = [each for gateway in gateways for each in gateway.get("Attachments") or gateway.get("VpcAttachments", ())]
    return next(
        (each for each in links if each.get("VpcId") == subject["VpcId"] and each.get("State") != "detached"), None
    )


def former(name: str) -> Parameters:
    """The gateway that an update takes away from the VPC."""
    return lambda it: {name: it.old[name], "VpcId": it.old["VpcId"]} if name in it.old else None


def gateway(operation: str) -> tuple[ApiCall, ApiCall]:
    """The operation for an internet gateway, and the one for a VPN gateway."""

    def internet(subject: ApiResource) -> dict[str, Any] | None:
        chosen = subject.given("InternetGatewayId", "VpcId")
        return chosen if "InternetGatewayId" in chosen else None

    def private(subject: ApiResource) -> dict[str, Any] | None:
        chosen = subject.given("VpnGatewayId", "VpcId")
        return chosen if "VpnGatewayId" in chosen else None

    return ApiCall(f"{operation}InternetGateway", internet), ApiCall(f"{operation}VpnGateway", private)


ATTACH, ATTACH_VPN = gateway("Attach")
VPC_GATEWAY_ATTACHMENT = ApiType(
    "AWS::EC2::VPCGatewayAttachment",
    "ec2",
    create=ATTACH,
    known=lambda it, answer: {"AttachmentType": "IGW" if "InternetGatewayId" in it.properties else "VGW"},
    settings=(
        Setting(("InternetGatewayId",), ApiCall("DetachInternetGateway", former("InternetGatewayId")), on_create=False),
        Setting(("VpnGatewayId",), ApiCall("DetachVpnGateway", former("VpnGatewayId")), on_create=False),
        Setting(("InternetGatewayId",), ATTACH, on_create=False),
        Setting(("VpnGatewayId",), ATTACH_VPN),
    ),
    read=ApiCall(
        "DescribeInternetGateways",
        lambda it: {"InternetGatewayIds": [it["InternetGatewayId"]]} if "InternetGatewayId" in it.properties else None,
    ),
    shown=attached,
    delete=gateway("Detach"),
    arn=lambda it: ec2_arn(it, "vpc", it["VpcId"]),
)


def disassociated(address: ApiResource) -> dict[str, Any] | None:
    """DisassociateAddress for an elastic IP address, if it is associated with anything."""
    if address["AllocationId"] is None:
        return None
    answer = address.ask("DescribeAddresses", {"AllocationIds": [address["AllocationId"]]})
    links = [each["AssociationId"] for each in answer["Addresses"] if each.get("AssociationId")]
    return {"AssociationId": links[0]} if links else None


NAT_GATEWAY = ec2_type(
    "AWS::EC2::NatGateway",
    "natgateway",
    "NatGatewayId",
    create=ApiCall("CreateNatGateway", copies=True),
    answer=("NatGateway", "NatGatewayId"),
    describe=("DescribeNatGateways", "NatGatewayIds", "NatGateways"),
    delete=(
        by_id("DeleteNatGateway", "NatGatewayId"),
        ApiCall("DisassociateAddress", disassociated, permissions=()),  # EC2 frees the address, moto does not
    ),
    modelled=(
        *("AvailabilityZoneAddresses", "MaxDrainDurationSeconds", "SecondaryAllocationIds"),
        *("SecondaryPrivateIpAddressCount", "SecondaryPrivateIpAddresses"),
    ),
)


def associated(address: ApiResource) -> dict[str, Any] | None:
    """AssociateAddress with the instance, if there is one."""
    if "InstanceId" not in address.properties:
        return None
    return {"AllocationId": address["AllocationId"], "InstanceId": address["InstanceId"]}


ADDRESS = ApiType(
    "AWS::EC2::EIP",
    "ec2",
    create=ApiCall("AllocateAddress", lambda address: {"Domain": address.text("Domain", "vpc")}),
    known=lambda address, answer: {"PublicIp": answer["PublicIp"], "AllocationId": answer["AllocationId"]},
    read=ApiCall("DescribeAddresses", lambda address: {"AllocationIds": [address["AllocationId"]]}),
    shown=lambda address, answer: next(iter(answer.get("Addresses", ())), None),
    settings=(
        Setting(
            ("InstanceId",), ApiCall("AssociateAddress", associated), ApiCall("DisassociateAddress", disassociated)
        ),
    ),
    delete=(
        ApiCall("DisassociateAddress", disassociated),
        ApiCall("ReleaseAddress", lambda address: {"AllocationId": address["AllocationId"]}),
    ),
    tagging=tags_of("AllocationId"),
    arn=lambda address: ec2_arn(address, "elastic-ip", address["AllocationId"]),
    ref="PublicIp",
    modelled=("Address", "Domain", "IpamPoolId", "NetworkBorderGroup", "PublicIpv4Pool", "TransferAddress"),
)

TYPES = (
    VPC,
    SUBNET,
    ROUTE_TABLE,
    ROUTE,
    ROUTE_TABLE_ASSOCIATION,
    GATEWAY_ASSOCIATION,
    INTERNET_GATEWAY,
    VPC_GATEWAY_ATTACHMENT,
    NAT_GATEWAY,
    ADDRESS,
)
