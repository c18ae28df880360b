"""E9015 beyond its fixtures: defaults of AWS, values that a launch decides, and data from elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.controls._encryption import STORES
from catalog.check.controls._types import property_names
from catalog.check.controls.e9015_encryption_at_rest import EncryptionAtRest

NO_VALUE = {"Ref": "AWS::NoValue"}


def verdicts(kind: str, properties: dict[str, Any], **sections: Any) -> tuple[int, int]:
    template = {**sections, "Resources": {"Store": {"Type": kind, "Properties": properties}}}
    control = EncryptionAtRest()
    return len(list(control.faults(template))), len(list(control.undecided(template)))


@pytest.mark.parametrize("kind", STORES)
def test_the_properties_of_each_type_exist(kind: str) -> None:
    store = STORES[kind]
    names = {store.switch[0], *store.inherits, *store.member, *store.instead}
    known = {*property_names(kind)}
    assert store.switch[0] in known
    assert names & known


@pytest.mark.parametrize(
    ("kind", "properties", "expected"),
    [
        ("AWS::RDS::DBInstance", {}, (1, 0)),
        ("AWS::RDS::DBInstance", {"StorageEncrypted": True}, (0, 0)),
        ("AWS::RDS::DBInstance", {"StorageEncrypted": "true"}, (0, 0)),
        ("AWS::RDS::DBInstance", {"StorageEncrypted": "false"}, (1, 0)),
        ("AWS::RDS::DBInstance", {"KmsKeyId": "key"}, (1, 0)),
        ("AWS::RDS::DBInstance", {"DBClusterIdentifier": {"Ref": "Cluster"}}, (0, 0)),
        ("AWS::RDS::DBInstance", {"DBSnapshotIdentifier": {"Ref": "Snapshot"}}, (0, 1)),
        ("AWS::RDS::DBInstance", {"SourceDBInstanceIdentifier": "primary"}, (0, 1)),
        ("AWS::RDS::DBCluster", {"Engine": "aurora-postgresql"}, (0, 0)),
        ("AWS::RDS::DBCluster", {"Engine": "aurora-postgresql", "StorageEncrypted": False}, (1, 0)),
        ("AWS::RDS::DBCluster", {"Engine": "postgres"}, (1, 0)),
        ("AWS::RDS::DBCluster", {"Engine": "aurora-mysql", "SnapshotIdentifier": "old"}, (0, 1)),
        ("AWS::RDS::DBCluster", {"Engine": {"Fn::ImportValue": "engine"}}, (0, 1)),
        ("AWS::DocDB::DBCluster", {}, (1, 0)),
        ("AWS::Neptune::DBCluster", {"StorageEncrypted": True}, (0, 0)),
        ("AWS::Redshift::Cluster", {}, (0, 0)),
        ("AWS::Redshift::Cluster", {"Encrypted": False}, (1, 0)),
        ("AWS::DAX::Cluster", {}, (1, 0)),
        ("AWS::DAX::Cluster", {"SSESpecification": {"SSEEnabled": True}}, (0, 0)),
        ("AWS::ElastiCache::ReplicationGroup", {}, (1, 0)),
        ("AWS::ElastiCache::ReplicationGroup", {"Engine": "redis", "AtRestEncryptionEnabled": False}, (1, 0)),
        ("AWS::ElastiCache::ReplicationGroup", {"AtRestEncryptionEnabled": "true"}, (0, 0)),
        ("AWS::ElastiCache::ReplicationGroup", {"Engine": "valkey"}, (0, 0)),
        ("AWS::ElastiCache::ReplicationGroup", {"GlobalReplicationGroupId": "first"}, (0, 1)),
        ("AWS::Kinesis::Stream", {}, (1, 0)),
        ("AWS::Kinesis::Stream", {"StreamEncryption": {"EncryptionType": "KMS", "KeyId": "alias/k"}}, (0, 0)),
        ("AWS::Kinesis::Stream", {"StreamEncryption": {"EncryptionType": "NONE"}}, (1, 0)),
        ("AWS::Kinesis::Stream", {"StreamEncryption": NO_VALUE}, (1, 0)),
        ("AWS::SQS::Queue", {}, (0, 0)),
        ("AWS::SQS::Queue", {"SqsManagedSseEnabled": False}, (1, 0)),
        ("AWS::SQS::Queue", {"SqsManagedSseEnabled": False, "KmsMasterKeyId": {"Ref": "Key"}}, (0, 0)),
        ("AWS::EFS::FileSystem", {"Encrypted": {"Fn::ImportValue": "encrypted"}}, (0, 1)),
        ("AWS::OpenSearchService::Domain", {"EncryptionAtRestOptions": {"KmsKeyId": {"Ref": "Key"}}}, (1, 0)),
        (
            "AWS::OpenSearchService::Domain",
            {"EncryptionAtRestOptions": {"Enabled": True, "KmsKeyId": {"Fn::GetAtt": ["Key", "Arn"]}}},
            (0, 0),
        ),
        ("AWS::EC2::Volume", {"SnapshotId": "snap-1"}, (0, 1)),
        ("AWS::EC2::Volume", {"Encrypted": True, "SnapshotId": "snap-1"}, (0, 0)),
        ("AWS::DynamoDB::Table", {"SSESpecification": {"SSEEnabled": False}}, (0, 0)),
    ],
    ids=repr,
)
def test_switches_and_defaults(kind: str, properties: dict[str, Any], expected: tuple[int, int]) -> None:
    assert verdicts(kind, properties) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "Chosen"}, (1, 0)),
        ({"Ref": "Free"}, (1, 0)),
        ({"Ref": "Fixed"}, (0, 0)),
        ({"Ref": "Bounded"}, (0, 0)),
        ({"Ref": "FromAccount"}, (0, 1)),
        ({"Fn::If": ["Chosen", True, False]}, (1, 0)),
        ({"Fn::If": ["Chosen", True, NO_VALUE]}, (1, 0)),
        ({"Fn::If": ["Chosen", True, "true"]}, (0, 0)),
        ({"Fn::If": ["Partition", False, True]}, (1, 0)),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "Chosen"}, "Encrypted"]}, (1, 0)),
        ({"Fn::FindInMap": ["Sizes", "true", "Encrypted"]}, (0, 0)),
    ],
    ids=repr,
)
def test_values_that_a_launch_decides(value: Any, expected: tuple[int, int]) -> None:
    sections = {
        "Parameters": {
            "Chosen": {"Type": "String", "AllowedValues": ["true", "false"], "Default": "true"},
            "Free": {"Type": "String", "Default": "true"},
            "Fixed": {"Type": "String", "AllowedValues": ["true"]},
            "Bounded": {"Type": "String", "AllowedPattern": "true"},
            "FromAccount": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/encrypted"},
        },
        "Mappings": {"Sizes": {"true": {"Encrypted": True}, "false": {"Encrypted": False}}},
        "Conditions": {
            "Chosen": {"Fn::Equals": [{"Ref": "Chosen"}, "true"]},
            "Partition": {"Fn::Equals": [{"Ref": "AWS::Partition"}, "aws-cn"]},
        },
    }
    assert verdicts("AWS::RDS::DBInstance", {"StorageEncrypted": value}, **sections) == expected


def test_a_rule_that_asserts_the_encryption_of_production_is_believed() -> None:
    parameters = {
        "Environment": {"Type": "String", "AllowedValues": ["prod"]},
        "Encrypted": {"Type": "String", "AllowedValues": ["true", "false"]},
    }
    rules = {
        "Protected": {
            "RuleCondition": {"Fn::Equals": [{"Ref": "Environment"}, "prod"]},
            "Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "Encrypted"}, "true"]}}],
        }
    }
    properties = {"StorageEncrypted": {"Ref": "Encrypted"}, "DBName": {"Ref": "Environment"}}
    assert verdicts("AWS::RDS::DBInstance", properties, Parameters=parameters, Rules=rules) == (0, 0)


@pytest.mark.parametrize(
    ("kind", "wrap"),
    [
        ("AWS::EC2::Instance", lambda settings: settings),
        ("AWS::AutoScaling::LaunchConfiguration", lambda settings: settings),
        ("AWS::EC2::LaunchTemplate", lambda settings: {"LaunchTemplateData": settings}),
        ("AWS::EC2::LaunchTemplate", lambda settings: {"LaunchTemplateData": {"Fn::If": ["A", settings, NO_VALUE]}}),
    ],
)
@pytest.mark.parametrize(
    ("device", "expected"),
    [
        ({"Ebs": {"VolumeSize": 8}}, (1, 0)),
        ({"Ebs": {"Encrypted": True}}, (0, 0)),
        ({"Ebs": {"SnapshotId": "snap-1"}}, (0, 1)),
        ({"VirtualName": "ephemeral0"}, (0, 0)),
        ({"Fn::If": ["A", {"Ebs": {"Encrypted": False}}, NO_VALUE]}, (1, 0)),
    ],
)
def test_block_devices(kind: str, wrap: Any, device: Any, expected: tuple[int, int]) -> None:
    conditions = {"A": {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]}}
    assert verdicts(kind, wrap({"BlockDeviceMappings": [device]}), Conditions=conditions) == expected
