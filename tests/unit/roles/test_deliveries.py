"""Launch roles set policies of buckets, deliver logs and read parameters only when a template asks for it."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.roles.derive import derive
from tests.unit.roles.conftest import REGIONS, actions, resources, version, with_resource

FLOW_LOG, PIPE, GROUP = "AWS::EC2::FlowLog", "AWS::Pipes::Pipe", "AWS::AutoScaling::AutoScalingGroup"
FIREWALL = "AWS::NetworkFirewall::LoggingConfiguration"
LATTICE = "AWS::VpcLattice::AccessLogSubscription"
LOGS = "arn:${AWS::Partition}:s3:::logs"
OWN = {
    "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "logs"}},
    "Group": {"Type": "AWS::Logs::LogGroup", "Properties": {}},
}


@pytest.mark.parametrize(
    ("resource_type", "properties", "buckets"),
    [
        (FLOW_LOG, {"LogGroupName": "x", "DeliverLogsPermissionArn": "x"}, set()),
        (FLOW_LOG, {"LogDestination": {"Fn::GetAtt": ["Group", "Arn"]}}, set()),
        (FLOW_LOG, {"LogDestinationType": "s3", "LogDestination": "arn:aws:s3:::logs/vpc"}, {"arn:aws:s3:::logs"}),
        (FLOW_LOG, {"LogDestinationType": "s3", "LogDestination": {"Fn::GetAtt": ["Bucket", "Arn"]}}, {LOGS}),
        (FLOW_LOG, {"LogDestinationType": "s3", "LogDestination": {"Ref": "Some"}}, {"arn:${AWS::Partition}:s3:::*"}),
        (PIPE, {"LogConfiguration": {"CloudwatchLogsLogDestination": {"LogGroupArn": "x"}}}, set()),
        (PIPE, {"LogConfiguration": {"S3LogDestination": {"BucketName": "logs"}}}, {LOGS}),
        (FIREWALL, {"LoggingConfiguration": {"LogDestinationConfigs": [{"LogDestination": {"logGroup": "x"}}]}}, set()),
        (
            FIREWALL,
            {"LoggingConfiguration": {"LogDestinationConfigs": [{"LogDestination": {"bucketName": "logs"}}]}},
            {LOGS},
        ),
        ("AWS::Shield::DRTAccess", {"LogBucketList": ["logs"]}, {LOGS}),
        (LATTICE, {"DestinationArn": {"Fn::GetAtt": "Group.Arn"}}, set()),
        (LATTICE, {"DestinationArn": {"Fn::GetAtt": "Bucket.Arn"}}, {LOGS}),
    ],
)
def test_only_the_policy_of_the_bucket_for_logs_is_set(
    resource_type: str, properties: dict[str, Any], buckets: set[str]
) -> None:
    template = {**OWN, "It": {"Type": resource_type, "Properties": properties}}
    role = derive([version(template, Parameters={"Some": {"Type": "String"}})], REGIONS)
    assert resources(role, "s3:PutBucketPolicy") == buckets


def test_a_pipe_and_a_cache_without_logs_deliver_none() -> None:
    for resource_type in (PIPE, "AWS::ElastiCache::ReplicationGroup", "AWS::ElastiCache::CacheCluster"):
        role = derive([with_resource(resource_type)], REGIONS)
        assert not [action for action in actions(role) if action.startswith(("logs:", "firehose:"))]
    with_logs = derive([with_resource("AWS::ElastiCache::ReplicationGroup", LogDeliveryConfigurations=[{}])], REGIONS)
    assert "logs:CreateLogDelivery" in actions(with_logs)


IMAGES = [
    ("ami-12345678", False),
    ("resolve:ssm:/images/web", True),
    ("{{resolve:ssm:/images/web}}", False),
    ({"Ref": "Image"}, False),
    ({"Ref": "Some"}, True),
    ({"Fn::Sub": "resolve:ssm:/images/${Some}"}, True),
]


@pytest.mark.parametrize(("image", "read"), IMAGES)
def test_a_group_reads_a_parameter_only_for_an_image(image: Any, read: bool) -> None:
    launch = {"LaunchTemplateId": {"Ref": "Template"}, "Version": "1"}
    template = {
        "Template": {"Type": "AWS::EC2::LaunchTemplate", "Properties": {"LaunchTemplateData": {"ImageId": image}}},
        "It": {"Type": GROUP, "Properties": {"LaunchTemplate": launch}},
    }
    parameters = {"Image": {"Type": "AWS::EC2::Image::Id"}, "Some": {"Type": "String"}}
    role = derive([version(template, Parameters=parameters)], REGIONS)
    any_parameter = "arn:${AWS::Partition}:ssm:*:${AWS::AccountId}:parameter/*"
    assert (any_parameter in resources(role, "ssm:GetParameters")) is read
    assert not {"ssm:Get*", "ec2:Get*"} & actions(role)
    assert "*" not in resources(role, "ssm:GetParameters")


def test_a_group_finds_instance_types_only_by_requirements() -> None:
    action = "ec2:GetInstanceTypesFromInstanceRequirements"
    assert action not in actions(derive([with_resource(GROUP)], REGIONS))
    mixed = {"LaunchTemplate": {"Overrides": [{"InstanceRequirements": {}}]}}
    assert action in actions(derive([with_resource(GROUP, MixedInstancesPolicy=mixed)], REGIONS))


def test_service_linked_roles_are_of_a_named_service() -> None:
    for resource_type in ("AWS::ECS::Cluster", "AWS::RDS::DBInstance", GROUP, "AWS::ElastiCache::ReplicationGroup"):
        role = derive([with_resource(resource_type)], REGIONS)
        linked = [each for each in role.permissions if "iam:CreateServiceLinkedRole" in each.actions]
        assert linked
        for permission in linked:
            assert permission.conditions["StringLike"]["iam:AWSServiceName"] not in ("*", "*.amazonaws.com")


def test_a_service_linked_role_of_the_template_is_the_only_one() -> None:
    role = derive(
        [with_resource("AWS::IAM::ServiceLinkedRole", AWSServiceName="elasticbeanstalk.amazonaws.com")], REGIONS
    )
    linked = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-service-role/elasticbeanstalk.amazonaws.com/*"
    assert resources(role, "iam:CreateServiceLinkedRole") == {linked}
