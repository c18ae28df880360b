"""Auto Scaling groups with what belongs to them, launch configurations, and launch templates."""

from __future__ import annotations

import base64
from typing import Any

from tests.contract.resource_types.conftest import Case, World

IMAGE = "ami-03cf127a"
NETWORK = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.9.0.0/16"}}
SUBNET = {"Type": "AWS::EC2::Subnet", "Properties": {"CidrBlock": "10.9.1.0/24", "VpcId": {"Ref": "Network"}}}
TARGETS = {
    "Type": "AWS::ElasticLoadBalancingV2::TargetGroup",
    "Properties": {"Port": 80, "Protocol": "HTTP", "VpcId": {"Ref": "Network"}},
}
TEMPLATE: dict[str, Any] = {
    "Type": "AWS::EC2::LaunchTemplate",
    "Properties": {"LaunchTemplateData": {"ImageId": IMAGE, "InstanceType": "t3.micro"}},
}
LATEST = {
    "LaunchTemplateId": {"Ref": "Template"},
    "Version": {"Fn::GetAtt": ["Template", "LatestVersionNumber"]},
}
EMPTY_GROUP = {
    "Type": "AWS::AutoScaling::AutoScalingGroup",
    "Properties": {"MinSize": "0", "MaxSize": "1", "AvailabilityZones": ["us-east-1a"], "LaunchTemplate": LATEST},
}
GROUP = {"Group": EMPTY_GROUP, "Template": TEMPLATE}
TOPIC = {"Type": "AWS::SNS::Topic"}


def group(world: World, name: str) -> Any:
    scaling = world.client("autoscaling")
    shown = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"][0]
    topics = scaling.describe_notification_configurations(AutoScalingGroupNames=[name])["NotificationConfigurations"]
    hooks = scaling.describe_lifecycle_hooks(AutoScalingGroupName=name)["LifecycleHooks"]
    return {
        **shown,
        "size": len(shown["Instances"]),
        "metrics": [each["Metric"] for each in shown["EnabledMetrics"]],
        "topics": [each["NotificationType"] for each in topics],
        "hooks": [each["LifecycleHookName"] for each in hooks],
        "targets": len(shown["TargetGroupARNs"]),
    }


def group_tags(world: World, name: str) -> Any:
    return {tag["Key"]: tag["Value"] for tag in group(world, name)["Tags"]}


def configuration(world: World, name: str) -> Any:
    listed = world.client("autoscaling").describe_launch_configurations(LaunchConfigurationNames=[name])
    return listed["LaunchConfigurations"][0]


def policy(world: World, arn: str) -> Any:
    policies = world.client("autoscaling").describe_policies(PolicyNames=[arn.rpartition("/")[2]])
    return next(each for each in policies["ScalingPolicies"] if each["PolicyARN"] == arn)


def hook(world: World, name: str) -> Any:
    hooks = world.client("autoscaling").describe_lifecycle_hooks(
        AutoScalingGroupName=world.reference("Group"), LifecycleHookNames=[name]
    )
    return hooks["LifecycleHooks"][0]


def action(world: World, name: str) -> Any:
    actions = world.client("autoscaling").describe_scheduled_actions(ScheduledActionNames=[name])
    return actions["ScheduledUpdateGroupActions"][0]


def pool(world: World, name: str) -> Any:
    return world.client("autoscaling").describe_warm_pool(AutoScalingGroupName=name)["WarmPoolConfiguration"]


def launch_template(world: World, identifier: str) -> Any:
    ec2 = world.client("ec2")
    shown = ec2.describe_launch_templates(LaunchTemplateIds=[identifier])["LaunchTemplates"][0]
    versions = ec2.describe_launch_template_versions(LaunchTemplateId=identifier, Versions=["$Latest"])
    latest = versions["LaunchTemplateVersions"][0]
    tags = {tag["Key"]: tag["Value"] for tag in shown["Tags"]}
    return {**shown, "data": latest["LaunchTemplateData"], "tags": tags}


def target(world: World, reference: str) -> Any:
    resource, dimension, namespace = reference.split("|")
    client = world.client("application-autoscaling")
    named = {"ServiceNamespace": namespace, "ScalableDimension": dimension}
    shown = client.describe_scalable_targets(**named, ResourceIds=[resource])["ScalableTargets"][0]
    actions = client.describe_scheduled_actions(**named, ResourceId=resource)["ScheduledActions"]
    return {**shown, "actions": [each["ScheduledActionName"] for each in actions]}


def target_tags(world: World, reference: str) -> Any:
    arn = target(world, reference)["ScalableTargetARN"]
    return world.client("application-autoscaling").list_tags_for_resource(ResourceARN=arn)["Tags"]


def target_policy(world: World, arn: str) -> Any:
    policies = world.client("application-autoscaling").describe_scaling_policies(ServiceNamespace="dynamodb")
    return next(each for each in policies["ScalingPolicies"] if each["PolicyARN"] == arn)


def tracking(value: int) -> dict[str, Any]:
    metric = {"PredefinedMetricType": "DynamoDBReadCapacityUtilization"}
    return {"TargetValue": value, "PredefinedMetricSpecification": metric}


TABLE = {
    "Type": "AWS::DynamoDB::Table",
    "Properties": {
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    },
}
OF_TABLE = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": {"Fn::Sub": "table/${Table}"},
    "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
}
CAPACITY = {"MinCapacity": 1, "MaxCapacity": 5}
TARGET = {"Type": "AWS::ApplicationAutoScaling::ScalableTarget", "Properties": {**OF_TABLE, **CAPACITY}}
NIGHT = {"ScheduledActionName": "night", "Schedule": "cron(0 20 * * ? *)", "ScalableTargetAction": {"MaxCapacity": 1}}
CASES = (
    Case(
        "AWS::ApplicationAutoScaling::ScalableTarget",
        {**OF_TABLE, **CAPACITY, "ScheduledActions": [NIGHT]},
        target,
        {"MaxCapacity": 5, "actions": ["night"]},
        changed={"MaxCapacity": 7, "ScheduledActions": [{**NIGHT, "ScheduledActionName": "day"}]},
        then={"MaxCapacity": 7, "actions": ["day"]},
        replaced={"ScalableDimension": "dynamodb:table:WriteCapacityUnits"},
        tags=target_tags,
        denied=(
            "application-autoscaling:RegisterScalableTarget",
            "application-autoscaling:TagResource",
            "application-autoscaling:PutScheduledAction",
            "application-autoscaling:DescribeScalableTargets",
        ),
        denied_later=(
            "application-autoscaling:DeleteScheduledAction",
            "application-autoscaling:DeregisterScalableTarget",
        ),
        around={"Table": TABLE},
    ),
    Case(
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        {
            "PolicyName": "p",
            "PolicyType": "TargetTrackingScaling",
            "ScalingTargetId": {"Ref": "Target"},
            "TargetTrackingScalingPolicyConfiguration": tracking(50),
        },
        target_policy,
        {"TargetTrackingScalingPolicyConfiguration": {"TargetValue": 50}},
        changed={"TargetTrackingScalingPolicyConfiguration": tracking(60)},
        then={"TargetTrackingScalingPolicyConfiguration": {"TargetValue": 60}},
        replaced={"PolicyName": "q"},
        denied=("application-autoscaling:PutScalingPolicy", "application-autoscaling:DescribeScalingPolicies"),
        denied_later=("application-autoscaling:DeleteScalingPolicy",),
        around={"Table": TABLE, "Target": TARGET},
        attributes=("Arn",),
    ),
    Case(
        "AWS::AutoScaling::AutoScalingGroup",
        {
            "MinSize": "1",
            "MaxSize": "3",
            "DesiredCapacity": "2",
            "VPCZoneIdentifier": [{"Ref": "Subnet"}],
            "LaunchTemplate": LATEST,
            "TargetGroupARNs": [{"Ref": "Targets"}],
            "Cooldown": "60",
            "MaxInstanceLifetime": 86400,
            "MetricsCollection": [{"Granularity": "1Minute", "Metrics": ["GroupMinSize"]}],
            "NotificationConfigurations": [
                {"TopicARN": {"Ref": "Topic"}, "NotificationTypes": ["autoscaling:EC2_INSTANCE_LAUNCH"]}
            ],
            "LifecycleHookSpecificationList": [
                {"LifecycleHookName": "a", "LifecycleTransition": "autoscaling:EC2_INSTANCE_LAUNCHING"}
            ],
        },
        group,
        {
            "DesiredCapacity": 2,
            "size": 2,
            "DefaultCooldown": 60,
            "MaxInstanceLifetime": 86400,
            "metrics": ["GroupMinSize"],
            "topics": ["autoscaling:EC2_INSTANCE_LAUNCH"],
            "hooks": ["a"],
            "targets": 1,
        },
        changed={
            "DesiredCapacity": "3",
            "Cooldown": "90",
            "TargetGroupARNs": None,
            "MetricsCollection": None,
            "NotificationConfigurations": None,
            "LifecycleHookSpecificationList": None,
        },
        then={"size": 3, "DefaultCooldown": 90, "metrics": [], "topics": [], "hooks": [], "targets": 0},
        replaced={"AutoScalingGroupName": "another"},
        tags=group_tags,
        denied=(
            "autoscaling:CreateAutoScalingGroup",
            "autoscaling:CreateOrUpdateTags",
            "autoscaling:EnableMetricsCollection",
            "autoscaling:PutNotificationConfiguration",
            "autoscaling:DescribeAutoScalingGroups",
            "ec2:RunInstances",
            "iam:PassRole",
        ),
        denied_later=(
            "autoscaling:UpdateAutoScalingGroup",
            "autoscaling:DetachLoadBalancerTargetGroups",
            "autoscaling:DeleteLifecycleHook",
            "autoscaling:DeleteNotificationConfiguration",
            "autoscaling:DisableMetricsCollection",
            "autoscaling:DeleteAutoScalingGroup",
        ),
        around={
            "Network": NETWORK,
            "Subnet": SUBNET,
            "Targets": TARGETS,
            "Topic": TOPIC,
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}},
            },
            "Profile": {"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": [{"Ref": "Role"}]}},
            "Template": {
                "Type": "AWS::EC2::LaunchTemplate",
                "Properties": {
                    "LaunchTemplateData": {
                        **TEMPLATE["Properties"]["LaunchTemplateData"],
                        "IamInstanceProfile": {"Arn": {"Fn::GetAtt": ["Profile", "Arn"]}},
                    }
                },
            },
        },
        attributes=("AutoScalingGroupARN",),
        in_tags={"PropagateAtLaunch": False},
    ),
    Case(
        "AWS::AutoScaling::LaunchConfiguration",
        {"ImageId": IMAGE, "InstanceType": "t3.micro", "InstanceMonitoring": True},
        configuration,
        {"ImageId": IMAGE, "InstanceMonitoring": {"Enabled": True}},
        replaced={"InstanceType": "t3.small"},
        denied=("autoscaling:CreateLaunchConfiguration", "autoscaling:DescribeLaunchConfigurations"),
        denied_later=("autoscaling:DeleteLaunchConfiguration",),
    ),
    Case(
        "AWS::AutoScaling::ScalingPolicy",
        {"AutoScalingGroupName": {"Ref": "Group"}, "AdjustmentType": "ChangeInCapacity", "ScalingAdjustment": 1},
        policy,
        {"ScalingAdjustment": 1},
        changed={"ScalingAdjustment": 2},
        then={"ScalingAdjustment": 2},
        denied=("autoscaling:PutScalingPolicy", "autoscaling:DescribePolicies"),
        denied_later=("autoscaling:PutScalingPolicy", "autoscaling:DeletePolicy"),
        around=GROUP,
        attributes=("Arn", "PolicyName"),
    ),
    Case(
        "AWS::AutoScaling::LifecycleHook",
        {
            "AutoScalingGroupName": {"Ref": "Group"},
            "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING",
            "NotificationMetadata": "m",
        },
        hook,
        {"HeartbeatTimeout": 3600, "DefaultResult": "ABANDON", "NotificationMetadata": "m"},
        changed={"HeartbeatTimeout": 60},
        then={"HeartbeatTimeout": 60},
        replaced={"LifecycleHookName": "another"},
        denied=("autoscaling:PutLifecycleHook", "autoscaling:DescribeLifecycleHooks"),
        denied_later=("autoscaling:DeleteLifecycleHook",),
        around=GROUP,
    ),
    Case(
        "AWS::AutoScaling::ScheduledAction",
        {"AutoScalingGroupName": {"Ref": "Group"}, "Recurrence": "0 8 * * *", "DesiredCapacity": 1},
        action,
        {"Recurrence": "0 8 * * *", "DesiredCapacity": 1},
        changed={"StartTime": "2099-01-01T00:00:00Z", "DesiredCapacity": 0},
        then={"DesiredCapacity": 0},
        denied=("autoscaling:PutScheduledUpdateGroupAction", "autoscaling:DescribeScheduledActions"),
        denied_later=("autoscaling:DeleteScheduledAction",),
        around=GROUP,
        attributes=("ScheduledActionName",),
    ),
    Case(
        "AWS::AutoScaling::WarmPool",
        {"AutoScalingGroupName": {"Ref": "Group"}, "MinSize": 0},
        pool,
        {"MinSize": 0, "PoolState": "Stopped"},
        changed={"PoolState": "Running"},
        then={"PoolState": "Running"},
        denied=("autoscaling:PutWarmPool", "autoscaling:DescribeWarmPool"),
        denied_later=("autoscaling:DeleteWarmPool",),
        around=GROUP,
    ),
    Case(
        "AWS::EC2::LaunchTemplate",
        {
            "LaunchTemplateData": {
                "ImageId": IMAGE,
                "UserData": base64.b64encode(b"first").decode(),
                "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "i", "Value": "1"}]}],
            },
            "TagSpecifications": [{"ResourceType": "launch-template", "Tags": [{"Key": "t", "Value": "1"}]}],
        },
        launch_template,
        {
            "LatestVersionNumber": 1,
            "tags": {"t": "1"},
            "data": {"ImageId": IMAGE, "TagSpecifications": [{"ResourceType": "instance"}]},
        },
        changed={
            "LaunchTemplateData": {"ImageId": IMAGE, "UserData": base64.b64encode(b"second").decode()},
            "TagSpecifications": [{"ResourceType": "launch-template", "Tags": [{"Key": "u", "Value": "1"}]}],
        },
        then={
            "LatestVersionNumber": 2,
            "DefaultVersionNumber": 1,
            "tags": {"t": None, "u": "1"},
            "data": {"UserData": base64.b64encode(b"second").decode()},
        },
        replaced={"LaunchTemplateName": "another"},
        denied=("ec2:CreateLaunchTemplate", "ec2:CreateTags", "ec2:DescribeLaunchTemplates"),
        denied_later=("ec2:CreateLaunchTemplateVersion", "ec2:DeleteTags", "ec2:DeleteLaunchTemplate"),
        attributes=("LatestVersionNumber", "DefaultVersionNumber", "LaunchTemplateId"),
    ),
)
