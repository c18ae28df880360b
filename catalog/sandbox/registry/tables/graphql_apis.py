"""GraphQL APIs of AppSync with their keys and caches, Event APIs and their channel namespaces. Nothing is resolved."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, Setting
from catalog.sandbox.registry.rows import at, by, ending, inside, plain, regional, tagged, taken

SERVICE = "appsync"
API = ("ApiId",)


def api_arn(it: ApiResource) -> str:
    """The ARN of an API."""
    return regional(it, SERVICE, f"apis/{it['ApiId'] or '*'}")


def variables(it: ApiResource) -> dict[str, Any]:
    """PutGraphqlApiEnvironmentVariables, which sets all of them."""
    return {"apiId": it["ApiId"], "environmentVariables": dict(it.properties.get("EnvironmentVariables") or {})}


GRAPHQL_API = plain(
    "AWS::AppSync::GraphQLApi",
    SERVICE,
    API,
    create=ApiCall("CreateGraphqlApi", copies=True),
    known=taken(Arn="graphqlApi.arn", ApiId="graphqlApi.apiId"),
    identified=ending("Arn", "/", "ApiId"),
    read=ApiCall("GetGraphqlApi", identity=API),
    shown=inside("graphqlApi"),
    attributes=lambda it, shown: {
        "GraphQLDns": at(shown, "dns.GRAPHQL"),
        "GraphQLEndpointArn": f"{shown['arn'].rpartition(':')[0]}:endpoints/graphql-api/"
        f"{str(at(shown, 'dns.GRAPHQL')).partition('.')[0]}",
        "GraphQLUrl": at(shown, "uris.GRAPHQL"),
        "RealtimeDns": at(shown, "dns.REALTIME"),
        "RealtimeUrl": at(shown, "uris.REALTIME"),
    },
    settings=(Setting(("EnvironmentVariables",), ApiCall("PutGraphqlApiEnvironmentVariables", variables)),),
    update=ApiCall("UpdateGraphqlApi", copies=True, identity=API),
    delete=(ApiCall("DeleteGraphqlApi", identity=API),),
    tagging=tagged("resourceArn", api_arn, "tags"),
    arn=api_arn,
    in_place_by=lambda properties: True,  # template reference of each of these: "Update requires: No interruption"
    modelled=("ApiType", "Visibility"),
)


def key_arn(it: ApiResource) -> str:
    """The ARN of a key."""
    return f"{api_arn(it)}/apikey/{it['ApiKeyId'] or '*'}"


KEY: Any = plain(
    "AWS::AppSync::ApiKey",
    SERVICE,
    API,
    create=ApiCall("CreateApiKey", copies=True),
    known=taken(ApiKeyId="apiKey.id"),
    ref="Arn",
    read=ApiCall("ListApiKeys", identity=API),
    shown=lambda it, answer: next((each for each in answer["apiKeys"] if each["id"] == it["ApiKeyId"]), None),
    attributes=lambda it, shown: {"Arn": key_arn(it), "ApiKey": shown["id"]},
    update=ApiCall("UpdateApiKey", by(id="ApiKeyId"), copies=True),
    delete=(ApiCall("DeleteApiKey", by(id="ApiKeyId"), identity=API),),
    arn=key_arn,
)


def of_cache(it: ApiResource) -> dict[str, Any]:
    """The API of a cache, which is the id of the cache."""
    return {"apiId": it["ApiId"] or it["Id"]}


CACHE = plain(
    "AWS::AppSync::ApiCache",
    SERVICE,
    (),
    known=lambda it, answer: {"Id": it["ApiId"]},  # [assumed]
    read=ApiCall("GetApiCache", of_cache),
    shown=inside("apiCache"),
    update=ApiCall("UpdateApiCache", of_cache, copies=True),
    delete=(ApiCall("DeleteApiCache", of_cache),),
    arn=api_arn,
)

EVENT_API = plain(
    "AWS::AppSync::Api",
    SERVICE,
    API,
    create=ApiCall("CreateApi", copies=True),
    known=taken(ApiArn="api.apiArn", ApiId="api.apiId"),
    identified=ending("ApiArn", "/", "ApiId"),
    read="Get",
    shown=inside("api"),
    attributes=lambda it, shown: {
        "Dns": {"Http": shown["dns"]["HTTP"], "Realtime": shown["dns"]["REALTIME"]},
        "Dns.Http": shown["dns"]["HTTP"],
        "Dns.Realtime": shown["dns"]["REALTIME"],
    },
    tagging=tagged("resourceArn", "ApiArn", "tags"),
    arn=api_arn,
)

NAMESPACE = plain(
    "AWS::AppSync::ChannelNamespace",
    SERVICE,
    ("ApiId", "Name"),
    create=ApiCall("CreateChannelNamespace", copies=True),
    known=taken(ChannelNamespaceArn="channelNamespace.channelNamespaceArn"),
    identified=lambda it: dict(zip(("ApiId", "Name"), str(it["ChannelNamespaceArn"]).split("/")[1::2], strict=True)),
    read="Get",
    shown=inside("channelNamespace"),
    tagging=tagged("resourceArn", "ChannelNamespaceArn", "tags"),
    arn=lambda it: f"{api_arn(it)}/channelNamespace/{it['Name']}",
    modelled=("CodeS3Location",),
)

TYPES = (GRAPHQL_API, KEY, CACHE, EVENT_API, NAMESPACE)
