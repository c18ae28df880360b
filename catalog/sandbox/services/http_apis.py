"""HTTP and WebSocket APIs of API Gateway: deployments, and the changes and parameters that moto leaves out.

Sources: API Gateway V2 API reference; "Quick create" of CreateApi: an integration, a route and the stage `$default`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import yaml
from moto.apigatewayv2 import models, urls
from moto.apigatewayv2.exceptions import ApiNotFound
from moto.apigatewayv2.responses import ApiGatewayV2Response
from moto.core.utils import iso_8601_datetime_without_milliseconds, utcnow
from moto.moto_api._internal import mock_random

from catalog.sandbox.services.documents import openapi
from catalog.sandbox.services.keeping import complete, keep

QUICK, DEPLOYMENTS = "sandbox_quick", "sandbox_deployments"
CREATE_API, UPDATE_API = ApiGatewayV2Response.create_api, ApiGatewayV2Response.update_api
CREATE_DOMAIN, CREATE_STAGE = models.ApiGatewayV2Backend.create_domain_name, models.ApiGatewayV2Backend.create_stage
IMPORT, DELETE_DOMAIN = models.Api.import_api, models.ApiGatewayV2Backend.delete_domain_name
Backend = models.ApiGatewayV2Backend
TAGS = (Backend.get_tags, Backend.tag_resource, Backend.untag_resource)
PATHS = (
    "{0}/v2/apis/(?P<api_id>[^/]+)/deployments$",
    "{0}/v2/apis/(?P<api_id>[^/]+)/deployments/(?P<deployment_id>[^/]+)$",
    "{0}/v2/tags/(?P<resource_arn_pt1>[^/]+)/apis/(?P<resource_arn_pt2>[^/]+)/stages/(?P<resource_arn_pt3>[^/]+)$",
    "{0}/v2/tags/(?P<resource_arn_pt1>[^/]+)/domainnames/(?P<resource_arn_pt2>[^/]+)$",
)
HOSTED_ZONE = "Z1UJRXOUMOOFQ8"
"""The hosted zone of regional endpoints in us-east-1 (AWS General Reference, "Amazon API Gateway endpoints")."""


class DeploymentNotFound(ApiNotFound):
    """A deployment does not exist."""

    def __init__(self, deployment_id: str) -> None:
        super().__init__(deployment_id)
        self.message = f"Unable to find Deployment with ID {deployment_id}"


def install() -> None:
    """Replace moto's operations, and add those that it lacks."""
    for answer in (create_api, update_api, update_stage, update_domain_name, update_api_mapping, update_route_response):
        setattr(ApiGatewayV2Response, answer.__name__, answer)
    for answer in (create_deployment, get_deployment, get_deployments, update_deployment, delete_deployment):
        setattr(ApiGatewayV2Response, answer.__name__, answer)
    for method in (create_domain_name, create_stage, get_tags, tag_resource, untag_resource, delete_domain_name):
        setattr(Backend, method.__name__, method)
    setattr(models.Api, "import_api", import_api)  # noqa: B010  # mypy allows no other form
    for kind in (models.Stage, models.DomainName, models.ApiMapping, models.RouteResponse):
        complete(kind, "to_json")
    urls.url_paths.update(dict.fromkeys(PATHS, ApiGatewayV2Response.dispatch))


def identifier() -> str:
    """An id as API Gateway makes them."""
    return "".join(mock_random.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(6))


def given(response: ApiGatewayV2Response) -> dict[str, Any]:
    """The members of the request's body."""
    members: dict[str, Any] = json.loads(response.body or "{}")
    return members


def steps(response: ApiGatewayV2Response) -> dict[str, str]:
    """Collection → name of the member in it, of the request's path."""
    parts = response.path.split("/v2/")[1].split("/")
    return {collection: unquote(name) for collection, name in zip(parts[::2], parts[1::2], strict=False)}


def api_of(response: ApiGatewayV2Response) -> models.Api:
    """The API of a request."""
    api: models.Api = response.apigatewayv2_backend.get_api(steps(response)["apis"])
    return api


# APIs


def create_api(response: ApiGatewayV2Response) -> Any:
    """CreateApi, with quick create."""
    status, headers, body = CREATE_API(response)
    _quick(response.apigatewayv2_backend.get_api(json.loads(body)["apiId"]), given(response))
    return status, headers, body


def update_api(response: ApiGatewayV2Response) -> Any:
    """UpdateApi, which changes what quick create has made."""
    answer = UPDATE_API(response)
    _quick(api_of(response), given(response))
    return answer


def _quick(api: models.Api, members: Mapping[str, Any]) -> None:
    target, key = members.get("target"), members.get("routeKey")
    integration, route = getattr(api, QUICK, (None, None))
    if integration is None and target:
        proxy = ":lambda:" in target
        made = {
            "integration_type": "AWS_PROXY" if proxy else "HTTP_PROXY",
            "integration_method": "POST" if proxy else "ANY",
            "payload_format_version": "2.0" if proxy else "1.0",
            "connection_type": "INTERNET",
            "description": None,
            "integration_uri": target,
        }
        integration = api.create_integration(**made, credentials_arn=members.get("credentialsArn"))
        route = api.create_route(
            api_key_required=False,
            authorization_scopes=[],
            route_key=key or "$default",
            target=f"integrations/{integration.id}",
        )
        setattr(api, QUICK, (integration, route))
        api.create_stage({"stageName": "$default", "autoDeploy": True})
    elif integration is not None and route is not None:
        integration.integration_uri = target or integration.integration_uri
        route.route_key = key or route.route_key


def import_api(api: models.Api, body_str: str, fail_on_warnings: bool) -> None:
    """ReimportApi: stages stay, and only methods are routes."""
    stages = dict(api.stages)
    IMPORT(api, json.dumps(openapi(yaml.safe_load(body_str))), fail_on_warnings)
    api.stages.update(stages)
    for route in api.routes.values():
        method, _, path = route.route_key.partition(" ")
        route.route_key = "$default" if path == "/$default" else f"{method.upper()} {path}"


# Stages and deployments


def create_stage(backend: Backend, api_id: str, config: dict[str, Any]) -> models.Stage:
    """CreateStage, with its deployment."""
    stage = CREATE_STAGE(backend, api_id, config)
    keep(stage, {name: config[name] for name in ("deploymentId",) if name in config})
    return stage


def update_stage(response: ApiGatewayV2Response) -> str:
    """UpdateStage of the API reference."""
    stage = api_of(response).get_stage(steps(response)["stages"])
    keep(stage, given(response))
    return json.dumps(stage.to_json())


def deployments(response: ApiGatewayV2Response) -> dict[str, dict[str, Any]]:
    """The deployments of the API of a request, by id."""
    api = api_of(response)
    if not hasattr(api, DEPLOYMENTS):
        setattr(api, DEPLOYMENTS, {})
    existing: dict[str, dict[str, Any]] = getattr(api, DEPLOYMENTS)
    return existing


def deployment(response: ApiGatewayV2Response) -> dict[str, Any]:
    """The deployment of a request."""
    wanted = steps(response)["deployments"]
    if wanted not in deployments(response):
        raise DeploymentNotFound(wanted)
    return deployments(response)[wanted]


def create_deployment(response: ApiGatewayV2Response) -> Any:
    """CreateDeployment of the API reference."""
    api, members = api_of(response), given(response)
    made = {
        "deploymentId": identifier(),
        "autoDeployed": False,
        "createdDate": iso_8601_datetime_without_milliseconds(utcnow()),
        "deploymentStatus": "DEPLOYED",
        "description": members.get("description"),
    }
    deployments(response)[str(made["deploymentId"])] = made
    if members.get("stageName"):
        keep(api.get_stage(members["stageName"]), {"deploymentId": made["deploymentId"]})
    return 201, {}, json.dumps(made)


def get_deployment(response: ApiGatewayV2Response) -> str:
    """GetDeployment of the API reference."""
    return json.dumps(deployment(response))


def get_deployments(response: ApiGatewayV2Response) -> str:
    """GetDeployments of the API reference."""
    return json.dumps({"items": list(deployments(response).values())})


def update_deployment(response: ApiGatewayV2Response) -> str:
    """UpdateDeployment of the API reference."""
    deployment(response).update(given(response))
    return json.dumps(deployment(response))


def delete_deployment(response: ApiGatewayV2Response) -> Any:
    """DeleteDeployment of the API reference."""
    del deployments(response)[deployment(response)["deploymentId"]]
    return 204, {}, ""


# Domain names


def create_domain_name(
    backend: Backend, domain_name: str, domain_name_configurations: list[dict[str, str]], *more: Any, **options: Any
) -> models.DomainName:
    """CreateDomainName, with the address of the endpoint."""
    domain = CREATE_DOMAIN(backend, domain_name, domain_name_configurations, *more, **options)
    _address(backend, domain, domain_name_configurations)
    return domain


def _address(backend: Backend, domain: models.DomainName, configurations: list[dict[str, str]]) -> None:
    before = next(iter(domain.domain_name_configurations), {})
    address = before.get("apiGatewayDomainName") or f"d-{identifier()}.execute-api.{backend.region_name}.amazonaws.com"
    more = {"apiGatewayDomainName": address, "hostedZoneId": HOSTED_ZONE, "domainNameStatus": "AVAILABLE"}
    domain.domain_name_configurations = [{**each, **more} for each in configurations or [{}]]


def update_domain_name(response: ApiGatewayV2Response) -> str:
    """UpdateDomainName of the API reference."""
    backend, members = response.apigatewayv2_backend, given(response)
    domain = backend.get_domain_name(steps(response)["domainnames"])
    if "domainNameConfigurations" in members:
        _address(backend, domain, members.pop("domainNameConfigurations"))
    keep(domain, members)
    return json.dumps(domain.to_json())


def delete_domain_name(backend: Backend, domain_name: str) -> None:
    """DeleteDomainName, with its mappings: moto changes the map that it walks through."""
    backend.api_mappings = {
        name: mapping for name, mapping in backend.api_mappings.items() if mapping.domain_name != domain_name
    }
    DELETE_DOMAIN(backend, domain_name)


def update_api_mapping(response: ApiGatewayV2Response) -> str:
    """UpdateApiMapping of the API reference."""
    at = steps(response)
    mapping = response.apigatewayv2_backend.get_api_mapping(at["apimappings"], at["domainnames"])
    keep(mapping, {name: value for name, value in given(response).items() if name != "domainName"})
    return json.dumps(mapping.to_json())


def update_route_response(response: ApiGatewayV2Response) -> str:
    """UpdateRouteResponse of the API reference."""
    at = steps(response)
    route = api_of(response).get_route(at["routes"])
    each = route.get_route_response(at["routeresponses"])
    keep(each, given(response))
    return json.dumps(each.to_json())


# Tags


def holder(backend: Backend, arn: str) -> Any:
    """The stage or the domain name of an ARN, whose tags are its own; None for anything else."""
    parts = arn.partition("::/")[2].split("/")
    if parts[0] == "domainnames":
        return backend.get_domain_name(parts[1])
    return backend.get_api(parts[1]).get_stage(parts[3]) if len(parts) == 4 else None


def get_tags(backend: Backend, resource_id: str) -> dict[str, str]:
    """The tags of anything."""
    owner = holder(backend, resource_id)
    return dict(owner.tags or {}) if owner else TAGS[0](backend, resource_id)


def tag_resource(backend: Backend, resource_arn: str, tags: dict[str, str]) -> None:
    """Add tags to anything."""
    owner = holder(backend, resource_arn)
    if owner:
        owner.tags = {**(owner.tags or {}), **(tags or {})}
    else:
        TAGS[1](backend, resource_arn, tags)


def untag_resource(backend: Backend, resource_arn: str, tag_keys: list[str]) -> None:
    """Take tags from anything."""
    owner = holder(backend, resource_arn)
    if owner:
        owner.tags = {key: value for key, value in (owner.tags or {}).items() if key not in tag_keys}
    else:
        TAGS[2](backend, resource_arn, tag_keys)
