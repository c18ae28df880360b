"""AppSync: what moto leaves out of GraphQL APIs, and changes of Event APIs and their channel namespaces.

Source: AppSync API reference, UpdateGraphqlApi, PutGraphqlApiEnvironmentVariables, UpdateApi, GetChannelNamespace,
UpdateChannelNamespace, GraphqlApi. That an update takes away what is not given is assumed.
"""

from __future__ import annotations

import string
from collections.abc import Callable
from typing import Any

from moto.appsync import models, urls
from moto.appsync.exceptions import AppSyncExceptions, GraphqlAPINotFound
from moto.appsync.models import AppSyncBackend, ChannelNamespace, GraphqlAPI
from moto.appsync.responses import AppSyncResponse
from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

from catalog.sandbox.services.keeping import keep, kept, members

MORE = (
    *("apiType", "mergedApiExecutionRoleArn", "ownerContact", "introspectionConfig", "queryDepthLimit"),
    *("resolverCountLimit", "enhancedMetricsConfig"),
)
CHANGED = (
    *("name", "additional_authentication_providers", "authentication_type", "lambda_authorizer_config"),
    *("log_config", "open_id_connect_config", "user_pool_config", "xray_enabled"),
)
"""What moto changes, in its order."""
VARIABLES = "sandbox_variables"
KEYS = models.GraphqlAPIKey, models.EventsAPIKey
NEW_KEY = {kind: kind.__init__ for kind in KEYS}
CREATE_KEY, CREATE_NAMESPACE = AppSyncBackend.create_api_key, AppSyncBackend.create_channel_namespace


def install() -> None:
    """Replace moto's methods, and add operations."""
    urls.url_paths["{0}/v1/apis/(?P<apiId>[^/]+)/environmentVariables$"] = AppSyncResponse.dispatch
    for operation in ("create_graphql_api", "update_graphql_api", "get_graphql_api", "list_graphql_apis"):
        setattr(AppSyncResponse, operation, completed(getattr(AppSyncResponse, operation)))
    for answer in (
        put_graphql_api_environment_variables,
        get_graphql_api_environment_variables,
        update_api,
        get_channel_namespace,
        update_channel_namespace,
    ):
        setattr(AppSyncResponse, answer.__name__, answer)
    for method in (create_api_key, create_channel_namespace):
        setattr(AppSyncBackend, method.__name__, method)
    setattr(GraphqlAPI, "update", update)  # noqa: B010  # mypy allows no other form
    for kind in KEYS:
        setattr(kind, "__init__", key)  # noqa: B010


def letters() -> str:
    """A part of an id."""
    return "".join(mock_random.choice(string.ascii_lowercase + string.digits) for _ in range(26))


# GraphQL APIs


def update(api: GraphqlAPI, *given: Any) -> None:
    """Change an API; what is not given is taken away."""
    for name, value in zip(CHANGED, given, strict=True):
        if value is not None or name not in ("name", "authentication_type"):
            setattr(api, name, value)


def completed(answer: Callable[[AppSyncResponse], ActionResult]) -> Callable[[AppSyncResponse], ActionResult]:
    """An operation whose answer has all members of its APIs."""
    keeps = answer.__name__ != "get_graphql_api" and answer.__name__ != "list_graphql_apis"

    def answered(response: AppSyncResponse) -> ActionResult:
        result = answer(response)
        listed = members(result)
        for shown in listed.get("graphqlApis") or [listed["graphqlApi"]]:
            api = response.appsync_backend.get_graphql_api(shown["apiId"])
            if keeps:
                keep(api, {name: response._get_param(name) for name in MORE if name != "apiType"})
            if answer.__name__ == "create_graphql_api":
                host = f"{letters()}.appsync{{}}-api.{response.region}.amazonaws.com"
                dns = {"GRAPHQL": host.format(""), "REALTIME": host.format("-realtime")}
                uris = {"GRAPHQL": f"https://{dns['GRAPHQL']}/graphql", "REALTIME": f"wss://{dns['REALTIME']}/graphql"}
                keep(api, {"dns": dns, "uris": uris, "apiType": response._get_param("apiType", "GRAPHQL")})
            shown |= {name: value for name, value in kept(api).items() if value is not None}
        return result

    return answered


def variables(response: AppSyncResponse) -> dict[str, Any]:
    """The attributes of the API of a request."""
    return vars(response.appsync_backend.get_graphql_api(response._get_param("apiId")))


def put_graphql_api_environment_variables(response: AppSyncResponse) -> ActionResult:
    """PutGraphqlApiEnvironmentVariables of the API reference: all of them."""
    variables(response)[VARIABLES] = response._get_param("environmentVariables", {})
    return get_graphql_api_environment_variables(response)


def get_graphql_api_environment_variables(response: AppSyncResponse) -> ActionResult:
    """GetGraphqlApiEnvironmentVariables of the API reference."""
    return ActionResult({"environmentVariables": variables(response).get(VARIABLES, {})})


def key(target: Any, *arguments: Any, **options: Any) -> None:
    """An API key, whose id is the key."""
    NEW_KEY[type(target)](target, *arguments, **options)
    target.key_id = f"da2-{letters()}"


def create_api_key(backend: AppSyncBackend, api_id: str, description: str, expires: Any) -> Any:
    """CreateApiKey, which moto ends with an error of Python for an API that does not exist."""
    if api_id not in {*backend.graphql_apis, *backend.events_apis}:
        raise GraphqlAPINotFound(api_id)
    return CREATE_KEY(backend, api_id, description, expires)


# Event APIs


def update_api(response: AppSyncResponse) -> ActionResult:
    """UpdateApi of the API reference."""
    api = response.appsync_backend.get_api(response._get_param("apiId"))
    api.name = response._get_param("name")
    api.owner_contact, api.event_config = response._get_param("ownerContact"), response._get_param("eventConfig")
    return response.get_api()


def create_channel_namespace(backend: AppSyncBackend, api_id: str, name: str, **given: Any) -> ChannelNamespace:
    """CreateChannelNamespace, whose name no other namespace of the API may have."""
    if any(each.name == name for each in backend.list_channel_namespaces(api_id)):
        raise AppSyncExceptions("ConflictException", f"Channel namespace {name} already exists.")
    return CREATE_NAMESPACE(backend, api_id=api_id, name=name, **given)


def get_channel_namespace(response: AppSyncResponse) -> ActionResult:
    """GetChannelNamespace of the API reference."""
    return _shown(response, _namespace(response))


def update_channel_namespace(response: AppSyncResponse) -> ActionResult:
    """UpdateChannelNamespace of the API reference."""
    namespace = _namespace(response)
    namespace.subscribe_auth_modes = response._get_param("subscribeAuthModes")
    namespace.publish_auth_modes = response._get_param("publishAuthModes")
    namespace.code_handlers = response._get_param("codeHandlers")
    namespace.handler_configs = response._get_param("handlerConfigs", {})
    namespace.last_modified = utcnow()
    return _shown(response, namespace)


def _namespace(response: AppSyncResponse) -> ChannelNamespace:
    listed = response.appsync_backend.list_channel_namespaces(response._get_param("apiId"))
    name = response._get_param("name")
    for each in listed:
        if each.name == name:
            return each
    raise AppSyncExceptions("NotFoundException", f"Channel namespace {name} not found.")


def _shown(response: AppSyncResponse, namespace: ChannelNamespace) -> ActionResult:
    (shown,) = (
        each
        for each in members(response.list_channel_namespaces())["channelNamespaces"]
        if each["name"] == namespace.name
    )
    return ActionResult({"channelNamespace": shown})
