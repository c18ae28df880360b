"""The resource types that have a policy: the property that holds it, and how the service evaluates it.

Control E9002 and the access matrix read this table. A test compares it with the schemas that cfn-lint ships.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PolicyKind:
    """A resource type with a policy."""

    property_name: str
    """The property that holds the policy."""
    service: str
    """The prefix of the IAM actions that the policy decides."""
    attached: str = ""
    """The property that names the resource of the policy, or several; empty if the policy is on the resource itself."""
    resource_implied: bool = False
    """Whether its statements have no Resource element, and apply to the resource of the policy."""
    must_allow: bool = False
    """Whether IAM policies of the same account count only if the policy allows the account, as for KMS keys."""
    beneath: str = ""
    """The underlying resource, which must allow a request too."""
    anonymous: bool = True
    """Whether the service accepts unsigned requests."""


POLICY_KINDS: Mapping[str, PolicyKind] = {
    "AWS::Backup::BackupVault": PolicyKind("AccessPolicy", "backup", anonymous=False),
    "AWS::ECR::Repository": PolicyKind("RepositoryPolicyText", "ecr", resource_implied=True, anonymous=False),
    "AWS::EFS::FileSystem": PolicyKind("FileSystemPolicy", "elasticfilesystem"),
    "AWS::IAM::Role": PolicyKind(
        "AssumeRolePolicyDocument", "sts", resource_implied=True, must_allow=True, anonymous=False
    ),
    "AWS::KMS::Key": PolicyKind("KeyPolicy", "kms", must_allow=True, anonymous=False),
    "AWS::KMS::ReplicaKey": PolicyKind("KeyPolicy", "kms", must_allow=True, anonymous=False),
    "AWS::Kinesis::ResourcePolicy": PolicyKind("ResourcePolicy", "kinesis", "ResourceArn", anonymous=False),
    "AWS::OpenSearchService::Domain": PolicyKind("AccessPolicies", "es"),
    "AWS::S3::AccessPoint": PolicyKind("Policy", "s3", beneath="the bucket"),  # S3 user guide, access point policies
    "AWS::S3::BucketPolicy": PolicyKind("PolicyDocument", "s3", "Bucket"),
    "AWS::SNS::TopicInlinePolicy": PolicyKind("PolicyDocument", "sns", "TopicArn"),
    "AWS::SNS::TopicPolicy": PolicyKind("PolicyDocument", "sns", "Topics"),
    "AWS::SQS::QueueInlinePolicy": PolicyKind("PolicyDocument", "sqs", "Queue"),
    "AWS::SQS::QueuePolicy": PolicyKind("PolicyDocument", "sqs", "Queues"),
    "AWS::SecretsManager::ResourcePolicy": PolicyKind("ResourcePolicy", "secretsmanager", "SecretId", anonymous=False),
}
"""AWS::ApiGateway::RestApi and AWS::EC2::VPCEndpoint are not in the table: their default policy from AWS allows
everyone, and another setting decides who can reach them."""
