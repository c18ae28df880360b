"""Policies of other services: attachments, names that do not exist yet, objects of a bucket, JSON text."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalog.access import Matrix, PolicyMatrix, matrix
from catalog.access.report import as_markdown, as_text
from catalog.cfn import Pseudo
from catalog.errors import ContentError

PLACE = Pseudo("123456789012", "us-east-1")
READERS = "arn:aws:iam::123456789012:role/reader,arn:aws:iam::123456789012:user/anaya"
OBJECTS = {"Fn::Sub": "${Bucket.Arn}/*"}


def statement(sid: str, principal: Any, actions: Any, resource: Any = "*", **others: Any) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Principal": principal, "Action": actions, "Resource": resource, **others}


def evaluated(resources: dict[str, Any], **parameters: str) -> Matrix:
    declared = {name: {"Type": "CommaDelimitedList"} for name in parameters}
    return matrix({"Parameters": declared, "Resources": resources}, parameters, PLACE)


def bucket_policy(*statements: dict[str, Any], bucket: Any = None, **properties: Any) -> PolicyMatrix:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    resources = {
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": properties},
        "Other": {"Type": "AWS::S3::Bucket"},
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {"Path": "/apps/", "AssumeRolePolicyDocument": {"Statement": []}},
        },
        "Policy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": bucket or {"Ref": "Bucket"}, "PolicyDocument": document},
        },
    }
    (policy,) = (policy for policy in evaluated(resources, Readers=READERS).policies if policy.logical_id == "Policy")
    return policy


TLS = {
    "Sid": "TlsOnly",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": [{"Fn::GetAtt": ["Bucket", "Arn"]}, OBJECTS],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def test_permissions_on_a_bucket_and_on_its_objects_differ() -> None:
    policy = bucket_policy(statement("Read", {"AWS": {"Ref": "Readers"}}, ["s3:GetObject", "s3:ListBucket"], OBJECTS))
    assert policy.resource == "arn:aws:s3:::${Bucket}"
    assert policy.row("Readers: reader", "s3:GetObject").answer == "allowed"
    assert policy.row("Readers: reader", "s3:ListBucket").answer == "denied"
    assert policy.row("Readers: anaya", "s3:GetObject").sids == ("Read",)


def test_tls_is_a_condition_for_everybody() -> None:
    policy = bucket_policy(TLS, statement("Read", {"AWS": {"Ref": "Readers"}}, "s3:GetObject", OBJECTS))
    row = policy.row("Readers: reader", "s3:GetObject")
    assert (row.answer, row.conditions, row.sids) == (
        "conditional",
        ("aws:SecureTransport is true",),
        ("Read", "TlsOnly"),
    )
    for who in ("another role of the account, with IAM s3:*", "the account's root user"):
        assert policy.row(who, "s3:DeleteBucket").conditions == ("aws:SecureTransport is true",)
    assert policy.row("another role of the account", "s3:GetObject").answer == "denied"


@pytest.mark.parametrize(
    ("resource", "answer"),
    [
        (OBJECTS, "allowed"),
        ({"Fn::Join": ["", ["arn:aws:s3:::", {"Ref": "Bucket"}, "/*"]]}, "allowed"),
        ("*", "allowed"),
        ({"Fn::Sub": "${Bucket.Arn}/public/*"}, "conditional"),
        ({"Fn::Sub": "${Other.Arn}/*"}, "denied"),
        ("arn:aws:s3:::some-bucket/*", "denied"),
        ("arn:aws:s3:::some-*", "unknown"),
        ({"Fn::ImportValue": "Objects"}, "unknown"),
    ],
)
def test_resources_that_do_not_exist_yet(resource: Any, answer: str) -> None:
    assert (
        bucket_policy(statement("S", "*", "s3:GetObject", resource)).row("anonymous", "s3:GetObject").answer == answer
    )


def test_a_bucket_with_a_name_has_that_name_in_its_arn() -> None:
    policy = bucket_policy(statement("S", "*", "s3:GetObject", "arn:aws:s3:::logs/*"), BucketName="logs")
    assert policy.resource == "arn:aws:s3:::logs"
    assert policy.row("anonymous", "s3:GetObject").answer == "allowed"


def test_a_role_of_the_stack_is_a_principal() -> None:
    policy = bucket_policy(statement("Write", {"AWS": {"Fn::GetAtt": ["Role", "Arn"]}}, "s3:PutObject", OBJECTS))
    assert policy.row("${Role}", "s3:PutObject").answer == "allowed"
    assert policy.row("${Role}", "s3:GetObject").answer == "denied"
    assert policy.row("another role of the account", "s3:PutObject").answer == "denied"


def test_a_principal_of_another_stack_is_unknown() -> None:
    policy = bucket_policy(statement("Read", {"AWS": {"Fn::ImportValue": "App-Role"}}, "s3:GetObject", OBJECTS))
    row = policy.row("${export App-Role}", "s3:GetObject")
    assert (row.answer, row.sids) == (
        "unknown",
        ("Read",),
    )  # enough in this account; in another account IAM decides too
    assert policy.row("another role of the account", "s3:GetObject").answer == "denied"


def test_a_service_acts_for_an_account() -> None:
    condition = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    policy = bucket_policy(
        statement("Logs", {"Service": "logging.s3.amazonaws.com"}, "s3:PutObject", OBJECTS, Condition=condition),
        statement("Everybody", "*", "s3:GetObject", OBJECTS, Condition=condition),
    )
    row = policy.row("logging.s3.amazonaws.com", "s3:PutObject")
    assert (row.answer, row.conditions) == ("conditional", ("aws:SourceAccount is 123456789012",))
    assert policy.row("another AWS service", "s3:PutObject").answer == "denied"
    # Only a service states on whose behalf it acts.
    assert policy.row("another AWS service", "s3:GetObject").answer == "conditional"
    assert policy.row("anonymous", "s3:GetObject").answer == "denied"


def test_conditions_on_the_caller_are_decided_or_remain() -> None:
    principals = {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/read*"}}
    policy = bucket_policy(
        statement("Like", {"AWS": "123456789012"}, "s3:GetObject", OBJECTS, Condition=principals),
        statement("Named", {"AWS": {"Ref": "Readers"}}, "s3:ListBucket", {"Fn::GetAtt": ["Bucket", "Arn"]}),
        statement(
            "Org", "*", "s3:GetObjectAcl", OBJECTS, Condition={"StringEquals": {"aws:PrincipalAccount": "123456789012"}}
        ),
    )
    assert policy.row("another role of the account", "s3:GetObjectAcl").answer == "allowed"
    assert policy.row("a role of another account, with IAM s3:*", "s3:GetObjectAcl").answer == "denied"
    assert policy.row("anonymous", "s3:GetObjectAcl").answer == "denied"
    reader = policy.row("Readers: reader, with IAM s3:*", "s3:GetObject")
    assert (reader.answer, reader.needs_iam, reader.sids) == ("allowed", True, ("Like",))


QUEUE = {"Type": "AWS::SQS::Queue"}
TOPIC = {"Type": "AWS::SNS::Topic"}


def test_a_topic_sends_to_a_queue() -> None:
    condition = {"ArnEquals": {"aws:SourceArn": {"Ref": "Topic"}}}
    send = statement("Send", {"Service": "sns.amazonaws.com"}, "sqs:SendMessage", {"Fn::GetAtt": ["Queue", "Arn"]})
    properties = {"Queues": [{"Ref": "Queue"}], "PolicyDocument": {"Statement": [send | {"Condition": condition}]}}
    policies = evaluated(
        {"Queue": QUEUE, "Topic": TOPIC, "Policy": {"Type": "AWS::SQS::QueuePolicy", "Properties": properties}}
    ).policies
    (policy,) = policies
    assert policy.resource == "arn:aws:sqs:us-east-1:123456789012:${Queue}"
    row = policy.row("sns.amazonaws.com", "sqs:SendMessage")
    assert row.conditions == ("aws:SourceArn is arn:aws:sns:us-east-1:123456789012:${Topic}",)
    actions = {row.action for row in policy.rows}
    assert "sqs:SendMessageBatch" not in actions  # SendMessage authorises it
    assert "ListQueues" in policy.undecided
    foreign = policy.row("a role of another account, with IAM sqs:*", "sqs:DeleteQueue")
    assert foreign.reason == "the service offers it only within the account of the resource"


def test_a_policy_of_two_topics_is_evaluated_for_each() -> None:
    publish = statement("Publish", {"Service": "s3.amazonaws.com"}, "SNS:Publish", {"Ref": "First"})
    properties = {"Topics": [{"Ref": "First"}, {"Ref": "Second"}], "PolicyDocument": {"Statement": [publish]}}
    first, second = evaluated(
        {"First": TOPIC, "Second": TOPIC, "Policy": {"Type": "AWS::SNS::TopicPolicy", "Properties": properties}}
    ).policies
    assert first.row("s3.amazonaws.com", "sns:Publish").answer == "allowed"
    assert second.row("s3.amazonaws.com", "sns:Publish").answer == "denied"


def test_a_trust_policy() -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Lambda",
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            },
            {
                "Sid": "Pipeline",
                "Effect": "Allow",
                "Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/ci.example.com"},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {"StringLike": {"ci.example.com:sub": "repo:team/*"}},
            },
        ],
    }
    (policy,) = evaluated(
        {"Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}}}
    ).policies
    assert policy.row("lambda.amazonaws.com", "sts:AssumeRole").sids == ("Lambda",)
    pipeline = policy.row("arn:aws:iam::123456789012:oidc-provider/ci.example.com", "sts:AssumeRoleWithWebIdentity")
    assert pipeline.conditions == ("ci.example.com:sub is like repo:team/*",)
    assert policy.row("another identity provider", "sts:AssumeRoleWithWebIdentity").answer == "denied"
    # IAM policies alone are not enough to assume a role.
    assert policy.row("another role of the account, with IAM sts:*", "sts:AssumeRole").answer == "denied"
    assert {row.action for row in policy.rows} >= {"sts:TagSession", "sts:SetSourceIdentity"}
    assert "GetCallerIdentity" in policy.undecided


def test_a_policy_given_as_json_text() -> None:
    text = json.dumps({"Statement": [statement("Read", {"AWS": "999999999999"}, "secretsmanager:GetSecretValue")]})
    (policy,) = evaluated(
        {
            "Secret": {"Type": "AWS::SecretsManager::Secret"},
            "Policy": {
                "Type": "AWS::SecretsManager::ResourcePolicy",
                "Properties": {"SecretId": {"Ref": "Secret"}, "ResourcePolicy": text},
            },
        }
    ).policies
    who = "account 999999999999, with IAM secretsmanager:*"
    assert policy.row(who, "secretsmanager:GetSecretValue").sids == ("Read",)
    assert policy.row(who, "secretsmanager:PutSecretValue").answer == "denied"


@pytest.mark.parametrize(
    ("resource", "answer"),
    [
        ("*", "allowed"),
        ("arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db-??????", "unknown"),
        ("arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/*", "allowed"),
        ("arn:aws:secretsmanager:us-east-1:123456789012:secret:dev/*", "denied"),
    ],
)
def test_the_name_of_a_secret_is_a_part_of_its_arn(resource: str, answer: str) -> None:
    read = statement("Read", {"AWS": "arn:aws:iam::123456789012:role/app"}, "secretsmanager:GetSecretValue", resource)
    (policy,) = evaluated(
        {
            "Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "prod/db"}},
            "Policy": {
                "Type": "AWS::SecretsManager::ResourcePolicy",
                "Properties": {"SecretId": {"Ref": "Secret"}, "ResourcePolicy": {"Statement": [read]}},
            },
        }
    ).policies
    assert policy.row("app", "secretsmanager:GetSecretValue").answer == answer


def test_the_root_user_is_known_by_its_arn() -> None:
    guard = {
        "Sid": "OnlyRoot",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:DeleteBucket",
        "Resource": {"Fn::GetAtt": ["Bucket", "Arn"]},
        "Condition": {"ArnNotEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:root"}},
    }
    policy = bucket_policy(guard)
    assert policy.row("the account's root user", "s3:DeleteBucket").answer == "allowed"
    assert policy.row("anonymous", "s3:DeleteBucket").explicit


def test_invalid_policy_text_is_reported_with_its_path() -> None:
    with pytest.raises(ContentError) as caught:
        evaluated(
            {
                "Bucket": {"Type": "AWS::S3::Bucket"},
                "Policy": {
                    "Type": "AWS::S3::BucketPolicy",
                    "Properties": {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": "{Statement"},
                },
            }
        )
    assert "template: Policy (AWS::S3::BucketPolicy), PolicyDocument: the text of the policy is not JSON" in str(
        caught.value
    )


def test_a_template_without_policies_gives_an_empty_matrix() -> None:
    assert evaluated({"Queue": QUEUE}) == Matrix()


def test_no_bucket_policy_locks_the_owners_root_user_out() -> None:
    """S3 API reference, DeleteBucketPolicy."""
    policy = bucket_policy({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"})
    answers = {row.action: row.answer for row in policy.rows if row.principal == "the account's root user"}
    allowed = {action for action, answer in answers.items() if answer == "allowed"}
    assert allowed == {"s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"}


def trust(*statements: dict[str, Any]) -> PolicyMatrix:
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": list(statements)}}}
    (policy,) = evaluated({"Role": role}).policies
    return policy


def test_a_root_user_cannot_assume_a_role() -> None:
    allowed = {"Effect": "Allow", "Principal": {"AWS": PLACE.account_id}, "Action": "sts:AssumeRole"}
    row = trust(allowed).row("the account's root user", "sts:AssumeRole")
    assert (row.answer, row.reason) == ("denied", "a root user cannot assume a role")


def test_a_role_is_assumed_in_any_region() -> None:
    in_one_region = {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}
    allowed = {"Effect": "Allow", "Principal": {"AWS": READERS.split(",")[0]}, "Action": "sts:AssumeRole"}
    assert trust({**allowed, "Condition": in_one_region}).row("reader", "sts:AssumeRole").answer == "conditional"


def test_an_access_point_only_gives_access_that_its_bucket_allows_too() -> None:
    document = {"Statement": [statement("Read", {"AWS": READERS.split(",")}, "s3:GetObject")]}
    point = {"Type": "AWS::S3::AccessPoint", "Properties": {"Bucket": "logs", "Policy": document}}
    (policy,) = evaluated({"Point": point}).policies
    row = policy.row("reader", "s3:GetObject")
    assert (row.answer, row.conditions) == ("conditional", ("the bucket allows it too",))
    assert policy.row("another role of the account", "s3:GetObject").answer == "denied"


def test_every_principal_has_a_unique_label() -> None:
    names = ["user/anonymous", "role/logs.amazonaws.com", "role/app"]
    arns = [f"arn:aws:iam::123456789012:{name}" for name in names]
    principal = {"AWS": arns, "Service": "logs.amazonaws.com"}
    labels = [principal.label for principal in bucket_policy(statement("S", principal, "s3:GetObject")).principals]
    assert len(set(labels)) == len(labels)
    assert {arns[0], arns[1], "app", "anonymous", "logs.amazonaws.com"} <= set(labels)


def test_a_policy_that_depends_on_a_set_of_principals_is_evaluated_for_that_set() -> None:
    users = "arn:aws:iam::123456789012:role/a"
    document = {"Statement": [statement("Use", {"AWS": {"Ref": "Users"}}, "kms:Decrypt")]}
    template = {
        "Parameters": {name: {"Type": "CommaDelimitedList"} for name in ("Users", "Others")},
        "Conditions": {"Alone": {"Fn::Equals": [{"Fn::Join": [",", {"Ref": "Users"}]}, users]}},
        "Resources": {"Key": {"Type": "AWS::KMS::Key", "Condition": "Alone", "Properties": {"KeyPolicy": document}}},
    }
    given = {"Users": users, "Others": "arn:aws:iam::123456789012:role/b"}
    (policy,) = matrix(template, given, PLACE).policies
    assert policy.row("Users: a", "kms:Decrypt").answer == "allowed"
    template["Outputs"] = {"Arn": {"Value": {"Fn::GetAtt": ["Key", "Arn"]}}}
    assert len(matrix(template, given, PLACE).policies) == 1


def test_a_key_without_a_policy_has_the_default_one() -> None:
    (policy,) = evaluated({"Key": {"Type": "AWS::KMS::Key"}}).policies
    assert policy.row("another role of the account", "kms:Decrypt").answer == "denied"
    row = policy.row("another role of the account, with IAM kms:*", "kms:Decrypt")
    assert (row.answer, row.sids, row.needs_iam) == ("allowed", ("Enable IAM User Permissions",), True)


def test_an_unsupported_policy_is_reported() -> None:
    grant = {"Effect": "Allow", "Principal": {"AWS": "999999999999"}, "Action": "dynamodb:GetItem", "Resource": "*"}
    policy = {"PolicyDocument": {"Version": "2012-10-17", "Statement": grant}}
    table = {"Type": "AWS::DynamoDB::Table", "Properties": {"ResourcePolicy": policy}}
    result = evaluated({"Table": table, "Queue": QUEUE})
    assert result == Matrix(not_evaluated=("Table (AWS::DynamoDB::Table, ResourcePolicy/PolicyDocument)",))
    for report in (as_text(result), as_markdown(result).replace("\\", "")):
        assert "Not evaluated" in report
        assert "Table (AWS::DynamoDB::Table, ResourcePolicy/PolicyDocument)" in report
