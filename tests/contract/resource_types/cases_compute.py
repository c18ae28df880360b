"""Functions, rules, alarms, parameters, and schedules that rotate secrets."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_data import SECRET
from tests.contract.resource_types.cases_messaging import TOPIC, pairs
from tests.contract.resource_types.conftest import Case, World
from tests.contract.resource_types.reading import asks, with_more

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
ROLE = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}
CODE = {"ZipFile": "def handler(event, context): pass"}
SETTINGS = {"Runtime": "python3.13", "Handler": "index.handler", "Role": {"Fn::GetAtt": ["Role", "Arn"]}, "Code": CODE}
SIGNING = "arn:aws:lambda:us-east-1:123456789012:code-signing-config:csc-0123456789abcdef0"
FUNCTION = {"Type": "AWS::Lambda::Function", "Properties": SETTINGS}


def function(world: World, name: str) -> Any:
    return world.client("lambda").get_function(FunctionName=name)["Configuration"]


def permission(world: World, statement: str) -> Any:
    policy = world.client("lambda").get_policy(FunctionName=world.reference("Function"))["Policy"]
    return {"there": True} if statement in policy else None


def rule(world: World, name: str) -> Any:
    events = world.client("events")
    targets = events.list_targets_by_rule(Rule=name)["Targets"]
    return {**events.describe_rule(Name=name), "targets": [each["Id"] for each in targets]}


def rule_tags(world: World, name: str) -> Any:
    return pairs(world.client("events").list_tags_for_resource(ResourceARN=rule(world, name)["Arn"])["Tags"])


def alarm(world: World, name: str) -> Any:
    return world.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"][0]


def alarm_tags(world: World, name: str) -> Any:
    return pairs(world.client("cloudwatch").list_tags_for_resource(ResourceARN=alarm(world, name)["AlarmArn"])["Tags"])


def parameter(world: World, name: str) -> Any:
    return world.client("ssm").get_parameter(Name=name)["Parameter"]


def parameter_tags(world: World, name: str) -> Any:
    return pairs(world.client("ssm").list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"])


def rotation(world: World, arn: str) -> Any:
    described = world.client("secretsmanager").describe_secret(SecretId=arn)
    return described if described.get("RotationEnabled") else None


TO_TOPIC = {"Id": "topic", "Arn": {"Ref": "Topic"}}
CASES = (
    Case(
        "AWS::Lambda::Function",
        {
            **SETTINGS,
            "MemorySize": "256",
            "Environment": {"Variables": {"LEVEL": "1"}},
            "ReservedConcurrentExecutions": 2,
            "RuntimeManagementConfig": {"UpdateRuntimeOn": "FunctionUpdate"},
        },
        with_more(
            function,
            runtime=asks("lambda", "get_runtime_management_config", "UpdateRuntimeOn", FunctionName="@"),
            recursion=asks("lambda", "get_function_recursion_config", "RecursiveLoop", FunctionName="@"),
            signing=asks("lambda", "get_function_code_signing_config", "CodeSigningConfigArn", FunctionName="@"),
        ),
        {
            "runtime": "FunctionUpdate",
            "recursion": "Terminate",
            "MemorySize": 256,
            "Runtime": "python3.13",
            "Environment": {"Variables": {"LEVEL": "1"}},
        },
        changed={
            "MemorySize": 512,
            "Code": {"ZipFile": "changed"},
            "Architectures": ["arm64"],
            "ReservedConcurrentExecutions": None,
            "RuntimeManagementConfig": None,
            "RecursiveLoop": "Allow",
            "CodeSigningConfigArn": SIGNING,
        },
        then={
            "MemorySize": 512,
            "Architectures": ["arm64"],
            "runtime": "Auto",
            "recursion": "Allow",
            "signing": SIGNING,
        },
        replaced={"FunctionName": "another"},
        tags=lambda world, name: world.client("lambda").get_function(FunctionName=name)["Tags"],
        denied=(
            "lambda:CreateFunction",
            "lambda:TagResource",
            "lambda:GetFunction",
            "lambda:PutFunctionConcurrency",
            "lambda:PutRuntimeManagementConfig",
            "iam:PassRole",
        ),
        denied_later=(
            "lambda:UpdateFunctionConfiguration",
            "lambda:PutFunctionCodeSigningConfig",
            "lambda:UpdateFunctionCode",
            "lambda:DeleteFunctionConcurrency",
            "lambda:DeleteFunction",
        ),
        around={"Role": ROLE},
        attributes=("Arn",),
    ),
    Case(
        "AWS::Lambda::Permission",
        {"FunctionName": {"Ref": "Function"}, "Action": "lambda:InvokeFunction", "Principal": "events.amazonaws.com"},
        permission,
        {"there": True},
        replaced={"Principal": "sns.amazonaws.com"},
        denied=("lambda:AddPermission", "lambda:GetPolicy"),
        denied_later=("lambda:RemovePermission",),
        around={"Role": ROLE, "Function": FUNCTION},
    ),
    Case(
        "AWS::Events::Rule",
        {"EventPattern": {"source": ["aws.s3"]}, "Targets": [TO_TOPIC]},
        rule,
        {"State": "ENABLED", "targets": ["topic"]},
        changed={"State": "DISABLED", "Targets": None},
        then={"State": "DISABLED", "targets": []},
        replaced={"Name": "another"},
        tags=rule_tags,
        denied=("events:PutRule", "events:PutTargets", "events:TagResource", "events:DescribeRule"),
        denied_later=("events:RemoveTargets", "events:DeleteRule"),
        around={"Topic": TOPIC},
        attributes=("Arn",),
    ),
    Case(
        "AWS::CloudWatch::Alarm",
        {
            "Namespace": "AWS/SQS",
            "MetricName": "NumberOfMessagesSent",
            "Statistic": "Sum",
            "Period": "60",
            "EvaluationPeriods": 1,
            "Threshold": 5,
            "ComparisonOperator": "GreaterThanThreshold",
            "AlarmActions": [{"Ref": "Topic"}],
        },
        alarm,
        {"Threshold": 5.0, "Period": 60, "MetricName": "NumberOfMessagesSent"},
        changed={"Threshold": 7},
        then={"Threshold": 7.0},
        replaced={"AlarmName": "another"},
        tags=alarm_tags,
        denied=("cloudwatch:PutMetricAlarm", "cloudwatch:TagResource", "cloudwatch:DescribeAlarms"),
        denied_later=("cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms"),
        around={"Topic": TOPIC},
        attributes=("Arn",),
    ),
    Case(
        "AWS::SSM::Parameter",
        {"Type": "String", "Value": "one", "Name": "/team/value"},
        parameter,
        {"Value": "one", "Type": "String"},
        changed={"Value": "two"},
        then={"Value": "two"},
        replaced={"Name": "/team/other"},
        tags=parameter_tags,
        denied=("ssm:PutParameter", "ssm:AddTagsToResource", "ssm:GetParameters"),
        denied_later=("ssm:PutParameter", "ssm:DeleteParameter"),
        map_tags=True,
    ),
    Case(
        "AWS::SecretsManager::RotationSchedule",
        {
            "SecretId": {"Ref": "Secret"},
            "RotationLambdaARN": {"Fn::GetAtt": ["Function", "Arn"]},
            "RotationRules": {"AutomaticallyAfterDays": 30},
        },
        rotation,
        {"RotationEnabled": True, "RotationRules": {"AutomaticallyAfterDays": 30}},
        changed={"RotationRules": {"ScheduleExpression": "rate(10 days)"}},
        then={"RotationEnabled": True},
        denied=("secretsmanager:RotateSecret", "secretsmanager:DescribeSecret", "lambda:InvokeFunction"),
        denied_later=("secretsmanager:CancelRotateSecret",),
        around={"Secret": SECRET, "Role": ROLE, "Function": FUNCTION},
    ),
)
