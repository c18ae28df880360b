"""Launch roles reach the resources whose names, or whose references, the template gives."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.handlers import resource_handlers
from catalog.check.iam_actions import iam_action
from catalog.check.schemas import schema_of
from catalog.roles.derive import derive
from catalog.roles.names import NAMED, service_of
from tests.unit.roles.conftest import REGIONS, STACK, resources, version, with_resource

FUNCTION_ARN = "arn:aws:lambda:eu-west-1:111122223333:function:tickets"
TOPIC_ARN = "arn:aws:sns:eu-west-1:111122223333:alerts"


def arn(service: str, resource: str) -> str:
    return f"arn:${{AWS::Partition}}:{service}:*:${{AWS::AccountId}}:{resource}"


@pytest.mark.parametrize(
    ("resource_type", "properties", "action", "reached"),
    [
        ("AWS::ECR::Repository", {"RepositoryName": "team/app"}, "ecr:CreateRepository", "repository/team/app"),
        ("AWS::ECR::Repository", {}, "ecr:CreateRepository", "repository/sc-${AWS::AccountId}-pp-*"),
        ("AWS::SSM::Parameter", {"Name": "/app/key"}, "ssm:PutParameter", "parameter/app/key"),
        ("AWS::SSM::Parameter", {}, "ssm:PutParameter", "parameter/*"),
        ("AWS::ECS::Cluster", {"ClusterName": "web"}, "ecs:CreateCluster", "cluster/web"),
        ("AWS::ECS::Cluster", {}, "ecs:DeleteCluster", f"cluster/{STACK}"),
        ("AWS::ECS::Service", {"ServiceName": "web"}, "ecs:CreateService", "service/*/web"),
        ("AWS::ECS::TaskDefinition", {"Family": "web"}, "ecs:RegisterTaskDefinition", "task-definition/web:*"),
        ("AWS::Kinesis::Stream", {"Name": "clicks"}, "kinesis:CreateStream", "stream/clicks"),
        ("AWS::Kinesis::Stream", {}, "kinesis:CreateStream", f"stream/{STACK}"),
        ("AWS::StepFunctions::StateMachine", {"StateMachineName": "m"}, "states:DeleteStateMachine", "stateMachine:m"),
        ("AWS::StepFunctions::StateMachine", {}, "states:DeleteStateMachine", "stateMachine:*"),
        ("AWS::CloudWatch::Alarm", {"AlarmName": "high"}, "cloudwatch:DeleteAlarms", "alarm:high"),
        ("AWS::CloudWatch::Alarm", {}, "cloudwatch:DeleteAlarms", f"alarm:{STACK}"),
    ],
)
def test_the_name_is_in_the_arn(resource_type: str, properties: dict[str, Any], action: str, reached: str) -> None:
    role = derive([with_resource(resource_type, **properties)], REGIONS)
    assert arn(service_of(resource_type), reached) in resources(role, action)
    assert len(resources(role, action)) == 1


def test_alarms_are_listed_on_all() -> None:
    role = derive([with_resource("AWS::CloudWatch::Alarm", AlarmName="high")], REGIONS)
    assert resources(role, "cloudwatch:DescribeAlarms") == {arn("cloudwatch", "alarm:*")}


def test_a_rule_is_reached_by_name_on_each_bus() -> None:
    role = derive([with_resource("AWS::Events::Rule", Name="nightly")], REGIONS)
    assert resources(role, "events:PutRule") == {arn("events", "rule/nightly"), arn("events", "rule/*/nightly")}


OWN = {
    "Function": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "work"}},
    "Queue": {"Type": "AWS::SQS::Queue", "Properties": {}},
    "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "alerts"}},
    "Zone": {"Type": "AWS::Route53::HostedZone", "Properties": {"Name": "example.org"}},
}
PERMISSION, QUEUES, TOPICS = "AWS::Lambda::Permission", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"
RECORDS = "AWS::Route53::RecordSet"
ZONES = "arn:${AWS::Partition}:route53:::hostedzone/"


@pytest.mark.parametrize(
    ("resource_type", "properties", "action", "reached"),
    [
        (PERMISSION, {"FunctionName": {"Ref": "Function"}}, "lambda:AddPermission", {arn("lambda", "function:work*")}),
        (PERMISSION, {"FunctionName": {"Fn::GetAtt": ["Function", "Arn"]}}, "lambda:AddPermission",
         {arn("lambda", "function:work*")}),
        (PERMISSION, {"FunctionName": "other"}, "lambda:AddPermission", {arn("lambda", "function:other*")}),
        (PERMISSION, {"FunctionName": FUNCTION_ARN}, "lambda:AddPermission", {FUNCTION_ARN}),
        (PERMISSION, {"FunctionName": {"Ref": "Some"}}, "lambda:AddPermission", {arn("lambda", "function:*")}),
        (QUEUES, {"Queues": [{"Ref": "Queue"}]}, "sqs:SetQueueAttributes", {arn("sqs", STACK)}),
        (QUEUES, {"Queues": [{"Ref": "Queue"}, {"Ref": "Some"}]}, "sqs:SetQueueAttributes", {arn("sqs", "*")}),
        (TOPICS, {"Topics": [{"Ref": "Topic"}, TOPIC_ARN]}, "sns:SetTopicAttributes",
         {arn("sns", "alerts"), TOPIC_ARN}),
        (RECORDS, {"HostedZoneId": "Z123"}, "route53:ChangeResourceRecordSets", {f"{ZONES}Z123"}),
        (RECORDS, {"HostedZoneId": {"Ref": "Zone"}}, "route53:ChangeResourceRecordSets", {f"{ZONES}*"}),
        (RECORDS, {"HostedZoneName": "example.org."}, "route53:ChangeResourceRecordSets", {f"{ZONES}*"}),
    ],
)  # fmt: skip
def test_a_reference_means_the_name_of_the_resource(
    resource_type: str, properties: dict[str, Any], action: str, reached: set[str]
) -> None:
    template = {"It": {"Type": resource_type, "Properties": properties}}
    others = {name: each for name, each in OWN.items() if name in str(properties)}
    role = derive([version({**template, **others}, Parameters={"Some": {"Type": "String"}})], REGIONS)
    assert resources(role, action) == reached


def test_the_kinds_of_the_table_are_those_of_the_handlers() -> None:
    for resource_type, rows in NAMED.items():
        handlers = resource_handlers(resource_type, REGIONS)
        kinds = {
            kind
            for action in (handlers.iam_actions() if handlers else ())
            if (reference := iam_action(action)) and action.startswith(f"{service_of(resource_type)}:")
            for kind in reference.resources
        }
        for row in rows:
            assert row.property in schema_of(resource_type)["properties"]
            assert not handlers or kinds & set(row.arns), (resource_type, row)
