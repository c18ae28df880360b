"""Aggregators of AWS Config, the authorizations for them, and conformance packs of organizations.

Nothing is aggregated, and no account gets a pack.
"""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource
from catalog.sandbox.registry.rows import by, inside, plain, regional, tagged, taken


def config_arn(kind: str, attribute: str) -> Any:
    """The ARN of a kind of AWS Config, which has an id of its own."""
    return lambda it: str(it[attribute] or regional(it, "config", f"{kind}/*"))


def authorization_arn(it: ApiResource) -> str:
    """The ARN of an authorization."""
    return regional(it, "config", f"aggregation-authorization/{it['AuthorizedAccountId']}/{it['AuthorizedAwsRegion']}")


def authorization(it: ApiResource, answer: Any) -> Any:
    """The authorization among all, which is all that can be read."""
    arn = authorization_arn(it)
    listed = answer.get("AggregationAuthorizations", ())
    return next((each for each in listed if each["AggregationAuthorizationArn"] == arn), None)


AUTHORIZED = ("AuthorizedAccountId", "AuthorizedAwsRegion")
AUTHORIZATION = plain(
    "AWS::Config::AggregationAuthorization",
    "config",
    AUTHORIZED,
    create=ApiCall("PutAggregationAuthorization", by(*AUTHORIZED)),
    read=ApiCall("DescribeAggregationAuthorizations"),
    shown=authorization,
    attributes=taken(AggregationAuthorizationArn="AggregationAuthorizationArn"),
    update=None,
    tagging=tagged("ResourceArn", authorization_arn, "Tags"),
    arn=authorization_arn,
)

AGGREGATOR_NAME = ("ConfigurationAggregatorName",)
AGGREGATOR = plain(
    "AWS::Config::ConfigurationAggregator",
    "config",
    AGGREGATOR_NAME,
    create="Put",
    read=ApiCall(
        "DescribeConfigurationAggregators",
        lambda it: {"ConfigurationAggregatorNames": [it["ConfigurationAggregatorName"]]},
    ),
    shown=inside("ConfigurationAggregators.0"),
    attributes=taken(ConfigurationAggregatorArn="ConfigurationAggregatorArn"),
    update="Put",
    tagging=tagged("ResourceArn", "ConfigurationAggregatorArn", "Tags"),
    arn=config_arn("config-aggregator", "ConfigurationAggregatorArn"),
)

PACK_STATUS = (
    "config:DescribeOrganizationConformancePackStatuses",
    "config:GetOrganizationConformancePackDetailedStatus",
)
PACK_NAME = ("OrganizationConformancePackName",)
PACK = plain(
    "AWS::Config::OrganizationConformancePack",
    "config",
    PACK_NAME,
    create="Put",
    known=taken(OrganizationConformancePackArn="OrganizationConformancePackArn"),
    read=ApiCall(
        "DescribeOrganizationConformancePacks",
        lambda it: {"OrganizationConformancePackNames": [it["OrganizationConformancePackName"]]},
    ),
    shown=inside("OrganizationConformancePacks.0"),
    attributes=taken(OrganizationConformancePackArn="OrganizationConformancePackArn"),
    update="Put",
    tagging=tagged("ResourceArn", "OrganizationConformancePackArn"),
    arn=config_arn("organization-conformance-pack", "OrganizationConformancePackArn"),
    also=dict.fromkeys(("create", "update", "delete"), PACK_STATUS),
)

TYPES = (AUTHORIZATION, AGGREGATOR, PACK)
