"""Compute environments, job queues and job definitions of Batch."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_brokers import AROUND as NETWORK
from tests.contract.resource_types.cases_records import ROLE
from tests.contract.resource_types.conftest import Case, World
from tests.contract.resource_types.reading import asks

GROUP = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "g", "VpcId": {"Ref": "Network"}}}
RESOURCES = {
    "Type": "FARGATE",
    "MaxvCpus": 4,
    "SecurityGroupIds": [{"Fn::GetAtt": ["Group", "GroupId"]}],
    "Subnets": [{"Ref": "Subnet"}],
}
AROUND = {**NETWORK, "Group": GROUP, "Role": ROLE}
ENVIRONMENT = {"Type": "AWS::Batch::ComputeEnvironment", "Properties": {"Type": "UNMANAGED"}}
SERVICE_ROLE = {"Fn::GetAtt": ["Role", "Arn"]}
CONTAINER = {
    "Image": "busybox",
    "Command": ["true"],
    "JobRoleArn": SERVICE_ROLE,
    "ResourceRequirements": [{"Type": "VCPU", "Value": "1"}, {"Type": "MEMORY", "Value": "512"}],
}


def tags(world: World, arn: str) -> Any:
    """The tags of an ARN, or of the last revision of a name."""
    if not arn.startswith("arn:"):
        arn = definition(world, arn)["jobDefinitionArn"]
    return world.client("batch").list_tags_for_resource(resourceArn=arn)["tags"]


def order(name: str) -> list[dict[str, Any]]:
    return [{"Order": 1, "ComputeEnvironment": {"Ref": name}}]


def definition(world: World, name: str) -> Any:
    """The only revision that is active."""
    active = world.client("batch").describe_job_definitions(jobDefinitionName=name, status="ACTIVE")
    return active["jobDefinitions"][0] if len(active["jobDefinitions"]) == 1 else None


CASES = (
    Case(
        "AWS::Batch::ComputeEnvironment",
        {"Type": "managed", "ComputeResources": RESOURCES, "ServiceRole": SERVICE_ROLE},
        asks("batch", "describe_compute_environments", "computeEnvironments.0", computeEnvironments=["@"]),
        {"state": "ENABLED", "computeResources": {"type": "FARGATE", "maxvCpus": 4}},
        changed={"State": "disabled", "ComputeResources": {**RESOURCES, "MaxvCpus": 8}},
        then={"state": "DISABLED", "computeResources": {"type": "FARGATE", "maxvCpus": 8}},
        replaced={"ComputeEnvironmentName": "another", "ServiceRole": None},
        tags=tags,
        map_tags=True,
        denied=(
            *("batch:CreateComputeEnvironment", "batch:TagResource", "batch:DescribeComputeEnvironments"),
            "iam:PassRole",
        ),
        denied_later=("batch:UpdateComputeEnvironment", "batch:DeleteComputeEnvironment"),
        around=AROUND,
        attributes=("ComputeEnvironmentArn",),
    ),
    Case(
        "AWS::Batch::JobQueue",
        {"Priority": 1, "ComputeEnvironmentOrder": order("Environment")},
        asks("batch", "describe_job_queues", "jobQueues.0", jobQueues=["@"]),
        {"state": "ENABLED", "priority": 1},
        changed={"Priority": 2, "State": "DISABLED", "ComputeEnvironmentOrder": order("Other")},
        then={"state": "DISABLED", "priority": 2},
        replaced={"JobQueueName": "another"},
        tags=tags,
        map_tags=True,
        denied=("batch:CreateJobQueue", "batch:TagResource", "batch:DescribeJobQueues"),
        denied_later=("batch:UpdateJobQueue", "batch:DeleteJobQueue"),
        around={"Environment": ENVIRONMENT, "Other": ENVIRONMENT},
        attributes=("JobQueueArn",),
    ),
    Case(
        "AWS::Batch::JobDefinition",
        {"Type": "container", "ContainerProperties": CONTAINER, "Timeout": {"AttemptDurationSeconds": 60}},
        definition,
        {"type": "container", "revision": 1, "containerProperties": {"image": "busybox"}},
        changed={"ContainerProperties": {**CONTAINER, "Image": "alpine"}, "Timeout": None, "SchedulingPriority": 3},
        then={"revision": 2, "containerProperties": {"image": "alpine"}, "timeout": None, "schedulingPriority": 3},
        replaced={"JobDefinitionName": "another"},
        tags=tags,
        map_tags=True,
        denied=("batch:RegisterJobDefinition", "batch:TagResource", "batch:DescribeJobDefinitions", "iam:PassRole"),
        denied_later=("batch:RegisterJobDefinition", "batch:DeregisterJobDefinition"),
        around={"Role": ROLE},
        attributes=("JobDefinitionArn",),
    ),
)
