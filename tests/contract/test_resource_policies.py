"""The policies of keys, buckets, queues, topics, functions and secrets decide requests to the sandbox."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.contract.callers import TRUST, allow, deny, document, refused
from tests.contract.conftest import ACCOUNT, Account


def test_a_resource_policy_that_names_the_caller_is_enough(account: Account) -> None:
    """The policy of a key, a bucket, a queue, a topic, a function or a secret; a Deny there counts for everybody."""
    arn = f"arn:aws:iam::{ACCOUNT}:role/caller"
    caller = account.caller(allow("tag:GetResources"))

    def named(action: str, resource: str = "*", principal: str = arn) -> str:
        return document({"Effect": "Allow", "Principal": {"AWS": principal}, "Action": action, "Resource": resource})

    whole = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    key = account.client("kms").create_key(Policy=document(whole))["KeyMetadata"]["KeyId"]
    account.client("s3").create_bucket(Bucket="bucket")
    account.client("s3").put_object(Bucket="bucket", Key="k", Body=b"1")
    queue = account.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    topic = account.client("sns").create_topic(Name="t")["TopicArn"]
    calls: dict[str, Callable[[], Any]] = {
        "kms": lambda: caller("kms").describe_key(KeyId=key),
        "s3": lambda: caller("s3").get_object(Bucket="bucket", Key="k"),
        "sqs": lambda: caller("sqs").send_message(QueueUrl=queue, MessageBody="m"),
        "sns": lambda: caller("sns").publish(TopicArn=topic, Message="m"),
        "secretsmanager": lambda: caller("secretsmanager").describe_secret(SecretId="s"),
        "lambda": lambda: caller("lambda").get_function_configuration(FunctionName="f"),
    }
    secrets, functions = account.client("secretsmanager"), account.client("lambda")
    secrets.create_secret(Name="s", SecretString="1")
    role = account.client("iam").create_role(RoleName="runs", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    functions.create_function(FunctionName="f", Runtime="python3.12", Role=role, Handler="i.h", Code={"ZipFile": b"1"})
    assert all(refused(call)[0] for call in calls.values())
    statements = [whole, json.loads(named("kms:DescribeKey"))["Statement"][0]]
    account.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=document(*statements))
    account.client("s3").put_bucket_policy(Bucket="bucket", Policy=named("s3:GetObject", "arn:aws:s3:::bucket/*"))
    account.client("sqs").set_queue_attributes(
        QueueUrl=queue, Attributes={"Policy": named("sqs:SendMessage", f"arn:aws:sqs:us-east-1:{ACCOUNT}:q")}
    )
    account.client("sns").set_topic_attributes(
        TopicArn=topic, AttributeName="Policy", AttributeValue=named("sns:Publish", topic)
    )
    secrets.put_resource_policy(SecretId="s", ResourcePolicy=named("secretsmanager:DescribeSecret"))
    functions.add_permission(FunctionName="f", StatementId="s", Action="lambda:GetFunctionConfiguration", Principal=arn)
    assert {name: refused(call) for name, call in calls.items()} == dict.fromkeys(calls, ("", ""))


def test_a_deny_in_the_policy_of_a_resource_counts_for_everybody(account: Account) -> None:
    """Also for who may do everything; one whose condition only the service knows does not."""
    queue = account.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    topic = account.client("sns").create_topic(Name="t")["TopicArn"]
    secrets = account.client("secretsmanager")
    secrets.create_secret(Name="s", SecretString="1")
    policed, free = account.caller(allow("*")), account.client

    def set_policies(**more: Any) -> None:
        def denied(action: str) -> str:
            return document({**deny(action), "Principal": "*", **more})

        account.client("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"Policy": denied("sqs:SendMessage")})
        account.client("sns").set_topic_attributes(
            TopicArn=topic, AttributeName="Policy", AttributeValue=denied("sns:Publish")
        )
        secrets.put_resource_policy(SecretId="s", ResourcePolicy=denied("secretsmanager:DescribeSecret"))

    calls: list[Callable[[Callable[[str], Any]], Any]] = [
        lambda by: by("sqs").send_message(QueueUrl=queue, MessageBody="m"),
        lambda by: by("sns").publish(TopicArn=topic, Message="m"),
        lambda by: by("secretsmanager").describe_secret(SecretId="s"),
    ]
    set_policies()
    for call in calls:
        for by in (policed, free):
            assert refused(lambda call=call, by=by: call(by))[1].endswith(
                "with an explicit deny in a resource-based policy"
            )
    set_policies(Condition={"StringNotEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/caller"}})
    assert [bool(refused(lambda call=call: call(policed))[0]) for call in calls] == [False] * 3
    assert [bool(refused(lambda call=call: call(free))[0]) for call in calls] == [True] * 3
    set_policies(Condition={"StringNotEquals": {"aws:SourceVpce": "vpce-1"}})
    assert [bool(refused(lambda call=call: call(free))[0]) for call in calls] == [False] * 3


def test_a_resource_in_a_region_that_there_is_not_is_refused_in_words(account: Account) -> None:
    """It ended as a page in HTML: no policy can be read there."""
    caller = account.caller(allow("tag:GetResources"))
    named = f"nowhere:{ACCOUNT}"
    for call in (
        lambda: caller("kms").describe_key(KeyId=f"arn:aws:kms:{named}:key/1234abcd-12ab-34cd-56ef-1234567890ab"),
        lambda: caller("sns").publish(TopicArn=f"arn:aws:sns:{named}:t", Message="m"),
        lambda: caller("s3").put_object(Bucket="b", Key="k", Tagging="a=arn:aws-nowhere:s3:::b/k"),
    ):
        assert refused(call)[0].startswith("AccessDenied")
