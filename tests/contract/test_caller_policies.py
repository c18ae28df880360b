"""The identity policies of callers decide their requests, in AWS's words, with a server of the sandbox."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from catalog.errors import SandboxError
from catalog.sandbox.settings import Settings, settings
from tests.contract.callers import TRUST, allow, deny, document, refused
from tests.contract.conftest import ACCOUNT, Account


@pytest.mark.parametrize(
    ("service", "call", "action", "arn"),
    [
        ("servicecatalog", lambda it: it.list_portfolios(), "servicecatalog:ListPortfolios", "*"),
        ("servicecatalog", lambda it: it.describe_portfolio(Id="port-abcdefghijklm"),
         "servicecatalog:DescribePortfolio",
         f"arn:aws:catalog:us-east-1:{ACCOUNT}:portfolio/port-abcdefghijklm"),
        ("iam", lambda it: it.get_role(RoleName="caller"), "iam:GetRole", f"arn:aws:iam::{ACCOUNT}:role/caller"),
        ("cloudformation", lambda it: it.describe_stacks(StackName="s"), "cloudformation:DescribeStacks",
         f"arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/s/"),
        ("sns", lambda it: it.publish(TopicArn=f"arn:aws:sns:us-east-1:{ACCOUNT}:t", Message="m"), "sns:Publish",
         f"arn:aws:sns:us-east-1:{ACCOUNT}:t"),
        ("sqs", lambda it: it.send_message(QueueUrl=f"http://q/{ACCOUNT}/jobs", MessageBody="m"), "sqs:SendMessage",
         f"arn:aws:sqs:us-east-1:{ACCOUNT}:jobs"),
        ("dynamodb", lambda it: it.get_item(TableName="t", Key={"k": {"S": "1"}}), "dynamodb:GetItem",
         f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/t"),
        ("s3", lambda it: it.get_object(Bucket="bucket", Key="x/y"), "s3:GetObject", "arn:aws:s3:::bucket/x/y"),
        ("s3", lambda it: it.list_objects_v2(Bucket="bucket"), "s3:ListBucket", "arn:aws:s3:::bucket"),
        ("s3", lambda it: it.put_bucket_encryption(Bucket="bucket", ServerSideEncryptionConfiguration={"Rules": []}),
         "s3:PutEncryptionConfiguration", "arn:aws:s3:::bucket"),
        ("lambda", lambda it: it.invoke(FunctionName="f"), "lambda:InvokeFunction",
         f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"),
        ("kms", lambda it: it.describe_key(KeyId="1234abcd-12ab-34cd-56ef-1234567890ab"), "kms:DescribeKey",
         f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"),
        ("ec2", lambda it: it.terminate_instances(InstanceIds=["i-0123456789abcdef0"]), "ec2:TerminateInstances",
         f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/i-0123456789abcdef0"),
    ],
)  # fmt: skip
def test_a_request_needs_its_action_on_what_it_names(
    account: Account, service: str, call: Callable[[Any], Any], action: str, arn: str
) -> None:
    """Refused without the action and on another resource, not refused with it; the message has caller and resource."""
    caller = account.caller(allow("tag:GetResources"))
    client = caller(service)
    code, message = refused(lambda: call(client))
    assert code == {"ec2": "UnauthorizedOperation"}.get(service, code)
    assert code.startswith(("AccessDenied", "Unauthorized"))
    assert f"User: arn:aws:sts::{ACCOUNT}:assumed-role/caller/test is not authorized to perform: {action} " in message
    assert f"on resource: {arn}" in message
    assert message.endswith(f"because no identity-based policy allows the {action} action")
    iam, put = account.client("iam"), {"RoleName": "caller", "PolicyName": "own"}
    iam.put_role_policy(**put, PolicyDocument=document(allow(action, resource="*" if arn == "*" else f"{arn}*")))
    assert refused(lambda: call(client)) == ("", "")
    if arn != "*":
        iam.put_role_policy(**put, PolicyDocument=document(allow(action, resource=f"{arn}-of-others")))
        assert refused(lambda: call(client))[0]
    iam.put_role_policy(**put, PolicyDocument=document(allow("*"), deny(action)))
    assert refused(lambda: call(client))[1].endswith("with an explicit deny in an identity-based policy")


STACKS, CATALOGUE = "cloudformation.amazonaws.com", "servicecatalog.amazonaws.com"
PASSED = f"arn:aws:iam::{ACCOUNT}:role/passed"
LAUNCH = {"PortfolioId": "port-abcdefghijklm", "ProductId": "prod-abcdefghijklm", "Type": "LAUNCH"}


@pytest.mark.parametrize(
    ("service", "call", "receiver"),
    [
        ("cloudformation", lambda it: it.create_stack(StackName="s", TemplateBody="{}", RoleARN=PASSED), STACKS),
        ("cloudformation", lambda it: it.create_stack_set(StackSetName="s", AdministrationRoleARN=PASSED), STACKS),
        (
            "servicecatalog",
            lambda it: it.create_constraint(**LAUNCH, Parameters=json.dumps({"RoleArn": PASSED})),
            CATALOGUE,
        ),
    ],
)
def test_who_gives_a_role_needs_to_pass_it(
    account: Account, service: str, call: Callable[[Any], Any], receiver: str
) -> None:
    """To the service that gets it."""
    client = account.caller(allow(f"{service}:*"))(service)
    assert refused(lambda: call(client))[1].endswith(
        f"iam:PassRole on resource: {PASSED} because no identity-based policy allows the iam:PassRole action"
    )
    iam, put = account.client("iam"), {"RoleName": "caller", "PolicyName": "own"}

    def passing(to: str) -> str:
        condition = {"StringEquals": {"iam:PassedToService": to}}
        return document(allow(f"{service}:*"), allow("iam:PassRole", resource=PASSED, Condition=condition))

    iam.put_role_policy(**put, PolicyDocument=passing("lambda.amazonaws.com"))
    assert refused(lambda: call(client))[0]
    iam.put_role_policy(**put, PolicyDocument=passing(receiver))
    assert refused(lambda: call(client)) == ("", "")


def test_conditions_on_the_region_the_tags_and_the_caller_count(account: Account) -> None:
    """A key that only the service knows refuses nothing."""
    tagged = {"StringEquals": {"aws:RequestTag/team": "blue"}}
    own = {"StringEquals": {"aws:PrincipalTag/team": "blue"}}
    caller = account.caller(
        allow("sns:CreateTopic", Condition=tagged),
        allow("sqs:ListQueues", Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}),
        allow("dynamodb:ListTables", Condition=own),
        allow(
            "servicecatalog:ScanProvisionedProducts", Condition={"StringEquals": {"servicecatalog:userLevel": "self"}}
        ),
        Tags=[{"Key": "team", "Value": "blue"}],
    )
    sns = caller("sns")
    assert refused(lambda: sns.create_topic(Name="t", Tags=[{"Key": "team", "Value": "blue"}])) == ("", "")
    assert refused(lambda: sns.create_topic(Name="t", Tags=[{"Key": "team", "Value": "red"}]))[0]
    assert refused(caller("sqs").list_queues)[0]
    assert refused(caller("dynamodb").list_tables) == ("", "")
    assert refused(caller("servicecatalog").scan_provisioned_products) == ("", "")


OWN_TOPICS = f"arn:aws:sns:us-east-1:{ACCOUNT}:"


@pytest.mark.parametrize(
    ("resource", "topic", "allowed"),
    [
        (f"{OWN_TOPICS}${{aws:PrincipalTag/Team}}-*", "blue-t", True),
        (f"{OWN_TOPICS}${{aws:PrincipalTag/team}}-*", "red-t", False),
        (f"{OWN_TOPICS}${{aws:PrincipalTag/none}}*", "blue-t", False),
        (f"{OWN_TOPICS}${{aws:PrincipalTag/none, 'blue'}}-*", "blue-t", True),
        ("arn:aws:sns:${aws:RequestedRegion}:${aws:PrincipalAccount}:*", "blue-t", True),
        (f"{OWN_TOPICS}${{aws:username}}*", "blue-t", False),
        (f"{OWN_TOPICS}${{sns:Protocol}}*", "blue-t", True),
    ],
)
def test_policy_variables_have_the_values_of_the_request(
    account: Account, resource: str, topic: str, allowed: bool
) -> None:
    """One without a value matches nothing; one that only the service knows refuses nothing."""
    caller = account.caller(allow("sns:*", resource=resource), Tags=[{"Key": "team", "Value": "blue"}])
    assert bool(refused(lambda: caller("sns").publish(TopicArn=OWN_TOPICS + topic, Message="m"))[0]) is not allowed


def test_a_policy_of_the_old_version_has_no_variables(account: Account) -> None:
    caller = account.caller(allow("sns:ListTopics"))
    queues = allow("sqs:*", resource="arn:aws:sqs:*:${aws:PrincipalAccount}:*")
    old = {"Version": "2008-10-17", "Statement": [queues]}
    account.client("iam").put_role_policy(RoleName="caller", PolicyName="own", PolicyDocument=json.dumps(old))
    assert refused(lambda: caller("sqs").create_queue(QueueName="q"))[0]


def test_characters_of_patterns_that_stand_for_themselves(account: Account) -> None:
    """And in a condition, where a comparison of texts has no wildcards."""
    caller = account.caller(
        allow("sns:TagResource", Condition={"StringLike": {"aws:RequestTag/note": "${*}?"}}),
        allow("sns:TagResource", Condition={"StringEquals": {"aws:RequestTag/note": "${$}{${?}}"}}),
        allow("sns:CreateTopic"),
    )
    arn = caller("sns").create_topic(Name="t")["TopicArn"]

    def tag(value: str) -> bool:
        return not refused(lambda: caller("sns").tag_resource(ResourceArn=arn, Tags=[{"Key": "note", "Value": value}]))[
            0
        ]

    assert [tag(value) for value in ("*a", "ba", "${?}")] == [True, False, True]


def test_a_boundary_a_path_and_policies_of_aws_count(account: Account) -> None:
    iam = account.client("iam")
    boundary = iam.create_policy(PolicyName="most", PolicyDocument=document(allow("iam:*")))["Policy"]["Arn"]
    caller = account.caller(
        allow("iam:GetRole", resource=f"arn:aws:iam::{ACCOUNT}:role/team/*"),
        Path="/team/",
        PermissionsBoundary=boundary,
    )
    iam.attach_role_policy(RoleName="caller", PolicyArn="arn:aws:iam::aws:policy/AmazonSNSReadOnlyAccess")
    assert refused(lambda: caller("iam").get_role(RoleName="caller")) == ("", "")
    assert "because no permissions boundary allows" in refused(caller("sns").list_topics)[1]
    iam.delete_role_permissions_boundary(RoleName="caller")
    assert refused(caller("sns").list_topics) == ("", "")


def test_who_is_asked(account: Account) -> None:
    """By default roles that have a policy; each role and user with 1, nobody with 0."""
    without, user = account.caller(), account.user()
    lists = [lambda: without("sns").list_topics(), lambda: user("sns").list_topics()]
    assert [bool(refused(call)[0]) for call in lists] == [False, False]
    settings.enforce_iam = "1"
    assert [bool(refused(call)[0]) for call in lists] == [True, True]
    assert refused(account.client("sns").list_topics) == ("", ""), "the owner of the sandbox"
    assert without("sts").get_caller_identity()["Account"] == ACCOUNT
    account.client("iam").put_group_policy(
        GroupName="people", PolicyName="own", PolicyDocument=document(allow("sns:List*"))
    )
    assert refused(lists[1]) == ("", "")
    settings.enforce_iam = "0"
    account.client("iam").put_role_policy(RoleName="caller", PolicyName="own", PolicyDocument=document(deny("*")))
    assert refused(lists[0]) == ("", "")


def test_the_setting_has_three_values() -> None:
    assert Settings.from_environment({}).enforce_iam == ""
    assert Settings.from_environment({"CATALOG_SANDBOX_ENFORCE_IAM": "1"}).enforce_iam == "1"
    with pytest.raises(SandboxError, match=r"CATALOG_SANDBOX_ENFORCE_IAM must be 1 .* got 'yes'"):
        Settings.from_environment({"CATALOG_SANDBOX_ENFORCE_IAM": "yes"})


def test_an_upload_passes_unchanged(account: Account) -> None:
    """What is asked of a request is read from it, and its service still reads all of it."""
    account.client("s3").create_bucket(Bucket="bucket")
    caller = account.caller(allow("s3:*", "sns:*"))
    content = bytes(range(256)) * 8000
    caller("s3").put_object(Bucket="bucket", Key="k", Body=content)
    assert caller("s3").get_object(Bucket="bucket", Key="k")["Body"].read() == content
    topic = caller("sns").create_topic(Name="t", Tags=[{"Key": "a", "Value": "ä b"}])["TopicArn"]
    assert caller("sns").list_tags_for_resource(ResourceArn=topic)["Tags"] == [{"Key": "a", "Value": "ä b"}]


def test_a_stack_without_a_role_is_made_with_the_permissions_of_its_caller(account: Account) -> None:
    """And one with a role with those of the role (user guide, "CloudFormation service role")."""
    caller = account.caller(
        allow("cloudformation:*", "iam:PassRole", "sns:CreateTopic", "sns:GetTopicAttributes", "sns:TagResource")
    )
    formation = caller("cloudformation")
    template = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}, "Jobs": {"Type": "AWS::SQS::Queue"}}}

    def made(name: str, **more: Any) -> tuple[str, str]:
        formation.create_stack(StackName=name, TemplateBody=json.dumps(template), OnFailure="DO_NOTHING", **more)
        (stack,) = formation.describe_stacks(StackName=name)["Stacks"]
        events = formation.describe_stack_events(StackName=name)["StackEvents"]
        failed = [each.get("ResourceStatusReason", "") for each in events if each["ResourceStatus"] == "CREATE_FAILED"]
        return stack["StackStatus"], " ".join(failed)

    status, reason = made("one")
    assert status == "CREATE_FAILED"
    assert "is not authorized to perform: sqs:" in reason
    iam = account.client("iam")
    arn = iam.create_role(RoleName="maker", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    assert made("two", RoleARN=arn)[0] == "CREATE_COMPLETE", "a role without a policy is not asked"
    iam.put_role_policy(RoleName="maker", PolicyName="own", PolicyDocument=document(allow("sqs:*")))
    status, reason = made("three", RoleARN=arn)
    assert status == "CREATE_FAILED"
    assert "assumed-role/maker/" in reason
    assert "sns:" in reason
