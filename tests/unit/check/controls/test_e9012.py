"""E9012 beyond its fixtures: what is a secret, and what only sounds like one."""

from __future__ import annotations

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


@pytest.mark.parametrize(
    ("kind", "properties", "is_secret"),
    [
        ("AWS::RDS::DBInstance", {"MasterUserPassword": {"Ref": "P"}}, True),
        ("AWS::RDS::DBInstance", {"MasterUsername": {"Ref": "P"}}, False),
        ("AWS::RDS::DBInstance", {"MasterUserPassword": {"Fn::Join": ["", ["a", {"Ref": "P"}]]}}, True),
        ("AWS::RDS::DBInstance", {"MasterUserPassword": {"Fn::If": ["C", {"Ref": "P"}, "x"]}}, True),
        ("AWS::RDS::DBInstance", {"MasterUserPassword": {"Fn::Sub": ["${X}", {"X": {"Ref": "P"}}]}}, True),
        ("AWS::IAM::User", {"LoginProfile": {"Password": {"Ref": "P"}}}, True),
        ("AWS::DirectoryService::SimpleAD", {"Password": {"Ref": "P"}}, True),
        ("AWS::ElastiCache::ReplicationGroup", {"AuthToken": {"Fn::Sub": "${P}"}}, True),
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
        ({"Fn::If": ["C", {"Ref": "User"}, "x"]}, ["User"]),
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
