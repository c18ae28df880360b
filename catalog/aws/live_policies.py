"""The policies of resources that a launch made, read from the services that have them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from catalog.aws.calls import aws_call
from catalog.aws.launched_stacks import LaunchedResource
from catalog.aws.roles import default_version, inline_policies
from catalog.aws.session import AwsSession
from catalog.errors import AwsCallError

Documents = Iterator[tuple[str, Any]]
"""(name of a policy of the resource, empty for its only one, document)."""
ABSENT = ("NoSuchBucketPolicy", "ResourceNotFoundException", "RepositoryPolicyNotFoundException")
"""Codes of the error for a resource that has no policy."""


def read_policies(session: AwsSession, resources: Mapping[str, LaunchedResource]) -> dict[str, dict[str, Any]]:
    """The policies of the resources by logical id, and `LogicalId/NAME` for those that have names."""
    policies = {}
    for resource in resources.values():
        if reader := READERS.get(resource.type):
            try:
                for name, document in reader(session, resource.physical_id):
                    if document:
                        key = f"{resource.logical_id}/{name}" if name else resource.logical_id
                        policies[key] = json.loads(document) if isinstance(document, str) else document
            except AwsCallError as error:
                if error.code not in ABSENT:
                    raise
    return policies


def key_policy(session: AwsSession, key: str) -> Documents:
    """The policy of a KMS key."""
    with aws_call("GetKeyPolicy"):
        yield "", session.kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]


def bucket_policy(session: AwsSession, bucket: str) -> Documents:
    """The policy of a bucket."""
    with aws_call("GetBucketPolicy"):
        yield "", session.s3.get_bucket_policy(Bucket=bucket)["Policy"]


def role_policies(session: AwsSession, role: str) -> Documents:
    """The trust policy of a role, and its inline policies by name."""
    with aws_call("GetRole"):
        yield "", session.iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    yield from inline_policies(session, role)


def managed_policy(session: AwsSession, arn: str) -> Documents:
    """The default version of a managed policy."""
    yield "", default_version(session, arn)


def queue_policy(session: AwsSession, url: str) -> Documents:
    """The policy of a queue."""
    with aws_call("GetQueueAttributes"):
        answer = session.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
    yield "", answer.get("Attributes", {}).get("Policy", "")


def topic_policy(session: AwsSession, arn: str) -> Documents:
    """The policy of a topic. AWS and the sandbox give a topic a policy when it is made."""
    with aws_call("GetTopicAttributes"):
        yield "", session.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"].get("Policy", "")


def secret_policy(session: AwsSession, arn: str) -> Documents:
    """The resource policy of a secret."""
    with aws_call("GetResourcePolicy"):
        yield "", session.client("secretsmanager").get_resource_policy(SecretId=arn).get("ResourcePolicy", "")


def repository_policy(session: AwsSession, name: str) -> Documents:
    """The policy of a repository of images."""
    with aws_call("GetRepositoryPolicy"):
        yield "", session.client("ecr").get_repository_policy(repositoryName=name)["policyText"]


READERS: Mapping[str, Callable[[AwsSession, str], Documents]] = {
    "AWS::ECR::Repository": repository_policy,
    "AWS::IAM::ManagedPolicy": managed_policy,
    "AWS::IAM::Role": role_policies,
    "AWS::KMS::Key": key_policy,
    "AWS::KMS::ReplicaKey": key_policy,
    "AWS::S3::Bucket": bucket_policy,
    "AWS::S3::BucketPolicy": bucket_policy,  # its id is the bucket's name: primaryIdentifier of the registry's schema
    "AWS::SNS::Topic": topic_policy,
    "AWS::SQS::Queue": queue_policy,
    "AWS::SecretsManager::Secret": secret_policy,
}
"""Resource type → what reads its policies."""
