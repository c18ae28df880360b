"""Streams with destinations of logs, file systems, and buses with what belongs to them."""

from __future__ import annotations

import json
from typing import Any

from tests.contract.resource_types.cases_network import SUBNET, VPC
from tests.contract.resource_types.conftest import ACCOUNT, REGION, Case
from tests.contract.resource_types.reading import asks, listed, with_more

STREAM = {"Type": "AWS::Kinesis::Stream", "Properties": {"ShardCount": 1}}
TWO = {"Type": "AWS::Kinesis::Stream", "Properties": {"Name": "two", "ShardCount": 1}}
TRUST = {"Effect": "Allow", "Principal": {"Service": "logs.amazonaws.com"}, "Action": "sts:AssumeRole"}
ROLE_OF_LOGS = {
    "Type": "AWS::IAM::Role",
    "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [TRUST]}},
}
FILES = {"Type": "AWS::EFS::FileSystem"}
GROUP = {
    "Type": "AWS::EC2::SecurityGroup",
    "Properties": {"GroupDescription": "g", "VpcId": {"Ref": "Vpc"}},
}
READERS = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*"}]}
PUBLISHERS = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "all", "Effect": "Allow", "Principal": "*", "Action": "events:PutEvents", "Resource": "*"},
    ],
}
BUS_ARN = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/orders"
CONNECTION: dict[str, Any] = {
    "AuthorizationType": "API_KEY",
    "AuthParameters": {"ApiKeyAuthParameters": {"ApiKeyName": "key", "ApiKeyValue": "value"}},
}


def bus_tags() -> Any:
    return listed(asks("events", "list_tags_for_resource", "Tags", ResourceARN=BUS_ARN))


CASES = (
    Case(
        "AWS::Kinesis::Stream",
        {
            "ShardCount": 1,
            "RetentionPeriodHours": 48,
            "StreamEncryption": {"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"},
            "DesiredShardLevelMetrics": ["IncomingBytes"],
        },
        asks("kinesis", "describe_stream_summary", "StreamDescriptionSummary", StreamName="@"),
        {
            "OpenShardCount": 1,
            "RetentionPeriodHours": 48,
            "EncryptionType": "KMS",
            "EnhancedMonitoring": [{"ShardLevelMetrics": ["IncomingBytes"]}],
        },
        changed={
            "ShardCount": 2,
            "RetentionPeriodHours": None,
            "StreamEncryption": None,
            "DesiredShardLevelMetrics": ["OutgoingBytes"],
        },
        then={
            "OpenShardCount": 2,
            "RetentionPeriodHours": 24,
            "EncryptionType": "NONE",
            "EnhancedMonitoring": [{"ShardLevelMetrics": ["OutgoingBytes"]}],
        },
        replaced={"Name": "another"},
        tags=listed(asks("kinesis", "list_tags_for_stream", "Tags", StreamName="@")),
        denied=(
            "kinesis:CreateStream",
            "kinesis:AddTagsToStream",
            "kinesis:DescribeStreamSummary",
            "kinesis:IncreaseStreamRetentionPeriod",
            "kinesis:StartStreamEncryption",
            "kinesis:EnableEnhancedMonitoring",
        ),
        denied_later=("kinesis:DeleteStream", "kinesis:UpdateShardCount", "kinesis:StopStreamEncryption"),
        attributes=("Arn",),
    ),
    Case(
        "AWS::Kinesis::StreamConsumer",
        {"ConsumerName": "one", "StreamARN": {"Fn::GetAtt": ["Stream", "Arn"]}},
        asks("kinesis", "describe_stream_consumer", "ConsumerDescription", ConsumerARN="@"),
        {"ConsumerName": "one", "ConsumerStatus": "ACTIVE"},
        replaced={"ConsumerName": "two"},
        denied=("kinesis:RegisterStreamConsumer", "kinesis:DescribeStreamConsumer"),
        denied_later=("kinesis:DeregisterStreamConsumer",),
        around={"Stream": STREAM},
        attributes=("ConsumerARN", "ConsumerStatus"),
    ),
    Case(
        "AWS::Kinesis::ResourcePolicy",
        {"ResourceArn": {"Fn::GetAtt": ["Reader", "ConsumerARN"]}, "ResourcePolicy": READERS},
        lambda world, arn: json.loads(world.client("kinesis").get_resource_policy(ResourceARN=arn)["Policy"]),
        READERS,
        changed={"ResourcePolicy": {**READERS, "Id": "two"}},
        then={"Id": "two"},
        replaced={"ResourceArn": {"Fn::GetAtt": ["Stream", "Arn"]}},
        denied=("kinesis:PutResourcePolicy", "kinesis:GetResourcePolicy"),
        denied_later=("kinesis:DeleteResourcePolicy",),
        around={
            "Stream": STREAM,
            "Reader": {
                "Type": "AWS::Kinesis::StreamConsumer",
                "Properties": {"ConsumerName": "one", "StreamARN": {"Fn::GetAtt": ["Stream", "Arn"]}},
            },
        },
    ),
    Case(
        "AWS::EFS::FileSystem",
        {
            "Encrypted": True,
            "LifecyclePolicies": [{"TransitionToIA": "AFTER_30_DAYS"}],
            "BackupPolicy": {"Status": "ENABLED"},
            "FileSystemPolicy": READERS,
        },
        with_more(
            asks("efs", "describe_file_systems", "FileSystems.0", FileSystemId="@"),
            policy=asks("efs", "describe_file_system_policy", "Policy", FileSystemId="@"),
            backup=asks("efs", "describe_backup_policy", "BackupPolicy.Status", FileSystemId="@"),
            lifecycle=asks("efs", "describe_lifecycle_configuration", "LifecyclePolicies", FileSystemId="@"),
        ),
        {"Encrypted": True, "backup": "ENABLED", "lifecycle": [{"TransitionToIA": "AFTER_30_DAYS"}]},
        changed={
            "ThroughputMode": "provisioned",
            "ProvisionedThroughputInMibps": 5,
            "LifecyclePolicies": None,
            "BackupPolicy": {"Status": "DISABLED"},
            "FileSystemPolicy": None,
            "FileSystemProtection": {"ReplicationOverwriteProtection": "DISABLED"},
        },
        then={
            "ThroughputMode": "provisioned",
            "ProvisionedThroughputInMibps": 5.0,
            "backup": "DISABLED",
            "lifecycle": [],
            "policy": None,
            "FileSystemProtection": {"ReplicationOverwriteProtection": "DISABLED"},
        },
        replaced={"PerformanceMode": "maxIO"},
        tags=listed(asks("efs", "describe_file_systems", "FileSystems.0.Tags", FileSystemId="@")),
        tag_property="FileSystemTags",
        denied=tuple(
            f"elasticfilesystem:{action}"
            for action in (
                *("CreateFileSystem", "TagResource", "DescribeFileSystems", "PutLifecycleConfiguration"),
                *("PutBackupPolicy", "PutFileSystemPolicy"),
            )
        ),
        denied_later=(
            "elasticfilesystem:DeleteFileSystem",
            "elasticfilesystem:UpdateFileSystem",
            "elasticfilesystem:DeleteFileSystemPolicy",
        ),
        attributes=("Arn", "FileSystemId"),
    ),
    Case(
        "AWS::EFS::MountTarget",
        {
            "FileSystemId": {"Ref": "Files"},
            "SubnetId": {"Ref": "Subnet"},
            "SecurityGroups": [{"Fn::GetAtt": ["Vpc", "DefaultSecurityGroup"]}],
        },
        with_more(
            asks("efs", "describe_mount_targets", "MountTargets.0", MountTargetId="@"),
            groups=lambda world, reference: [
                group != world.reference("Group")
                for group in world.client("efs").describe_mount_target_security_groups(MountTargetId=reference)[
                    "SecurityGroups"
                ]
            ],
        ),
        {"LifeCycleState": "available", "groups": [True]},
        changed={"SecurityGroups": [{"Fn::GetAtt": ["Group", "GroupId"]}]},
        then={"groups": [False]},
        denied=("elasticfilesystem:CreateMountTarget", "elasticfilesystem:DescribeMountTargets"),
        denied_later=("elasticfilesystem:ModifyMountTargetSecurityGroups", "elasticfilesystem:DeleteMountTarget"),
        around={"Files": FILES, "Vpc": VPC, "Subnet": SUBNET, "Group": GROUP},
        attributes=("Id",),
    ),
    Case(
        "AWS::EFS::AccessPoint",
        {"FileSystemId": {"Ref": "Files"}, "PosixUser": {"Uid": "1000", "Gid": "1000"}},
        asks("efs", "describe_access_points", "AccessPoints.0", AccessPointId="@"),
        {"PosixUser": {"Uid": 1000, "Gid": 1000}},
        replaced={"PosixUser": {"Uid": "1001", "Gid": "1000"}},
        tags=listed(asks("efs", "describe_access_points", "AccessPoints.0.Tags", AccessPointId="@")),
        tag_property="AccessPointTags",
        denied=("elasticfilesystem:CreateAccessPoint", "elasticfilesystem:DescribeAccessPoints"),
        denied_later=("elasticfilesystem:DeleteAccessPoint",),
        around={"Files": FILES},
        attributes=("Arn", "AccessPointId"),
    ),
    Case(
        "AWS::Events::EventBus",
        {"Name": "orders", "Description": "one", "Policy": PUBLISHERS, "LogConfig": {"Level": "INFO"}},
        asks("events", "describe_event_bus", Name="@"),
        {"Name": "orders", "Description": "one", "LogConfig": {"Level": "INFO"}},
        changed={"Description": None, "Policy": None, "LogConfig": {"Level": "ERROR"}},
        then={"Description": None, "Policy": None, "LogConfig": {"Level": "ERROR"}},
        replaced={"Name": "bills"},
        tags=bus_tags(),
        denied=("events:CreateEventBus", "events:TagResource", "events:DescribeEventBus", "events:PutPermission"),
        denied_later=("events:DeleteEventBus", "events:UpdateEventBus"),
        attributes=("Arn",),
    ),
    Case(
        "AWS::Events::Archive",
        {"SourceArn": {"Fn::GetAtt": ["Bus", "Arn"]}, "EventPattern": {"source": ["a"]}, "RetentionDays": 3},
        asks("events", "describe_archive", ArchiveName="@"),
        {"RetentionDays": 3, "EventPattern": '{"source": ["a"]}'},
        changed={"RetentionDays": 5, "Description": "two"},
        then={"RetentionDays": 5, "Description": "two"},
        replaced={"ArchiveName": "another"},
        denied=("events:CreateArchive", "events:DescribeArchive"),
        denied_later=("events:UpdateArchive", "events:DeleteArchive"),
        around={"Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "orders"}}},
        attributes=("Arn",),
    ),
    Case(
        "AWS::Events::Connection",
        CONNECTION,
        asks("events", "describe_connection", Name="@"),
        {"AuthorizationType": "API_KEY"},
        changed={"Description": "two"},
        then={"Description": "two"},
        replaced={"Name": "another"},
        denied=("events:CreateConnection", "events:DescribeConnection", "secretsmanager:CreateSecret"),
        denied_later=("events:UpdateConnection", "events:DeleteConnection"),
        attributes=("Arn", "SecretArn"),
    ),
    Case(
        "AWS::Events::ApiDestination",
        {
            "ConnectionArn": {"Fn::GetAtt": ["Connection", "Arn"]},
            "HttpMethod": "POST",
            "InvocationEndpoint": "https://example.com/",
        },
        asks("events", "describe_api_destination", Name="@"),
        {"HttpMethod": "POST", "InvocationEndpoint": "https://example.com/"},
        changed={"HttpMethod": "PUT", "InvocationRateLimitPerSecond": 5},
        then={"HttpMethod": "PUT", "InvocationRateLimitPerSecond": 5},
        replaced={"Name": "another"},
        denied=("events:CreateApiDestination", "events:DescribeApiDestination"),
        denied_later=("events:UpdateApiDestination", "events:DeleteApiDestination"),
        around={"Connection": {"Type": "AWS::Events::Connection", "Properties": CONNECTION}},
        attributes=("Arn",),
    ),
    Case(
        "AWS::Logs::Destination",
        {
            "DestinationName": "one",
            "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
            "TargetArn": {"Fn::GetAtt": ["Stream", "Arn"]},
            "DestinationPolicy": "{}",
        },
        lambda world, name: next(
            each
            for each in world.client("logs").describe_destinations()["destinations"]
            if each["destinationName"] == name
        ),
        {"accessPolicy": "{}"},
        changed={"DestinationPolicy": '{"a": 1}', "TargetArn": {"Fn::GetAtt": ["Two", "Arn"]}},
        then={"accessPolicy": '{"a": 1}', "targetArn": f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/two"},
        replaced={"DestinationName": "another"},
        tags=lambda world, name: world.client("logs").list_tags_for_resource(
            resourceArn=f"arn:aws:logs:{REGION}:{ACCOUNT}:destination:{name}"
        )["tags"],
        denied=("logs:PutDestination", "logs:PutDestinationPolicy", "logs:DescribeDestinations", "iam:PassRole"),
        denied_later=("logs:DeleteDestination",),
        around={"Role": ROLE_OF_LOGS, "Stream": STREAM, "Two": TWO},
        attributes=("Arn",),
    ),
)
