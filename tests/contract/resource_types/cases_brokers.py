"""Brokers of Amazon MQ and their configurations."""

from __future__ import annotations

import base64
from typing import Any

from tests.contract.resource_types.conftest import Case, Read, World
from tests.contract.resource_types.reading import asks, with_more

ADMIN = {"Username": "admin", "Password": "correct-horse-battery"}
READER = {"Username": "reader", "Password": "correct-horse-battery", "Groups": ["all"]}
DATA, OTHER = (base64.b64encode(text.encode()).decode() for text in ("<broker/>", "<broker></broker>"))
BROKER = asks("mq", "describe_broker", BrokerId="@")
CONFIGURATION = asks("mq", "describe_configuration", ConfigurationId="@")
ACTIVE = {
    "BrokerName": "orders",
    "DeploymentMode": "SINGLE_INSTANCE",
    "EngineType": "ACTIVEMQ",
    "EngineVersion": "5.18",
    "HostInstanceType": "mq.t3.micro",
    "PubliclyAccessible": False,
    "AutoMinorVersionUpgrade": True,
    "SubnetIds": [{"Ref": "Subnet"}],
    "Users": [ADMIN],
}
AROUND = {
    "Network": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.9.0.0/16"}},
    "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Network"}, "CidrBlock": "10.9.0.0/24"}},
}


def tags(read: Read, name: str = "Arn") -> Read:
    """The tags of the ARN that a read shows."""
    return lambda world, it: world.client("mq").list_tags(ResourceArn=read(world, it)[name])["Tags"]


def data(world: World, it: str) -> Any:
    revision = CONFIGURATION(world, it)["LatestRevision"]["Revision"]
    shown = world.client("mq").describe_configuration_revision(ConfigurationId=it, ConfigurationRevision=str(revision))
    return shown["Data"]


CASES = (
    Case(
        "AWS::AmazonMQ::Broker",
        ACTIVE,
        BROKER,
        {"BrokerName": "orders", "AutoMinorVersionUpgrade": True, "Users": [{"Username": "admin"}]},
        changed={"AutoMinorVersionUpgrade": False, "Users": [READER], "HostInstanceType": "mq.m5.large"},
        then={"AutoMinorVersionUpgrade": False, "Users": [{"Username": "reader"}], "HostInstanceType": "mq.m5.large"},
        replaced={"BrokerName": "others"},
        tags=tags(BROKER, "BrokerArn"),
        denied=("mq:CreateBroker", "mq:CreateTags", "mq:DescribeBroker", "ec2:CreateNetworkInterface"),
        denied_later=("mq:UpdateBroker", "mq:CreateUser", "mq:DeleteUser", "mq:RebootBroker", "mq:DeleteBroker"),
        around=AROUND,
        attributes=("Arn", "ConfigurationId", "ConfigurationRevision", "EngineVersionCurrent"),
    ),
    Case(
        "AWS::AmazonMQ::Configuration",
        {"Name": "one", "EngineType": "ACTIVEMQ", "EngineVersion": "5.18", "Data": DATA},
        with_more(CONFIGURATION, data=data),
        {"Name": "one", "LatestRevision": {"Revision": 2}, "data": DATA},
        changed={"Data": OTHER, "Description": "third"},
        then={"LatestRevision": {"Revision": 3, "Description": "third"}, "data": OTHER},
        replaced={"Name": "two"},
        tags=tags(CONFIGURATION),
        denied=("mq:CreateConfiguration", "mq:CreateTags", "mq:UpdateConfiguration", "mq:DescribeConfiguration"),
        denied_later=("mq:UpdateConfiguration", "mq:DeleteConfiguration"),
        attributes=("Arn", "Id", "Revision"),
    ),
)
