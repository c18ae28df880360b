"""Aggregators of AWS Config, the authorizations for them, and conformance packs of organizations."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.conftest import ACCOUNT, REGION, Case, World
from tests.contract.resource_types.reading import asks

OTHER = "210987654321"
SOURCES = [{"AccountIds": [OTHER], "AllAwsRegions": True}]
FEWER = [{"AccountIds": [OTHER], "AwsRegions": [REGION]}]
BODY = "Resources: {}"


def authorization(world: World, account: str) -> Any:
    listed = world.client("config").describe_aggregation_authorizations()["AggregationAuthorizations"]
    return next(each for each in listed if each["AuthorizedAccountId"] == account.split("|")[0])


def tags_of(read: Any, name: str) -> Any:
    """The tags of the ARN that a read shows."""

    def tags(world: World, it: str) -> Any:
        listed = world.client("config").list_tags_for_resource(ResourceArn=read(world, it)[name])["Tags"]
        return {each["Key"]: each["Value"] for each in listed}

    return tags


AGGREGATOR = asks(
    "config",
    "describe_configuration_aggregators",
    "ConfigurationAggregators.0",
    ConfigurationAggregatorNames=["@"],
)
PACK = asks(
    "config",
    "describe_organization_conformance_packs",
    "OrganizationConformancePacks.0",
    OrganizationConformancePackNames=["@"],
)

CASES = (
    Case(
        "AWS::Config::AggregationAuthorization",
        {"AuthorizedAccountId": OTHER, "AuthorizedAwsRegion": REGION},
        authorization,
        {"AuthorizedAwsRegion": REGION},
        replaced={"AuthorizedAccountId": ACCOUNT},
        tags=tags_of(authorization, "AggregationAuthorizationArn"),
        denied=(
            "config:PutAggregationAuthorization",
            "config:TagResource",
            "config:DescribeAggregationAuthorizations",
        ),
        denied_later=("config:DeleteAggregationAuthorization",),
        attributes=("AggregationAuthorizationArn",),
    ),
    Case(
        "AWS::Config::ConfigurationAggregator",
        {"AccountAggregationSources": SOURCES},
        AGGREGATOR,
        {"AccountAggregationSources": SOURCES},
        changed={"AccountAggregationSources": FEWER},
        then={"AccountAggregationSources": FEWER},
        replaced={"ConfigurationAggregatorName": "another"},
        tags=tags_of(AGGREGATOR, "ConfigurationAggregatorArn"),
        denied=(
            "config:PutConfigurationAggregator",
            "config:TagResource",
            "config:DescribeConfigurationAggregators",
        ),
        denied_later=("config:PutConfigurationAggregator", "config:DeleteConfigurationAggregator"),
        attributes=("ConfigurationAggregatorArn",),
    ),
    Case(
        "AWS::Config::OrganizationConformancePack",
        {"OrganizationConformancePackName": "one", "DeliveryS3Bucket": "packs", "TemplateBody": BODY},
        PACK,
        {"DeliveryS3Bucket": "packs"},
        changed={"DeliveryS3Bucket": "others", "ExcludedAccounts": [OTHER]},
        then={"DeliveryS3Bucket": "others", "ExcludedAccounts": [OTHER]},
        replaced={"OrganizationConformancePackName": "two"},
        tags=tags_of(PACK, "OrganizationConformancePackArn"),
        denied=(
            "config:PutOrganizationConformancePack",
            "config:TagResource",
            "config:DescribeOrganizationConformancePacks",
            "config:DescribeOrganizationConformancePackStatuses",
        ),
        denied_later=("config:PutOrganizationConformancePack", "config:DeleteOrganizationConformancePack"),
        attributes=("OrganizationConformancePackArn",),
    ),
)
