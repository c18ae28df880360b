"""E9018 beyond its fixtures: statements, attachments, boundaries."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalog.check.controls._escalation import ESCALATION
from catalog.check.controls.e9018_no_administrators import NoAdministrators
from catalog.check.iam_actions import iam_action

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
PARAMETERS = {
    "Any": {"Type": "String"},
    "Named": {"Type": "String", "AllowedPattern": "arn:aws:iam::[0-9]+:role/app-.+"},
}
PARAMETERS |= {
    "Act": {"Type": "String", "AllowedValues": ["iam:*", "s3:GetObject"]},
    "Acts": {"Type": "CommaDelimitedList", "AllowedValues": ["s3:GetObject", "iam:PassRole"]},
    "Quiet": {"Type": "String", "AllowedValues": ["s3:PutObject", "s3:GetObject"]},
    "OneService": {"Type": "String", "AllowedPattern": "[a-z0-9]+:.+"},
    "Service": {"Type": "String", "AllowedPattern": r"[a-z0-9*]+\.amazonaws\.com"},
    "Ecs": {"Type": "String", "AllowedValues": ["ecs.amazonaws.com", "ecs-tasks.amazonaws.com"]},
    "Roles": {"Type": "String", "AllowedPattern": "arn:aws:iam::[0-9]{12}:role/.+"},
    "Unread": {"Type": "String", "AllowedPattern": "(?<!x)[a-z]+:[A-Z][a-z]+"},
}
NEVER = ["iam:*", "sts:AssumeRole", "lambda:Update*", "glue:*", "sagemaker:*"]
ECS, EC2, ABSENT = "ecs.amazonaws.com", "ec2.amazonaws.com", {"Ref": "AWS::NoValue"}
CONDITIONS = {"A": {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]}}


def verdicts(**resources: Any) -> tuple[int, int]:
    template = {"Parameters": PARAMETERS, "Conditions": CONDITIONS, "Resources": resources}
    control = NoAdministrators()
    return len(list(control.faults(template))), len(list(control.undecided(template)))


def policy(*statements: Any, kind: str = "AWS::IAM::ManagedPolicy") -> dict[str, Any]:
    return {"Type": kind, "Properties": {"PolicyDocument": {"Statement": list(statements)}}}


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


@pytest.mark.parametrize("action", ESCALATION)
def test_the_actions_exist(action: str) -> None:
    assert iam_action(action) is not None


@pytest.mark.parametrize("action", ESCALATION)
def test_each_escalation_is_found_on_everything_but_not_on_a_name(action: str) -> None:
    service, kind = action.partition(":")[0], ESCALATION[action]
    assert verdicts(Policy=policy(allow(action))) == (1, 0)
    name = (
        f"arn:aws:{service}::111122223333:{kind}/app-*" if service != "lambda" else "arn:aws:lambda:*:*:function:app-*"
    )
    assert verdicts(Policy=policy(allow(action, name))) == (0, 0)


@pytest.mark.parametrize(
    ("statement", "count"),
    [
        (allow("*"), 1),
        (allow("*:*"), 1),
        (allow(["s3:GetObject", "*"]), 1),
        (allow("*", ["arn:aws:s3:::b/*", "*"]), 1),
        (allow("*", "arn:aws:s3:::b/*"), 0),
        (allow("iam:*"), 1),
        (allow("IAM:PUT*"), 1),
        (allow("iam:Get*"), 0),
        (allow("iam:PassRole", "arn:aws:iam::*:role/*"), 1),
        (allow("iam:PassRole", {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*"}), 1),
        (allow("iam:PassRole", "arn:aws-cn:iam::*:role/*"), 1),
        (allow("iam:PassRole", {"Fn::GetAtt": ["Role", "Arn"]}), 0),
        (allow("iam:PassRole", {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:role/${AWS::StackName}-*"}), 0),
        (allow("iam:PassRole", {"Ref": "Any"}), 1),
        (allow("iam:PassRole", {"Ref": "Named"}), 0),
        (allow({"Ref": "Any"}), 1),
        (allow({"Ref": "Act"}), 1),
        (allow({"Ref": "Acts"}), 1),
        (allow({"Ref": "Quiet"}), 0),
        (allow({"Ref": "OneService"}), 1),
        (allow({"Fn::Sub": "iam:${Quiet}"}), 0),
        (allow("iam:PassRole", {"Ref": "Roles"}), 1),
        (allow("iam:PassRole", Condition={"StringLike": {"iam:PassedToService": "*.amazonaws.com"}}), 1),
        (allow("iam:PassRole", Condition={"StringLike": {"iam:PassedToService": "e?s.amazonaws.com"}}), 1),
        (allow("iam:PassRole", Condition={"StringLike": {"iam:PassedToService": "ecs.amazonaws.com*"}}), 0),
        (allow("iam:PassRole", Condition={"StringLike": {"iam:PassedToService": {"Ref": "Service"}}}), 1),
        (allow("iam:PassRole", Condition={"StringLike": {"iam:PassedToService": {"Ref": "Ecs"}}}), 0),
        (allow("iam:PassRole", Condition={"ArnLike": {"iam:AssociatedResourceArn": "arn:aws:*:*:*:*"}}), 1),
        (allow("iam:PassRole", Condition={"ArnLike": {"iam:AssociatedResourceArn": "arn:aws:ec2:*:*:*"}}), 0),
        (allow("iam:AttachRolePolicy", Condition={"ArnLike": {"iam:PolicyARN": "arn:aws:iam::aws:policy/*"}}), 1),
        (allow("iam:AttachRolePolicy", Condition={"ArnEquals": {"iam:PolicyARN": ADMINISTRATOR}}), 1),
        (allow({"Fn::If": ["A", "s3:GetObject", "iam:PassRole"]}), 1),
        (allow("iam:PassRole", {"Fn::If": ["A", "*", "arn:aws:iam::111122223333:role/a"]}), 1),
        (allow("iam:PassRole", Condition={"StringEquals": {"iam:PassedToService": "ecs.amazonaws.com"}}), 0),
        (allow("iam:PassRole", Condition={"StringLike": {"iam:PassedToService": "*"}}), 1),
        (allow("iam:PassRole", Condition={"StringNotEquals": {"iam:PassedToService": "ecs.amazonaws.com"}}), 1),
        (allow("iam:PassRole", Condition={"StringEqualsIfExists": {"iam:PassedToService": "ecs.amazonaws.com"}}), 1),
        (allow("iam:PassRole", Condition={"Bool": {"aws:SecureTransport": "true"}}), 1),
        (allow("iam:AttachRolePolicy", Condition={"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/X"}}), 0),
        (allow("iam:PutRolePolicy", Condition={"StringEquals": {"iam:PermissionsBoundary": "arn"}}), 0),
        (allow("iam:PutRolePolicy", Condition={"StringEquals": {"aws:ResourceTag/team": "x"}}), 0),
        ({"Effect": "Allow", "NotAction": NEVER, "Resource": "*"}, 0),
        ({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}, 1),
        ({"Effect": "Allow", "Action": "iam:PassRole", "NotResource": "arn:aws:iam::*:role/admin"}, 1),
        ({"Effect": "Deny", "Action": "*", "Resource": "*"}, 0),
        ({"Fn::If": ["A", allow("*"), {"Ref": "AWS::NoValue"}]}, 1),
        (allow("iam:PassRole", Condition={"StringEquals": {"iam:PassedToService": []}}), 1),
        (allow("iam:PassRole", Condition={"StringEquals": {"iam:PassedToService": {"Fn::If": ["A", ECS, ABSENT]}}}), 1),
        (allow("iam:PassRole", Condition={"StringEquals": {"iam:PassedToService": {"Fn::If": ["A", ECS, EC2]}}}), 0),
        (allow("iam:PassRole", Condition={"StringEquals": {"Fn::If": ["A", {"iam:PassedToService": ECS}, {}]}}), 1),
        (allow("iam:PassRole", Condition={"Fn::If": ["A", {"StringEquals": {"iam:PassedToService": ECS}}, ABSENT]}), 1),
    ],
    ids=repr,
)
def test_statements(statement: Any, count: int) -> None:
    assert verdicts(Policy=policy(statement)) == (count, 0)


@pytest.mark.parametrize(
    ("deny", "count"),
    [
        ({"Effect": "Deny", "Action": NEVER, "Resource": "*"}, 0),
        ({"Effect": "Deny", "Action": "iam:PassRole", "Resource": "*"}, 1),
        ({"Effect": "Deny", "Action": ["iam:*", "sts:*", "lambda:*"], "Resource": "arn:aws:iam::1:role/a"}, 1),
        ({"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"Bool": {"a": "b"}}}, 1),
    ],
)
def test_a_deny_of_the_same_policy_takes_away(deny: Any, count: int) -> None:
    assert verdicts(Policy=policy(allow("*"), deny)) == (count, 0)


def test_only_a_deny_that_is_always_there_takes_away() -> None:
    deny = {"Effect": "Deny", "Action": NEVER, "Resource": "*"}
    other = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    some = {"Effect": "Deny", "Action": {"Fn::If": ["A", NEVER, "s3:*"]}, "Resource": "*"}
    for maybe in ({"Fn::If": ["A", deny, ABSENT]}, {"Fn::If": ["A", deny, other]}, some):
        assert verdicts(Policy=policy(allow("iam:PassRole"), maybe)) == (1, 0)
    whole = {"Fn::If": ["A", {"Statement": [allow("iam:PassRole"), deny]}, {"Statement": [other]}]}
    assert verdicts(Policy={"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": whole}}) == (0, 0)


def test_a_pattern_that_nobody_can_read_is_not_decided() -> None:
    assert verdicts(Policy=policy(allow({"Ref": "Unread"}))) == (0, 1)
    assert verdicts(Policy=policy(allow("s3:GetObject", {"Ref": "Unread"}))) == (0, 0)


@pytest.mark.parametrize(
    "kind", ["AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::UserPolicy", "AWS::IAM::GroupPolicy"]
)
def test_every_kind_of_policy_counts(kind: str) -> None:
    assert verdicts(Policy=policy(allow("*"), kind=kind)) == (1, 0)


@pytest.mark.parametrize("kind", ["AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"])
def test_inline_policies_and_attachments_of_every_identity_count(kind: str) -> None:
    inline = {"PolicyName": "p", "PolicyDocument": json.dumps({"Statement": allow("*")})}
    properties = {"Policies": [inline], "ManagedPolicyArns": [ADMINISTRATOR]}
    assert verdicts(Identity={"Type": kind, "Properties": properties}) == (2, 0)


@pytest.mark.parametrize(
    ("arns", "expected"),
    [
        ([ADMINISTRATOR], (1, 0)),
        ([{"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess"}], (1, 0)),
        (["arn:aws-cn:iam::aws:policy/AdministratorAccess"], (1, 0)),
        (["arn:aws:iam::aws:policy/IAMFullAccess"], (1, 0)),
        (["arn:aws:iam::aws:policy/PowerUserAccess"], (1, 0)),
        (["arn:aws:iam::aws:policy/job-function/SystemAdministrator"], (1, 0)),
        (["arn:aws:iam::aws:policy/AdministratorAccess-Amplify"], (1, 0)),
        (["arn:aws:iam::aws:policy/ReadOnlyAccess"], (0, 0)),
        (["arn:aws:iam::111122223333:policy/AdministratorAccess"], (0, 0)),
        ([{"Ref": "Any"}], (1, 0)),
        ([{"Ref": "Own"}], (0, 0)),
        ([{"Fn::ImportValue": "policy"}], (0, 1)),
        ({"Fn::If": ["A", [ADMINISTRATOR], {"Ref": "AWS::NoValue"}]}, (1, 0)),
        ([{"Fn::If": ["A", {"Ref": "AWS::NoValue"}, ADMINISTRATOR]}], (1, 0)),
    ],
    ids=repr,
)
def test_attachments(arns: Any, expected: tuple[int, int]) -> None:
    own = policy(allow("s3:GetObject"))
    assert verdicts(Own=own, Role={"Type": "AWS::IAM::Role", "Properties": {"ManagedPolicyArns": arns}}) == expected


@pytest.mark.parametrize(
    ("boundary", "count"),
    [
        ("arn:aws:iam::111122223333:policy/boundary", 0),
        ({"Fn::ImportValue": "boundary"}, 0),
        (ADMINISTRATOR, 1),
        ({"Fn::If": ["A", "arn:aws:iam::111122223333:policy/boundary", {"Ref": "AWS::NoValue"}]}, 1),
    ],
)
def test_a_permissions_boundary_bounds(boundary: Any, count: int) -> None:
    properties = {"PermissionsBoundary": boundary, "ManagedPolicyArns": [ADMINISTRATOR]}
    assert verdicts(Role={"Type": "AWS::IAM::Role", "Properties": properties}) == (count, 0)


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ("AdministratorAccess", (1, 0)),
        (["AWSLambdaBasicExecutionRole", "AdministratorAccess"], (1, 0)),
        ([ADMINISTRATOR], (1, 0)),
        ([{"Statement": [allow("*")]}], (1, 0)),
        ([{"Statement": [allow("s3:GetObject")]}], (0, 0)),
        ([{"S3ReadPolicy": {"BucketName": {"Ref": "Any"}}}], (0, 0)),
        (None, (0, 0)),
    ],
    ids=repr,
)
def test_policies_of_sam(policies: Any, expected: tuple[int, int]) -> None:
    properties = {} if policies is None else {"Policies": policies}
    assert verdicts(Function={"Type": "AWS::Serverless::Function", "Properties": properties}) == expected


def test_a_policy_that_only_bounds_is_not_attached() -> None:
    role = {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": {"Ref": "Limit"}}}
    limit = policy(allow("*"))
    assert verdicts(Limit=limit, Role=role) == (0, 0)
    attached = {**limit, "Properties": {**limit["Properties"], "Roles": ["other"]}}
    assert verdicts(Limit=attached, Role=role) == (1, 0)


def test_a_document_that_is_not_in_the_template_is_not_decided() -> None:
    document = {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://b/k"}}}
    assert verdicts(Policy={"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": document}}) == (0, 1)
