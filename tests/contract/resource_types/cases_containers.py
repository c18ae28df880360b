"""The private registry of ECR; task sets and capacity providers of ECS."""

from __future__ import annotations

import json
from typing import Any

from tests.contract.resource_types.cases_hadoop import trusting
from tests.contract.resource_types.cases_scaling import EMPTY_GROUP, TEMPLATE
from tests.contract.resource_types.cases_services import TASKS
from tests.contract.resource_types.conftest import Case, World
from tests.contract.resource_types.reading import actions

MANAGED = {
    "InfrastructureRoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
    "InstanceLaunchTemplate": {
        "Ec2InstanceProfileArn": "arn:aws:iam::123456789012:instance-profile/nodes",
        "NetworkConfiguration": {"Subnets": ["subnet-12345678"], "SecurityGroups": ["sg-12345678"]},
    },
}
SCANS = {"ScanFrequency": "SCAN_ON_PUSH", "RepositoryFilters": [{"Filter": "app*", "FilterType": "WILDCARD"}]}


def allowing(action: str) -> dict[str, Any]:
    principal = {"AWS": "arn:aws:iam::210987654321:root"}
    statement = {"Sid": "theirs", "Effect": "Allow", "Principal": principal, "Action": action}
    return {"Version": "2012-10-17", "Statement": [{**statement, "Resource": "arn:aws:ecr:us-east-1:123456789012:*"}]}


def scanning(world: World, _: str) -> Any:
    shown = world.client("ecr").get_registry_scanning_configuration()["scanningConfiguration"]
    return shown if shown["rules"] else None


def provider(world: World, name: str) -> Any:
    return world.client("ecs").describe_capacity_providers(capacityProviders=[name])["capacityProviders"][0]


def task_set(world: World, reference: str) -> Any:
    cluster, service, identifier = reference.split("|")
    given = {"cluster": cluster, "service": service, "taskSets": [identifier], "include": ["TAGS"]}
    return world.client("ecs").describe_task_sets(**given)["taskSets"][0]


CASES = (
    Case(
        "AWS::ECR::RegistryPolicy",
        {"PolicyText": allowing("ecr:CreateRepository")},
        lambda world, _: json.loads(world.client("ecr").get_registry_policy()["policyText"]),
        {"Statement": [{"Action": "ecr:CreateRepository"}]},
        changed={"PolicyText": allowing("ecr:ReplicateImage")},
        then={"Statement": [{"Action": "ecr:ReplicateImage"}]},
        denied=actions("ecr", "PutRegistryPolicy", "GetRegistryPolicy"),
        denied_later=actions("ecr", "PutRegistryPolicy", "DeleteRegistryPolicy"),
    ),
    Case(
        "AWS::ECR::RegistryScanningConfiguration",
        {"ScanType": "BASIC", "Rules": [SCANS]},
        scanning,
        {"scanType": "BASIC", "rules": [{"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [{"filter": "app*"}]}]},
        changed={"ScanType": "ENHANCED"},
        then={"scanType": "ENHANCED"},
        denied=actions("ecr", "PutRegistryScanningConfiguration", "GetRegistryScanningConfiguration"),
        denied_later=actions("ecr", "PutRegistryScanningConfiguration"),
    ),
    Case(
        "AWS::ECS::TaskSet",
        {
            "Cluster": {"Ref": "Cluster"},
            "Service": {"Ref": "Service"},
            "TaskDefinition": {"Ref": "Tasks"},
            "LaunchType": "EC2",
            "Scale": {"Unit": "PERCENT", "Value": 50},
        },
        task_set,
        {"status": "ACTIVE", "launchType": "EC2", "scale": {"unit": "PERCENT", "value": 50}},
        changed={"Scale": {"Unit": "PERCENT", "Value": 100}},
        then={"scale": {"unit": "PERCENT", "value": 100}},
        replaced={"ExternalId": "other"},
        tags=lambda world, reference: {tag["key"]: tag["value"] for tag in task_set(world, reference)["tags"]},
        denied=actions("ecs", "CreateTaskSet", "TagResource", "DescribeTaskSets"),
        denied_later=actions("ecs", "UpdateTaskSet", "DeleteTaskSet"),
        around={
            "Cluster": {"Type": "AWS::ECS::Cluster"},
            "Tasks": TASKS,
            "Service": {
                "Type": "AWS::ECS::Service",
                "Properties": {"Cluster": {"Ref": "Cluster"}, "DeploymentController": {"Type": "EXTERNAL"}},
            },
        },
    ),
    Case(
        "AWS::ECS::CapacityProvider",
        {
            "AutoScalingGroupProvider": {
                "AutoScalingGroupArn": {"Ref": "Group"},
                "ManagedScaling": {"Status": "ENABLED", "TargetCapacity": 80},
            }
        },
        provider,
        {"status": "ACTIVE", "autoScalingGroupProvider": {"managedScaling": {"targetCapacity": 80}}},
        changed={
            "AutoScalingGroupProvider": {
                "AutoScalingGroupArn": {"Ref": "Group"},
                "ManagedScaling": {"Status": "ENABLED", "TargetCapacity": 90},
                "ManagedDraining": "DISABLED",
            }
        },
        then={"autoScalingGroupProvider": {"managedScaling": {"targetCapacity": 90}, "managedDraining": "DISABLED"}},
        replaced={
            "AutoScalingGroupProvider": None,
            "ClusterName": {"Ref": "Cluster"},
            "ManagedInstancesProvider": MANAGED,
        },
        tags=lambda world, name: {
            tag["key"]: tag["value"]
            for tag in world.client("ecs").list_tags_for_resource(
                resourceArn=provider(world, name)["capacityProviderArn"]
            )["tags"]
        },
        denied=(
            *actions("ecs", "CreateCapacityProvider", "TagResource", "DescribeCapacityProviders"),
            "autoscaling:CreateOrUpdateTags",
        ),
        denied_later=actions("ecs", "UpdateCapacityProvider", "DeleteCapacityProvider"),
        around={
            "Group": EMPTY_GROUP,
            "Template": TEMPLATE,
            "Cluster": {"Type": "AWS::ECS::Cluster"},
            "Role": trusting("ecs.amazonaws.com"),
        },
    ),
)
