"""REST APIs of API Gateway: what moto's operations leave out of what they are given, and the changes that it lacks.

moto keeps some of the parameters of a creation, takes some patches of some of its objects, and has tags of stages
alone. Here every object keeps all that API Gateway would show, takes patches by the form of its answer, and has tags.
Sources: API Gateway REST API reference, the operations; "Patch operations"; "Use CloudWatch Logs" for the paths of
method settings, which stay with moto.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from typing import Any, cast
from urllib.parse import unquote

from botocore.model import StructureShape
from moto.apigateway import exceptions, models
from moto.apigateway.responses import APIGatewayResponse

from catalog.sandbox.registry.calls import operation_model
from catalog.sandbox.services.documents import openapi
from catalog.sandbox.services.keeping import complete, keep
from catalog.sandbox.services.patches import patch

COLLECTIONS: Mapping[str, tuple[str, type[Exception]]] = {
    "restapis": ("apis", exceptions.RestAPINotFound),
    "resources": ("resources", exceptions.ResourceIdNotFoundException),
    "deployments": ("deployments", exceptions.DeploymentNotFoundException),
    "stages": ("stages", exceptions.StageNotFoundException),
    "authorizers": ("authorizers", exceptions.AuthorizerNotFoundException),
    "models": ("models", exceptions.ModelNotFound),
    "requestvalidators": ("request_validators", exceptions.NotFoundException),
    "apikeys": ("keys", exceptions.ApiKeyNotFoundException),
    "usageplans": ("usage_plans", exceptions.UsagePlanNotFoundException),
    "domainnames": ("domain_names", exceptions.DomainNameNotFound),
    "vpclinks": ("vpc_links", exceptions.VpcLinkNotFound),
}
"""Part of a path → where moto's object has its members, and the error without one."""
INTEGRATION = "x-amazon-apigateway-integration"
NAMES = {"stages": "stageName", "models": "name", "domainnames": "domainName"}
"""Part of a path → what identifies a member in an answer; `id` for the others."""
CREATIONS = {
    "create_rest_api": "restapis",
    "create_stage": "stages",
    "create_authorizer": "authorizers",
    "create_usage_plan": "usageplans",
    "create_domain_name": "domainnames",
}
"""Operations that leave out parameters → what they create."""
UPDATES = (
    *("rest_api", "resource", "deployment", "model", "domain_name", "vpc_link", "authorizer", "usage_plan", "stage"),
    *("api_key", "request_validator"),
)
VIEWED = (
    *(models.Deployment, models.Authorizer, models.Stage, models.ApiKey, models.UsagePlan, models.VpcLink),
    *(models.DomainName, models.Model, models.Integration, models.RestAPI, models.Resource, models.RequestValidator),
)
DELETE_DEPLOYMENT, DELETE_RESOURCE = models.RestAPI.delete_deployment, models.APIGatewayBackend.delete_resource
PUT_REST_API = models.APIGatewayBackend.put_rest_api
PUT_INTEGRATION, UPDATE_STAGE = APIGatewayResponse.put_integration, models.Stage.apply_operations
Answer = Callable[[APIGatewayResponse], Any]


def install() -> None:
    """Replace moto's operations, and add those that it lacks."""
    for name, collection in CREATIONS.items():
        setattr(APIGatewayResponse, name, _keeping(getattr(APIGatewayResponse, name), collection))
    for name in UPDATES:
        setattr(APIGatewayResponse, f"update_{name}", update)
    for name in ("get_deployment", "get_request_validator"):
        setattr(APIGatewayResponse, name, get)
    for answer in (get_tags, tag_resource, untag_resource, put_integration):
        setattr(APIGatewayResponse, answer.__name__, answer)
    for kind in VIEWED:
        complete(kind, "to_dict", "to_json")
    setattr(models.RestAPI, "delete_deployment", delete_deployment)  # noqa: B010  # mypy allows no other form
    setattr(models.APIGatewayBackend, "delete_resource", delete_resource)  # noqa: B010
    setattr(models.APIGatewayBackend, "put_rest_api", put_rest_api)  # noqa: B010


def member(backend: Any, path: str) -> Any:
    """The object at a path such as `/restapis/a/stages/b`; raises the error of its kind."""
    steps, node = path.strip("/").split("/"), backend
    for collection, name in zip(steps[::2], steps[1::2], strict=False):
        attribute, absent = COLLECTIONS[collection]
        node = getattr(node, attribute).get(unquote(name))
        if node is None:
            raise absent() if absent is not exceptions.NotFoundException else absent("Invalid identifier specified")
    return node


def view(target: Any) -> dict[str, Any]:
    """What API Gateway shows of an object."""
    shown: dict[str, Any] = target.to_dict() if hasattr(target, "to_dict") else target.to_json()
    return shown


def _keeping(create: Answer, collection: str) -> Answer:
    """An operation that creates, whose object keeps all parameters that an answer would have."""

    @functools.wraps(create)
    def answer(response: APIGatewayResponse) -> Any:
        status, headers, body = create(response)
        document = json.loads(body)
        if int(status) >= 300:
            return status, headers, body
        parent = "" if response.path.strip("/") == collection else response.path.rpartition(f"/{collection}")[0]
        path = f"{parent}/{collection}/{document[NAMES.get(collection, 'id')]}"
        target, given = member(response.backend, path), json.loads(response.body)
        shape = operation_model("apigateway", _camel(create.__name__)).output_shape
        names = shape.members if isinstance(shape, StructureShape) else {}
        if "swagger" not in given and "openapi" not in given:
            keep(target, {name: given[name] for name in given if name in names and document.get(name) != given[name]})
        return status, headers, json.dumps(view(target))

    return answer


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def update(response: APIGatewayResponse) -> str:
    """Any of the operations that change an object by patches."""
    target = member(response.backend, response.path)
    before, shape = view(target), _shape_of(target)
    operations = response._get_param("patchOperations") or []
    settings = [each for each in operations if each["path"].split("/")[1] not in shape.members]
    if isinstance(target, models.Stage):
        UPDATE_STAGE(target, [each for each in settings if each["op"] != "remove"])
        for each in settings:
            if each["op"] == "remove":
                target.method_settings.pop(each["path"].strip("/"), None)
    others = [_joined(each) for each in operations if each not in settings]
    after = patch(before, shape, others)
    keep(target, {name: value for name, value in after.items() if before.get(name) != value})
    return json.dumps(view(target))


def _joined(operation: Mapping[str, str]) -> Mapping[str, Any]:
    """A stage of a usage plan is written as `api:stage`."""
    if operation["path"] != "/apiStages":
        return operation
    api, _, stage = operation["value"].partition(":")
    return {**operation, "value": {"apiId": api, "stage": stage}}


def _shape_of(target: Any) -> StructureShape:
    kind = {"RestAPI": "RestApi"}.get(type(target).__name__, type(target).__name__)
    shape = operation_model("apigateway", f"Update{kind}").output_shape
    return cast(StructureShape, shape)


def put_integration(response: APIGatewayResponse) -> Any:
    """PutIntegration, with the link to a VPC and the keys of the cache."""
    status, headers, body = PUT_INTEGRATION(response)
    _, _, api, _, resource, _, method, *_ = response.path.split("/")
    integration = response.backend.get_integration(api, resource, method)
    given = json.loads(response.body)
    names = ("connectionId", "cacheKeyParameters", "responseTransferMode", "timeoutInMillis")
    keep(integration, {name: given[name] for name in names if name in given})
    return status, headers, json.dumps({**json.loads(body), **view(integration)})


def get(response: APIGatewayResponse) -> str:
    """GetDeployment and GetRequestValidator: moto has no error, or another one, for what does not exist."""
    return json.dumps(view(member(response.backend, response.path)))


def delete_deployment(api: models.RestAPI, deployment_id: str) -> models.Deployment:
    """Refuse to delete a deployment that a stage has, which need not be the one that it was made with."""
    if deployment_id in api.deployments:
        active = any(stage.deployment_id == deployment_id for stage in api.stages.values())
        api.deployments[deployment_id].stage_name = ""
        if active:
            raise exceptions.StageStillActive
    return DELETE_DEPLOYMENT(api, deployment_id)


def put_rest_api(
    backend: models.APIGatewayBackend, function_id: str, api_doc: dict[str, Any], *more: Any, **options: Any
) -> models.RestAPI:
    """PutRestApi, also with Swagger 2.0, whose paths have the same form; the root that it makes is that of the API."""
    document = openapi(api_doc)
    for place, path in document["paths"].items():
        for name, method in path.items():
            if INTEGRATION in method:  # of which a mock has neither
                if not method[INTEGRATION].get("type"):  # the words are assumed
                    what = f"Unable to put integration on '{name.upper()}' for resource at path '{place}'"
                    raise exceptions.BadRequestException(
                        f"{what}: Enumeration value for IntegrationType must be non-empty"
                    )
                method[INTEGRATION] = {"uri": "", "httpMethod": name.upper(), **method[INTEGRATION]}
    if str(document.pop("swagger", "")).startswith("2"):
        document["openapi"] = "3.0.1"
    api = PUT_REST_API(backend, function_id, document, *more, **options)
    api.root_resource_id = api.default.id
    for resource in api.resources.values():
        for method in resource.resource_methods.values():
            method.authorization_type = method.authorization_type or "NONE"
    return api


def delete_resource(backend: models.APIGatewayBackend, function_id: str, resource_id: str) -> models.Resource:
    """Delete a resource with those below it (API reference, DeleteResource)."""
    resources = backend.get_rest_api(function_id).resources
    backend.get_resource(function_id, resource_id)
    for child in [each.id for each in resources.values() if each.parent_id == resource_id]:
        delete_resource(backend, function_id, child)
    return DELETE_RESOURCE(backend, function_id, resource_id)


# Tags


def get_tags(response: APIGatewayResponse) -> str:
    """GetTags of the API reference."""
    return json.dumps({"tags": tagged(response).tags or {}})


def tag_resource(response: APIGatewayResponse) -> str:
    """TagResource of the API reference."""
    target = tagged(response)
    keep(target, {"tags": {**(target.tags or {}), **response._get_param("tags")}})
    return "{}"


def untag_resource(response: APIGatewayResponse) -> str:
    """UntagResource of the API reference."""
    target, removed = tagged(response), response.querystring.get("tagKeys") or ()
    keep(target, {"tags": {key: value for key, value in (target.tags or {}).items() if key not in removed}})
    return "{}"


def tagged(response: APIGatewayResponse) -> Any:
    """The object of the request's ARN."""
    return member(response.backend, unquote(response.path.split("/tags/")[1]).partition("::")[2])
