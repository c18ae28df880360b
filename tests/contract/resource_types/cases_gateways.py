"""Peerings, gateways of networks, interfaces, attachments, key pairs, and address ranges."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_messaging import pairs
from tests.contract.resource_types.conftest import Case, World

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK0wmN/Cr3JXqmLW7u+g9pTh+wyqDHpSQEIQczXkVx9q team"
INSTANCE = {
    "Type": "AWS::EC2::Instance",
    "Properties": {"ImageId": "ami-03cf127a", "SubnetId": {"Ref": "Subnet"}},
}
VOLUME = {"Type": "AWS::EC2::Volume", "Properties": {"AvailabilityZone": "us-east-1a", "Size": 1}}
SUBNET = {
    "Type": "AWS::EC2::Subnet",
    "Properties": {"CidrBlock": "10.7.1.0/24", "VpcId": {"Ref": "Network"}, "AvailabilityZone": "us-east-1a"},
}
SECURITY = {
    "Type": "AWS::EC2::SecurityGroup",
    "Properties": {"GroupDescription": "g", "VpcId": {"Ref": "Network"}},
}
DHCP: dict[str, Any] = {
    "Type": "AWS::EC2::DHCPOptions",
    "Properties": {"DomainName": "a.example", "DomainNameServers": ["192.0.2.1"]},
}


def network(block: int) -> dict[str, Any]:
    return {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": f"10.{block}.0.0/16"}}


NETWORK, OTHER = network(7), network(6)


def described(operation: str, parameter: str, listed: str) -> Any:
    """What EC2 describes by an id."""

    def read(world: World, identifier: str) -> Any:
        return getattr(world.client("ec2"), operation)(**{parameter: [identifier]})[listed][0]

    return read


def alive(read: Any, *states: str) -> Any:
    """What is described, unless its state says that it is over."""

    def living(world: World, identifier: str) -> Any:
        shown = read(world, identifier)
        return None if str(shown.get("State", "")).startswith("delete") else shown

    return living


def tags(read: Any, name: str = "Tags") -> Any:
    return lambda world, identifier: pairs(read(world, identifier)[name])


def peering(world: World, identifier: str) -> Any:
    shown = described("describe_vpc_peering_connections", "VpcPeeringConnectionIds", "VpcPeeringConnections")
    connection = shown(world, identifier)
    return None if connection["Status"]["Code"] == "deleted" else connection


def pair(world: World, name: str) -> Any:
    shown = world.client("ec2").describe_key_pairs(KeyNames=[name])["KeyPairs"][0]
    stored = world.client("ssm").get_parameters(Names=[f"/ec2/keypair/{shown['KeyPairId']}"])["Parameters"]
    return {**shown, "stored": len(stored)}


def association(world: World, identifier: str) -> Any:
    addresses = world.client("ec2").describe_addresses()["Addresses"]
    return next(each for each in addresses if each.get("AssociationId") == identifier)


def volume(world: World, reference: str) -> Any:
    identifier, instance = reference.split("|")
    attached = world.client("ec2").describe_volumes(VolumeIds=[identifier])["Volumes"][0]["Attachments"]
    return next(each for each in attached if each["InstanceId"] == instance)


def options(world: World, identifier: str) -> Any:
    shown = world.client("ec2").describe_dhcp_options(DhcpOptionsIds=[identifier])["DhcpOptions"][0]
    return {each["Key"]: [value["Value"] for value in each["Values"]] for each in shown["DhcpConfigurations"]}


def options_tags(world: World, identifier: str) -> Any:
    return pairs(world.client("ec2").describe_dhcp_options(DhcpOptionsIds=[identifier])["DhcpOptions"][0]["Tags"])


def options_of(world: World, reference: str) -> Any:
    identifier, network_id = reference.split("|")
    shown = world.client("ec2").describe_vpcs(VpcIds=[network_id])["Vpcs"][0]["DhcpOptionsId"]
    return {"there": True} if shown == identifier else None


def block(world: World, identifier: str) -> Any:
    shown = world.client("ec2").describe_vpcs(VpcIds=[world.reference("Network")])["Vpcs"][0]
    (each,) = [each for each in shown["CidrBlockAssociationSet"] if each["AssociationId"] == identifier]
    return each if each["CidrBlockState"]["State"] == "associated" else None


def entries(world: World, identifier: str) -> Any:
    shown = alive(described("describe_managed_prefix_lists", "PrefixListIds", "PrefixLists"))(world, identifier)
    listed = world.client("ec2").get_managed_prefix_list_entries(PrefixListId=identifier)["Entries"]
    return shown and {**shown, "entries": [each["Cidr"] for each in listed]}


def subnet_block(world: World, identifier: str) -> Any:
    shown = world.client("ec2").describe_subnets(SubnetIds=[world.reference("Subnet")])["Subnets"][0]
    (each,) = [each for each in shown["Ipv6CidrBlockAssociationSet"] if each["AssociationId"] == identifier]
    return each if each["Ipv6CidrBlockState"]["State"] == "associated" else None


def attached_interface(world: World, identifier: str) -> Any:
    attached = interface(world, world.reference("Interface")).get("Attachment") or {}
    return attached if attached.get("AttachmentId") == identifier else None


interface = described("describe_network_interfaces", "NetworkInterfaceIds", "NetworkInterfaces")
customer = alive(described("describe_customer_gateways", "CustomerGatewayIds", "CustomerGateways"))
vpn = alive(described("describe_vpn_gateways", "VpnGatewayIds", "VpnGateways"))
egress = described(
    "describe_egress_only_internet_gateways", "EgressOnlyInternetGatewayIds", "EgressOnlyInternetGateways"
)

IPV6 = {
    "Type": "AWS::EC2::VPCCidrBlock",
    "Properties": {"VpcId": {"Ref": "Network"}, "AmazonProvidedIpv6CidrBlock": True},
}
FIRST_BLOCK = {"Fn::Select": [0, {"Fn::GetAtt": ["Network", "Ipv6CidrBlocks"]}]}
"""The range that another resource has given to the network, as templates with IPv6 write it."""


def gateway_case(name: str, properties: dict[str, Any], read: Any, changes: dict[str, Any], *, kind: str) -> Case:
    """A gateway that only its tags change."""
    return Case(
        f"AWS::EC2::{name}",
        properties,
        read,
        {},
        replaced=changes,
        tags=tags(read),
        denied=(f"ec2:Create{kind}", "ec2:CreateTags", f"ec2:Describe{kind}s"),
        denied_later=(f"ec2:Delete{kind}",),
    )


CASES = (
    Case(
        "AWS::EC2::VPCPeeringConnection",
        {"VpcId": {"Ref": "Network"}, "PeerVpcId": {"Ref": "Other"}},
        peering,
        {"Status": {"Code": "active"}},
        tags=tags(peering),
        denied=(
            "ec2:CreateVpcPeeringConnection",
            "ec2:AcceptVpcPeeringConnection",
            "ec2:CreateTags",
            "ec2:DescribeVpcPeeringConnections",
        ),
        denied_later=("ec2:DeleteVpcPeeringConnection",),
        around={"Network": NETWORK, "Other": OTHER},
    ),
    gateway_case(
        "CustomerGateway",
        {"Type": "ipsec.1", "IpAddress": "192.0.2.1", "BgpAsn": 65000},
        customer,
        {"IpAddress": "192.0.2.2"},
        kind="CustomerGateway",
    ),
    gateway_case("VPNGateway", {"Type": "ipsec.1"}, vpn, {"AmazonSideAsn": 64600}, kind="VpnGateway"),
    Case(
        "AWS::EC2::EgressOnlyInternetGateway",
        {"VpcId": {"Ref": "Network"}},
        egress,
        {"Attachments": [{"State": "attached"}]},
        replaced={"VpcId": {"Ref": "Other"}},
        tags=tags(egress),
        denied=(
            "ec2:CreateEgressOnlyInternetGateway",
            "ec2:CreateTags",
            "ec2:DescribeEgressOnlyInternetGateways",
        ),
        denied_later=("ec2:DeleteEgressOnlyInternetGateway",),
        around={"Network": NETWORK, "Other": OTHER},
    ),
    Case(
        "AWS::EC2::NetworkInterface",
        {
            "SubnetId": {"Ref": "Subnet"},
            "Description": "first",
            "PrivateIpAddress": "10.7.1.20",
            "SourceDestCheck": False,
        },
        interface,
        {"Description": "first", "PrivateIpAddress": "10.7.1.20", "SourceDestCheck": False},
        changed={"Description": "second", "GroupSet": [{"Ref": "Security"}], "SourceDestCheck": True},
        then={"Description": "second", "Groups": [{}], "SourceDestCheck": True},
        replaced={"PrivateIpAddress": "10.7.1.30"},
        tags=tags(interface, "TagSet"),
        denied=(
            "ec2:CreateNetworkInterface",
            "ec2:ModifyNetworkInterfaceAttribute",
            "ec2:CreateTags",
            "ec2:DescribeNetworkInterfaces",
        ),
        denied_later=("ec2:DeleteNetworkInterface",),
        around={"Network": NETWORK, "Subnet": SUBNET, "Security": SECURITY},
        attributes=("PrimaryPrivateIpAddress", "VpcId"),
    ),
    Case(
        "AWS::EC2::EIPAssociation",
        {"AllocationId": {"Fn::GetAtt": ["Address", "AllocationId"]}, "InstanceId": {"Ref": "Instance"}},
        association,
        {"Domain": "vpc"},
        denied=("ec2:AssociateAddress", "ec2:DescribeAddresses"),
        denied_later=("ec2:DisassociateAddress",),
        around={
            "Network": NETWORK,
            "Subnet": SUBNET,
            "Instance": INSTANCE,
            "Address": {"Type": "AWS::EC2::EIP", "Properties": {"Domain": "vpc"}},
        },
    ),
    Case(
        "AWS::EC2::VolumeAttachment",
        {"VolumeId": {"Ref": "Volume"}, "InstanceId": {"Ref": "Instance"}, "Device": "/dev/sdh"},
        volume,
        {"Device": "/dev/sdh", "State": "attached"},
        denied=("ec2:AttachVolume", "ec2:DescribeVolumes"),
        denied_later=("ec2:DetachVolume",),
        around={"Network": NETWORK, "Subnet": SUBNET, "Instance": INSTANCE, "Volume": VOLUME},
    ),
    Case(
        "AWS::EC2::KeyPair",
        {"KeyName": "made"},
        pair,
        {"KeyName": "made", "stored": 1},
        replaced={"KeyName": "given", "PublicKeyMaterial": KEY},
        tags=tags(pair),
        denied=("ec2:CreateKeyPair", "ssm:PutParameter", "ec2:CreateTags", "ec2:DescribeKeyPairs"),
        denied_later=("ec2:DeleteKeyPair", "ssm:DeleteParameter"),
        attributes=("KeyPairId", "KeyFingerprint"),
    ),
    Case(
        "AWS::EC2::DHCPOptions",
        DHCP["Properties"],
        options,
        {"domain-name": ["a.example"], "domain-name-servers": ["192.0.2.1"]},
        replaced={"DomainName": "b.example"},
        tags=options_tags,
        denied=("ec2:CreateDhcpOptions", "ec2:CreateTags", "ec2:DescribeDhcpOptions"),
        denied_later=("ec2:DeleteDhcpOptions",),
    ),
    Case(
        "AWS::EC2::VPCDHCPOptionsAssociation",
        {"VpcId": {"Ref": "Network"}, "DhcpOptionsId": {"Ref": "Options"}},
        options_of,
        {"there": True},
        denied=("ec2:AssociateDhcpOptions", "ec2:DescribeVpcs"),
        denied_later=("ec2:AssociateDhcpOptions",),
        around={"Network": NETWORK, "Options": DHCP},
    ),
    Case(
        "AWS::EC2::VPCCidrBlock",
        {"VpcId": {"Ref": "Network"}, "CidrBlock": "10.5.0.0/16"},
        block,
        {"CidrBlock": "10.5.0.0/16"},
        replaced={"CidrBlock": "10.4.0.0/16"},
        denied=("ec2:AssociateVpcCidrBlock", "ec2:DescribeVpcs"),
        denied_later=("ec2:DisassociateVpcCidrBlock",),
        around={"Network": NETWORK},
    ),
    Case(
        "AWS::EC2::PrefixList",
        {
            "PrefixListName": "offices",
            "AddressFamily": "IPv4",
            "MaxEntries": 5,
            "Entries": [{"Cidr": "192.0.2.0/24"}, {"Cidr": "198.51.100.0/24"}],
        },
        entries,
        {"PrefixListName": "offices", "entries": ["192.0.2.0/24", "198.51.100.0/24"]},
        changed={
            "PrefixListName": "sites",
            "MaxEntries": 7,
            "Entries": [{"Cidr": "192.0.2.0/24"}, {"Cidr": "203.0.113.0/24"}],
        },
        then={"PrefixListName": "sites", "MaxEntries": 7, "entries": ["192.0.2.0/24", "203.0.113.0/24"]},
        tags=tags(entries),
        denied=("ec2:CreateManagedPrefixList", "ec2:CreateTags", "ec2:DescribeManagedPrefixLists"),
        denied_later=("ec2:ModifyManagedPrefixList", "ec2:DeleteManagedPrefixList"),
        attributes=("Arn", "OwnerId", "Version"),
    ),
    Case(
        "AWS::EC2::SubnetCidrBlock",
        {
            "SubnetId": {"Ref": "Subnet"},
            "Ipv6CidrBlock": {"Fn::Select": [1, {"Fn::Cidr": [FIRST_BLOCK, 2, 64]}]},
        },
        subnet_block,
        {"Ipv6CidrBlockState": {"State": "associated"}},
        denied=("ec2:AssociateSubnetCidrBlock", "ec2:DescribeSubnets"),
        denied_later=("ec2:DisassociateSubnetCidrBlock",),
        around={"Network": NETWORK, "Subnet": SUBNET, "Ipv6": IPV6},
        after=("Ipv6",),
    ),
    Case(
        "AWS::EC2::NetworkInterfaceAttachment",
        {"NetworkInterfaceId": {"Ref": "Interface"}, "InstanceId": {"Ref": "Instance"}, "DeviceIndex": "1"},
        attached_interface,
        {"DeviceIndex": 1, "Status": "attached"},
        denied=("ec2:AttachNetworkInterface", "ec2:DescribeNetworkInterfaces"),
        denied_later=("ec2:DetachNetworkInterface",),
        around={
            "Network": NETWORK,
            "Subnet": SUBNET,
            "Instance": INSTANCE,
            "Interface": {"Type": "AWS::EC2::NetworkInterface", "Properties": {"SubnetId": {"Ref": "Subnet"}}},
        },
        attributes=("AttachmentId",),
    ),
)
