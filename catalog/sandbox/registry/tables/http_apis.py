"""HTTP and WebSocket APIs of API Gateway, with all that is in them. Nothing answers the requests of an API.

Sources: API Gateway V2 API reference; the template reference for Ref and Fn::GetAtt.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.rows import plain, regional, tagged, taken
from catalog.sandbox.registry.shaping import as_text
from catalog.sandbox.registry.stored_documents import document_of
from catalog.sandbox.registry.tables.rest_apis import arn

SERVICE = "apigatewayv2"


def of_type(last: str, identity: Sequence[str], path: str, **more: Any) -> ApiType:
    """A row; `path` is that of its ARN, and the last value of the identity comes from the answer of the creation."""
    own = identity[-1]
    more.setdefault("known", taken(**{own: own}))
    more.setdefault("ref", own)
    return plain(f"AWS::ApiGatewayV2::{last}", SERVICE, identity, read="Get", arn=arn(path), **more)


def tags(path: str) -> Any:
    """The tags of an object, by its ARN."""
    return tagged("ResourceArn", arn(path), "Tags")


def of_api(it: ApiResource, shown: Any) -> dict[str, Any]:
    """The attributes of an API."""
    return {"ApiEndpoint": shown["ApiEndpoint"], "ExecuteApiArn": regional(it, "execute-api", str(shown["ApiId"]))}


LOCATION = "BodyS3Location"


def new_api(it: ApiResource) -> dict[str, Any]:
    """CreateApi; an API whose template has a document is an HTTP API with its title."""
    body = document_of(it, "Body", LOCATION) or {}
    name = it.text("Name", str((body.get("info") or {}).get("title") or it.name or it.place.stack_name))
    return {"Name": name, "ProtocolType": it.text("ProtocolType", "HTTP")}


def imported(it: ApiResource) -> dict[str, Any] | None:
    """ReimportApi with the document of an API, if the template has one."""
    body = document_of(it, "Body", LOCATION)
    return None if body is None else {"Body": as_text(body)}


API = of_type(
    "Api",
    ("ApiId",),
    "/apis/{ApiId}",
    create=ApiCall("CreateApi", new_api, copies=True),
    attributes=of_api,
    settings=(Setting(("Body", LOCATION), ApiCall("ReimportApi", imported, identity=("ApiId",))),),
    tagging=tags("/apis/{ApiId}"),
    also_for={(handler, LOCATION): ("s3:GetObject",) for handler in ("create", "update")},
    modelled=("BasePath", "FailOnWarnings", "IpAddressType"),
)
STAGE_PATH, DOMAIN_PATH, LINK_PATH = (
    "/apis/{ApiId}/stages/{StageName}",
    "/domainnames/{DomainName}",
    "/vpclinks/{VpcLinkId}",
)

TYPES = (
    API,
    of_type("Integration", ("ApiId", "IntegrationId"), "/apis/{ApiId}/integrations/{IntegrationId}"),
    of_type(
        "IntegrationResponse",
        ("ApiId", "IntegrationId", "IntegrationResponseId"),
        "/apis/{ApiId}/integrations/{IntegrationId}/integrationresponses/{IntegrationResponseId}",
    ),
    of_type("Route", ("ApiId", "RouteId"), "/apis/{ApiId}/routes/{RouteId}"),
    of_type(
        "RouteResponse",
        ("ApiId", "RouteId", "RouteResponseId"),
        "/apis/{ApiId}/routes/{RouteId}/routeresponses/{RouteResponseId}",
    ),
    of_type("Stage", ("ApiId", "StageName"), STAGE_PATH, tagging=tags(STAGE_PATH)),
    of_type(
        "Deployment",
        ("ApiId", "DeploymentId"),
        "/apis/{ApiId}/deployments/{DeploymentId}",
        modelled=("StageName",),
    ),
    of_type("Authorizer", ("ApiId", "AuthorizerId"), "/apis/{ApiId}/authorizers/{AuthorizerId}"),
    of_type("Model", ("ApiId", "ModelId"), "/apis/{ApiId}/models/{ModelId}"),
    of_type("VpcLink", ("VpcLinkId",), LINK_PATH, tagging=tags(LINK_PATH)),
    of_type(
        "DomainName",
        ("DomainName",),
        DOMAIN_PATH,
        attributes=taken(
            DomainNameArn="DomainNameArn",
            RegionalDomainName="DomainNameConfigurations.0.ApiGatewayDomainName",
            RegionalHostedZoneId="DomainNameConfigurations.0.HostedZoneId",
        ),
        tagging=tags(DOMAIN_PATH),
    ),
    of_type("ApiMapping", ("DomainName", "ApiMappingId"), "/domainnames/{DomainName}/apimappings/{ApiMappingId}"),
)
