"""REST APIs of API Gateway, with all that is in them. Nothing answers the requests of an API.

Sources: API Gateway REST API reference; "Amazon API Gateway resource types" of the template reference for Ref and
Fn::GetAtt, and for the paths of MethodSettings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.calls import operation_model
from catalog.sandbox.registry.rows import plain, tagged, taken
from catalog.sandbox.registry.shaping import as_text, copied
from catalog.sandbox.registry.stored_documents import document_of

SERVICE = "apigateway"
SETTING_PATHS = {
    "CacheDataEncrypted": "caching/dataEncrypted",
    "CacheTtlInSeconds": "caching/ttlInSeconds",
    "CachingEnabled": "caching/enabled",
    "DataTraceEnabled": "logging/dataTrace",
    "LoggingLevel": "logging/loglevel",
    "MetricsEnabled": "metrics/enabled",
    "ThrottlingBurstLimit": "throttling/burstLimit",
    "ThrottlingRateLimit": "throttling/rateLimit",
}
"""Member of MethodSettings → the end of its path in a patch."""


def arn(path: str) -> Callable[[ApiResource], str]:
    """The ARN by a path `/restapis/{RestApiId}/stages/{StageName}`, up to what is not known yet."""

    def own(it: ApiResource) -> str:
        steps: list[str] = []
        for step in path.split("/"):
            value = it[step[1:-1]] if step.startswith("{") else step
            if value is None:
                break
            steps.append(str(value))
        return f"arn:{it.place.partition}:apigateway:{it.place.region}::{'/'.join(steps)}"

    return own


def escaped(name: Any) -> str:
    """A step of a path."""
    return as_text(name).replace("~", "~0").replace("/", "~1")


def differences(path: str, old: Any, new: Any) -> Iterator[dict[str, str]]:
    """The patches that make one value of another."""
    if isinstance(old, Mapping) or isinstance(new, Mapping):
        before, after = old or {}, new or {}
        for name in {**before, **after}:
            yield from differences(f"{path}/{escaped(name)}", before.get(name), after.get(name))
    elif isinstance(old, list) or isinstance(new, list):
        yield from (
            {"op": "remove", "path": path, "value": item(each)} for each in old or () if each not in (new or ())
        )
        yield from ({"op": "add", "path": path, "value": item(each)} for each in new or () if each not in (old or ()))
    elif new is None:
        yield from [{"op": "remove", "path": path}] if old is not None else ()
    elif old != new:
        yield {"op": "replace", "path": path, "value": as_text(new)}


def item(value: Any) -> str:
    """An item of a list: a stage of a usage plan is written as `api:stage`."""
    return f"{value['apiId']}:{value['stage']}" if isinstance(value, Mapping) else as_text(value)


def patches(
    operation: str,
    *identity: str,
    only: Sequence[str] = (),
    without: Sequence[str] = (),
    named: Mapping[str, str] | None = None,
    renamed: Mapping[str, str] | None = None,
) -> ApiCall:
    """An operation that changes an object by patches.

    `identity` are the values that name the object, `named` their parameters, and `renamed` the names of properties in
    the answer.
    """

    def parameters(it: ApiResource) -> dict[str, Any] | None:
        shape, left = operation_model(SERVICE, operation).output_shape, {*without, it.schema.tag_property, *identity}
        documents = []
        for properties in (it.old, it.properties):
            given = {name: value for name, value in properties.items() if (name in only if only else name not in left)}
            documents.append(copied(given, shape, renamed or {}))
        changed = list(differences("", *documents))
        return {"patchOperations": changed} if changed else None

    return ApiCall(operation, parameters, identity=identity, renamed=named or {})


def of_type(name: str, identity: Sequence[str], path: str, **more: Any) -> ApiType:
    """A row, whose update patches what has changed."""
    noun = name.rpartition("::")[2]
    more.setdefault("update", patches(f"Update{noun}", *identity, named=more.get("renamed")))
    return plain(name, SERVICE, identity, read="Get", arn=arn(path), **more)


def tags(path: str) -> Any:
    """The tags of an object, by its ARN."""
    return tagged("resourceArn", arn(path), "tags")


# APIs

API_PATH = "/restapis/{RestApiId}"
LOCATION = "BodyS3Location"


def api_name(it: ApiResource) -> str:
    """The name of an API: its own, the title of its document, or that of the stack."""
    body = document_of(it, "Body", LOCATION)
    info = body.get("info") if isinstance(body, Mapping) else None
    title = info.get("title") if isinstance(info, Mapping) else None
    return it.text("Name", str(title or it.place.stack_name))


def document(it: ApiResource) -> dict[str, Any] | None:
    """PutRestApi with the document of an API, if the template has one."""
    body = document_of(it, "Body", LOCATION)
    if body is None:
        return None
    mode = it.text("Mode", "overwrite")
    return {"restApiId": it["RestApiId"], "mode": mode, "body": as_text(body).encode()}


OF_DOCUMENT = ("Body", LOCATION, "Mode", "Parameters", "FailOnWarnings")
OF_API = {"ApiKeySourceType": "apiKeySource"}
REST_API = of_type(
    "AWS::ApiGateway::RestApi",
    ("RestApiId",),
    API_PATH,
    create=ApiCall("CreateRestApi", lambda it: {"name": api_name(it)}, copies=True, renamed=OF_API),
    known=taken(RestApiId="id"),
    attributes=taken(RootResourceId="rootResourceId"),
    settings=(Setting(OF_DOCUMENT, ApiCall("PutRestApi", document)),),
    update=patches("UpdateRestApi", "RestApiId", without=OF_DOCUMENT, renamed=OF_API),
    tagging=tags(API_PATH),
    also_for={(handler, LOCATION): ("s3:GetObject",) for handler in ("create", "update")},
    modelled=("CloneFrom", "FailOnWarnings", "Parameters"),
)

# What is in an API

RESOURCE = of_type(
    "AWS::ApiGateway::Resource",
    ("RestApiId", "ResourceId"),
    "/restapis/{RestApiId}/resources/{ResourceId}",
    known=taken(ResourceId="id"),
    update=None,
)

METHOD_IDS = ("RestApiId", "ResourceId", "HttpMethod")
OF_METHOD = (
    *("ApiKeyRequired", "AuthorizationScopes", "AuthorizationType", "AuthorizerId", "HttpMethod", "Integration"),
    *("MethodResponses", "OperationName", "RequestModels", "RequestParameters", "RequestValidatorId"),
)


def integration(it: ApiResource) -> dict[str, Any] | None:
    """PutIntegration, if the method has one."""
    given = it.properties.get("Integration")
    return copied(given, operation_model(SERVICE, "PutIntegration").input_shape, {}) if given else None


def responses(operation: str, path: str) -> ApiCall:
    """An operation for each response of a list."""

    def parameters(it: ApiResource) -> list[dict[str, Any]]:
        shape = operation_model(SERVICE, operation).input_shape
        return [copied(each, shape, {}) for each in it.at(path) or ()]

    return ApiCall(operation, parameters, identity=METHOD_IDS)


METHOD = of_type(
    "AWS::ApiGateway::Method",
    METHOD_IDS,
    "/restapis/{RestApiId}/resources/{ResourceId}/methods/{HttpMethod}",
    create=ApiCall("PutMethod", copies=True),
    settings=(
        Setting(OF_METHOD, ApiCall("PutMethod", copies=True), on_create=False),
        Setting(OF_METHOD, ApiCall("PutIntegration", integration, identity=METHOD_IDS)),
        Setting(OF_METHOD, responses("PutIntegrationResponse", "Integration.IntegrationResponses")),
        Setting(OF_METHOD, responses("PutMethodResponse", "MethodResponses")),
    ),
    update=None,
)


def stage_of_deployment(it: ApiResource) -> dict[str, Any] | None:
    """DeleteStage for the stage that a deployment has made, unless another deployment has it by now."""
    name = it["StageName"]
    if not name:
        return None
    stages = it.ask("GetStages", {"restApiId": it["RestApiId"]}).get("item") or ()
    own = any(stage.get("stageName") == name and stage.get("deploymentId") == it["DeploymentId"] for stage in stages)
    return {"restApiId": it["RestApiId"], "stageName": name} if own else None


def new_deployment(it: ApiResource) -> dict[str, Any]:
    """CreateDeployment, with what its stage begins with."""
    return {
        "stageDescription": it.at("StageDescription.Description"),
        "variables": it.at("StageDescription.Variables"),
        "canarySettings": it["DeploymentCanarySettings"],
    }


def described_stage(it: ApiResource) -> dict[str, Any] | None:
    """UpdateStage for the rest of StageDescription."""
    shape = operation_model(SERVICE, "UpdateStage").output_shape
    old, new = (
        copied(each.get("StageDescription") or {}, shape, {"AccessLogSetting": "accessLogSettings"})
        for each in (it.old, it.properties)
    )
    changed = list(differences("", old, new))
    return {"restApiId": it["RestApiId"], "stageName": it["StageName"], "patchOperations": changed} if changed else None


DEPLOYMENT = of_type(
    "AWS::ApiGateway::Deployment",
    ("RestApiId", "DeploymentId"),
    "/restapis/{RestApiId}/deployments/{DeploymentId}",
    create=ApiCall("CreateDeployment", new_deployment, copies=True, omitted=("StageDescription",)),
    known=taken(DeploymentId="id"),
    ref="DeploymentId",
    settings=(Setting(("StageDescription",), ApiCall("UpdateStage", described_stage)),),
    update=patches("UpdateDeployment", "RestApiId", "DeploymentId", only=("Description",)),
    delete=(
        ApiCall("DeleteStage", stage_of_deployment),
        ApiCall("DeleteDeployment", identity=("RestApiId", "DeploymentId")),
    ),
    modelled=("DeploymentCanarySettings", "StageName"),
)

OF_STAGE = {"AccessLogSetting": "accessLogSettings", "CanarySetting": "canarySettings"}
LATER = ("AccessLogSetting", "ClientCertificateId")


def method_settings(it: ApiResource) -> dict[str, Any] | None:
    """UpdateStage with the settings of methods."""
    before, after = (
        {
            f"{setting.get('ResourcePath', '/*')}/{setting.get('HttpMethod', '*')}": setting
            for setting in each.get("MethodSettings") or ()
        }
        for each in (it.old, it.properties)
    )
    changed: list[dict[str, Any]] = [{"op": "remove", "path": path} for path in before if path not in after]
    for path, setting in after.items():
        changed += [
            {"op": "replace", "path": f"{path}/{SETTING_PATHS[name]}", "value": as_text(value)}
            for name, value in setting.items()
            if name in SETTING_PATHS
        ]
    return {"restApiId": it["RestApiId"], "stageName": it["StageName"], "patchOperations": changed} if changed else None


STAGE_PATH = "/restapis/{RestApiId}/stages/{StageName}"
STAGE = of_type(
    "AWS::ApiGateway::Stage",
    ("RestApiId", "StageName"),
    STAGE_PATH,
    create=ApiCall("CreateStage", identity=("StageName",), copies=True, renamed=OF_STAGE),
    ref="StageName",
    settings=(
        Setting(LATER, patches("UpdateStage", "RestApiId", "StageName", only=LATER, renamed=OF_STAGE)),
        Setting(("MethodSettings",), ApiCall("UpdateStage", method_settings)),
    ),
    update=patches("UpdateStage", "RestApiId", "StageName", without=(*LATER, "MethodSettings"), renamed=OF_STAGE),
    tagging=tags(STAGE_PATH),
)

AUTHORIZER = of_type(
    "AWS::ApiGateway::Authorizer",
    ("RestApiId", "AuthorizerId"),
    "/restapis/{RestApiId}/authorizers/{AuthorizerId}",
    known=taken(AuthorizerId="id"),
    ref="AuthorizerId",
)


MODEL = of_type(
    "AWS::ApiGateway::Model",
    ("RestApiId", "Name"),
    "/restapis/{RestApiId}/models/{Name}",
    create=ApiCall(
        "CreateModel",
        lambda it: {"contentType": it.text("ContentType", "application/json")},
        copies=True,
        identity=("Name",),
    ),
    renamed={"Name": "modelName"},
    ref="Name",
)

VALIDATOR = of_type(
    "AWS::ApiGateway::RequestValidator",
    ("RestApiId", "RequestValidatorId"),
    "/restapis/{RestApiId}/requestvalidators/{RequestValidatorId}",
    create=ApiCall("CreateRequestValidator", identity=("Name",), copies=True),
    known=taken(RequestValidatorId="id"),
    ref="RequestValidatorId",
)

RESPONSE = of_type(
    "AWS::ApiGateway::GatewayResponse",
    ("RestApiId", "ResponseType"),
    "/restapis/{RestApiId}/gatewayresponses/{ResponseType}",
    create=ApiCall("PutGatewayResponse", copies=True),
    update=ApiCall("PutGatewayResponse", copies=True),
)

# Beside the APIs

ACCOUNT = ApiType(
    "AWS::ApiGateway::Account",
    SERVICE,
    create=patches("UpdateAccount", renamed={"CloudWatchRoleArn": "cloudwatchRoleArn"}),
    update=patches("UpdateAccount", renamed={"CloudWatchRoleArn": "cloudwatchRoleArn"}),
    delete=(),
    arn=arn("/account"),
)

KEY_PATH = "/apikeys/{APIKeyId}"
KEY_ID = {"APIKeyId": "apiKey"}
API_KEY = of_type(
    "AWS::ApiGateway::ApiKey",
    ("APIKeyId",),
    KEY_PATH,
    create=ApiCall("CreateApiKey", identity=("Name",), copies=True, omitted=("StageKeys",)),
    known=taken(APIKeyId="id"),
    renamed=KEY_ID,
    update=patches("UpdateApiKey", "APIKeyId", without=("StageKeys",), named=KEY_ID),
    tagging=tags(KEY_PATH),
    modelled=("StageKeys",),
)

PLAN_PATH = "/usageplans/{Id}"
PLAN_ID = {"Id": "usagePlanId"}
PLAN = of_type(
    "AWS::ApiGateway::UsagePlan",
    ("Id",),
    PLAN_PATH,
    create=ApiCall("CreateUsagePlan", lambda it: {"name": it.name}, copies=True),
    known=taken(Id="id"),
    renamed=PLAN_ID,
    update=patches("UpdateUsagePlan", "Id", named=PLAN_ID, renamed={"UsagePlanName": "name"}),
    tagging=tags(PLAN_PATH),
)

PLAN_KEY = of_type(
    "AWS::ApiGateway::UsagePlanKey",
    ("UsagePlanId", "KeyId"),
    "/usageplans/{UsagePlanId}/keys/{KeyId}",
    known=lambda it, answer: {"Id": f"{it['KeyId']}:{it['UsagePlanId']}"},
    update=None,
)

TYPES = (
    *(REST_API, RESOURCE, METHOD, DEPLOYMENT, STAGE, AUTHORIZER, MODEL, VALIDATOR, RESPONSE),
    *(ACCOUNT, API_KEY, PLAN, PLAN_KEY),
)
