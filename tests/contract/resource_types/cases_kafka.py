"""Clusters of MSK and their policies."""

from __future__ import annotations

import json
from typing import Any

from tests.contract.resource_types.cases_network import SUBNET, VPC
from tests.contract.resource_types.conftest import Case
from tests.contract.resource_types.reading import asks

BROKERS: dict[str, Any] = {
    "ClientSubnets": [{"Ref": "Subnet"}],
    "InstanceType": "kafka.m5.large",
    "StorageInfo": {"EBSStorageInfo": {"VolumeSize": 10}},
}
CLUSTER: dict[str, Any] = {
    "ClusterName": "orders",
    "KafkaVersion": "3.5.1",
    "NumberOfBrokerNodes": 2,
    "BrokerNodeGroupInfo": BROKERS,
}
IAM = {"Sasl": {"Iam": {"Enabled": True}}}
READERS = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "kafka:*", "Resource": "*"}],
}
LARGER = {"InstanceType": "kafka.m5.xlarge", "StorageInfo": {"EBSStorageInfo": {"VolumeSize": 20}}}

CASES = (
    Case(
        "AWS::MSK::Cluster",
        CLUSTER,
        asks("kafka", "describe_cluster", "ClusterInfo", ClusterArn="@"),
        {"State": "ACTIVE", "NumberOfBrokerNodes": 2, "BrokerNodeGroupInfo": {"InstanceType": "kafka.m5.large"}},
        changed={
            "NumberOfBrokerNodes": 4,
            "KafkaVersion": "3.6.0",
            "EnhancedMonitoring": "PER_BROKER",
            "ClientAuthentication": IAM,
            "StorageMode": "TIERED",
            "Rebalancing": {"Status": "PAUSED"},
            "BrokerNodeGroupInfo": {**BROKERS, **LARGER},
        },
        then={
            "NumberOfBrokerNodes": 4,
            "CurrentBrokerSoftwareInfo": {"KafkaVersion": "3.6.0"},
            "EnhancedMonitoring": "PER_BROKER",
            "ClientAuthentication": IAM,
            "StorageMode": "TIERED",
            "Rebalancing": {"Status": "PAUSED"},
            "BrokerNodeGroupInfo": {
                "InstanceType": "kafka.m5.xlarge",
                "StorageInfo": {"EbsStorageInfo": {"VolumeSize": 20}},
            },
        },
        replaced={"ClusterName": "bills"},
        tags=asks("kafka", "list_tags_for_resource", "Tags", ResourceArn="@"),
        map_tags=True,
        denied=("kafka:CreateCluster", "kafka:DescribeCluster", "kafka:TagResource", "ec2:DescribeSubnets"),
        denied_later=(
            *("kafka:UpdateBrokerCount", "kafka:UpdateBrokerType", "kafka:UpdateBrokerStorage"),
            *("kafka:UpdateClusterKafkaVersion", "kafka:UpdateMonitoring", "kafka:UpdateSecurity"),
            *("kafka:UpdateStorage", "kafka:UpdateRebalancing", "kafka:DeleteCluster"),
        ),
        around={"Vpc": VPC, "Subnet": SUBNET},
        attributes=("CurrentVersion",),
    ),
    Case(
        "AWS::MSK::ServerlessCluster",
        {"ClusterName": "orders", "VpcConfigs": [{"SubnetIds": [{"Ref": "Subnet"}]}], "ClientAuthentication": IAM},
        asks("kafka", "describe_cluster_v2", "ClusterInfo", ClusterArn="@"),
        {"ClusterType": "SERVERLESS", "State": "ACTIVE", "Serverless": {"ClientAuthentication": IAM}},
        replaced={"ClusterName": "bills"},
        tags=asks("kafka", "list_tags_for_resource", "Tags", ResourceArn="@"),
        map_tags=True,
        denied=("kafka:CreateClusterV2", "kafka:DescribeClusterV2", "kafka:TagResource"),
        denied_later=("kafka:DeleteCluster",),
        around={"Vpc": VPC, "Subnet": SUBNET},
    ),
    Case(
        "AWS::MSK::ClusterPolicy",
        {"ClusterArn": {"Ref": "Cluster"}, "Policy": READERS},
        lambda world, arn: json.loads(world.client("kafka").get_cluster_policy(ClusterArn=arn)["Policy"]),
        READERS,
        changed={"Policy": {**READERS, "Id": "two"}},
        then={"Id": "two"},
        denied=("kafka:PutClusterPolicy", "kafka:GetClusterPolicy"),
        denied_later=("kafka:DeleteClusterPolicy",),
        around={"Vpc": VPC, "Subnet": SUBNET, "Cluster": {"Type": "AWS::MSK::Cluster", "Properties": CLUSTER}},
        attributes=("CurrentVersion",),
    ),
)
