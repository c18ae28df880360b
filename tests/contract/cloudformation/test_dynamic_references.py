"""`{{resolve:…}}`: what SSM and Secrets Manager have reaches the resource, and secrets nothing else."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from tests.contract.cloudformation.conftest import ALL, ROLE, allow, deny, everything_said, launch, relaunch, terminate
from tests.contract.conftest import refusal, topic

PASSWORD = "correct-horse-battery"  # noqa: S105  # of a test
SECURE = "{{resolve:ssm-secure:/db/password:1}}"


def reading(text: str, **more: str) -> dict[str, Any]:
    """A template whose parameter has a text that is resolved."""
    parameter = {
        "Type": "AWS::SSM::Parameter",
        "Properties": {"Name": "/copy", "Type": "String", "Value": text, **more},
    }
    return {"Resources": {"Copy": parameter}}


@pytest.fixture
def stored(local: Any) -> Any:
    """Parameters with versions, a secret with stages."""
    ssm, secrets = local.client("ssm"), local.client("secretsmanager")
    for value in ("first", "second"):
        ssm.put_parameter(Name="/app/name", Value=value, Type="String", Overwrite=True)
    ssm.put_parameter(Name="/db/password", Value=PASSWORD, Type="SecureString")
    ssm.put_parameter(Name="list", Value="a,b", Type="StringList")
    secret = secrets.create_secret(Name="db", SecretString=json.dumps({"user": "ann", "password": "old", "port": 5432}))
    secrets.put_secret_value(SecretId="db", SecretString=json.dumps({"user": "ann", "password": PASSWORD}))
    local.db = secret["ARN"]
    local.first = secret["VersionId"]
    return local


def copied(local: Any) -> str:
    return str(local.client("ssm").get_parameter(Name="/copy")["Parameter"]["Value"])


def test_the_value_of_each_form_reaches_the_resource(stored: Any) -> None:
    forms = {
        "x-{{resolve:ssm:/app/name}}-{{resolve:ssm:/app/name:1}}": "x-second-first",
        "{{resolve:ssm:list}}": "a,b",
        "{{resolve:secretsmanager:db:SecretString:password}}": PASSWORD,
        "{{resolve:secretsmanager:db:SecretString:password::}}": PASSWORD,
        "{{resolve:secretsmanager:db:SecretString:password:AWSPREVIOUS}}": "old",
        f"{{{{resolve:secretsmanager:db:SecretString:port::{stored.first}}}}}": "5432",
        f"{{{{resolve:secretsmanager:{stored.db}:SecretString:user}}}}": "ann",
        "{{resolve:secretsmanager:db}}": json.dumps({"user": "ann", "password": PASSWORD}),
    }
    resources = {
        f"Copy{number}": {
            "Type": "AWS::SSM::Parameter",
            "Properties": {"Name": f"/{number}", "Type": "String", "Value": text},
        }
        for number, text in enumerate(forms)
    }
    stored.create("app", {"Resources": resources})
    answer = stored.client("ssm").get_parameters(Names=[f"/{number}" for number in range(len(forms))])
    values = {parameter["Name"]: parameter["Value"] for parameter in answer["Parameters"]}
    assert values == {f"/{number}": value for number, value in enumerate(forms.values())}
    assert PASSWORD not in everything_said(stored, "app")


def test_a_secret_of_the_same_template_is_read_when_it_exists(local: Any) -> None:
    secret = {
        "Type": "AWS::SecretsManager::Secret",
        "Properties": {"SecretString": json.dumps({"password": PASSWORD})},
    }
    template = reading("")
    password = {"Fn::Sub": "{{resolve:secretsmanager:${Secret}:SecretString:password}}"}
    template["Resources"]["Copy"]["Properties"]["Value"] = password
    template["Resources"]["Secret"] = secret
    assert local.create("app", template)["StackStatus"] == "CREATE_COMPLETE"
    assert copied(local) == PASSWORD


def test_a_secure_string_goes_only_where_cloudformation_lets_it(stored: Any, caplog: Any) -> None:
    instance = {"Engine": "postgres", "DBInstanceClass": "db.t3.micro", "AllocatedStorage": "20"}
    template = {
        "Resources": {
            "Db": {
                "Type": "AWS::RDS::DBInstance",
                "Properties": {**instance, "MasterUsername": "ann", "MasterUserPassword": SECURE},
            }
        }
    }
    with caplog.at_level(logging.DEBUG):
        assert stored.create("db", template)["StackStatus"] == "CREATE_COMPLETE"
    assert PASSWORD not in everything_said(stored, "db") + caplog.text
    template["Outputs"] = {"Password": {"Value": {"Fn::GetAtt": ["Db", "MasterUserPassword"]}}}
    _, message = refusal(stored.update, "db", template)
    assert "resource Db does not support attribute type MasterUserPassword in Fn::GetAtt" in message
    for where, body in (("AWS::SSM::Parameter/Properties/Value", reading(SECURE)),):
        code, message = refusal(stored.create, "other", body)
        assert (code, message) == ("ValidationError", f"SSM Secure reference is not supported in: [{where}]")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{resolve:ssm:/none}}", "Unable to fetch parameters [/none] from parameter store for this account."),
        ("{{resolve:ssm:/app/name:9}}", "Unable to fetch parameters [/app/name:9] from parameter store"),
        (
            "{{resolve:ssm:/app/name:}}",
            "Incorrect format is used in the following SSM reference: [{{resolve:ssm:/app/name:}}]",
        ),
        (
            "{{resolve:ssm:/db/password}}",
            "Parameters [/db/password] referenced by template have types not supported by CloudFormation.",
        ),
        ("{{resolve:ssm:/app/name}}" * 61, "Number of dynamic references, 61, exceeds 60"),
    ],
)
def test_what_is_missing_or_malformed_is_refused_before_a_stack_exists(stored: Any, text: str, message: str) -> None:
    code, words = refusal(stored.create, "app", reading(text))
    assert code == "ValidationError"
    assert message in words
    assert not stored.client("cloudformation").describe_stacks()["Stacks"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "{{resolve:secretsmanager:none}}",
            "Secrets Manager can't find the specified secret. (Service: AWSSecretsManager; Status Code: 400; ",
        ),
        (
            "{{resolve:secretsmanager:db:SecretString:none}}",
            "Could not find a value associated with JSONKey in SecretString",
        ),
        ("{{resolve:secretsmanager:db:SecretBinary}}", "Incorrect format is used"),
        ("{{resolve:secretsmanager:db:SecretString:user:AWSCURRENT:1}}", "Only one of version-stage and version-id"),
    ],
)
def test_a_secret_that_cannot_be_read_fails_its_resource(stored: Any, text: str, message: str) -> None:
    stack = stored.create("app", reading(text))
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert message in stored.reason("app", "Copy", "CREATE_FAILED")
    assert PASSWORD not in everything_said(stored, "app")


def test_no_failure_shows_a_secret(stored: Any) -> None:
    """The handler refuses the value, and its words would have it."""
    template = reading("x", Tier="{{resolve:secretsmanager:db:SecretString:password}}")
    assert stored.create("app", template)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "#/Tier: **** is not a valid enum value" in stored.reason("app", "Copy", "CREATE_FAILED")
    assert PASSWORD not in everything_said(stored, "app")


def test_an_output_has_the_value_of_a_parameter_and_never_that_of_a_secret(stored: Any) -> None:
    secret = "{{resolve:secretsmanager:db:SecretString:password}}"  # noqa: S105  # a reference
    outputs = {"Name": {"Value": "{{resolve:ssm:/app/name}}"}, "Secret": {"Value": secret}}
    stack = stored.create("app", {**topic(), "Outputs": outputs})
    assert {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]} == {
        "Name": "second",
        "Secret": secret,
    }


def test_a_new_value_counts_when_the_resource_is_updated_for_another_reason(stored: Any) -> None:
    text = "{{resolve:secretsmanager:db:SecretString:password}}"
    stored.create("app", reading(text))
    stored.client("secretsmanager").put_secret_value(SecretId="db", SecretString='{"password": "new"}')
    _, message = refusal(stored.update, "app", reading(text))
    assert message == "No updates are to be performed."
    stored.update("app", reading(text, Description="another"))
    assert copied(stored) == "new"


def test_the_launch_role_must_be_allowed_to_read(stored: Any) -> None:
    secret = "{{resolve:secretsmanager:db:SecretString:password}}"  # noqa: S105  # a reference
    for action, text in (
        ("ssm:GetParameters", "{{resolve:ssm:/app/name}}"),
        ("secretsmanager:GetSecretValue", secret),
    ):
        deny(stored, action)
        outcome = launch(reading(text))
        assert outcome.status == "ROLLBACK_COMPLETE"
        assert f"{ROLE.replace(':iam:', ':sts:').replace('role/', 'assumed-role/')}/servicecatalog" in outcome.reason
        assert f"is not authorized to perform: {action} on resource: arn:aws:" in outcome.reason
        terminate()
    allow(stored, ALL)
    assert launch(reading(secret)).status == "CREATE_COMPLETE"


def test_a_key_of_ones_own_must_let_the_role_decrypt(stored: Any) -> None:
    key = stored.client("kms").create_key()["KeyMetadata"]["KeyId"]
    stored.client("secretsmanager").create_secret(Name="own", SecretString="x", KmsKeyId=key)
    own = reading("{{resolve:secretsmanager:own}}")
    deny(stored, "kms:Decrypt")
    outcome = launch(own)
    assert "is not authorized to perform: kms:Decrypt on resource: " in outcome.reason
    allow(stored, ALL)
    terminate()
    assert launch(own).status == "CREATE_COMPLETE"
    assert relaunch(reading("plain")).status == "UPDATE_COMPLETE"
    assert copied(stored) == "plain"
