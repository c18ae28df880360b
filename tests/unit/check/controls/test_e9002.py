"""E9002 beyond its fixtures."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalog.check.controls._policy import POLICIES
from catalog.check.controls._types import property_names
from catalog.check.controls.e9002_no_public_allow import NoPublicAllow, accepts_wildcard


def where(kind: str, document: Any) -> list[str]:
    template = {"Resources": {"Policy": {"Type": kind, "Properties": {POLICIES[kind]: document}}}}
    return ["/".join(map(str, path[3:])) for path, _ in NoPublicAllow().faults(template)]


@pytest.mark.parametrize(("kind", "name"), POLICIES.items())
def test_the_properties_with_policies_exist(kind: str, name: str) -> None:
    assert name in property_names(kind)


def test_a_policy_that_is_json_text() -> None:
    text = json.dumps({"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage"}})
    assert where("AWS::SQS::QueuePolicy", text) == ["PolicyDocument/Principal"]


def test_an_effect_that_can_become_allow_counts() -> None:
    statement = {"Effect": {"Fn::If": ["Open", "Allow", "Deny"]}, "Principal": {"AWS": ["*"]}, "Action": "sns:Publish"}
    document = {"Statement": [statement]}
    assert where("AWS::SNS::TopicPolicy", document) == ["PolicyDocument/Statement/0/Principal/AWS/0"]
    statement["Effect"] = {"Fn::If": ["Open", "Deny", "Deny"]}
    assert where("AWS::SNS::TopicPolicy", document) == []


USERS = {"Ref": "Users"}


@pytest.mark.parametrize(
    ("principal", "found"),
    [
        ({"AWS": {"Fn::Split": [",", USERS]}}, True),
        ({"AWS": [{"Fn::Select": [0, {"Fn::Split": [",", USERS]}]}]}, True),
        ({"AWS": {"Fn::Sub": "${Users}"}}, True),
        ({"AWS": {"Fn::Sub": ["${One}", {"One": USERS}]}}, True),
        ({"AWS": {"Fn::Join": ["", ["*"]]}}, True),
        ({"AWS": {"Fn::FindInMap": ["Who", "all", "arn"]}}, True),
        ({"AWS": {"Fn::FindInMap": ["Who", "us", "arn"]}}, False),
        ({"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${Users}"}}, False),
        ({"AWS": {"Fn::GetAtt": ["Role", "Arn"]}}, False),
    ],
)
def test_the_evaluated_principal_counts(principal: Any, found: bool) -> None:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sns:Publish"}
    policy = {"Type": "AWS::SNS::TopicPolicy", "Properties": {"PolicyDocument": {"Statement": [statement]}}}
    template = {
        "Parameters": {"Users": {"Type": "String"}},
        "Mappings": {"Who": {"all": {"arn": "*"}, "us": {"arn": "111122223333"}}},
        "Resources": {"Policy": policy, "Role": {"Type": "AWS::IAM::Role"}},
    }
    assert bool(list(NoPublicAllow().faults(template))) is found


ANYBODY = {"Effect": "Allow", "Principal": "*", "Action": "*"}


@pytest.mark.parametrize(
    ("kind", "properties", "where"),
    [
        ("AWS::DynamoDB::Table", {"ResourcePolicy": {"PolicyDocument": {"Statement": [ANYBODY]}}}, "ResourcePolicy"),
        ("AWS::Logs::ResourcePolicy", {"PolicyDocument": json.dumps({"Statement": ANYBODY})}, "PolicyDocument"),
        ("AWS::Events::EventBusPolicy", {"Statement": ANYBODY}, "Statement"),
        ("AWS::Events::EventBusPolicy", {"Action": "events:PutEvents", "Principal": "*"}, "Principal"),
        ("AWS::Lambda::Permission", {"Action": "lambda:InvokeFunction", "Principal": "*"}, "Principal"),
        ("AWS::Lambda::Permission", {"Principal": "*", "PrincipalOrgID": "o-1234567890"}, ""),
        ("AWS::Lambda::LayerVersionPermission", {"Principal": "*", "OrganizationId": "o-1234567890"}, ""),
        ("AWS::Lambda::Permission", {"Principal": "events.amazonaws.com"}, ""),
        ("AWS::ApiGateway::RestApi", {"Policy": {"Statement": [ANYBODY]}}, ""),
        ("AWS::EC2::VPCEndpoint", {"PolicyDocument": {"Statement": [ANYBODY]}}, ""),
        ("AWS::WAFv2::WebACL", {"Rules": [{"Statement": {"ManagedRuleGroupStatement": {"Name": "a"}}}]}, ""),
    ],
)
def test_policies_of_every_type_count(kind: str, properties: dict[str, Any], where: str) -> None:
    template = {"Resources": {"It": {"Type": kind, "Properties": properties}}}
    found = [path for path, _ in NoPublicAllow().faults(template)]
    assert [path[3] for path in found] == ([where] if where else [])
    if where:
        assert list(NoPublicAllow().looked_at(template)) == [("Resources", "It")]


@pytest.mark.parametrize(
    ("parameter", "accepts"),
    [
        ({"Type": "String"}, True),
        ({"AllowedPattern": ".*"}, True),
        ({"AllowedPattern": r"arn:aws:iam::\d{12}:role/\w+"}, False),
        ({"AllowedPattern": r"\*x?"}, True),
        ({"AllowedValues": ["a"], "AllowedPattern": ".*"}, False),
        ({"AllowedPattern": r"\p{Alpha}+"}, False),
        ({"AllowedPattern": r"\p{Alpha}+|\*"}, True),
        ({"MinLength": 20}, False),
        ({"Type": "CommaDelimitedList"}, True),
        ({"Type": "AWS::SSM::Parameter::Value<String>"}, False),
    ],
)
def test_parameters_that_accept_the_wildcard(parameter: dict[str, Any], accepts: bool) -> None:
    assert accepts_wildcard(parameter) is accepts


@pytest.mark.parametrize("name", ["KeyAdministrators", "KeyUsers"])
def test_the_product_with_a_wider_pattern(key_product: dict[str, Any], name: str) -> None:
    assert not list(NoPublicAllow().faults(key_product))
    key_product["Parameters"][name]["AllowedPattern"] = r"^(\*|arn:.*)$"
    assert {path[:4] for path, _ in NoPublicAllow().faults(key_product)} == {
        ("Resources", "Key", "Properties", "KeyPolicy")
    }


GITHUB = "token.actions.githubusercontent.com"
AUDIENCE = {f"{GITHUB}:aud": "sts.amazonaws.com"}
ARN = {"Fn::Sub": f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:oidc-provider/{GITHUB}"}


def subject(value: Any, operator: str = "StringLike") -> dict[str, Any]:
    return {"StringEquals": AUDIENCE, operator: {f"{GITHUB}:sub": value}}


@pytest.mark.parametrize(
    ("condition", "faults"),
    [
        (None, 1),
        ({"StringEquals": AUDIENCE}, 1),
        (subject("repo:*"), 1),
        (subject("*"), 1),
        (subject("repo:exam*"), 1),
        (subject("repo:*/app:*"), 1),
        (subject(["repo:example/app:*", "repo:*"]), 1),
        (subject("repo:example/app:*", "StringLikeIfExists"), 1),
        (subject("repo:example/app:*", "ForAllValues:StringLike"), 1),
        (subject("repo:example/app:*", "StringNotLike"), 1),
        (subject({"Ref": "Subject"}), 1),
        (subject({"Fn::Sub": "repo:${Owner}/*"}), 1),
        (subject({"Fn::If": ["A", "repo:example/app:*", {"Ref": "AWS::NoValue"}]}), 1),
        (subject("repo:example/*"), 0),
        (subject(["repo:example/app:*", "repo:example/web:*"]), 0),
        (subject("repo:example/app:ref:refs/heads/main", "ForAnyValue:StringLike"), 0),
        ({"StringEquals": AUDIENCE | {f"{GITHUB}:sub": "repo:example/app:ref:refs/heads/main"}}, 0),
        (subject({"Fn::Sub": "repo:${Named}/app:*"}), 0),
    ],
)
@pytest.mark.parametrize("provider", [ARN, {"Ref": "Provider"}, {"Fn::GetAtt": ["Provider", "Arn"]}])
def test_a_trust_of_github_names_the_owner(provider: Any, condition: Any, faults: int) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
        **({"Condition": condition} if condition else {}),
    }
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": [statement]}}}
    template = {
        "Parameters": {
            "Subject": {"Type": "String"},
            "Owner": {"Type": "String"},
            "Named": {"Type": "String", "AllowedPattern": "[a-z]+"},
        },
        "Resources": {
            "Role": role,
            "Provider": {"Type": "AWS::IAM::OIDCProvider", "Properties": {"Url": f"https://{GITHUB}"}},
        },
    }
    assert len(list(NoPublicAllow().faults(template))) == faults


def test_a_provider_of_one_organization_needs_no_subject() -> None:
    provider = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE"
    statement = {"Effect": "Allow", "Principal": {"Federated": provider}, "Action": "sts:AssumeRoleWithWebIdentity"}
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": [statement]}}}
    assert not list(NoPublicAllow().faults({"Resources": {"Role": role}}))


@pytest.mark.parametrize(
    ("properties", "faults"),
    [
        ({"Principal": "s3.amazonaws.com"}, 1),
        ({"Principal": "s3.amazonaws.com", "SourceArn": "arn:aws:s3:::example"}, 1),
        ({"Principal": "s3.amazonaws.com", "SourceAccount": {"Fn::If": ["A", "1", {"Ref": "AWS::NoValue"}]}}, 1),
        ({"Principal": "s3.amazonaws.com", "SourceAccount": {"Ref": "AWS::AccountId"}}, 0),
        ({"Principal": "events.amazonaws.com", "SourceArn": "arn:aws:events:us-east-1:111122223333:rule/x"}, 0),
    ],
)
def test_a_permission_for_s3_names_the_account(properties: dict[str, Any], faults: int) -> None:
    permission = {"Type": "AWS::Lambda::Permission", "Properties": {"Action": "lambda:InvokeFunction", **properties}}
    paths = [path for path, _ in NoPublicAllow().faults({"Resources": {"Permission": permission}})]
    assert paths == [("Resources", "Permission", "Properties", "Principal")] * faults


COGNITO = "cognito-identity.amazonaws.com"
POOL = {"StringEquals": {f"{COGNITO}:aud": {"Ref": "Pool"}}}
SIGNED_IN = {"ForAnyValue:StringLike": {f"{COGNITO}:amr": "authenticated"}}


@pytest.mark.parametrize(
    ("provider", "condition", "is_open"),
    [
        (COGNITO, {}, True),
        (COGNITO, SIGNED_IN, True),
        (COGNITO, {**POOL, **SIGNED_IN}, False),
        (COGNITO, {"StringEquals": {f"{COGNITO}:aud": ["eu-west-1:a", "eu-west-1:b"]}}, False),
        (COGNITO, {"StringLike": {f"{COGNITO}:aud": "eu-west-1:*"}}, True),
        (COGNITO, {"StringEqualsIfExists": {f"{COGNITO}:aud": "eu-west-1:a"}}, True),
        (COGNITO, {"StringEquals": {f"{COGNITO}:sub": "eu-west-1:a"}}, True),
        ("accounts.google.com", {}, True),
        ("accounts.google.com", {"StringEquals": {"accounts.google.com:aud": "66"}}, False),
        ("graph.facebook.com", {"StringEquals": {"graph.facebook.com:aud": "66"}}, True),
        ("www.amazon.com", {"StringEquals": {"www.amazon.com:app_id": "amzn1.application"}}, False),
        ("arn:aws:iam::111122223333:saml-provider/corp", {}, False),
    ],
)
def test_a_trust_of_a_provider_of_all_accounts_names_the_pool(provider: str, condition: Any, is_open: bool) -> None:
    statement = {"Effect": "Allow", "Principal": {"Federated": provider}, "Action": "sts:AssumeRoleWithWebIdentity"}
    document = {"Statement": [{**statement, "Condition": condition}]}
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": document}}
    pool = {"Type": "AWS::Cognito::IdentityPool", "Properties": {}}
    paths = [path[1] for path, _ in NoPublicAllow().faults({"Resources": {"Role": role, "Pool": pool}})]
    assert paths == (["Role"] if is_open else [])
