"""Versions, aliases, event sources, layers and URLs of Lambda functions."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from tests.contract.resource_types.cases_compute import FUNCTION, ROLE
from tests.contract.resource_types.conftest import Case, World

FAMILY = {"Function": FUNCTION, "Role": ROLE}
VERSION = {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "Function"}}}
ALIAS: dict[str, Any] = {
    "Type": "AWS::Lambda::Alias",
    "Properties": {"FunctionName": {"Ref": "Function"}, "Name": "live", "FunctionVersion": "$LATEST"},
}
QUEUE = {"Type": "AWS::SQS::Queue"}
CODE = {"S3Bucket": "layers", "S3Key": "layer.zip"}
LAYER = {"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": CODE}}


def prepare(world: World) -> None:
    """The package of a layer."""
    s3, content = world.client("s3"), io.BytesIO()
    zipfile.ZipFile(content, "w").close()
    s3.create_bucket(Bucket=CODE["S3Bucket"])
    s3.put_object(Bucket=CODE["S3Bucket"], Key=CODE["S3Key"], Body=content.getvalue())


def version(world: World, arn: str) -> Any:
    name, _, number = arn.rpartition(":")
    return world.client("lambda").get_function_configuration(FunctionName=name, Qualifier=number)


def alias(world: World, arn: str) -> Any:
    _, name, qualifier = arn.rsplit(":", 2)
    return world.client("lambda").get_alias(FunctionName=name, Name=qualifier)


def mapping(world: World, identifier: str) -> Any:
    return world.client("lambda").get_event_source_mapping(UUID=identifier)


def mapping_tags(world: World, identifier: str) -> Any:
    arn = mapping(world, identifier)["EventSourceMappingArn"]
    return world.client("lambda").list_tags(Resource=arn)["Tags"]


def layer(world: World, arn: str) -> Any:
    _, _, _, _, _, _, name, number = arn.split(":")
    return world.client("lambda").get_layer_version(LayerName=name, VersionNumber=int(number))


def layer_policy(world: World, identifier: str) -> Any:
    arn, _, statement = identifier.partition("#")
    name, number = arn.split(":")[6:]
    policy = world.client("lambda").get_layer_version_policy(LayerName=name, VersionNumber=int(number))["Policy"]
    return {"there": True} if statement in policy else None


def url(world: World, arn: str) -> Any:
    name, _, qualifier = arn.partition(":function:")[2].partition(":")
    return world.client("lambda").get_function_url_config(FunctionName=name, Qualifier=qualifier)


def invoke(world: World, reference: str) -> Any:
    name, qualifier = reference.split("|")
    return world.client("lambda").get_function_event_invoke_config(FunctionName=name, Qualifier=qualifier)


CASES = (
    Case(
        "AWS::Lambda::Version",
        {"FunctionName": {"Ref": "Function"}, "Description": "first"},
        version,
        {"Version": "1", "Description": "first"},
        denied=("lambda:PublishVersion", "lambda:ListVersionsByFunction", "lambda:GetFunctionConfiguration"),
        denied_later=("lambda:DeleteFunction",),
        around=FAMILY,
        attributes=("Version", "FunctionArn"),
    ),
    Case(
        "AWS::Lambda::Alias",
        {"FunctionName": {"Ref": "Function"}, "Name": "live", "FunctionVersion": "$LATEST"},
        alias,
        {"Name": "live", "FunctionVersion": "$LATEST"},
        changed={
            "FunctionVersion": {"Fn::GetAtt": ["Version", "Version"]},
            "RoutingConfig": {"AdditionalVersionWeights": [{"FunctionVersion": "$LATEST", "FunctionWeight": 0.25}]},
        },
        then={"FunctionVersion": "1", "RoutingConfig": {"AdditionalVersionWeights": {"$LATEST": 0.25}}},
        replaced={"Name": "next"},
        denied=("lambda:CreateAlias", "lambda:GetAlias"),
        denied_later=("lambda:UpdateAlias", "lambda:DeleteAlias"),
        around={**FAMILY, "Version": VERSION},
        attributes=("AliasArn",),
    ),
    Case(
        "AWS::Lambda::EventSourceMapping",
        {
            "FunctionName": {"Ref": "Function"},
            "EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]},
            "BatchSize": 5,
            "FilterCriteria": {"Filters": [{"Pattern": "{}"}]},
        },
        mapping,
        {"BatchSize": 5, "State": "Enabled", "FilterCriteria": {"Filters": [{"Pattern": "{}"}]}},
        changed={"BatchSize": 7, "Enabled": False, "ScalingConfig": {"MaximumConcurrency": 2}},
        then={"BatchSize": 7, "State": "Disabled", "ScalingConfig": {"MaximumConcurrency": 2}},
        replaced={"EventSourceArn": {"Fn::GetAtt": ["Other", "Arn"]}},
        tags=mapping_tags,
        denied=("lambda:CreateEventSourceMapping", "lambda:TagResource", "lambda:GetEventSourceMapping"),
        denied_later=("lambda:UpdateEventSourceMapping", "lambda:DeleteEventSourceMapping"),
        around={**FAMILY, "Queue": QUEUE, "Other": QUEUE},
        attributes=("Id", "EventSourceMappingArn"),
    ),
    Case(
        "AWS::Lambda::LayerVersion",
        {"LayerName": "shared", "Content": CODE, "CompatibleRuntimes": ["python3.13"]},
        layer,
        {"CompatibleRuntimes": ["python3.13"]},
        replaced={"Description": "another"},
        denied=("lambda:PublishLayerVersion", "lambda:GetLayerVersion", "s3:GetObject"),
        denied_later=("lambda:DeleteLayerVersion",),
        attributes=("LayerVersionArn",),
    ),
    Case(
        "AWS::Lambda::LayerVersionPermission",
        {"LayerVersionArn": {"Ref": "Layer"}, "Action": "lambda:GetLayerVersion", "Principal": "*"},
        layer_policy,
        {"there": True},
        replaced={"Principal": "123456789012"},
        denied=("lambda:AddLayerVersionPermission", "lambda:GetLayerVersionPolicy"),
        denied_later=("lambda:RemoveLayerVersionPermission",),
        around={"Layer": LAYER},
        attributes=("Id",),
    ),
    Case(
        "AWS::Lambda::Url",
        {
            "TargetFunctionArn": {"Fn::GetAtt": ["Function", "Arn"]},
            "Qualifier": "live",
            "AuthType": "AWS_IAM",
            "Cors": {"AllowOrigins": ["*"]},
        },
        url,
        {"AuthType": "AWS_IAM", "Cors": {"AllowOrigins": ["*"]}, "InvokeMode": "BUFFERED"},
        changed={"AuthType": "NONE", "InvokeMode": "RESPONSE_STREAM"},
        then={"AuthType": "NONE", "InvokeMode": "RESPONSE_STREAM"},
        replaced={"Qualifier": "other"},
        denied=("lambda:CreateFunctionUrlConfig", "lambda:GetFunctionUrlConfig"),
        denied_later=("lambda:UpdateFunctionUrlConfig", "lambda:DeleteFunctionUrlConfig"),
        around={**FAMILY, "Live": ALIAS, "Second": {**ALIAS, "Properties": {**ALIAS["Properties"], "Name": "other"}}},
        attributes=("FunctionArn", "FunctionUrl"),
        after=("Live", "Second"),
    ),
    Case(
        "AWS::Lambda::EventInvokeConfig",
        {"FunctionName": {"Ref": "Function"}, "Qualifier": "$LATEST", "MaximumRetryAttempts": 1},
        invoke,
        {"MaximumRetryAttempts": 1},
        changed={"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60},
        then={"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60},
        replaced={"Qualifier": "live"},
        denied=("lambda:PutFunctionEventInvokeConfig", "lambda:GetFunctionEventInvokeConfig"),
        denied_later=("lambda:UpdateFunctionEventInvokeConfig", "lambda:DeleteFunctionEventInvokeConfig"),
        around={**FAMILY, "Live": ALIAS},
        after=("Live",),
    ),
)
