"""E9011 beyond its fixtures."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.controls._types import property_names
from catalog.check.controls.e9011_customer_managed_keys import FLAGS, CustomerManagedKeys


def found(kind: str, properties: dict[str, Any], parameters: dict[str, Any] | None = None) -> list[str]:
    template = {"Parameters": parameters or {}, "Resources": {"R": {"Type": kind, "Properties": properties}}}
    return ["/".join(map(str, path[3:])) for path, _ in CustomerManagedKeys().faults(template)]


@pytest.mark.parametrize("kind", FLAGS)
def test_the_flags_are_properties_of_types_that_exist(kind: str) -> None:
    assert FLAGS[kind] in property_names(kind) or kind in ("AWS::S3::Bucket", "AWS::DynamoDB::Table")


@pytest.mark.parametrize(
    ("kind", "properties", "expected"),
    [
        ("AWS::RDS::DBInstance", {"StorageEncrypted": True}, ["StorageEncrypted"]),
        ("AWS::RDS::DBInstance", {"StorageEncrypted": True, "KmsKeyId": {"Ref": "Key"}}, []),
        ("AWS::RDS::DBInstance", {"StorageEncrypted": True, "DBSnapshotIdentifier": "snapshot"}, []),
        ("AWS::RDS::DBInstance", {"StorageEncrypted": {"Fn::If": ["C", True, False]}}, ["StorageEncrypted/Fn::If/1"]),
        ("AWS::DynamoDB::Table", {"SSESpecification": {"SSEEnabled": True}}, ["SSESpecification/SSEEnabled"]),
        ("AWS::DynamoDB::Table", {"SSESpecification": {"SSEEnabled": True, "KMSMasterKeyId": "k"}}, []),
        ("AWS::EFS::FileSystem", {"Encrypted": False}, []),
        ("AWS::SNS::Topic", {"KmsMasterKeyId": {"Fn::Sub": "arn:aws:kms:::alias/aws/sns"}}, ["KmsMasterKeyId"]),
        ("AWS::SNS::Topic", {"KmsMasterKeyId": "alias/awsome"}, []),
        ("AWS::SNS::Topic", {"KmsMasterKeyId": {"Fn::If": ["C", "alias/aws/sns", "x"]}}, ["KmsMasterKeyId/Fn::If/1"]),
        ("AWS::IAM::Policy", {"PolicyDocument": {"Statement": {"kms": "alias/aws/s3"}}}, []),
    ],
)
def test_properties_that_use_an_aws_managed_key(kind: str, properties: dict[str, Any], expected: list[str]) -> None:
    assert found(kind, properties) == expected


def test_a_parameter_that_offers_an_aws_managed_key() -> None:
    allowed = {"Key": {"Type": "String", "AllowedValues": ["alias/data", "alias/aws/sqs"]}}
    assert found("AWS::SQS::Queue", {"KmsMasterKeyId": {"Ref": "Key"}}, allowed) == ["KmsMasterKeyId"]
