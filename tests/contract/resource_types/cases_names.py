"""Delegation sets and query logs of Route 53, and instances of Cloud Map."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_records import LOG_GROUP
from tests.contract.resource_types.conftest import Case, Read, World
from tests.contract.resource_types.reading import asks


def by_id(operation: str, kind: str) -> Read:
    """What Route 53 says of something by the id that ends its ARN."""
    read = asks("route53", operation, kind, Id="@")
    return lambda world, arn: read(world, arn.rpartition("/")[2])


def instance(world: World, reference: str) -> Any:
    client = world.client("servicediscovery")
    return client.get_instance(ServiceId=world.reference("Service"), InstanceId=reference)["Instance"]


SERVICE = {
    "Space": {"Type": "AWS::ServiceDiscovery::HttpNamespace", "Properties": {"Name": "space"}},
    "Service": {"Type": "AWS::ServiceDiscovery::Service", "Properties": {"NamespaceId": {"Ref": "Space"}}},
}
ZONE = {"Type": "AWS::Route53::HostedZone", "Properties": {"Name": "logged.example."}}
CASES = (
    Case(
        "AWS::Route53::DelegationSet",
        {},
        by_id("get_reusable_delegation_set", "DelegationSet"),
        {},
        denied=("route53:CreateReusableDelegationSet", "route53:GetReusableDelegationSet"),
        denied_later=("route53:DeleteReusableDelegationSet",),
        attributes=("Id", "CallerReference"),
    ),
    Case(
        "AWS::Route53::QueryLoggingConfig",
        {"HostedZoneId": {"Ref": "Zone"}, "CloudWatchLogsLogGroupArn": {"Fn::GetAtt": ["LogGroup", "Arn"]}},
        by_id("get_query_logging_config", "QueryLoggingConfig"),
        {},
        replaced={"HostedZoneId": {"Ref": "Other"}},
        denied=("route53:CreateQueryLoggingConfig",),
        denied_later=("route53:DeleteQueryLoggingConfig",),
        around={
            "LogGroup": LOG_GROUP,
            "Zone": ZONE,
            "Other": {**ZONE, "Properties": {"Name": "other.example."}},
        },
        attributes=("Id",),
    ),
    Case(
        "AWS::ServiceDiscovery::Instance",
        {"ServiceId": {"Ref": "Service"}, "InstanceAttributes": {"url": "https://a.example", "weight": 1}},
        instance,
        {"Attributes": {"url": "https://a.example", "weight": "1"}},
        changed={"InstanceAttributes": {"url": "https://b.example"}},
        then={"Attributes": {"url": "https://b.example", "weight": None}},
        replaced={"InstanceId": "second"},
        denied=(
            *("servicediscovery:RegisterInstance", "servicediscovery:GetInstance"),
            "servicediscovery:GetOperation",
        ),
        denied_later=("servicediscovery:DeregisterInstance",),
        around=SERVICE,
    ),
)
