"""Launch roles reach what the template names literally: ARNs of other accounts, KMS keys and objects with code."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.roles.derive import derive
from tests.unit.roles.conftest import REGIONS, actions, resources, version, with_resource

LAYER = "arn:aws:lambda:us-east-1:580247275435:layer:LambdaInsightsExtension:53"
OWN_LAYERS = "arn:${AWS::Partition}:lambda:*:${AWS::AccountId}:layer:*"
KEY = "arn:aws:kms:us-east-1:580247275435:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
OWN_KEYS = "arn:${AWS::Partition}:kms:*:${AWS::AccountId}:key/"
OBJECTS = "arn:${AWS::Partition}:s3:::"
FUNCTION = "AWS::Lambda::Function"
SECTIONS: dict[str, Any] = {
    "Parameters": {"Some": {"Type": "String"}},
    "Mappings": {"Layers": {"us-east-1": {"Arn": LAYER}}, "Code": {"us-east-1": {"Bucket": "code-of-app"}}},
}


@pytest.mark.parametrize(
    ("layers", "arns"),
    [
        ([LAYER], {LAYER}),
        ([{"Fn::FindInMap": ["Layers", {"Ref": "AWS::Region"}, "Arn"]}], {LAYER}),
        ([{"Fn::Sub": LAYER.replace("us-east-1", "${AWS::Region}")}], {LAYER.replace("us-east-1", "*")}),
        ([{"Ref": "Some"}], set()),
        ([LAYER.replace("Insights", "${NameInALoop}")], set()),
        ([{"Fn::If": ["Never", LAYER, {"Ref": "AWS::NoValue"}]}], {LAYER}),
    ],
)
def test_a_layer_of_another_account_is_read(layers: list[Any], arns: set[str]) -> None:
    function = {"It": {"Type": FUNCTION, "Properties": {"Layers": layers}}}
    role = derive([version(function, **SECTIONS)], REGIONS)
    assert resources(role, "lambda:GetLayerVersion") == {OWN_LAYERS, *arns}
    assert not any("580247275435" in arn for arn in resources(role, "lambda:DeleteFunction"))


@pytest.mark.parametrize(
    ("resource_type", "properties", "keys"),
    [
        (FUNCTION, {"KmsKeyArn": KEY}, {KEY}),
        (FUNCTION, {"KmsKeyArn": KEY.replace("us-east-1", "${NameInALoop}")}, {f"{OWN_KEYS}*"}),
        (FUNCTION, {"KmsKeyArn": {"Ref": "Some"}}, {f"{OWN_KEYS}*"}),
        ("AWS::SecretsManager::Secret", {"KmsKeyId": ID}, {f"{OWN_KEYS}{ID}"}),
        ("AWS::SecretsManager::Secret", {"KmsKeyId": "alias/data"}, {f"{OWN_KEYS}*"}),
        ("AWS::EC2::Instance", {"BlockDeviceMappings": [{"Ebs": {"Encrypted": True, "KmsKeyId": KEY}}]}, {KEY}),
        ("AWS::EC2::Volume", {"KmsKeyId": KEY, "SnapshotId": "snap-1"}, {KEY, f"{OWN_KEYS}*"}),
        ("AWS::EC2::Volume", {"KmsKeyId": {"Fn::If": ["Never", KEY, {"Ref": "AWS::NoValue"}]}}, {KEY}),
    ],
)
def test_a_key_is_the_one_of_the_template_and_is_used_through_a_service(
    resource_type: str, properties: dict[str, Any], keys: set[str]
) -> None:
    role = derive([version({"It": {"Type": resource_type, "Properties": properties}}, **SECTIONS)], REGIONS)
    assert resources(role, "kms:Decrypt") == keys
    for permission in role.permissions:
        if "kms:Decrypt" in permission.actions:
            assert permission.conditions["StringLike"]["kms:ViaService"].endswith(".amazonaws.com*")


def test_a_type_that_uses_keys_through_no_known_service_uses_them_through_any() -> None:
    role = derive([with_resource("AWS::ImageBuilder::Component", KmsKeyId=KEY)], REGIONS)
    uses = [each for each in role.permissions if "kms:Decrypt" in each.actions or "kms:Encrypt" in each.actions]
    assert uses
    assert all(each.conditions["StringLike"] == {"kms:ViaService": "*.amazonaws.com*"} for each in uses)


@pytest.mark.parametrize(
    ("code", "arns"),
    [
        ({"S3Bucket": "code", "S3Key": "app/one.zip"}, {f"{OBJECTS}code/app/one.zip"}),
        ({"S3Bucket": "code", "S3Key": {"Ref": "Some"}}, {f"{OBJECTS}code/*"}),
        ({"S3Bucket": {"Fn::Sub": "code-${AWS::AccountId}"}, "S3Key": "k"}, {f"{OBJECTS}code-${{AWS::AccountId}}/k"}),
        (
            {"S3Bucket": {"Fn::FindInMap": ["Code", {"Ref": "Some"}, "Bucket"]}, "S3Key": "k"},
            {f"{OBJECTS}code-of-app/k"},
        ),
        ({"ZipFile": "x"}, set()),
    ],
)
def test_code_is_read_from_its_object(code: dict[str, Any], arns: set[str]) -> None:
    function = {"It": {"Type": FUNCTION, "Properties": {"Code": code}}}
    role = derive([version(function, **SECTIONS)], REGIONS)
    assert resources(role, "s3:GetObject") == arns
    assert ("s3:GetObject" in actions(role)) is bool(arns)


ROTATION = "arn:aws:lambda:us-east-1:580247275435:function:rotate"
ANY_FUNCTION = "arn:${AWS::Partition}:lambda:*:${AWS::AccountId}:function:*"


@pytest.mark.parametrize(
    ("properties", "functions"),
    [
        ({"RotationLambdaARN": ROTATION}, {ROTATION}),
        ({"RotationLambdaARN": {"Fn::GetAtt": ["Rotate", "Arn"]}}, {ANY_FUNCTION[:-1] + "rotate"}),
        ({"RotationLambdaARN": {"Ref": "Some"}}, {ANY_FUNCTION}),
        ({"HostedRotationLambda": {"RotationType": "MySQLSingleUser"}}, {ANY_FUNCTION}),
    ],
)
def test_a_rotation_calls_its_function_only(properties: dict[str, Any], functions: set[str]) -> None:
    template = {
        "It": {"Type": "AWS::SecretsManager::RotationSchedule", "Properties": {"SecretId": "db", **properties}},
        "Rotate": {"Type": FUNCTION, "Properties": {"FunctionName": "rotate"}},
    }
    role = derive([version(template, **SECTIONS)], REGIONS)
    assert resources(role, "lambda:InvokeFunction") == functions
    assert resources(role, "secretsmanager:RotateSecret") == {
        "arn:${AWS::Partition}:secretsmanager:*:${AWS::AccountId}:secret:db*"
    }
