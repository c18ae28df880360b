"""What a service refuses and moto takes: values, and changes that what there is does not allow. It is rolled back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.resource_types.conftest import World

VOLUME = {"AvailabilityZone": "us-east-1a", "Size": 100, "VolumeType": "gp3"}
DATABASE = {
    "DBInstanceClass": "db.t3.micro",
    "Engine": "mysql",
    "AllocatedStorage": "100",
    "MasterUsername": "owner",
    "MasterUserPassword": "password1",
}
POSTGRES = {**DATABASE, "Engine": "postgres", "EngineVersion": "15.4"}
CLUSTER = {
    "Version": "1.30",
    "RoleArn": "arn:aws:iam::123456789012:role/launch",
    "ResourcesVpcConfig": {"SubnetIds": [{"Ref": "Subnet"}]},
}
NETWORK = {
    "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
    "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24"}},
    "Queue": {"Type": "AWS::SQS::Queue"},
    "Topic": {"Type": "AWS::SNS::Topic"},
    "Zone": {"Type": "AWS::Route53::HostedZone", "Properties": {"Name": "corp.example"}},
}
TEAM = {"Name": "team", "AttributeDataType": "String"}
EMAIL = {"TopicArn": {"Ref": "Topic"}, "Protocol": "email", "Endpoint": "a@corp.example"}
RECORD = {"HostedZoneId": {"Ref": "Zone"}, "Name": "a.corp.example", "Type": "A", "TTL": "60"}
JOB = {
    "Type": "container",
    "ContainerProperties": {"Image": "i", "Vcpus": 1, "Memory": 128},
    "RetryStrategy": {"Attempts": 2},
}
ALARM = {"MetricName": "m", "Namespace": "n", "Statistic": "Sum", "Threshold": 1, "EvaluationPeriods": 1}
TASK = {"Name": "web", "Image": "i", "Memory": 64}
SCHEDULE = "Parameter ScheduleExpression is not valid."


def redrive(count: int) -> dict[str, Any]:
    return {"deadLetterTargetArn": {"Fn::GetAtt": ["Queue", "Arn"]}, "maxReceiveCount": count}


def trusting(service: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}


def moving(days: int, end: int) -> dict[str, Any]:
    transition = {"StorageClass": "STANDARD_IA", "TransitionInDays": days}
    rule = {"Id": "r", "Status": "Enabled", "Transitions": [transition], "ExpirationInDays": end}
    return {"LifecycleConfiguration": {"Rules": [rule]}}


def keeping(cold: int | None) -> dict[str, Any]:
    lifecycle = {"DeleteAfterDays": 60, **({"MoveToColdStorageAfterDays": cold} if cold else {})}
    rule = {"RuleName": "daily", "TargetBackupVault": "Default", "Lifecycle": lifecycle}
    return {"BackupPlanName": "refused", "BackupPlanRule": [rule]}


CHANGES: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("EC2::Volume", VOLUME, {"Size": 50}, "New size cannot be smaller than existing size"),
    ("RDS::DBInstance", DATABASE, {"AllocatedStorage": "50"}, "allocated storage"),
    ("RDS::DBInstance", DATABASE, {"DBInstanceClass": "db.huge"}, "Invalid DB Instance class: db.huge"),
    ("RDS::DBInstance", POSTGRES, {"EngineVersion": "15.3"}, "Cannot upgrade postgres from 15.4 to 15.3"),
    ("RDS::DBInstance", POSTGRES, {"EngineVersion": "16.1"}, "The AllowMajorVersionUpgrade flag must be present when"),
    (
        "Kinesis::Stream",
        {"ShardCount": 2},
        {"ShardCount": 5},
        "UpdateShardCount cannot scale up over double your current open shard count. Current open shard count: 2 ",
    ),
    ("Kinesis::Stream", {"ShardCount": 4}, {"ShardCount": 1}, "UpdateShardCount cannot scale down below half"),
    ("EKS::Cluster", CLUSTER, {"Version": "1.29"}, "Unsupported Kubernetes minor version update from 1.30 to 1.29"),
    ("EKS::Cluster", CLUSTER, {"Version": "1.32"}, "Unsupported Kubernetes minor version update from 1.30 to 1.32"),
    (
        "Cognito::UserPool",
        {"Schema": [TEAM]},
        {"Schema": [{**TEAM, "Name": "unit"}]},
        "Existing schema attributes cannot be modified or deleted.",
    ),
    (
        "Cognito::UserPool",
        {"Schema": [TEAM]},
        {"Schema": [{**TEAM, "AttributeDataType": "Number"}]},
        "Existing schema attributes cannot be modified or deleted.",
    ),
]
HOURLY = {"ScheduleExpression": "rate(1 hour)"}
VALUES: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    *(
        ("Events::Rule", HOURLY, {"ScheduleExpression": each}, SCHEDULE)
        for each in ("rate(1 hours)", "rate(5 minute)", "rate(0 minutes)", "cron(0 5 * * *)", "cron(0 5 * * * *)")
    ),
    ("SNS::Subscription", EMAIL, {"Protocol": "pigeon"}, "Amazon SNS does not support this protocol string: pigeon"),
    (
        "SNS::Subscription",
        EMAIL,
        {"Protocol": "https", "Endpoint": "http://corp.example"},
        "Invalid parameter: Endpoint must match the specified protocol",
    ),
    ("SQS::Queue", {}, {"RedrivePolicy": redrive(0)}, "maxReceiveCount: 0, valid values are from 1 to 1000 both incl"),
    ("SQS::Queue", {"RedrivePolicy": redrive(5)}, {"RedrivePolicy": redrive(2000)}, "maxReceiveCount: 2000, valid"),
    (
        "Route53::RecordSet",
        {**RECORD, "ResourceRecords": ["10.0.0.1"]},
        {"ResourceRecords": ["corp"]},
        "ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with 'corp'",
    ),
    (
        "Route53::RecordSet",
        {**RECORD, "ResourceRecords": ["10.0.0.1"]},
        {"Type": "AAAA", "Name": "b.corp.example"},
        "AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address) encountered with '10.0.0.1'",
    ),
    ("IAM::Role", trusting("ec2.amazonaws.com"), trusting("ec2"), 'Invalid principal in policy: "SERVICE":"ec2"'),
    ("S3::Bucket", moving(30, 90), moving(10, 90), "greater than or equal to 30 for storageClass 'STANDARD_IA'"),
    ("S3::Bucket", {}, moving(60, 60), "'Days' in the Expiration action for filter '(prefix=)' must be greater than"),
    (
        "Backup::BackupPlan",
        {"BackupPlan": keeping(None)},
        {"BackupPlan": keeping(30)},
        "DeleteAfterDays cannot be less than 90 days apart from MoveToColdStorageAfterDays",
    ),
    ("Batch::JobDefinition", JOB, {"RetryStrategy": {"Attempts": 11}}, "RetryStrategy attempts"),
    ("CloudWatch::Alarm", {**ALARM, "Period": 60}, {"Period": 45}, "Period must be 10, 20, 30 or a multiple of 60"),
    (
        "ECS::TaskDefinition",
        {"ContainerDefinitions": [TASK]},
        {"ContainerDefinitions": [{**TASK, "Image": ""}]},
        "Container.image should not be null or empty.",
    ),
    (
        "IoT::TopicRule",
        {"TopicRulePayload": {"Sql": "SELECT * FROM 'a'", "Actions": []}},
        {"TopicRulePayload": {"Sql": "INSERT", "Actions": []}},
        "The SQL statement of the rule is not valid",
    ),
]


@pytest.mark.parametrize(("name", "properties", "changed", "words"), [*CHANGES, *VALUES])
def test_what_a_service_refuses_is_rolled_back(
    world: World, name: str, properties: dict[str, Any], changed: dict[str, Any], words: str
) -> None:
    around = {key: NETWORK[key] for key in NETWORK if f'"{key}"' in repr((properties, changed)).replace("'", '"')}
    around = NETWORK if "Subnet" in around else around
    made, wanted = ({"Type": f"AWS::{name}", "Properties": each} for each in (properties, {**properties, **changed}))
    outcome = world.create({"Resources": {"It": made, **around}})
    assert outcome.status == "CREATE_COMPLETE", outcome.reason
    outcome = world.update({"Resources": {"It": wanted, **around}})
    assert (outcome.status, words in outcome.reason) == ("UPDATE_ROLLBACK_COMPLETE", True), outcome.reason
    assert world.update({"Resources": {"It": {**made, "Metadata": {"a": 1}}, **around}}).status == "UPDATE_COMPLETE"


def test_an_address_goes_to_the_instance_that_replaces_its_own(world: World) -> None:
    instance = {"ImageId": "ami-12c6146b", "InstanceType": "t3.micro", "SubnetId": {"Ref": "Subnet"}}
    address = {"Type": "AWS::EC2::EIP", "Properties": {"InstanceId": {"Ref": "It"}}}
    made = {**NETWORK, "It": {"Type": "AWS::EC2::Instance", "Properties": instance}, "Address": address}
    assert world.create({"Resources": made}).status == "CREATE_COMPLETE"
    made["It"] = {"Type": "AWS::EC2::Instance", "Properties": {**instance, "PrivateIpAddress": "10.0.0.77"}}
    outcome = world.update({"Resources": made})
    assert outcome.status == "UPDATE_COMPLETE", outcome.reason
    shown = world.client("ec2").describe_addresses(PublicIps=[world.reference("Address")])["Addresses"][0]
    assert shown["InstanceId"] == world.reference()


def test_a_new_major_version_that_is_allowed(world: World) -> None:
    wanted = {**POSTGRES, "EngineVersion": "16.1", "AllowMajorVersionUpgrade": True}
    made, upgraded = (
        {"Resources": {"It": {"Type": "AWS::RDS::DBInstance", "Properties": each}}} for each in (POSTGRES, wanted)
    )
    assert world.create(made).status == "CREATE_COMPLETE"
    outcome = world.update(upgraded)
    assert outcome.status == "UPDATE_COMPLETE", outcome.reason
    shown = world.client("rds").describe_db_instances(DBInstanceIdentifier=world.reference())["DBInstances"][0]
    assert shown["EngineVersion"] == "16.1"
