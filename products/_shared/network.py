"""The parts of the product `network_baseline`."""

from __future__ import annotations

from typing import Any

from troposphere import Cidr, GetAtt, GetAZs, Ref, Select, Sub, Tag, Tags
from troposphere.ec2 import (
    VPC,
    FlowLog,
    RouteTable,
    SecurityGroup,
    Subnet,
    SubnetRouteTableAssociation,
    VPCEndpoint,
)
from troposphere.logs import LogGroup

from _shared.building import KEPT, role_arn, tags
from _shared.encryption import key_arn

FLOW_LOGS = "vpc-flow-logs"


def named(what: str = "") -> Tags:
    """The duty tags, and the name that the console shows."""
    return tags(Tag("Name", Sub(f"${{NetworkName}}{what}")))


def vpc() -> VPC:
    """The VPC. It has no gateway to the internet."""
    return VPC(
        "Vpc",
        CidrBlock=Ref("CidrBlock"),
        EnableDnsSupport=True,
        EnableDnsHostnames=True,
        Tags=named(),
    )


def subnets() -> list[Any]:
    """Two private subnets with 4,096 addresses each, in two Availability Zones, with one route table."""
    table = RouteTable("RouteTable", VpcId=Ref("Vpc"), Tags=named("-private"))
    made: list[Any] = [table]
    for index, letter in enumerate("AB"):
        made.append(
            Subnet(
                f"Subnet{letter}",
                VpcId=Ref("Vpc"),
                AvailabilityZone=Select(index, GetAZs("")),
                CidrBlock=Select(index, Cidr(GetAtt("Vpc", "CidrBlock"), 16, 12)),
                MapPublicIpOnLaunch=False,
                Tags=named(f"-private-{letter.lower()}"),
            )
        )
        made.append(
            SubnetRouteTableAssociation(
                f"Subnet{letter}Routes", SubnetId=Ref(f"Subnet{letter}"), RouteTableId=Ref("RouteTable")
            )
        )
    return made


def policy() -> dict[str, Any]:
    """Only roles of this account go through an endpoint."""
    own = {"StringEquals": {"aws:PrincipalAccount": Ref("AWS::AccountId")}}
    allow = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "*", "Resource": "*", "Condition": own}
    return {"Version": "2012-10-17", "Statement": [{"Sid": "OwnAccount", **allow}]}


def service(name: str) -> Sub:
    """The name of a service's endpoint."""
    return Sub(f"com.amazonaws.${{AWS::Region}}.{name}")


def endpoints() -> list[Any]:
    """S3 through the route table; KMS and Logs through interfaces that only the VPC reaches, on port 443."""
    inside = {"CidrIp": GetAtt("Vpc", "CidrBlock"), "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    nowhere = {"CidrIp": "127.0.0.1/32", "IpProtocol": "-1", "Description": "Nothing: an endpoint only answers"}
    group = SecurityGroup(
        "EndpointGroup",
        GroupDescription="HTTPS from the VPC to its endpoints",
        VpcId=Ref("Vpc"),
        SecurityGroupIngress=[inside | {"Description": "HTTPS from the VPC"}],
        SecurityGroupEgress=[nowhere],
        Tags=named("-endpoints"),
    )
    gateway = VPCEndpoint(
        "S3Endpoint",
        VpcId=Ref("Vpc"),
        ServiceName=service("s3"),
        VpcEndpointType="Gateway",
        RouteTableIds=[Ref("RouteTable")],
        PolicyDocument=policy(),
    )
    interfaces = [
        VPCEndpoint(
            f"{logical_id}Endpoint",
            VpcId=Ref("Vpc"),
            ServiceName=service(name),
            VpcEndpointType="Interface",
            PrivateDnsEnabled=True,
            SubnetIds=[Ref("SubnetA"), Ref("SubnetB")],
            SecurityGroupIds=[Ref("EndpointGroup")],
            PolicyDocument=policy(),
        )
        for logical_id, name in (("Kms", "kms"), ("Logs", "logs"))
    ]
    return [group, gateway, *interfaces]


def flow_logs() -> list[Any]:
    """Accepted and rejected connections, in a log group under the key."""
    return [
        LogGroup(
            "FlowLogGroup",
            **KEPT,
            LogGroupName=Sub("/vpc/${NetworkName}"),
            KmsKeyId=key_arn(),
            RetentionInDays=Ref("RetentionDays"),
            Tags=tags(),
        ),
        FlowLog(
            "FlowLog",
            ResourceId=Ref("Vpc"),
            ResourceType="VPC",
            TrafficType="ALL",
            LogDestinationType="cloud-watch-logs",
            LogGroupName=Ref("FlowLogGroup"),
            DeliverLogsPermissionArn=role_arn("FlowLogRoleName", FLOW_LOGS),
            MaxAggregationInterval=60,
            Tags=named("-flow-logs"),
        ),
    ]
