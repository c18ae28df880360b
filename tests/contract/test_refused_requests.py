"""Requests whose values do not fit, or are taken, are refused as in AWS."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.core.base_backend import BackendDict

from tests.contract.conftest import Sandbox
from tests.contract.test_deletions_in_use import Call, balancer, launch_configuration, network


def twice(call: Call) -> Call:
    call()
    return call


def second_gateway(it: Sandbox) -> Call:
    ec2, (vpc, _) = it.client("ec2"), network(it)
    one, two = (ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"] for _ in range(2))
    ec2.attach_internet_gateway(InternetGatewayId=one, VpcId=vpc)
    return partial(ec2.attach_internet_gateway, InternetGatewayId=two, VpcId=vpc)


def interface(it: Sandbox, address: str) -> Call:
    subnet = network(it)[1][0]
    return partial(it.client("ec2").create_network_interface, SubnetId=subnet, PrivateIpAddress=address)


def balancer_in_one_zone(it: Sandbox, *more: str) -> Call:
    vpc, subnets = network(it)
    new = [
        it.client("ec2").create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone="us-east-1a")["Subnet"]["SubnetId"]
        for cidr in more
    ]
    ids = [subnets[0], *new]
    return partial(it.client("elbv2").create_load_balancer, Name="lb", Scheme="internal", Subnets=ids)


def listener(it: Sandbox, protocol: str) -> Call:
    arn = balancer(it)[0]
    answer = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]
    listening = {"Protocol": protocol, "Port": 443, "DefaultActions": answer}
    return partial(it.client("elbv2").create_listener, LoadBalancerArn=arn, **listening)


def second_group(it: Sandbox) -> Call:
    launch_configuration(it)
    group = {"LaunchConfigurationName": "l", "MinSize": 0, "MaxSize": 1, "AvailabilityZones": ["us-east-1a"]}
    return partial(it.client("autoscaling").create_auto_scaling_group, AutoScalingGroupName="a", **group)


def second_launch_configuration(it: Sandbox) -> Call:
    launch_configuration(it)
    image = {"ImageId": "ami-12c6146b", "InstanceType": "t3.micro"}
    return partial(it.client("autoscaling").create_launch_configuration, LaunchConfigurationName="l", **image)


def database_subnets(it: Sandbox) -> Call:
    group = {"DBSubnetGroupName": "g", "DBSubnetGroupDescription": "d", "SubnetIds": network(it)[1][:1]}
    return partial(it.client("rds").create_db_subnet_group, **group)


def task(it: Sandbox, memory: str, mode: str = "awsvpc") -> Call:
    size = {"cpu": ".25 vCPU", "memory": memory, "networkMode": mode, "requiresCompatibilities": ["FARGATE"]}
    container = {"name": "web", "image": "web", "portMappings": [{"containerPort": 80}]}
    return partial(it.client("ecs").register_task_definition, family="f", containerDefinitions=[container], **size)


def service(it: Sandbox, **more: Any) -> Call:
    task(it, "0.5 GB")()
    it.client("ecs").create_cluster(clusterName="c")
    made = {"cluster": "c", "serviceName": "s", "taskDefinition": "f", "desiredCount": 1, "launchType": "FARGATE"}
    return partial(it.client("ecs").create_service, **made, **more)


def other_container(it: Sandbox) -> Call:
    vpc, subnets = network(it)
    group = it.client("elbv2").create_target_group(Name="g", Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][0]
    used = {"targetGroupArn": group["TargetGroupArn"], "containerName": "other", "containerPort": 80}
    return service(it, loadBalancers=[used], networkConfiguration={"awsvpcConfiguration": {"subnets": subnets}})


def rest_resource(it: Sandbox) -> Call:
    apis = it.client("apigateway")
    api = apis.create_rest_api(name="a")["id"]
    root = apis.get_resources(restApiId=api)["items"][0]["id"]
    return partial(apis.create_resource, restApiId=api, parentId=root, pathPart="orders")


def http_route(it: Sandbox) -> Call:
    apis = it.client("apigatewayv2")
    return partial(apis.create_route, ApiId=apis.create_api(Name="a", ProtocolType="HTTP")["ApiId"], RouteKey="GET /")


@pytest.mark.parametrize(
    ("request_of", "words"),
    [
        (
            lambda it: partial(it.client("ec2").create_subnet, VpcId=network(it)[0], CidrBlock="10.0.9.0/29"),
            "The CIDR '10.0.9.0/29' is invalid",
        ),
        (second_gateway, "already has an internet gateway attached"),
        (lambda it: interface(it, "10.0.9.9"), "does not fall within the subnet's address range"),
        (lambda it: twice(interface(it, "10.0.1.9")), "Address 10.0.1.9 is in use"),
        (balancer_in_one_zone, "At least two subnets in two different Availability Zones"),
        (lambda it: balancer_in_one_zone(it, "10.0.9.0/24"), "multiple subnets in the same Availability Zone"),
        (lambda it: twice(listener(it, "HTTP")), "A listener already exists on this port"),
        (lambda it: listener(it, "HTTPS"), "A certificate must be specified for HTTPS listeners"),
        (second_group, "AutoScalingGroup by this name already exists"),
        (second_launch_configuration, "Launch Configuration by this name already exists"),
        (database_subnets, "Current AZ coverage: us-east-1a"),
        (lambda it: task(it, "4 GB"), "No Fargate configuration exists for given values: .25 vCPU CPU, 4 GB memory"),
        (lambda it: task(it, "512", "bridge"), "Fargate only supports network mode"),
        (service, "Network Configuration must be provided when networkMode 'awsvpc' is specified"),
        (other_container, "The container other does not exist in the task definition"),
        (lambda it: twice(rest_resource(it)), "Another resource with the same parent already has this name: orders"),
        (lambda it: twice(http_route(it)), "Route with key GET / already exists"),
    ],
)
def test_what_does_not_fit_is_refused(local: Sandbox, request_of: Callable[[Sandbox], Call], words: str) -> None:
    with pytest.raises(ClientError, match=words):
        request_of(local)()


def test_two_subnets_without_a_zone_are_enough_for_two_zones(local: Sandbox) -> None:
    ec2 = local.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    made = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24")["Subnet"] for number in range(2)]
    local.client("elbv2").create_load_balancer(Name="lb", Subnets=[each["SubnetId"] for each in made])


@pytest.fixture(autouse=True)
def empty() -> None:
    BackendDict.reset()
