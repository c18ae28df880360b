"""VPCs and what is in them."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_messaging import pairs
from tests.contract.resource_types.conftest import Case, Read, World

VPC = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.7.0.0/16"}}
OTHER_VPC = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.8.0.0/16"}}
IN_VPC = {"VpcId": {"Ref": "Vpc"}}
SUBNET = {"Type": "AWS::EC2::Subnet", "Properties": {**IN_VPC, "CidrBlock": "10.7.1.0/24"}}
OTHER_SUBNET = {"Type": "AWS::EC2::Subnet", "Properties": {**IN_VPC, "CidrBlock": "10.7.2.0/24"}}
TABLE = {"Type": "AWS::EC2::RouteTable", "Properties": IN_VPC}
GATEWAY = {"Type": "AWS::EC2::InternetGateway"}
ATTACHMENT = {
    "Type": "AWS::EC2::VPCGatewayAttachment",
    "Properties": {**IN_VPC, "InternetGatewayId": {"Ref": "Gateway"}},
}
GROUP = {"Type": "AWS::EC2::SecurityGroup", "Properties": {**IN_VPC, "GroupDescription": "g"}}
ACL = {"Type": "AWS::EC2::NetworkAcl", "Properties": IN_VPC}
ADDRESS = {"Type": "AWS::EC2::EIP"}
BUCKET = {"Type": "AWS::S3::Bucket"}
HTTPS_OF_IPV6 = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIpv6": "::/0"}
"""A VPC without an IPv6 block takes it too."""
HTTPS = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/8"}


def ec2(operation: str, parameter: str, listed: str) -> Read:
    """What a Describe operation says of an id; nothing when it is deleted."""

    def read(world: World, reference: str) -> Any:
        each = getattr(world.client("ec2"), operation)(**{parameter: [reference]})[listed][0]
        return None if each.get("State") in ("deleted", "terminated") else each

    return read


def tags(world: World, reference: str) -> Any:
    filters = [{"Name": "resource-id", "Values": [reference]}]
    return pairs(world.client("ec2").describe_tags(Filters=filters)["Tags"])


def vpc(world: World, reference: str) -> Any:
    client = world.client("ec2")
    hostnames = client.describe_vpc_attribute(VpcId=reference, Attribute="enableDnsHostnames")
    described = client.describe_vpcs(VpcIds=[reference])["Vpcs"][0]
    return {**described, "hostnames": hostnames["EnableDnsHostnames"]["Value"]}


def table_of(world: World) -> Any:
    return world.client("ec2").describe_route_tables(RouteTableIds=[world.reference("Table")])["RouteTables"][0]


def route(world: World, reference: str) -> Any:
    block = reference.split("|")[1]
    return next(each for each in table_of(world)["Routes"] if each.get("DestinationCidrBlock") == block)


def association(world: World, reference: str) -> Any:
    there = table_of(world)["Associations"]
    return next(each for each in there if each["RouteTableAssociationId"] == reference)


def attachment(world: World, reference: str) -> Any:
    """Which gateway is attached to the VPC."""
    gateways = world.client("ec2").describe_internet_gateways()["InternetGateways"]
    names = {world.reference(name): name for name in ("Gateway", "Other")}
    links = {vpc["VpcId"]: names.get(each["InternetGatewayId"]) for each in gateways for vpc in each["Attachments"]}
    return next({"gateway": name} for vpc, name in links.items() if vpc in reference)


def address(world: World, reference: str) -> Any:
    return world.client("ec2").describe_addresses(PublicIps=[reference])["Addresses"][0]


def address_tags(world: World, reference: str) -> Any:
    return tags(world, address(world, reference)["AllocationId"])


def acl(world: World, reference: str) -> Any:
    return world.client("ec2").describe_network_acls(NetworkAclIds=[reference])["NetworkAcls"][0]


def acl_entry(world: World, _: str) -> Any:
    return next(each for each in acl(world, world.reference("Acl"))["Entries"] if each["RuleNumber"] == 100)


def acl_link(world: World, _: str) -> Any:
    there = acl(world, world.reference("Acl"))["Associations"]
    return next(each for each in there if each["SubnetId"] == world.reference("Subnet"))


CASES = (
    Case(
        "AWS::EC2::VPC",
        {"CidrBlock": "10.9.0.0/16", "EnableDnsHostnames": True},
        vpc,
        {"CidrBlock": "10.9.0.0/16", "hostnames": True},
        changed={"EnableDnsHostnames": None},
        then={"hostnames": False},
        replaced={"CidrBlock": "10.10.0.0/16"},
        tags=tags,
        denied=("ec2:CreateVpc", "ec2:CreateTags", "ec2:ModifyVpcAttribute", "ec2:DescribeVpcs"),
        denied_later=("ec2:ModifyVpcAttribute", "ec2:DeleteVpc"),
        attributes=("VpcId", "CidrBlock", "DefaultSecurityGroup", "DefaultNetworkAcl"),
    ),
    Case(
        "AWS::EC2::Subnet",
        {**IN_VPC, "CidrBlock": "10.7.3.0/24", "AvailabilityZone": "us-east-1b", "MapPublicIpOnLaunch": True},
        ec2("describe_subnets", "SubnetIds", "Subnets"),
        {"MapPublicIpOnLaunch": True, "AvailabilityZone": "us-east-1b"},
        changed={"MapPublicIpOnLaunch": False, "EnableDns64": True},
        then={"MapPublicIpOnLaunch": False, "EnableDns64": True},
        replaced={"CidrBlock": "10.7.4.0/24"},
        tags=tags,
        denied=("ec2:CreateSubnet", "ec2:CreateTags", "ec2:ModifySubnetAttribute", "ec2:DescribeSubnets"),
        denied_later=("ec2:DeleteSubnet",),
        around={"Vpc": VPC},
        attributes=("AvailabilityZone", "VpcId"),
    ),
    Case(
        "AWS::EC2::RouteTable",
        IN_VPC,
        ec2("describe_route_tables", "RouteTableIds", "RouteTables"),
        {},
        replaced={"VpcId": {"Ref": "Other"}},
        tags=tags,
        denied=("ec2:CreateRouteTable", "ec2:CreateTags", "ec2:DescribeRouteTables"),
        denied_later=("ec2:DeleteRouteTable",),
        around={"Vpc": VPC, "Other": OTHER_VPC},
        attributes=("RouteTableId",),
    ),
    Case(
        "AWS::EC2::Route",
        {"RouteTableId": {"Ref": "Table"}, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": {"Ref": "Gateway"}},
        route,
        {"DestinationCidrBlock": "0.0.0.0/0"},
        replaced={"DestinationCidrBlock": "10.200.0.0/16"},
        denied=("ec2:CreateRoute", "ec2:DescribeRouteTables"),
        denied_later=("ec2:DeleteRoute",),
        around={"Vpc": VPC, "Table": TABLE, "Gateway": GATEWAY, "Attachment": ATTACHMENT},
        after=("Attachment",),
    ),
    Case(
        "AWS::EC2::SubnetRouteTableAssociation",
        {"RouteTableId": {"Ref": "Table"}, "SubnetId": {"Ref": "Subnet"}},
        association,
        {},
        replaced={"SubnetId": {"Ref": "Other"}},
        denied=("ec2:AssociateRouteTable", "ec2:DescribeSubnets"),
        denied_later=("ec2:DisassociateRouteTable",),
        around={"Vpc": VPC, "Table": TABLE, "Subnet": SUBNET, "Other": OTHER_SUBNET},
    ),
    Case(
        "AWS::EC2::InternetGateway",
        {},
        ec2("describe_internet_gateways", "InternetGatewayIds", "InternetGateways"),
        {},
        tags=tags,
        denied=("ec2:CreateInternetGateway", "ec2:CreateTags", "ec2:DescribeInternetGateways"),
        denied_later=("ec2:DeleteInternetGateway",),
    ),
    Case(
        "AWS::EC2::VPCGatewayAttachment",
        {**IN_VPC, "InternetGatewayId": {"Ref": "Gateway"}},
        attachment,
        {"gateway": "Gateway"},
        changed={"InternetGatewayId": {"Ref": "Other"}},
        then={"gateway": "Other"},
        denied=("ec2:AttachInternetGateway", "ec2:DescribeInternetGateways"),
        denied_later=("ec2:DetachInternetGateway",),
        around={"Vpc": VPC, "Gateway": GATEWAY, "Other": GATEWAY},
    ),
    Case(
        "AWS::EC2::NatGateway",
        {"SubnetId": {"Ref": "Subnet"}, "AllocationId": {"Fn::GetAtt": ["Address", "AllocationId"]}},
        ec2("describe_nat_gateways", "NatGatewayIds", "NatGateways"),
        {"State": "available"},
        replaced={"SubnetId": {"Ref": "Other"}, "AllocationId": {"Fn::GetAtt": ["Second", "AllocationId"]}},
        tags=tags,
        denied=("ec2:CreateNatGateway", "ec2:CreateTags", "ec2:DescribeNatGateways"),
        denied_later=("ec2:DeleteNatGateway",),
        around={"Vpc": VPC, "Subnet": SUBNET, "Other": OTHER_SUBNET, "Address": ADDRESS, "Second": ADDRESS},
        attributes=("NatGatewayId",),
    ),
    Case(
        "AWS::EC2::EIP",
        {"Domain": "vpc"},
        address,
        {"Domain": "vpc"},
        tags=address_tags,
        denied=("ec2:AllocateAddress", "ec2:CreateTags", "ec2:DescribeAddresses"),
        denied_later=("ec2:ReleaseAddress",),
        attributes=("AllocationId", "PublicIp"),
    ),
    Case(
        "AWS::EC2::SecurityGroup",
        {**IN_VPC, "GroupDescription": "g", "SecurityGroupIngress": [HTTPS]},
        ec2("describe_security_groups", "GroupIds", "SecurityGroups"),
        {"IpPermissions": [{"FromPort": 443}], "IpPermissionsEgress": [{"IpProtocol": "-1"}]},
        changed={"SecurityGroupIngress": None, "SecurityGroupEgress": [HTTPS]},
        then={"IpPermissions": [], "IpPermissionsEgress": [{"FromPort": 443}]},
        replaced={"GroupDescription": "another"},
        tags=tags,
        denied=(
            "ec2:CreateSecurityGroup",
            "ec2:CreateTags",
            "ec2:AuthorizeSecurityGroupIngress",
            "ec2:DescribeSecurityGroups",
        ),
        denied_later=("ec2:RevokeSecurityGroupIngress", "ec2:AuthorizeSecurityGroupEgress", "ec2:DeleteSecurityGroup"),
        around={"Vpc": VPC},
        attributes=("GroupId", "VpcId"),
    ),
    Case(
        "AWS::EC2::SecurityGroupIngress",
        {**HTTPS, "GroupId": {"Fn::GetAtt": ["Group", "GroupId"]}},
        ec2("describe_security_group_rules", "SecurityGroupRuleIds", "SecurityGroupRules"),
        {"FromPort": 443, "IsEgress": False},
        replaced={"FromPort": 442},
        denied=("ec2:AuthorizeSecurityGroupIngress", "ec2:DescribeSecurityGroupRules"),
        denied_later=("ec2:RevokeSecurityGroupIngress",),
        around={"Vpc": VPC, "Group": GROUP},
    ),
    Case(
        "AWS::EC2::SecurityGroupEgress",
        {**HTTPS_OF_IPV6, "GroupId": {"Fn::GetAtt": ["Group", "GroupId"]}},
        ec2("describe_security_group_rules", "SecurityGroupRuleIds", "SecurityGroupRules"),
        {"FromPort": 443, "IsEgress": True},
        replaced={"FromPort": 442},
        denied=("ec2:AuthorizeSecurityGroupEgress",),
        denied_later=("ec2:RevokeSecurityGroupEgress",),
        around={"Vpc": VPC, "Group": GROUP},
    ),
    Case(
        "AWS::EC2::NetworkAcl",
        IN_VPC,
        acl,
        {},
        replaced={"VpcId": {"Ref": "Other"}},
        tags=tags,
        denied=("ec2:CreateNetworkAcl", "ec2:CreateTags", "ec2:DescribeNetworkAcls"),
        denied_later=("ec2:DeleteNetworkAcl",),
        around={"Vpc": VPC, "Other": OTHER_VPC},
    ),
    Case(
        "AWS::EC2::NetworkAclEntry",
        {
            "NetworkAclId": {"Ref": "Acl"},
            "RuleNumber": 100,
            "Protocol": 6,
            "RuleAction": "allow",
            "CidrBlock": "10.0.0.0/8",
            "PortRange": {"From": 443, "To": 443},
        },
        acl_entry,
        {"RuleAction": "allow", "PortRange": {"From": 443}},
        changed={"RuleAction": "deny"},
        then={"RuleAction": "deny"},
        denied=("ec2:CreateNetworkAclEntry",),
        denied_later=("ec2:ReplaceNetworkAclEntry", "ec2:DeleteNetworkAclEntry"),
        around={"Vpc": VPC, "Acl": ACL},
    ),
    Case(
        "AWS::EC2::SubnetNetworkAclAssociation",
        {"SubnetId": {"Ref": "Subnet"}, "NetworkAclId": {"Ref": "Acl"}},
        acl_link,
        {},
        denied=("ec2:ReplaceNetworkAclAssociation",),
        denied_later=("ec2:ReplaceNetworkAclAssociation",),
        around={"Vpc": VPC, "Acl": ACL, "Subnet": SUBNET},
    ),
    Case(
        "AWS::EC2::VPCEndpoint",
        {
            **IN_VPC,
            "ServiceName": "com.amazonaws.us-east-1.sqs",
            "VpcEndpointType": "Interface",
            "SubnetIds": [{"Ref": "Subnet"}],
            "SecurityGroupIds": [{"Fn::GetAtt": ["Group", "GroupId"]}],
            "PrivateDnsEnabled": True,
        },
        ec2("describe_vpc_endpoints", "VpcEndpointIds", "VpcEndpoints"),
        {"VpcEndpointType": "Interface", "ServiceName": "com.amazonaws.us-east-1.sqs", "PrivateDnsEnabled": True},
        changed={
            "SubnetIds": [{"Ref": "Subnet"}, {"Ref": "Other"}],
            "PrivateDnsEnabled": False,
            "IpAddressType": "ipv4",
        },
        then={"VpcEndpointType": "Interface", "PrivateDnsEnabled": False, "IpAddressType": "ipv4"},
        replaced={"ServiceName": "com.amazonaws.us-east-1.sns"},
        tags=tags,
        denied=("ec2:CreateVpcEndpoint", "ec2:CreateTags", "ec2:DescribeVpcEndpoints"),
        denied_later=("ec2:ModifyVpcEndpoint", "ec2:DeleteVpcEndpoints"),
        around={"Vpc": VPC, "Subnet": SUBNET, "Other": OTHER_SUBNET, "Group": GROUP},
        attributes=("CreationTimestamp",),
    ),
    Case(
        "AWS::EC2::FlowLog",
        {
            "ResourceId": {"Ref": "Vpc"},
            "ResourceType": "VPC",
            "TrafficType": "ALL",
            "LogDestinationType": "s3",
            "LogDestination": {"Fn::GetAtt": ["Bucket", "Arn"]},
            "MaxAggregationInterval": 60,
        },
        ec2("describe_flow_logs", "FlowLogIds", "FlowLogs"),
        {"TrafficType": "ALL", "LogDestinationType": "s3", "MaxAggregationInterval": 60},
        replaced={"LogDestination": {"Fn::GetAtt": ["Other", "Arn"]}},
        tags=tags,
        denied=("ec2:CreateFlowLogs", "ec2:CreateTags", "ec2:DescribeFlowLogs"),
        denied_later=("ec2:DeleteFlowLogs",),
        around={"Vpc": VPC, "Bucket": BUCKET, "Other": BUCKET},
    ),
)
