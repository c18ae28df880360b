"""Every other type of CloudFormation is modelled: it has a reference and attributes, changes, and goes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from catalog.cfn import TemplateError
from catalog.sandbox.cloudformation.handlers import find_handler
from catalog.sandbox.cloudformation.handlers.any_type import AnyTypeHandler
from catalog.sandbox.cloudformation.handlers.base import ResourceFailed, StackContext
from catalog.sandbox.cloudformation.template import recognize
from catalog.sandbox.registry import permissions
from catalog.sandbox.registry.naming import StackPlace, generated_name, name_property
from catalog.sandbox.registry.schemas import type_names, type_schema
from catalog.sandbox.registry.tables import API_TYPES
from tests.contract.resource_types.conftest import ACCOUNT, REGION, TAGS

NAMES = sorted(type_names() - API_TYPES.keys())
CONTEXT = StackContext(ACCOUNT, REGION, "aws", "SC-123456789012-pp-abcdefghijklm", "id", "Thing", "caller", TAGS)
pytestmark = pytest.mark.usefixtures("shared_world")
RECORD = {"Name": "a.example.org.", "Type": "A", "HostedZoneId": "Z1"}
KEY = {"AttributeName": "id"}
ARN = re.compile(r"arn:aws:[a-z0-9-]*:[a-z0-9-]*:(\d{12})?:.+")


@pytest.mark.parametrize("part", range(8))
def test_every_type_is_modelled(part: int) -> None:
    assert len(NAMES) > 1000
    for name in NAMES[part::8]:
        handler = find_handler(name)
        if not isinstance(handler, AnyTypeHandler):
            continue  # KMS, and what CloudFormation handles itself
        live = handler.create(CONTEXT, {})
        assert handler.ref(live), name
        assert live.model.tags == (TAGS if handler.taggable else {}), name
        for attribute in handler.schema.read_only:
            value = handler.attribute(CONTEXT, live, attribute)
            if attribute == "Arn":
                assert ARN.fullmatch(value), (name, value)
        assert handler.update(CONTEXT, live, {}, {"Tags": []}).physical_id == live.physical_id
        handler.delete(CONTEXT, live, {})
        for verb in ("create", "read", "update", "delete"):
            assert set(permissions.listed(handler.schema, verb, {}, tagged=False)) <= {
                action[:1].lower() + action[1:] if action[:1].isupper() else action for action in actions(name, verb)
            }


def actions(name: str, verb: str) -> list[str]:
    """The IAM actions of a handler's list, in their usual case."""
    schema = type_schema(name)
    assert schema is not None
    listed = [action.partition(":") for action in schema.permissions(verb)]
    return [f"{prefix.lower()}:{action[:1].upper()}{action[1:]}" for prefix, _, action in listed]


@pytest.mark.parametrize(
    ("name", "properties", "expected"),
    [
        ("AWS::IAM::Role", {}, r"SC-123456789012-pp-abcdefghijklm-Thing-[A-Z0-9]{12}"),
        ("AWS::S3::Bucket", {}, r"sc-123456789012-pp-abcdefghijklm-thing-[a-z0-9]{12}"),
        ("AWS::SecretsManager::Secret", {}, r"Thing-[A-Z0-9]{12}"),
        ("AWS::SQS::Queue", {"FifoQueue": True}, r"SC-123456789012-pp-abcdefghijklm-Thing-[A-Z0-9]{12}\.fifo"),
        ("AWS::ElasticLoadBalancing::LoadBalancer", {}, r".{1,32}"),
        ("AWS::ElasticLoadBalancingV2::TargetGroup", {}, r"SC-12345678-Thing-[A-Z0-9]{12}|.{1,32}"),
    ],
)
def test_generated_names(name: str, properties: dict[str, Any], expected: str) -> None:
    schema = type_schema(name)
    assert schema is not None
    place = StackPlace(ACCOUNT, REGION, "aws", CONTEXT.stack_name, "Thing")
    assert name_property(schema)
    assert re.fullmatch(expected, generated_name(schema, place, properties))


@pytest.mark.parametrize(
    ("name", "properties", "words"),
    [
        ("AWS::SQS::Queue", {"Colour": "red"}, "#: extraneous key [Colour] is not permitted"),
        ("AWS::SQS::Queue", {"Arn": "x"}, "#: extraneous key [Arn] is not permitted"),
        ("AWS::SQS::Queue", {"DelaySeconds": "soon"}, "#/DelaySeconds: expected type: Integer, found: String"),
        ("AWS::SQS::Queue", {"Tags": {"a": "b"}}, "#/Tags: expected type: JSONArray, found: JSONObject"),
        ("AWS::Logs::LogGroup", {"RetentionInDays": 2}, "#/RetentionInDays: 2 is not a valid enum value"),
        ("AWS::Logs::LogGroup", {"LogGroupName": "a b"}, "#/LogGroupName: string [a b] does not match pattern"),
        ("AWS::Logs::LogGroup", {"Tags": [{"Key": "a"}]}, "#/Tags/0: required key [Value] not found"),
        ("AWS::DynamoDB::Table", {}, "#: required key [KeySchema] not found"),
        ("AWS::KMS::Alias", {}, "#: required key [AliasName] not found"),
        ("AWS::Route53::RecordSet", {**RECORD, "HostedZoneName": "example.org."}, "#: #: 2 subschemas matched instead"),
        (
            "AWS::Route53::RecordSet",
            {"Name": "a.example.org.", "Type": "A"},
            "#: #: 0 subschemas matched instead of one",
        ),
        ("AWS::DynamoDB::Table", {"KeySchema": [{**KEY, "KeyType": "RANGE"}]}, "#/KeySchema: #: 0 subschemas matched"),
        (
            "AWS::Cognito::UserPoolDomain",
            {"UserPoolId": "us-east-1_a", "Domain": "My_Domain"},
            "#/Domain: string [My_D",
        ),
        (
            "AWS::CloudWatch::Alarm",
            {"Statistic": "Sum", "ExtendedStatistic": "p9"},
            "[Statistic] is not permitted with",
        ),
        ("AWS::CloudWatch::MetricStream", {"IncludeFilters": [], "ExcludeFilters": []}, "2 subschemas matched"),
        ("AWS::S3::Bucket", {"ObjectLockConfiguration": {"ObjectLockEnabled": "No"}}, "No is not a valid enum value"),
        ("AWS::EC2::Subnet", {"VpcId": "vpc-1", "Ipv4IpamPoolId": "ipam-1"}, "[Ipv4NetmaskLength] is required"),
        ("AWS::RDS::DBCluster", {"MasterUsername": "rdsadmin"}, "#/MasterUsername: subject must not be valid against"),
        ("AWS::CloudFront::RealtimeLogConfig", {"SamplingRate": 1.5}, "#/SamplingRate: 1.5 is not a multiple of 1.0"),
        ("AWS::WAFv2::WebACL", {"CustomResponseBodies": {"a b": {}}}, "extraneous key [a b] is not permitted"),
        ("AWS::WAFv2::WebACL", {"CustomResponseBodies": {}}, "#/CustomResponseBodies: minimum size: [1], found: [0]"),
    ],
)
def test_properties_are_checked(name: str, properties: dict[str, Any], words: str) -> None:
    handler = find_handler(name)
    assert handler is not None
    with pytest.raises(ResourceFailed, match=re.escape(words)):
        handler.check("It", properties)


def test_scalars_may_be_written_as_text() -> None:
    handler = find_handler("AWS::SQS::Queue")
    assert handler is not None
    handler.check(
        "It", {"DelaySeconds": "5", "FifoQueue": "true", "RedrivePolicy": {"maxReceiveCount": "3"}, "QueueName": 7}
    )
    json.dumps(handler.create_only, default=sorted)


@pytest.mark.parametrize(
    ("name", "properties", "ref"),
    [
        ("AWS::AppConfig::Environment", {"ApplicationId": "abcd123"}, "environment-[0-9a-f]+"),
        ("AWS::CodeDeploy::DeploymentGroup", {"ApplicationName": "a", "DeploymentGroupName": "group"}, "group"),
        ("AWS::ElasticBeanstalk::ApplicationVersion", {"ApplicationName": "a"}, "[^|]+"),
    ],
)
def test_a_reference_is_not_always_all_identifiers(name: str, properties: dict[str, Any], ref: str) -> None:
    """Template reference, "Return values": the id of the environment, the name of the group, of the version."""
    handler = find_handler(name)
    assert handler is not None
    assert re.fullmatch(ref, str(handler.ref(handler.create(CONTEXT, properties))))


def test_an_unknown_type_is_refused_as_aws_refuses_it() -> None:
    with pytest.raises(TemplateError) as refused:
        recognize(["AWS::CloudWatch::Dream", "AWS::SQS::Queue"])
    assert str(refused.value) == "Template format error: Unrecognized resource types: [AWS::CloudWatch::Dream]"
    with pytest.raises(TemplateError, match=r"\[AWS::Serverless::Api\] \(the sandbox cannot launch these types"):
        recognize(["AWS::Serverless::Api"])
