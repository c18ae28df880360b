"""What is protected, or used by what the stack did not make, stays: its deletion fails with AWS's words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.core.base_backend import BackendDict

from tests.contract.conftest import ACCOUNT, Sandbox

Made = Mapping[str, str]
"""Logical id → physical id."""


def of(name: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{name}", "Properties": properties}


def ref(name: str) -> dict[str, str]:
    return {"Ref": name}


NETWORK = {
    "Vpc": of("EC2::VPC", CidrBlock="10.0.0.0/16"),
    "A": of("EC2::Subnet", VpcId=ref("Vpc"), CidrBlock="10.0.1.0/24", AvailabilityZone="us-east-1a"),
    "B": of("EC2::Subnet", VpcId=ref("Vpc"), CidrBlock="10.0.2.0/24", AvailabilityZone="us-east-1b"),
}
SUBNETS = [ref("A"), ref("B")]
IMAGE = "ami-12c6146b"
DATABASE = {
    "DBInstanceIdentifier": "orders",
    "DBInstanceClass": "db.t3.micro",
    "Engine": "mysql",
    "AllocatedStorage": 20,
    "MasterUsername": "owner",
    "MasterUserPassword": "password1",
}
VISIBLE = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "m"}


def rule_with(ip_set: str) -> dict[str, Any]:
    name, number, _ = ip_set.split("|")
    arn = f"arn:aws:wafv2:us-east-1:{ACCOUNT}:regional/ipset/{name}/{number}"
    block = {"Action": {"Block": {}}, "Statement": {"IPSetReferenceStatement": {"ARN": arn}}}
    return {"Name": "r", "Priority": 1, "VisibilityConfig": VISIBLE, **block}


def instance_with(it: Sandbox, interface: str) -> None:
    (instance,) = it.client("ec2").run_instances(ImageId=IMAGE, MinCount=1, MaxCount=1)["Instances"]
    it.client("ec2").attach_network_interface(
        NetworkInterfaceId=interface, InstanceId=instance["InstanceId"], DeviceIndex=1
    )


def gateway_in(it: Sandbox, vpc: str) -> None:
    gateway = it.client("ec2").create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    it.client("ec2").attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)


def service_in(it: Sandbox, cluster: str) -> None:
    container = {"name": "c", "image": "i", "memory": 128}
    it.client("ecs").register_task_definition(family="f", containerDefinitions=[container])
    it.client("ecs").create_service(cluster=cluster, serviceName="s", taskDefinition="f:1", desiredCount=1)


@pytest.mark.parametrize(
    ("resources", "logical_id", "use", "words"),
    [
        (
            {"It": of("EC2::Instance", ImageId=IMAGE, DisableApiTermination=True)},
            "It",
            None,
            "may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.",
        ),
        (
            {
                **NETWORK,
                "It": of(
                    "ElasticLoadBalancingV2::LoadBalancer",
                    Scheme="internal",
                    Subnets=SUBNETS,
                    LoadBalancerAttributes=[{"Key": "deletion_protection.enabled", "Value": "true"}],
                ),
            },
            "It",
            None,
            "cannot be deleted because deletion protection is enabled",
        ),
        (
            {"It": of("Cognito::UserPool", DeletionProtection="ACTIVE")},
            "It",
            None,
            "The user pool cannot be deleted because deletion protection is activated.",
        ),
        (
            {"It": of("CloudTrail::EventDataStore", TerminationProtectionEnabled=True)},
            "It",
            None,
            "cannot be deleted while its TerminationProtectionEnabled is on",
        ),
        (
            {"It": of("NetworkManager::GlobalNetwork")},
            "It",
            lambda it, made: it.client("networkmanager").create_site(GlobalNetworkId=made["It"]),
            "has devices, links, sites or core networks",
        ),
        (
            {"It": of("Cognito::UserPool")},
            "It",
            lambda it, made: it.client("cognito-idp").create_user_pool_domain(UserPoolId=made["It"], Domain="d1"),
            "It has a domain configured that should be deleted first.",
        ),
        (
            {**NETWORK, "It": of("EC2::SecurityGroup", VpcId=ref("Vpc"), GroupDescription="g")},
            "It",
            lambda it, made: it.client("ec2").create_network_interface(SubnetId=made["A"], Groups=[made["It"]]),
            "has a dependent object",
        ),
        (
            NETWORK,
            "A",
            lambda it, made: it.client("ec2").create_network_interface(SubnetId=made["A"]),
            "has dependencies and cannot be deleted.",
        ),
        (NETWORK, "Vpc", lambda it, made: gateway_in(it, made["Vpc"]), "has dependencies and cannot be deleted."),
        (
            {**NETWORK, "It": of("EC2::NetworkInterface", SubnetId=ref("A"))},
            "It",
            lambda it, made: instance_with(it, made["It"]),
            "is currently in use.",
        ),
        (
            {**NETWORK, "It": of("EC2::TransitGateway")},
            "It",
            lambda it, made: it.client("ec2").create_transit_gateway_vpc_attachment(
                TransitGatewayId=made["It"], VpcId=made["Vpc"], SubnetIds=[made["A"]]
            ),
            "has non-deleted VPC Attachments: tgw-attach-",
        ),
        (
            {"It": of("ECS::Cluster")},
            "It",
            lambda it, made: service_in(it, made["It"]),
            "The Cluster cannot be deleted while Services are active.",
        ),
        (
            {"It": of("ServiceDiscovery::HttpNamespace", Name="n")},
            "It",
            lambda it, made: it.client("servicediscovery").create_service(Name="s", NamespaceId=made["It"]),
            "Namespace has associated services",
        ),
        (
            {**NETWORK, "It": of("RDS::DBSubnetGroup", DBSubnetGroupDescription="g", SubnetIds=SUBNETS)},
            "It",
            lambda it, made: it.client("rds").create_db_instance(**DATABASE, DBSubnetGroupName=made["It"]),
            "because at least one database instance: orders is still using it.",
        ),
        (
            {"It": of("RDS::DBParameterGroup", Family="mysql8.0", Description="g")},
            "It",
            lambda it, made: it.client("rds").create_db_instance(**DATABASE, DBParameterGroupName=made["It"]),
            "One or more database instances are still members of this parameter group",
        ),
        (
            {**NETWORK, "It": of("ElastiCache::SubnetGroup", Description="g", SubnetIds=SUBNETS)},
            "It",
            lambda it, made: it.client("elasticache").create_cache_cluster(
                CacheClusterId="c",
                Engine="redis",
                CacheNodeType="cache.t3.micro",
                NumCacheNodes=1,
                CacheSubnetGroupName=made["It"],
            ),
            "is currently in use by a cache cluster.",
        ),
        (
            {"It": of("WAFv2::IPSet", Name="i", Scope="REGIONAL", IPAddressVersion="IPV4", Addresses=[])},
            "It",
            lambda it, made: it.client("wafv2").create_web_acl(
                Name="w",
                Scope="REGIONAL",
                DefaultAction={"Allow": {}},
                VisibilityConfig=VISIBLE,
                Rules=[rule_with(made["It"])],
            ),
            "your resource is being used by another resource",
        ),
        (
            {"It": of("Athena::WorkGroup", Name="NotFound-404")},
            "It",
            lambda it, made: it.client("athena").create_named_query(
                Name="q", Database="d", QueryString="select 1", WorkGroup="NotFound-404"
            ),
            "WorkGroup NotFound-404 is not empty",
        ),
    ],
)
def test_a_deletion_that_aws_refuses_fails(
    local: Sandbox,
    resources: Mapping[str, Any],
    logical_id: str,
    use: Callable[[Sandbox, Made], Any] | None,
    words: str,
) -> None:
    stacks = local.client("cloudformation")
    assert local.create("s", {"Resources": resources})["StackStatus"] == "CREATE_COMPLETE"
    listed = stacks.list_stack_resources(StackName="s")["StackResourceSummaries"]
    if use:
        use(local, {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in listed})
    stacks.delete_stack(StackName="s")
    assert stacks.describe_stacks(StackName="s")["Stacks"][0]["StackStatus"] == "DELETE_FAILED"
    assert words in local.reason("s", logical_id, "DELETE_FAILED")


def test_a_protection_that_was_taken_away_protects_no_more(local: Sandbox) -> None:
    """By an update of the stack, and by the service's own API."""

    def store(protected: bool) -> dict[str, Any]:
        return {"Resources": {"It": of("CloudTrail::EventDataStore", TerminationProtectionEnabled=protected)}}

    local.create("s", store(True))
    local.update("s", store(False))
    local.create("t", {"Resources": {"It": of("EC2::Instance", ImageId=IMAGE, DisableApiTermination=True)}})
    local.client("ec2").modify_instance_attribute(
        InstanceId=local.physical("t", "It"), DisableApiTermination={"Value": False}
    )
    for name in ("s", "t"):
        local.client("cloudformation").delete_stack(StackName=name)
        with pytest.raises(ClientError, match="does not exist"):
            local.client("cloudformation").describe_stacks(StackName=name)


def test_who_uses_something_cannot_delete_it_through_its_api_either(local: Sandbox) -> None:
    iam, kinesis = local.client("iam"), local.client("kinesis")
    iam.create_user(UserName="ann")
    iam.create_access_key(UserName="ann")
    with pytest.raises(ClientError, match="must delete access keys first"):
        iam.delete_user(UserName="ann")
    document = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]})
    policy = iam.create_policy(PolicyName="p", PolicyDocument=document)["Policy"]["Arn"]
    iam.attach_user_policy(UserName="ann", PolicyArn=policy)
    with pytest.raises(ClientError, match="Cannot delete a policy attached to entities"):
        iam.delete_policy(PolicyArn=policy)
    kinesis.create_stream(StreamName="s", ShardCount=1)
    arn = kinesis.describe_stream_summary(StreamName="s")["StreamDescriptionSummary"]["StreamARN"]
    kinesis.register_stream_consumer(StreamARN=arn, ConsumerName="c")
    with pytest.raises(ClientError, match="ResourceInUse"):
        kinesis.delete_stream(StreamName="s")
    kinesis.delete_stream(StreamName="s", EnforceConsumerDeletion=True)


@pytest.fixture(autouse=True)
def empty() -> None:
    BackendDict.reset()
