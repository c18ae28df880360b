"""The resource types of a bootstrap stack, read back with the APIs of their services."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

TLS_ONLY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [{"Fn::GetAtt": ["Bucket", "Arn"]}, {"Fn::Sub": "${Bucket.Arn}/*"}],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ],
}
NOT_PUBLIC = dict.fromkeys(("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True)
BOOTSTRAP: dict[str, Any] = {
    "Resources": {
        "Bucket": {
            "Type": "AWS::S3::Bucket",
            "DeletionPolicy": "Retain",
            "Properties": {
                "BucketName": "templates-one",
                "BucketEncryption": {
                    "ServerSideEncryptionConfiguration": [
                        {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True}
                    ]
                },
                "VersioningConfiguration": {"Status": "Enabled"},
                "PublicAccessBlockConfiguration": NOT_PUBLIC,
                "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
                "LifecycleConfiguration": {
                    "Rules": [
                        {
                            "Id": "old",
                            "Status": "Enabled",
                            "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
                            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
                        }
                    ]
                },
                "Tags": [{"Key": "own", "Value": "1"}],
            },
        },
        "Policy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": TLS_ONLY},
        },
    },
    "Outputs": {"Name": {"Value": {"Ref": "Bucket"}}},
}


def test_a_bucket_with_all_protections(local: Any) -> None:
    stack = local.create("s", BOOTSTRAP, Tags=[{"Key": "stack", "Value": "2"}])
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert stack["Outputs"][0]["OutputValue"] == "templates-one"
    s3, name = local.client("s3"), {"Bucket": "templates-one"}
    rule = s3.get_bucket_encryption(**name)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule == {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True}
    assert s3.get_bucket_versioning(**name)["Status"] == "Enabled"
    block = s3.get_public_access_block(**name)["PublicAccessBlockConfiguration"]
    assert block == NOT_PUBLIC
    controls = s3.get_bucket_ownership_controls(**name)["OwnershipControls"]
    assert controls == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    lifecycle = s3.get_bucket_lifecycle_configuration(**name)["Rules"][0]
    assert lifecycle["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert lifecycle["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}
    assert {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(**name)["TagSet"]} == {
        "own": "1",
        "stack": "2",
    }
    policy = json.loads(s3.get_bucket_policy(**name)["Policy"])
    assert policy["Statement"][0]["Resource"] == ["arn:aws:s3:::templates-one", "arn:aws:s3:::templates-one/*"]


def test_a_bucket_changes_in_place(local: Any) -> None:
    local.create("s", BOOTSTRAP)
    changed = json.loads(json.dumps(BOOTSTRAP))
    properties = changed["Resources"]["Bucket"]["Properties"]
    del properties["PublicAccessBlockConfiguration"], properties["VersioningConfiguration"]
    del changed["Resources"]["Policy"]
    assert local.update("s", changed)["StackStatus"] == "UPDATE_COMPLETE"
    s3 = local.client("s3")
    assert s3.get_bucket_versioning(Bucket="templates-one")["Status"] == "Suspended"
    for read in (s3.get_public_access_block, s3.get_bucket_policy):
        with pytest.raises(ClientError):
            read(Bucket="templates-one")


def test_a_bucket_has_one_policy(local: Any) -> None:
    doubled = json.loads(json.dumps(BOOTSTRAP))
    doubled["Resources"]["Again"] = {**doubled["Resources"]["Policy"], "DependsOn": "Policy"}
    assert local.create("s", doubled)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "already exists on bucket templates-one" in local.reason("s", "Again", "CREATE_FAILED")


TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "servicecatalog.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def role(**properties: Any) -> dict[str, Any]:
    return {
        "Resources": {
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {"RoleName": "launch", "AssumeRolePolicyDocument": TRUST, **properties},
            }
        },
        "Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}}},
    }


def inline(name: str, action: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    return {"PolicyName": name, "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}


def test_a_role_with_its_policies(local: Any) -> None:
    capabilities = {"Capabilities": ["CAPABILITY_NAMED_IAM"]}
    managed = local.client("iam").create_policy(
        PolicyName="managed", PolicyDocument=json.dumps(inline("x", "s3:GetObject")["PolicyDocument"])
    )["Policy"]["Arn"]
    stack = local.create(
        "s",
        role(Path="/catalog/", Policies=[inline("keys", "kms:CreateKey")], ManagedPolicyArns=[managed]),
        **capabilities,
    )
    assert stack["Outputs"][0]["OutputValue"] == "arn:aws:iam::123456789012:role/catalog/launch"
    iam = local.client("iam")
    document = iam.get_role_policy(RoleName="launch", PolicyName="keys")["PolicyDocument"]
    assert document["Statement"][0]["Action"] == "kms:CreateKey"
    assert iam.get_role(RoleName="launch")["Role"]["AssumeRolePolicyDocument"] == TRUST
    assert iam.list_attached_role_policies(RoleName="launch")["AttachedPolicies"][0]["PolicyArn"] == managed

    changed = role(Path="/catalog/", Policies=[inline("more", "kms:CreateAlias")], Description="d")
    assert local.update("s", changed, **capabilities)["StackStatus"] == "UPDATE_COMPLETE"
    assert iam.list_role_policies(RoleName="launch")["PolicyNames"] == ["more"]
    assert iam.list_attached_role_policies(RoleName="launch")["AttachedPolicies"] == []

    local.client("cloudformation").delete_stack(StackName="s")
    with pytest.raises(ClientError):
        iam.get_role(RoleName="launch")


def test_a_role_whose_creation_fails_is_deleted(local: Any) -> None:
    missing = "arn:aws:iam::aws:policy/NoSuchPolicy"
    stack = local.create("s", role(ManagedPolicyArns=[missing]), Capabilities=["CAPABILITY_NAMED_IAM"])
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert local.client("iam").list_roles()["Roles"] == []


def test_a_role_in_use_elsewhere_is_not_deleted(local: Any) -> None:
    local.create("s", role(), Capabilities=["CAPABILITY_NAMED_IAM"])
    local.client("iam").put_role_policy(
        RoleName="launch",
        PolicyName="foreign",
        PolicyDocument=json.dumps(inline("x", "s3:GetObject")["PolicyDocument"]),
    )
    local.client("cloudformation").delete_stack(StackName="s")
    stack = local.client("cloudformation").describe_stacks(StackName="s")["Stacks"][0]
    assert stack["StackStatus"] == "DELETE_FAILED"
    assert "must delete policies first" in local.reason("s", "Role", "DELETE_FAILED")


def test_resource_types_of_moto(local: Any) -> None:
    template = {
        "Resources": {
            "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "news"}},
            "Queue": {"Type": "AWS::SQS::Queue"},
            "Group": {
                "Type": "AWS::Logs::LogGroup",
                "Properties": {"LogGroupName": {"Fn::GetAtt": ["Queue", "QueueName"]}},
            },
        },
        "Outputs": {
            "Topic": {"Value": {"Ref": "Topic"}},
            "Queue": {"Value": {"Fn::GetAtt": ["Queue", "Arn"]}},
        },
    }
    stack = local.create("s", template)
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert stack["Outputs"][0]["OutputValue"] == "arn:aws:sns:us-east-1:123456789012:news"
    assert stack["Outputs"][1]["OutputValue"].startswith("arn:aws:sqs:us-east-1:123456789012:s-Queue-")
    local.client("cloudformation").delete_stack(StackName="s")
    assert local.client("sns").list_topics()["Topics"] == []
    assert "QueueUrls" not in local.client("sqs").list_queues()
