"""E9012 beyond its fixtures: what is a secret, and what only sounds like one."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from catalog.check.controls.e9012_no_plain_secrets import NoPlainSecrets

TEXT = {"Type": "String"}


def found(parameters: dict[str, Any], resource: dict[str, Any] | None = None) -> list[str]:
    template = {"Parameters": parameters, "Resources": {"R": resource or {}}}
    return ["/".join(map(str, path)) for path, _ in NoPlainSecrets().faults(template)]


@pytest.mark.parametrize(
    "name",
    ["Password", "dbpassword", "AdminPasswd", "Secret", "ClientSecret", "GitHubToken", "ApiKey", "TlsPrivateKey"],
)
def test_names_that_are_secrets(name: str) -> None:
    assert found({name: TEXT}) == [f"Parameters/{name}"]


@pytest.mark.parametrize(
    "name", ["SecretArn", "SecretName", "TokenUrl", "PasswordLength", "KeyId", "KeyUsers", "ApiKeyName", "Tokens2Keep"]
)
def test_names_that_only_look_secret(name: str) -> None:
    assert found({name: TEXT}) == []


@pytest.mark.parametrize(
    ("definition", "count"),
    [
        ({"Type": "String", "NoEcho": "true"}, 0),
        ({"Type": "String", "NoEcho": "True"}, 0),
        ({"Type": "String", "NoEcho": False}, 1),
        ({"Type": "String", "NoEcho": True, "Default": ""}, 0),
        ({"Type": "String", "NoEcho": True, "Default": "hunter2"}, 1),
        ({"Type": "String", "NoEcho": True, "Default": "{{resolve:secretsmanager:a:SecretString:b}}"}, 0),
        ({"Type": "String", "AllowedValues": ["true", "false"]}, 0),
        ({"Type": "AWS::SSM::Parameter::Value<String>"}, 0),
        ({"Type": "String", "AllowedPattern": "^arn:aws[a-z-]*:secretsmanager:.+$"}, 0),
        ({"Type": "String", "AllowedPattern": "[a-z]+"}, 1),
        ({"Type": "Number", "Default": 1234}, 2),
    ],
)
def test_definitions_of_a_secret_parameter(definition: dict[str, Any], count: int) -> None:
    assert len(found({"Password": definition})) == count


def listed_variable(name: str, **more: str) -> dict[str, Any]:
    return {"Environment": [{"Name": name, "Value": {"Ref": "P"}, **more}]}


@pytest.mark.parametrize(
    ("kind", "properties", "is_secret"),
    [
        ("AWS::RDS::DBInstance", {"MasterUserPassword": {"Ref": "P"}}, True),
        ("AWS::RDS::DBInstance", {"MasterUsername": {"Ref": "P"}}, False),
        ("AWS::RDS::DBInstance", {"MasterUserPassword": {"Fn::Join": ["", ["a", {"Ref": "P"}]]}}, True),
        (
            "AWS::RDS::DBInstance",
            {"MasterUserPassword": {"Fn::If": ["C", {"Ref": "P"}, {"Ref": "AWS::NoValue"}]}},
            True,
        ),
        ("AWS::RDS::DBInstance", {"MasterUserPassword": {"Fn::Sub": ["${X}", {"X": {"Ref": "P"}}]}}, True),
        ("AWS::IAM::User", {"LoginProfile": {"Password": {"Ref": "P"}}}, True),
        ("AWS::DirectoryService::SimpleAD", {"Password": {"Ref": "P"}}, True),
        ("AWS::ElastiCache::ReplicationGroup", {"AuthToken": {"Fn::Sub": "${P}"}}, True),
        ("AWS::Cognito::UserPoolIdentityProvider", {"ProviderDetails": {"client_secret": {"Ref": "P"}}}, True),
        ("AWS::Lambda::Function", {"Environment": {"Variables": {"API_KEY": {"Ref": "P"}}}}, True),
        ("AWS::Lambda::Function", {"Environment": {"Variables": {"API_KEY_NAME": {"Ref": "P"}}}}, False),
        ("AWS::ECS::TaskDefinition", {"ContainerDefinitions": [listed_variable("DB_PASSWORD")]}, True),
        ("AWS::ECS::TaskDefinition", {"ContainerDefinitions": [listed_variable("DB_HOST")]}, False),
        ("AWS::CodeBuild::Project", listed_variable("TOKEN", Type="PARAMETER_STORE"), False),
        ("AWS::SageMaker::Image", {"ClientToken": {"Ref": "P"}}, False),
        ("Custom::Thing", {"ServiceToken": {"Ref": "P"}, "ApiKey": {"Ref": "P"}}, True),
    ],
)
def test_a_value_in_a_secret_property_is_a_secret(kind: str, properties: dict[str, Any], is_secret: bool) -> None:
    expected = ["Parameters/P"] if is_secret else []
    assert found({"P": TEXT}, {"Type": kind, "Properties": properties}) == expected


@pytest.mark.parametrize(
    ("value", "secrets"),
    [
        ({"Fn::Sub": '{"username": "${User}", "password": "${Pass}"}'}, ["Pass"]),
        ({"Fn::Sub": '{"username":"${User}","port":${Pass}}'}, []),
        ({"Fn::Sub": '{"username": "${User}", "password": "${User}"}'}, ["User"]),
        ({"Fn::Sub": ['{"username": "${Name}", "password": "${Pass}"}', {"Name": {"Ref": "User"}}]}, ["Pass"]),
        ({"Fn::Join": ["", ['{"username":"', {"Ref": "User"}, '","password":"', {"Ref": "Pass"}, '"}']]}, ["Pass"]),
        ({"Fn::ToJsonString": {"username": {"Ref": "User"}, "password": {"Ref": "Pass"}}}, ["Pass"]),
        ({"Fn::Sub": '{"username": "${User}-${Pass}"}'}, ["User", "Pass"]),
        ({"Fn::Sub": '{"token": "${User}"}'}, ["User"]),
        ({"Fn::If": ["C", {"Ref": "User"}, {"Ref": "AWS::NoValue"}]}, ["User"]),
        ({"Ref": "User"}, ["User"]),
    ],
)
def test_a_user_name_in_the_json_of_a_secret_is_not_a_secret(value: Any, secrets: list[str]) -> None:
    secret = {"Type": "AWS::SecretsManager::Secret", "Properties": {"SecretString": value}}
    assert found({"User": TEXT, "Pass": TEXT}, secret) == [f"Parameters/{name}" for name in secrets]


@pytest.mark.parametrize(
    ("value", "is_secret"),
    [
        # In a dynamic reference, a parameter is part of a name.
        ({"Fn::Sub": "{{resolve:secretsmanager:${P}-db:SecretString:password}}"}, False),
        ({"Fn::Sub": "{{resolve:ssm-secure:/${P}/password}}"}, False),
        ({"Fn::Sub": "{{resolve:ssm:/${P}/password}}"}, False),
        ({"Fn::Sub": ["{{resolve:ssm:/${X}/password}}", {"X": {"Ref": "P"}}]}, False),
        ({"Fn::Join": ["", ["{{resolve:secretsmanager:", {"Ref": "P"}, ":SecretString:password}}"]]}, False),
        ({"Fn::Join": [":", ["{{resolve", "secretsmanager", {"Ref": "P"}, "SecretString", "password}}"]]}, False),
        ({"Fn::Join": ["", ["{{resolve:ssm:", {"Fn::ImportValue": {"Fn::Sub": "${P}-Arn"}}, "}}"]]}, False),
        ({"Fn::Join": ["", ["{{resolve:ssm:", {"Fn::If": ["C", {"Ref": "P"}, "name"]}, "}}"]]}, False),
        ({"Fn::If": ["P", "{{resolve:ssm:a}}", "{{resolve:ssm:b}}"]}, False),
        ({"Fn::ImportValue": {"Fn::Sub": "${P}-Password"}}, False),
        ({"Fn::FindInMap": ["Names", {"Ref": "P"}, "Name"]}, False),
        ({"Fn::Select": [{"Ref": "P"}, ["{{resolve:ssm:a}}", "{{resolve:ssm:b}}"]]}, False),
        # Outside of it, its value is part of the secret.
        ({"Fn::Sub": "{{resolve:ssm:a}}${P}"}, True),
        ({"Fn::Sub": "${P}{{resolve:ssm:a}}"}, True),
        ({"Fn::Join": ["", ["{{resolve:ssm:", "a", "}}", {"Ref": "P"}]]}, True),
        ({"Fn::If": ["C", {"Ref": "P"}, {"Fn::Sub": "{{resolve:ssm:${P}}}"}]}, True),
        ({"Fn::Select": [0, {"Fn::Split": [",", {"Ref": "P"}]}]}, True),
        ({"Fn::FindInMap": ["Names", "a", "b", {"DefaultValue": {"Ref": "P"}}]}, True),
    ],
)
def test_a_parameter_in_the_name_of_a_secret_is_not_the_secret(value: Any, is_secret: bool) -> None:
    database = {"Type": "AWS::RDS::DBInstance", "Properties": {"MasterUserPassword": value}}
    assert found({"P": TEXT}, database) == (["Parameters/P"] if is_secret else [])


def test_a_parameter_named_secret_that_only_names_one_is_not_a_secret() -> None:
    password = {"Fn::Sub": "{{resolve:secretsmanager:${MasterSecret}:SecretString:password}}"}
    database = {"Type": "AWS::RDS::DBInstance", "Properties": {"MasterUserPassword": password}}
    assert found({"MasterSecret": TEXT}, database) == []
    database["Properties"]["DBName"] = {"Ref": "MasterSecret"}
    assert found({"MasterSecret": TEXT}, database) == ["Parameters/MasterSecret"]


def literal(kind: str, properties: Any, **sections: Any) -> list[str]:
    """The paths, below the properties, of the secrets that a resource has as text."""
    template = {**sections, "Resources": {"R": {"Type": kind, "Properties": properties}}}
    return ["/".join(map(str, path[3:])) for path, _ in NoPlainSecrets().faults(template)]


REFERENCE = "{{resolve:secretsmanager:db:SecretString:password}}"


@pytest.mark.parametrize(
    ("value", "is_secret"),
    [
        ("hunter2", True),
        (12345678, True),
        ({"Fn::Sub": "hunter2"}, True),
        ({"Fn::Sub": "${AWS::StackName}-hunter2"}, True),
        ({"Fn::Join": ["", ["hunter", "2"]]}, True),
        ({"Fn::If": ["C", {"Ref": "P"}, "hunter2"]}, True),
        ({"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "password"]}, True),
        (REFERENCE, False),
        ({"Fn::Sub": REFERENCE}, False),
        ({"Fn::Join": ["", ["{{resolve:ssm-secure:", {"Ref": "P"}, "}}"]]}, False),
        ({"Ref": "P"}, False),
        ({"Fn::Sub": "${P}"}, False),
        ({"Fn::GetAtt": ["Secret", "Arn"]}, False),
        ({"Fn::ImportValue": "password"}, False),
        ({"Fn::FindInMap": ["M", "b", "name"]}, False),
        ("", False),
        ({"Ref": "AWS::NoValue"}, False),
    ],
)
def test_a_password_as_text(value: Any, is_secret: bool) -> None:
    mappings = {"M": {"a": {"password": "hunter2"}, "b": {"name": ""}}}
    hidden = {"P": {"Type": "String", "NoEcho": True}}
    paths = literal("AWS::RDS::DBInstance", {"MasterUserPassword": value}, Mappings=mappings, Parameters=hidden)
    assert paths == (["MasterUserPassword"] if is_secret else [])


@pytest.mark.parametrize(
    ("properties", "is_secret"),
    [
        ({"SecretString": "hunter2"}, True),
        ({"SecretString": '{"username": "admin", "password": "hunter2"}'}, True),
        ({"SecretString": '{"username": "admin", "host": "db"}'}, False),
        ({"SecretString": '{"username": "admin", "password": ""}'}, False),
        ({"SecretString": {"Fn::Sub": '{"username": "admin", "password": "${P}"}'}}, False),
        ({"SecretString": {"Fn::ToJsonString": {"username": "admin", "password": "hunter2"}}}, True),
        ({"SecretString": {"Fn::ToJsonString": {"username": "admin", "password": {"Ref": "P"}}}}, False),
        ({"GenerateSecretString": {"SecretStringTemplate": '{"username": "admin"}', "GenerateStringKey": "x"}}, False),
        ({"GenerateSecretString": {"PasswordLength": 32}}, False),
    ],
)
def test_a_secret_as_text(properties: Any, is_secret: bool) -> None:
    paths = literal("AWS::SecretsManager::Secret", properties, Parameters={"P": {"Type": "String", "NoEcho": True}})
    assert paths == (["SecretString"] if is_secret else [])


def function(variables: dict[str, Any]) -> tuple[str, Any]:
    return "AWS::Lambda::Function", {"Environment": {"Variables": variables}}


def task(name: str, value: Any, member: str = "Environment") -> tuple[str, Any]:
    key = "Value" if member == "Environment" else "ValueFrom"
    return "AWS::ECS::TaskDefinition", {"ContainerDefinitions": [{member: [{"Name": name, key: value}]}]}


def build(kind: str) -> tuple[str, Any]:
    variable = {"Name": "API_TOKEN", "Value": "tok-123", "Type": kind}
    return "AWS::CodeBuild::Project", {"Environment": {"EnvironmentVariables": [variable]}}


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        (function({"DB_PASSWORD": "hunter2"}), "Environment/Variables/DB_PASSWORD"),
        (function({"SECRET_KEY": "abc123"}), "Environment/Variables/SECRET_KEY"),
        (function({"SECRET": "hunter2"}), "Environment/Variables/SECRET"),
        (function({"db_pwd": "hunter2"}), "Environment/Variables/db_pwd"),
        (function({"AWS_SECRET_ACCESS_KEY": "wJalr/K7/bPx"}), "Environment/Variables/AWS_SECRET_ACCESS_KEY"),
        (task("TOKEN", "abc"), "ContainerDefinitions/0/Environment/0/Value"),
        (build("PLAINTEXT"), "Environment/EnvironmentVariables/0/Value"),
        (
            ("AWS::Glue::Job", {"DefaultArguments": {"--db-password": "hunter2"}}),
            "DefaultArguments/--db-password",
        ),
        (
            ("AWS::Lambda::Function", {"Environment": {"Fn::If": ["C", {"Variables": {"TOKEN": "abc"}}, {}]}}),
            "Environment/Fn::If/1/Variables/TOKEN",
        ),
        (("AWS::SSM::Parameter", {"Name": "/db/password", "Type": "String", "Value": "hunter2"}), "Value"),
        (("AWS::IAM::User", {"LoginProfile": {"Password": "hunter2"}}), "LoginProfile/Password"),
        (
            (
                "AWS::Events::Connection",
                {"AuthParameters": {"ApiKeyAuthParameters": {"ApiKeyName": "a", "ApiKeyValue": "b"}}},
            ),
            "AuthParameters/ApiKeyAuthParameters/ApiKeyValue",
        ),
        (
            ("AWS::Cognito::UserPoolIdentityProvider", {"ProviderDetails": {"client_secret": "abc", "client_id": "1"}}),
            "ProviderDetails/client_secret",
        ),
        (function({"DB_PASSWORD": REFERENCE}), ""),
        (function({"DB_PASSWORD": {"Ref": "P"}}), ""),
        (function({"DB_PASSWORD": {"Fn::Sub": "${P}"}}), ""),
        (function({"DB_SECRET": "prod/db"}), ""),
        (function({"DB_SECRET": "orders-db"}), ""),
        (function({"SECRET_ARN": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:a"}), ""),
        (function({"DB_SECRET": {"Fn::GetAtt": ["S", "Arn"]}}), ""),
        (
            function(
                {
                    "TOKEN_URL": "https://example.com",
                    "SECRET_NAME": "a",
                    "PASSWORD_LENGTH": "32",
                    "REQUIRE_PASSWORD": "true",
                }
            ),
            "",
        ),
        (task("DB_PASSWORD", "arn:aws:ssm:eu-west-1:111122223333:parameter/a", "Secrets"), ""),
        (build("SECRETS_MANAGER"), ""),
        (("AWS::SSM::Parameter", {"Name": "/db/host", "Type": "String", "Value": "db"}), ""),
        (("AWS::RDS::DBInstance", {"ManageMasterUserPassword": True}), ""),
        (("AWS::Cognito::UserPool", {"Policies": {"PasswordPolicy": {"RequireNumbers": True}}}), ""),
        (("AWS::S3::Bucket", {"Tags": [{"Key": "AuthToken", "Value": "none-here"}]}), ""),
        (("AWS::SSM::Document", {"Content": {"mainSteps": [{"inputs": {"Password": "{{ Password }}"}}]}}), ""),
    ],
    ids=str,
)
def test_variables_and_other_properties(resource: tuple[str, Any], path: str) -> None:
    kind, properties = resource
    parameters = {"P": {"Type": "String", "NoEcho": True}}
    assert literal(kind, properties, Parameters=parameters) == ([path] if path else [])


KEY = "AKIA" + "Q3EGSIEWFZ7ABCDE"
TOKEN = "ghp_" + "a" * 36


@pytest.mark.parametrize(
    ("text", "is_secret"),
    [
        ({"Fn::Base64": f"#!/bin/sh\nexport AWS_ACCESS_KEY_ID={KEY}\n"}, True),
        ({"Fn::Base64": {"Fn::Sub": f"aws configure set aws_access_key_id {KEY} --region ${{AWS::Region}}"}}, True),
        (base64.b64encode(f"export ID={KEY}".encode()).decode(), True),
        ({"Fn::Base64": "-----BEGIN RSA PRIVATE KEY-----\nMIIE"}, True),
        (
            {"Fn::Base64": {"Fn::Join": ["\n", ["#!/bin/sh", f"git clone https://{TOKEN}@github.com/a"]]}},
            True,
        ),
        ({"Fn::Base64": "AKIAIOSFODNN7EXAMPLE is AWS's example, AKIA is not"}, False),
        ({"Fn::Base64": "-----BEGIN CERTIFICATE-----"}, False),
        ("bm90aGluZyBoZXJl", False),
    ],
)
def test_texts_with_the_form_of_a_secret(text: Any, is_secret: bool) -> None:
    assert bool(literal("AWS::EC2::Instance", {"UserData": text})) is is_secret


def test_no_message_has_the_secret() -> None:
    kind, properties = function({"DB_PASSWORD": "hunter2", "NOTE": KEY})
    template = {"Resources": {"R": {"Type": kind, "Properties": properties}}}
    messages = [message for _, message in NoPlainSecrets().faults(template)]
    assert len(messages) == 2
    assert not [message for message in messages if "hunter2" in message or KEY in message]
