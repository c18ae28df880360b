"""GraphQL APIs of AppSync with their keys and caches, Event APIs and their channel namespaces."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_records import ROLE
from tests.contract.resource_types.conftest import Case, World
from tests.contract.resource_types.reading import asks, by_arn, with_more

ORDERS: dict[str, Any] = {
    "Type": "AWS::AppSync::GraphQLApi",
    "Properties": {"Name": "orders", "AuthenticationType": "API_KEY"},
}
API_ID = {"Fn::GetAtt": ["Api", "ApiId"]}
LOGS = {"CloudWatchLogsRoleArn": {"Fn::GetAtt": ["Role", "Arn"]}, "FieldLogLevel": "ALL"}
MODES = [{"AuthType": "API_KEY"}]
EVENTS = {
    "AuthProviders": MODES,
    **{f"Default{use}AuthModes": MODES for use in ("Publish", "Subscribe")},
    "ConnectionAuthModes": MODES,
}


def last(arn: str) -> str:
    """The name or id at the end of an ARN."""
    return arn.rpartition("/")[2]


def key(world: World, arn: str) -> Any:
    listed = world.client("appsync").list_api_keys(apiId=arn.split("/")[1])["apiKeys"]
    return next(each for each in listed if each["id"] == last(arn))


def tags(world: World, arn: str) -> Any:
    return world.client("appsync").list_tags_for_resource(resourceArn=arn)["tags"]


def graphql_api(world: World, arn: str) -> Any:
    return world.client("appsync").get_graphql_api(apiId=last(arn))["graphqlApi"]


def namespace(world: World, arn: str) -> Any:
    client = world.client("appsync")
    return client.get_channel_namespace(apiId=arn.split("/")[1], name=last(arn))["channelNamespace"]


CASES = (
    Case(
        "AWS::AppSync::GraphQLApi",
        {**ORDERS["Properties"], "LogConfig": LOGS, "QueryDepthLimit": 5, "EnvironmentVariables": {"colour": "red"}},
        with_more(graphql_api, variables=by_arn("appsync", "apiId", last, "get_graphql_api_environment_variables")),
        {
            "name": "orders",
            "logConfig": {"fieldLogLevel": "ALL"},
            "queryDepthLimit": 5,
            "variables": {"environmentVariables": {"colour": "red"}},
        },
        changed={"Name": "sales", "LogConfig": None, "QueryDepthLimit": 6, "EnvironmentVariables": None},
        then={"name": "sales", "logConfig": None, "queryDepthLimit": 6, "variables": {"environmentVariables": {}}},
        tags=tags,
        denied=(
            *("appsync:CreateGraphqlApi", "appsync:TagResource", "appsync:GetGraphqlApi", "iam:PassRole"),
            "appsync:PutGraphqlApiEnvironmentVariables",
        ),
        denied_later=("appsync:UpdateGraphqlApi", "appsync:DeleteGraphqlApi"),
        around={"Role": ROLE},
        attributes=("ApiId", "GraphQLUrl", "RealtimeUrl", "GraphQLDns", "RealtimeDns", "GraphQLEndpointArn"),
    ),
    Case(
        "AWS::AppSync::ApiKey",
        {"ApiId": API_ID, "Description": "one"},
        key,
        {"description": "one"},
        changed={"Description": "two"},
        then={"description": "two"},
        denied=("appsync:CreateApiKey", "appsync:ListApiKeys"),
        denied_later=("appsync:UpdateApiKey", "appsync:DeleteApiKey"),
        around={"Api": ORDERS},
        attributes=("ApiKey", "ApiKeyId", "Arn"),
    ),
    Case(
        "AWS::AppSync::ApiCache",
        {"ApiId": API_ID, "Type": "SMALL", "Ttl": 60, "ApiCachingBehavior": "FULL_REQUEST_CACHING"},
        asks("appsync", "get_api_cache", "apiCache", apiId="@"),
        {"type": "SMALL", "ttl": 60},
        changed={"Type": "MEDIUM", "Ttl": 30},
        then={"type": "MEDIUM", "ttl": 30},
        denied=("appsync:CreateApiCache", "appsync:GetApiCache"),
        denied_later=("appsync:UpdateApiCache", "appsync:DeleteApiCache"),
        around={"Api": ORDERS},
        attributes=("Id",),
    ),
    Case(
        "AWS::AppSync::Api",
        {"Name": "events", "EventConfig": EVENTS, "OwnerContact": "one"},
        lambda world, arn: world.client("appsync").get_api(apiId=last(arn))["api"],
        {"name": "events", "ownerContact": "one", "eventConfig": {"authProviders": [{"authType": "API_KEY"}]}},
        changed={"Name": "news", "OwnerContact": None},
        then={"name": "news", "ownerContact": None},
        tags=tags,
        denied=("appsync:CreateApi", "appsync:TagResource", "appsync:GetApi"),
        denied_later=("appsync:UpdateApi", "appsync:DeleteApi"),
        attributes=("ApiId", "ApiArn", "Dns.Http", "Dns.Realtime"),
    ),
    Case(
        "AWS::AppSync::ChannelNamespace",
        {"ApiId": API_ID, "Name": "chat", "PublishAuthModes": MODES},
        namespace,
        {"name": "chat", "publishAuthModes": [{"authType": "API_KEY"}]},
        changed={"PublishAuthModes": None, "CodeHandlers": "export function onPublish() {}"},
        then={"publishAuthModes": None, "codeHandlers": "export function onPublish() {}"},
        replaced={"Name": "news"},
        tags=tags,
        denied=("appsync:CreateChannelNamespace", "appsync:TagResource", "appsync:GetChannelNamespace"),
        denied_later=("appsync:UpdateChannelNamespace", "appsync:DeleteChannelNamespace"),
        around={"Api": {"Type": "AWS::AppSync::Api", "Properties": {"Name": "events", "EventConfig": EVENTS}}},
        attributes=("ChannelNamespaceArn",),
    ),
)
