"""Deletions of APIs, functions, buses and configurations that AWS refuses while something uses them.

Sources: the API references; the words are those that people quote in public issues.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from catalog.sandbox.services.first_checked import Check, json_error


def _conflict(message: str, code: str = "ConflictException") -> Exception:
    error: Any = json_error(code, message)
    error.code = 409
    return error  # type: ignore[no-any-return]  # its class is Any without moto's types


def _rest_api(backend: Any, function_id: str) -> None:
    domains = [
        domain
        for domain, mappings in backend.base_path_mappings.items()
        if any(each.rest_api_id == function_id for each in mappings.values())
    ]
    if domains:
        raise json_error(
            "BadRequestException",
            f"Deleting RestApi {function_id} failed. Please remove all base path mappings related to the RestApi in "
            f"your domains: {', '.join(domains)}",
        )


def _rest_authorizer(backend: Any, restapi_id: str, authorizer_id: str) -> None:
    resources = backend.get_rest_api(restapi_id).resources.values()
    used = [
        f"{name}/{resource.get_path()}"
        for resource in resources
        for name, method in resource.resource_methods.items()
        if method.authorizer_id == authorizer_id
    ]
    if used:
        raise _conflict(f"Cannot delete authorizer, is referenced in method: {used[0]}")


def _rest_vpc_link(backend: Any, vpc_link_id: str) -> None:
    """A method of a stage has an integration with the link."""
    used = [
        f"{api.id}:{name}:{resource.id}:{stage}"
        for api in backend.apis.values()
        for resource in api.resources.values()
        for name, method in resource.resource_methods.items()
        if method.method_integration and method.method_integration.to_json().get("connectionId") == vpc_link_id
        for stage in api.stages
    ]
    if used:
        raise json_error(
            "BadRequestException",
            f"Cannot delete vpc link. Vpc link '{vpc_link_id}', is referenced in [{', '.join(used)}] in format of "
            "[RESTApiId:Method:Resource:Stage].",
        )


def _http_api(backend: Any, api_id: str) -> None:
    if any(each.api_id == api_id for each in backend.api_mappings.values()):
        raise json_error(
            "BadRequestException",
            f"Deleting API {api_id} failed. Please remove all API mappings for the API from your custom domain names.",
        )


def _http_authorizer(backend: Any, api_id: str, authorizer_id: str) -> None:
    api = backend.get_api(api_id)
    used = [each.route_key for each in api.routes.values() if each.authorizer_id == authorizer_id]
    if used and authorizer_id in api.authorizers:
        name = api.authorizers[authorizer_id].name
        raise _conflict(f"Cannot delete authorizer '{name}', is referenced in route: {used[0]}")


def _http_integration(backend: Any, api_id: str, integration_id: str) -> None:
    routes = backend.get_api(api_id).routes.values()
    used = [each.route_id for each in routes if each.target == f"integrations/{integration_id}"]
    if used:
        ids = ", ".join(used)
        raise _conflict(f"Cannot delete Integration because it is referenced by the following Routes with Ids: [{ids}]")


def _http_vpc_link(backend: Any, vpc_link_id: str) -> None:
    used = [
        f"{route.route_key.partition(' ')[0]}:{route.route_id}"
        for api in backend.apis.values()
        for route in api.routes.values()
        for integration in api.integrations.values()
        if integration.connection_id == vpc_link_id and route.target == f"integrations/{integration.id}"
    ]
    if used:
        raise json_error(
            "BadRequestException",
            f"Cannot delete vpc link. Vpc link '{vpc_link_id}', is referenced in [{', '.join(used)}] in format of "
            "[Method:Resource].",
        )


def _version(backend: Any, function_name: str, qualifier: str | None = None) -> None:
    """DeleteFunction of one version."""
    if not qualifier:
        return
    if qualifier == "$LATEST":
        message = "$LATEST version cannot be deleted without deleting the function."
        raise json_error("InvalidParameterValueException", message)
    function = backend.get_function(function_name, qualifier)
    used = [
        each.name
        for each in backend.list_aliases(function.function_name)
        if qualifier == each.function_version or f'"{qualifier}"' in json.dumps(each.routing_config)
    ]
    if used:
        message = f"Unable to delete version because the following aliases reference it: [{', '.join(used)}]"
        raise _conflict(message, "ResourceConflictException")


def _event_bus(backend: Any, name: str) -> None:
    bus = backend.event_buses.get(name)
    if bus is not None and any(not each.managed_by for each in bus.rules.values()):
        raise json_error("ValidationException", "EventBus can't be deleted since it has rules.")


def _profile(backend: Any, app_id: str, config_profile_id: str) -> None:
    profile = backend.get_application(app_id).config_profiles.get(config_profile_id)
    if profile is not None and profile.config_versions:
        raise json_error(
            "BadRequestException",
            f"Cannot delete configuration profile {config_profile_id} because there are still hosted configuration "
            "versions existing under it.",
        )


CHECKS: Mapping[str, Mapping[str, Check]] = {
    "moto.apigateway.models": {
        "APIGatewayBackend.delete_rest_api": _rest_api,
        "APIGatewayBackend.delete_authorizer": _rest_authorizer,
        "APIGatewayBackend.delete_vpc_link": _rest_vpc_link,
    },
    "moto.apigatewayv2.models": {
        "ApiGatewayV2Backend.delete_api": _http_api,
        "ApiGatewayV2Backend.delete_authorizer": _http_authorizer,
        "ApiGatewayV2Backend.delete_integration": _http_integration,
        "ApiGatewayV2Backend.delete_vpc_link": _http_vpc_link,
    },
    "moto.appconfig.models": {"AppConfigBackend.delete_configuration_profile": _profile},
    "moto.awslambda.models": {"LambdaBackend.delete_function": _version},
    "moto.events.models": {"EventsBackend.delete_event_bus": _event_bus},
}
"""Module of moto → class and method → what is checked before it."""
