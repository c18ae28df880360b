"""Versions of kms_key and of a store with several services, and questions about their derived roles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.content.config import Config, load_config
from catalog.content.load import load_product
from catalog.content.render import render
from catalog.model.definition import LaunchPermission
from catalog.roles.derive import DerivedPermissions, ProductVersion, derive
from tests.conftest import copy_content

ROOT = Path(__file__).resolve().parent.parent.parent.parent
REGIONS = ("us-east-1", "eu-west-1")

ACCOUNT = "arn:${AWS::Partition}:iam::${AWS::AccountId}:"
STACK = "SC-${AWS::AccountId}-pp-*"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}

Make = Callable[..., ProductVersion]


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    return load_config(copy_content(tmp_path_factory.mktemp("roles") / "repository"))


@pytest.fixture(scope="session")
def kms_key(config: Config) -> ProductVersion:
    rendered = render("kms_key", load_product(config, "kms_key"))
    return ProductVersion("kms_key", rendered.version, rendered.template)


@pytest.fixture(scope="session")
def derived(kms_key: ProductVersion, config: Config) -> DerivedPermissions:
    return derive([kms_key], config.regions)


def version(resources: dict[str, Any], *, active: bool = True, **sections: Any) -> ProductVersion:
    """A version of a product whose template has these resources."""
    return ProductVersion("store", "1.0.0", {**sections, "Resources": resources}, active)


def with_resource(resource_type: str, **properties: Any) -> ProductVersion:
    """A version with one resource."""
    return version({"It": {"Type": resource_type, "Properties": properties}})


def iam_role(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST, **properties}}


def actions(derived: DerivedPermissions) -> set[str]:
    """All IAM actions of a derived role."""
    return {action for permission in derived.permissions for action in permission.actions}


def resources(derived: DerivedPermissions, action: str) -> set[str]:
    """The resources on which a derived role may use an action."""
    return {arn for permission in derived.permissions if action in permission.actions for arn in permission.resources}


def statement(derived: DerivedPermissions, action: str) -> LaunchPermission:
    """The only statement that has an action."""
    (permission,) = [permission for permission in derived.permissions if action in permission.actions]
    return permission


STORE: dict[str, Any] = {
    "Bucket": {
        "Type": "AWS::S3::Bucket",
        "Properties": {
            "BucketName": {"Fn::Sub": "acme-${Environment}-${AWS::AccountId}"},
            "VersioningConfiguration": {"Status": "Enabled"},
            "PublicAccessBlockConfiguration": {"BlockPublicAcls": True},
        },
    },
    "BucketPolicy": {
        "Type": "AWS::S3::BucketPolicy",
        "Properties": {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": {"Statement": []}},
    },
    "Topic": {
        "Type": "AWS::SNS::Topic",
        "Properties": {"TopicName": {"Fn::Join": ["-", ["alerts", {"Ref": "Stage"}]]}},
    },
    "Subscription": {
        "Type": "AWS::SNS::Subscription",
        "Properties": {
            "TopicArn": {"Ref": "Elsewhere"},
            "Protocol": "sqs",
            "Endpoint": {"Fn::GetAtt": ["Queue", "Arn"]},
        },
    },
    "Queue": {"Type": "AWS::SQS::Queue", "Properties": {}},
    "Table": {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "TableName": {"Fn::If": ["Named", "orders", {"Ref": "AWS::NoValue"}]},
            "KeySchema": [],
            "TimeToLiveSpecification": {"Enabled": True},
        },
    },
}
STORE_SECTIONS: dict[str, Any] = {
    "Parameters": {
        "Environment": {"Type": "String"},
        "Elsewhere": {"Type": "String"},
        "Stage": {"Type": "String", "AllowedValues": ["dev", "prod"]},
        "WithName": {"Type": "String", "AllowedValues": ["true", "false"]},
    },
    "Conditions": {"Named": {"Fn::Equals": [{"Ref": "WithName"}, "true"]}},
}


@pytest.fixture(scope="session")
def store() -> ProductVersion:
    return version(STORE, **STORE_SECTIONS)
