"""Instances and volumes, clusters, repositories, state machines."""

from __future__ import annotations

import json
from typing import Any

from tests.contract.resource_types.cases_messaging import pairs
from tests.contract.resource_types.cases_network import SUBNET, VPC, tags
from tests.contract.resource_types.conftest import ACCOUNT, Case, World
from tests.contract.resource_types.reading import asks, with_more

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
ROLE = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}
COUNTED = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 5}
EXPIRY = json.dumps({"rules": [{"rulePriority": 1, "selection": COUNTED, "action": {"type": "expire"}}]})
ANYONE = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}]}
PASS = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})


def instance(world: World, reference: str) -> Any:
    (each,) = world.client("ec2").describe_instances(InstanceIds=[reference])["Reservations"][0]["Instances"]
    return None if each["State"]["Name"] == "terminated" else each


def volume(world: World, reference: str) -> Any:
    return world.client("ec2").describe_volumes(VolumeIds=[reference])["Volumes"][0]


def cluster(world: World, name: str) -> Any:
    each = world.client("ecs").describe_clusters(clusters=[name], include=["SETTINGS"])["clusters"][0]
    return None if each["status"] == "INACTIVE" else each


def cluster_tags(world: World, name: str) -> Any:
    listed = world.client("ecs").list_tags_for_resource(resourceArn=cluster(world, name)["clusterArn"])["tags"]
    return {tag["key"]: tag["value"] for tag in listed}


def repository(world: World, name: str) -> Any:
    return world.client("ecr").describe_repositories(repositoryNames=[name])["repositories"][0]


def repository_tags(world: World, name: str) -> Any:
    arn = repository(world, name)["repositoryArn"]
    return pairs(world.client("ecr").list_tags_for_resource(resourceArn=arn)["tags"])


def machine(world: World, arn: str) -> Any:
    return world.client("stepfunctions").describe_state_machine(stateMachineArn=arn)


def machine_tags(world: World, arn: str) -> Any:
    listed = world.client("stepfunctions").list_tags_for_resource(resourceArn=arn)["tags"]
    return {tag["key"]: tag["value"] for tag in listed}


PROFILE_ARN = f"arn:aws:iam::{ACCOUNT}:instance-profile/{{}}"
CASES = (
    Case(
        "AWS::EC2::Instance",
        {
            "ImageId": "ami-03cf127a",
            "InstanceType": "t3.micro",
            "SubnetId": {"Ref": "Subnet"},
            "IamInstanceProfile": {"Ref": "Profile"},
            "CreditSpecification": {"CPUCredits": "unlimited"},
            "SourceDestCheck": False,
        },
        with_more(
            instance,
            credits=asks(
                "ec2",
                "describe_instance_credit_specifications",
                "InstanceCreditSpecifications.0.CpuCredits",
                InstanceIds=["@"],
            ),
            shutdown=asks(
                "ec2",
                "describe_instance_attribute",
                "InstanceInitiatedShutdownBehavior.Value",
                InstanceId="@",
                Attribute="instanceInitiatedShutdownBehavior",
            ),
        ),
        {
            "InstanceType": "t3.micro",
            "State": {"Name": "running"},
            "IamInstanceProfile": {"Arn": PROFILE_ARN.format("one")},
            "Monitoring": {"State": "disabled"},
            "MetadataOptions": {"HttpTokens": "optional"},
            "SourceDestCheck": False,
            "credits": "unlimited",
        },
        changed={
            "SourceDestCheck": None,
            "IamInstanceProfile": {"Ref": "Other"},
            "Monitoring": True,
            "MetadataOptions": {"HttpTokens": "required"},
            "CreditSpecification": {"CPUCredits": "standard"},
            "InstanceInitiatedShutdownBehavior": "terminate",
        },
        then={
            "SourceDestCheck": True,
            "IamInstanceProfile": {"Arn": PROFILE_ARN.format("two")},
            "Monitoring": {"State": "enabled"},
            "MetadataOptions": {"HttpTokens": "required", "HttpEndpoint": "enabled"},
            "credits": "standard",
            "shutdown": "terminate",
        },
        replaced={"KeyName": None, "AvailabilityZone": "us-east-1a"},
        tags=tags,
        denied=("ec2:RunInstances", "ec2:CreateTags", "ec2:DescribeInstances", "iam:PassRole"),
        denied_later=(
            "iam:PassRole",
            *("ec2:ReplaceIamInstanceProfileAssociation", "ec2:MonitorInstances", "ec2:ModifyInstanceMetadataOptions"),
            *("ec2:ModifyInstanceCreditSpecification", "ec2:ModifyInstanceAttribute", "ec2:TerminateInstances"),
        ),
        around={
            "Vpc": VPC,
            "Subnet": SUBNET,
            "Role": ROLE,
            **{
                logical: {
                    "Type": "AWS::IAM::InstanceProfile",
                    "Properties": {"InstanceProfileName": name, "Roles": [{"Ref": "Role"}]},
                }
                for logical, name in (("Profile", "one"), ("Other", "two"))
            },
        },
        attributes=("PrivateIp", "AvailabilityZone", "VpcId"),
    ),
    Case(
        "AWS::EC2::Volume",
        {"AvailabilityZone": "us-east-1a", "Size": 10},
        volume,
        {"Size": 10},
        changed={"Size": 20},
        then={"Size": 20},
        tags=tags,
        denied=("ec2:CreateVolume", "ec2:CreateTags", "ec2:DescribeVolumes"),
        denied_later=("ec2:ModifyVolume", "ec2:DeleteVolume"),
        attributes=("VolumeId",),
    ),
    Case(
        "AWS::ECS::Cluster",
        {
            "ClusterSettings": [{"Name": "containerInsights", "Value": "enabled"}],
            "CapacityProviders": ["FARGATE"],
            "DefaultCapacityProviderStrategy": [{"CapacityProvider": "FARGATE", "Weight": 1}],
        },
        cluster,
        {"status": "ACTIVE", "settings": [{"value": "enabled"}], "capacityProviders": ["FARGATE"]},
        changed={
            "ClusterSettings": [{"Name": "containerInsights", "Value": "disabled"}],
            "CapacityProviders": ["FARGATE", "FARGATE_SPOT"],
            "DefaultCapacityProviderStrategy": None,
        },
        then={
            "settings": [{"value": "disabled"}],
            "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
            "defaultCapacityProviderStrategy": [],
        },
        replaced={"ClusterName": "another"},
        tags=cluster_tags,
        denied=("ecs:CreateCluster", "ecs:TagResource", "ecs:DescribeClusters"),
        denied_later=("ecs:PutClusterCapacityProviders", "ecs:UpdateCluster", "ecs:DeleteCluster"),
        attributes=("Arn",),
    ),
    Case(
        "AWS::ECR::Repository",
        {
            "ImageTagMutability": "IMMUTABLE",
            "LifecyclePolicy": {"LifecyclePolicyText": EXPIRY},
            "RepositoryPolicyText": ANYONE,
        },
        with_more(
            repository,
            lifecycle=asks("ecr", "get_lifecycle_policy", "lifecyclePolicyText", repositoryName="@"),
            policy=asks("ecr", "get_repository_policy", "policyText", repositoryName="@"),
        ),
        {"imageTagMutability": "IMMUTABLE", "lifecycle": EXPIRY},
        changed={
            "ImageTagMutability": "MUTABLE",
            "ImageScanningConfiguration": {"ScanOnPush": True},
            "LifecyclePolicy": None,
            "RepositoryPolicyText": None,
        },
        then={
            "imageTagMutability": "MUTABLE",
            "imageScanningConfiguration": {"scanOnPush": True},
            "lifecycle": None,
            "policy": None,
        },
        replaced={"RepositoryName": "another"},
        tags=repository_tags,
        denied=("ecr:CreateRepository", "ecr:TagResource", "ecr:PutLifecyclePolicy", "ecr:SetRepositoryPolicy"),
        denied_later=("ecr:DeleteRepository", "ecr:PutImageTagMutability", "ecr:DeleteLifecyclePolicy"),
        attributes=("Arn", "RepositoryUri"),
    ),
    Case(
        "AWS::StepFunctions::StateMachine",
        {
            "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
            "DefinitionString": PASS,
            "TracingConfiguration": {"Enabled": True},
        },
        machine,
        {"type": "STANDARD", "tracingConfiguration": {"enabled": True}},
        changed={
            "DefinitionString": PASS.replace("A", "B"),
            "TracingConfiguration": None,
            "LoggingConfiguration": {"Level": "ERROR", "IncludeExecutionData": True},
        },
        then={
            "definition": PASS.replace("A", "B"),
            "tracingConfiguration": {"enabled": False},
            "loggingConfiguration": {"level": "ERROR", "includeExecutionData": True},
        },
        replaced={"StateMachineName": "another"},
        tags=machine_tags,
        denied=(
            "states:CreateStateMachine",
            "states:TagResource",
            "states:DescribeStateMachine",
            "iam:PassRole",
        ),
        denied_later=("states:UpdateStateMachine", "states:DeleteStateMachine"),
        around={"Role": ROLE},
        attributes=("Arn", "Name"),
    ),
    Case(
        "AWS::StepFunctions::Activity",
        {"Name": "approve"},
        asks("stepfunctions", "describe_activity", activityArn="@"),
        {"name": "approve"},
        replaced={"Name": "reject"},
        tags=machine_tags,
        denied=("states:CreateActivity", "states:TagResource", "states:DescribeActivity"),
        denied_later=("states:DeleteActivity",),
        attributes=("Arn",),
    ),
)
