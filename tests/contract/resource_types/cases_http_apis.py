"""HTTP and WebSocket APIs of API Gateway, and all that is in them and beside them."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.contract.resource_types.cases_network import SUBNET, VPC
from tests.contract.resource_types.cases_rest_apis import CERTIFICATE
from tests.contract.resource_types.conftest import ACCOUNT, REGION, Case
from tests.contract.resource_types.reading import asks

asked = partial(asks, "apigatewayv2")
HTTP = {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Name": "shop", "ProtocolType": "HTTP"}}
SOCKET = {
    "Type": "AWS::ApiGatewayV2::Api",
    "Properties": {"Name": "chat", "ProtocolType": "WEBSOCKET", "RouteSelectionExpression": "$request.body.action"},
}
IN_API: dict[str, Any] = {"ApiId": {"Ref": "Api"}}
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"
PROXY = {
    **IN_API,
    "IntegrationType": "HTTP_PROXY",
    "IntegrationMethod": "GET",
    "IntegrationUri": "https://example.com/",
    "PayloadFormatVersion": "1.0",
}
INTEGRATION = {"Type": "AWS::ApiGatewayV2::Integration", "Properties": PROXY}
ROUTE = {"Type": "AWS::ApiGatewayV2::Route", "Properties": {**IN_API, "RouteKey": "$default"}}
STAGE = {"Type": "AWS::ApiGatewayV2::Stage", "Properties": {**IN_API, "StageName": "live"}}
DOMAIN = {
    "Type": "AWS::ApiGatewayV2::DomainName",
    "Properties": {
        "DomainName": "api.example.com",
        "DomainNameConfigurations": [{"CertificateArn": CERTIFICATE, "EndpointType": "REGIONAL"}],
    },
}
LATER = ("apigateway:PATCH", "apigateway:DELETE")


def Row(name: str, *arguments: Any, **more: Any) -> Case:  # noqa: N802 - it makes a Case
    more.setdefault("denied", ("apigateway:POST", "apigateway:GET"))
    more.setdefault("denied_later", LATER)
    return Case(f"AWS::ApiGatewayV2::{name}", *arguments, **more)


CASES = (
    Row(
        "Api",
        {"Name": "one", "ProtocolType": "HTTP", "Target": FUNCTION},
        lambda world, identifier: {
            **world.client("apigatewayv2").get_api(ApiId=identifier),
            "Targets": [
                each["IntegrationUri"]
                for each in world.client("apigatewayv2").get_integrations(ApiId=identifier)["Items"]
            ],
            "Routes": [each["RouteKey"] for each in world.client("apigatewayv2").get_routes(ApiId=identifier)["Items"]],
        },
        {"Name": "one", "ProtocolType": "HTTP", "Targets": [FUNCTION], "Routes": ["$default"]},
        changed={"Description": "two", "Target": f"{FUNCTION}2"},
        then={"Description": "two", "Targets": [f"{FUNCTION}2"]},
        replaced={"ProtocolType": "WEBSOCKET", "RouteSelectionExpression": "$request.body.action"},
        tags=asked("get_api", "Tags", ApiId="@"),
        map_tags=True,
        attributes=("ApiEndpoint",),
    ),
    Row(
        "Integration",
        PROXY,
        asked("get_integration", ApiId="@Api", IntegrationId="@"),
        {"IntegrationType": "HTTP_PROXY", "IntegrationUri": "https://example.com/"},
        changed={"IntegrationUri": "https://example.org/"},
        then={"IntegrationUri": "https://example.org/"},
        around={"Api": HTTP},
        attributes=("IntegrationId",),
    ),
    Row(
        "IntegrationResponse",
        {**IN_API, "IntegrationId": {"Ref": "Integration"}, "IntegrationResponseKey": "/200/"},
        asked("get_integration_response", ApiId="@Api", IntegrationId="@Integration", IntegrationResponseId="@"),
        {"IntegrationResponseKey": "/200/"},
        changed={"IntegrationResponseKey": "/201/"},
        then={"IntegrationResponseKey": "/201/"},
        around={"Api": SOCKET, "Integration": INTEGRATION},
    ),
    Row(
        "Route",
        {**IN_API, "RouteKey": "GET /orders", "Target": {"Fn::Sub": "integrations/${Integration}"}},
        asked("get_route", ApiId="@Api", RouteId="@"),
        {"RouteKey": "GET /orders"},
        changed={"RouteKey": "GET /bills", "OperationName": "bills"},
        then={"RouteKey": "GET /bills", "OperationName": "bills"},
        around={"Api": HTTP, "Integration": INTEGRATION},
        attributes=("RouteId",),
    ),
    Row(
        "RouteResponse",
        {**IN_API, "RouteId": {"Ref": "Route"}, "RouteResponseKey": "$default"},
        asked("get_route_response", ApiId="@Api", RouteId="@Route", RouteResponseId="@"),
        {"RouteResponseKey": "$default"},
        changed={"ModelSelectionExpression": "any"},
        then={"ModelSelectionExpression": "any"},
        around={"Api": SOCKET, "Route": ROUTE},
    ),
    Row(
        "Stage",
        {**IN_API, "StageName": "live", "AutoDeploy": True},
        asked("get_stage", ApiId="@Api", StageName="@"),
        {"StageName": "live", "AutoDeploy": True},
        changed={
            "StageVariables": {"a": "b"},
            "AutoDeploy": False,
            "DeploymentId": {"Ref": "Deployment"},
            "DefaultRouteSettings": {"ThrottlingBurstLimit": 5},
        },
        then={"StageVariables": {"a": "b"}, "AutoDeploy": False, "DefaultRouteSettings": {"ThrottlingBurstLimit": 5}},
        replaced={"StageName": "other"},
        tags=asked("get_stage", "Tags", ApiId="@Api", StageName="@"),
        map_tags=True,
        around={"Api": HTTP, "Deployment": {"Type": "AWS::ApiGatewayV2::Deployment", "Properties": IN_API}},
    ),
    Row(
        "Deployment",
        {**IN_API, "StageName": {"Ref": "Stage"}},
        lambda world, identifier: {
            **world.client("apigatewayv2").get_deployment(ApiId=world.reference("Api"), DeploymentId=identifier),
            "Stage": world.client("apigatewayv2").get_stage(ApiId=world.reference("Api"), StageName="live")[
                "DeploymentId"
            ]
            == identifier,
        },
        {"DeploymentStatus": "DEPLOYED", "Stage": True},
        changed={"Description": "two"},
        then={"Description": "two"},
        around={"Api": HTTP, "Stage": STAGE},
        attributes=("DeploymentId",),
    ),
    Row(
        "Authorizer",
        {
            **IN_API,
            "Name": "one",
            "AuthorizerType": "JWT",
            "IdentitySource": ["$request.header.Authorization"],
            "JwtConfiguration": {"Audience": ["a"], "Issuer": "https://example.com"},
        },
        asked("get_authorizer", ApiId="@Api", AuthorizerId="@"),
        {"Name": "one", "JwtConfiguration": {"Audience": ["a"]}},
        changed={"Name": "two"},
        then={"Name": "two"},
        around={"Api": HTTP},
        attributes=("AuthorizerId",),
    ),
    Row(
        "Model",
        {**IN_API, "Name": "one", "Schema": {"type": "object"}},
        asked("get_model", ApiId="@Api", ModelId="@"),
        {"Name": "one", "Schema": '{"type": "object"}'},
        changed={"Description": "two"},
        then={"Description": "two"},
        around={"Api": SOCKET},
        attributes=("ModelId",),
    ),
    Row(
        "VpcLink",
        {"Name": "one", "SubnetIds": [{"Ref": "Subnet"}]},
        asked("get_vpc_link", VpcLinkId="@"),
        {"Name": "one", "VpcLinkStatus": "AVAILABLE"},
        changed={"Name": "two"},
        then={"Name": "two"},
        replaced={"SecurityGroupIds": ["sg-12345678"]},
        tags=asked("get_vpc_link", "Tags", VpcLinkId="@"),
        map_tags=True,
        around={"Vpc": VPC, "Subnet": SUBNET},
        attributes=("VpcLinkId",),
    ),
    Row(
        "DomainName",
        DOMAIN["Properties"],
        asked("get_domain_name", DomainName="@"),
        {"DomainName": "api.example.com", "DomainNameConfigurations": [{"EndpointType": "REGIONAL"}]},
        changed={
            "DomainNameConfigurations": [
                {"CertificateArn": CERTIFICATE, "EndpointType": "REGIONAL", "SecurityPolicy": "TLS_1_2"}
            ]
        },
        then={"DomainNameConfigurations": [{"SecurityPolicy": "TLS_1_2", "DomainNameStatus": "AVAILABLE"}]},
        replaced={"DomainName": "other.example.com"},
        tags=asked("get_domain_name", "Tags", DomainName="@"),
        map_tags=True,
        attributes=("RegionalDomainName", "RegionalHostedZoneId"),
    ),
    Row(
        "ApiMapping",
        {"DomainName": {"Ref": "Domain"}, **IN_API, "Stage": {"Ref": "Stage"}},
        asked("get_api_mapping", DomainName="@Domain", ApiMappingId="@"),
        {"Stage": "live"},
        changed={"ApiMappingKey": "v1"},
        then={"ApiMappingKey": "v1"},
        around={"Domain": DOMAIN, "Api": HTTP, "Stage": STAGE},
        attributes=("ApiMappingId",),
    ),
)
