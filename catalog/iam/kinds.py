"""Which resource types carry a policy, in which property, and what the policy speaks of.

The table is the one place for this: control E9002 and the access matrix read it. A test compares it with the schemas
that cfn-lint ships.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PolicyKind:
    """One resource type with a policy."""

    property_name: str
    """The property that holds the policy."""
    service: str
    """The prefix of the actions that it decides."""
    attached: str = ""
    """The property that names what the policy belongs to, one or a list; empty: the resource itself."""
    resource_implied: bool = False
    """Whether its statements have no Resource: they mean what the policy belongs to."""
    must_allow: bool = False
    """Whether IAM policies of the same account count only when the policy hands over to them, as for KMS keys."""
    beneath: str = ""
    """What must allow a request too, so that an Allow of this policy has an effect."""
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
"""Not here: AWS::ApiGateway::RestApi and AWS::EC2::VPCEndpoint, where AWS's own default is a policy for everybody and
another setting decides who can reach it."""
