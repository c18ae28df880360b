"""REST APIs of API Gateway, and all that is in them and beside them."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.contract.resource_types.cases_iam import TRUST
from tests.contract.resource_types.conftest import ACCOUNT, REGION, Case
from tests.contract.resource_types.reading import asks

asked = partial(asks, "apigateway")
API = {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "shop"}}
ROOT = {"Fn::GetAtt": ["Api", "RootResourceId"]}
METHOD = {"RestApiId": {"Ref": "Api"}, "ResourceId": ROOT, "HttpMethod": "GET", "AuthorizationType": "NONE"}
MOCK = {"Type": "MOCK", "RequestTemplates": {"application/json": "{}"}, "IntegrationResponses": [{"StatusCode": "200"}]}
GET = {"Type": "AWS::ApiGateway::Method", "Properties": {**METHOD, "Integration": MOCK}}
DEPLOYMENT = {"Type": "AWS::ApiGateway::Deployment", "DependsOn": "Get", "Properties": {"RestApiId": {"Ref": "Api"}}}
STAGE: dict[str, Any] = {
    "Type": "AWS::ApiGateway::Stage",
    "Properties": {"RestApiId": {"Ref": "Api"}, "DeploymentId": {"Ref": "Deployment"}, "StageName": "live"},
}
DEPLOYED: dict[str, Any] = {"Api": API, "Get": GET, "Deployment": DEPLOYMENT}
IN_API: dict[str, Any] = {"RestApiId": {"Ref": "Api"}}
CERTIFICATE = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/12345678-1234-1234-1234-123456789012"
DOMAIN = {
    "Type": "AWS::ApiGateway::DomainName",
    "Properties": {
        "DomainName": "shop.example.com",
        "RegionalCertificateArn": CERTIFICATE,
        "EndpointConfiguration": {"Types": ["REGIONAL"]},
    },
}
BALANCER = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/net/one/1234567890123456"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"
LAMBDA = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
DOCUMENT = {
    "swagger": "2.0",
    "info": {"title": "pets", "description": "x"},
    "paths": {
        "/pets": {
            "parameters": [],
            "get": {"responses": {"200": {}}, "x-amazon-apigateway-integration": {"type": "mock", "responses": {}}},
        }
    },
}
LATER = ("apigateway:PATCH", "apigateway:DELETE")


def Row(name: str, *arguments: Any, **more: Any) -> Case:  # noqa: N802 - it makes a Case
    more.setdefault("denied", ("apigateway:POST", "apigateway:GET"))
    more.setdefault("denied_later", LATER if more.get("changed") else LATER[1:])
    return Case(f"AWS::ApiGateway::{name}", *arguments, **more)


CASES = (
    Row(
        "RestApi",
        {
            "Name": "one",
            "ApiKeySourceType": "HEADER",
            "BinaryMediaTypes": ["image/png"],
            "EndpointConfiguration": {"Types": ["REGIONAL"]},
            "Body": DOCUMENT,
        },
        asked("get_rest_api", restApiId="@"),
        {"name": "one", "binaryMediaTypes": ["image/png"], "endpointConfiguration": {"types": ["REGIONAL"]}},
        changed={
            "Description": "two",
            "BinaryMediaTypes": ["image/gif"],
            "EndpointConfiguration": {"Types": ["EDGE"]},
            "DisableExecuteApiEndpoint": True,
            "MinimumCompressionSize": 100,
            "Policy": {"Version": "2012-10-17", "Statement": []},
            "ApiKeySourceType": "AUTHORIZER",
        },
        then={
            "description": "two",
            "binaryMediaTypes": ["image/gif"],
            "endpointConfiguration": {"types": ["EDGE"]},
            "disableExecuteApiEndpoint": True,
            "minimumCompressionSize": 100,
            "policy": '{"Version": "2012-10-17", "Statement": []}',
            "apiKeySource": "AUTHORIZER",
        },
        tags=asked("get_rest_api", "tags", restApiId="@"),
        attributes=("RestApiId", "RootResourceId"),
    ),
    Row(
        "Resource",
        {**IN_API, "ParentId": ROOT, "PathPart": "orders"},
        asked("get_resource", restApiId="@Api", resourceId="@"),
        {"path": "/orders"},
        replaced={"PathPart": "bills"},
        around={"Api": API},
        attributes=("ResourceId",),
    ),
    Row(
        "Method",
        {**METHOD, "Integration": MOCK, "MethodResponses": [{"StatusCode": "200"}]},
        lambda world, _: world.client("apigateway").get_method(
            restApiId=world.reference("Api"),
            httpMethod="GET",
            resourceId=world.client("apigateway").get_rest_api(restApiId=world.reference("Api"))["rootResourceId"],
        ),
        {
            "authorizationType": "NONE",
            "methodIntegration": {"type": "MOCK", "integrationResponses": {"200": {"statusCode": "200"}}},
            "methodResponses": {"200": {"statusCode": "200"}},
        },
        changed={
            "ApiKeyRequired": True,
            "Integration": {
                "Type": "AWS_PROXY",
                "IntegrationHttpMethod": "POST",
                "Uri": LAMBDA,
                "Credentials": {"Fn::GetAtt": ["Role", "Arn"]},
            },
        },
        then={"apiKeyRequired": True, "methodIntegration": {"type": "AWS_PROXY", "httpMethod": "POST"}},
        around={"Api": API, "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}},
        denied=("apigateway:PUT", "apigateway:GET"),
        denied_later=("apigateway:DELETE", "iam:PassRole"),
    ),
    Row(
        "Deployment",
        {**IN_API, "StageName": "first", "StageDescription": {"TracingEnabled": True, "Variables": {"a": "b"}}},
        lambda world, _: {
            **world.client("apigateway").get_stage(restApiId=world.reference("Api"), stageName="first"),
            **world.client("apigateway").get_deployment(
                restApiId=world.reference("Api"), deploymentId=world.reference()
            ),
        },
        {"stageName": "first", "tracingEnabled": True, "variables": {"a": "b"}},
        changed={"Description": "again"},
        then={"description": "again"},
        around={"Api": API, "Get": GET},
        after=("Get",),
        attributes=("DeploymentId",),
    ),
    Row(
        "Stage",
        {
            **STAGE["Properties"],
            "Variables": {"a": "b", "c": "d"},
            "MethodSettings": [{"ResourcePath": "/*", "HttpMethod": "*", "ThrottlingRateLimit": 5}],
        },
        asked("get_stage", restApiId="@Api", stageName="@"),
        {"stageName": "live", "variables": {"a": "b"}, "methodSettings": {"*/*": {"throttlingRateLimit": 5.0}}},
        changed={
            "Description": "two",
            "TracingEnabled": True,
            "Variables": {"a": "e"},
            "AccessLogSetting": {"Format": "$context.requestId"},
            "MethodSettings": [{"ResourcePath": "/~1a", "HttpMethod": "GET", "LoggingLevel": "INFO"}],
        },
        then={
            "description": "two",
            "tracingEnabled": True,
            "variables": {"a": "e", "c": None},
            "accessLogSettings": {"format": "$context.requestId"},
            "methodSettings": {"*/*": None, "~1a/GET": {"loggingLevel": "INFO"}},
        },
        replaced={"StageName": "other"},
        tags=asked("get_stage", "tags", restApiId="@Api", stageName="@"),
        around=DEPLOYED,
    ),
    Row(
        "Authorizer",
        {**IN_API, "Name": "one", "Type": "REQUEST", "AuthorizerUri": LAMBDA, "IdentityValidationExpression": ".+"},
        asked("get_authorizer", restApiId="@Api", authorizerId="@"),
        {"name": "one", "type": "REQUEST", "identityValidationExpression": ".+"},
        changed={"AuthorizerResultTtlInSeconds": 5, "Name": "two"},
        then={"authorizerResultTtlInSeconds": 5, "name": "two"},
        around={"Api": API},
        attributes=("AuthorizerId",),
    ),
    Row(
        "Model",
        {**IN_API, "Schema": {"type": "object"}},
        asked("get_model", restApiId="@Api", modelName="@"),
        {"schema": '{"type": "object"}', "contentType": "application/json"},
        changed={"Description": "two"},
        then={"description": "two"},
        replaced={"Name": "Other"},
        around={"Api": API},
    ),
    Row(
        "RequestValidator",
        {**IN_API, "ValidateRequestBody": True},
        asked("get_request_validator", restApiId="@Api", requestValidatorId="@"),
        {"validateRequestBody": True},
        changed={"ValidateRequestBody": False, "ValidateRequestParameters": True},
        then={"validateRequestBody": False, "validateRequestParameters": True},
        replaced={"Name": "other"},
        around={"Api": API},
        attributes=("RequestValidatorId",),
    ),
    Row(
        "GatewayResponse",
        {**IN_API, "ResponseType": "DEFAULT_4XX", "StatusCode": "418"},
        asked("get_gateway_response", restApiId="@Api", responseType="DEFAULT_4XX"),
        {"statusCode": "418"},
        changed={"StatusCode": "419"},
        then={"statusCode": "419"},
        around={"Api": API},
        denied=("apigateway:PUT", "apigateway:GET"),
        denied_later=("apigateway:DELETE",),
    ),
    Row(
        "Account",
        {"CloudWatchRoleArn": {"Fn::GetAtt": ["Role", "Arn"]}},
        asked("get_account"),
        {"throttleSettings": {"burstLimit": 5000}},
        denied=("apigateway:PATCH", "iam:PassRole"),
        denied_later=(),
        around={"Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}},
        attributes=("Id",),
        stays=True,
    ),
    Row(
        "ApiKey",
        {"Enabled": True},
        asked("get_api_key", apiKey="@"),
        {"enabled": True},
        changed={"Description": "two", "Enabled": False},
        then={"description": "two", "enabled": False},
        replaced={"Name": "other"},
        tags=asked("get_api_key", "tags", apiKey="@"),
        attributes=("APIKeyId",),
    ),
    Row(
        "UsagePlan",
        {
            "UsagePlanName": "gold",
            "Quota": {"Limit": 5, "Period": "DAY"},
            "ApiStages": [{"ApiId": {"Ref": "Api"}, "Stage": {"Ref": "Stage"}}],
        },
        asked("get_usage_plan", usagePlanId="@"),
        {"name": "gold", "quota": {"limit": 5, "period": "DAY"}, "apiStages": [{"stage": "live"}]},
        changed={"Throttle": {"BurstLimit": 3, "RateLimit": 1.5}, "ApiStages": [], "UsagePlanName": "silver"},
        then={"throttle": {"burstLimit": 3, "rateLimit": 1.5}, "apiStages": [], "name": "silver"},
        tags=asked("get_usage_plan", "tags", usagePlanId="@"),
        around={**DEPLOYED, "Stage": STAGE},
        attributes=("Id",),
    ),
    Row(
        "UsagePlanKey",
        {"KeyId": {"Ref": "Key"}, "KeyType": "API_KEY", "UsagePlanId": {"Ref": "Plan"}},
        asked("get_usage_plan_key", usagePlanId="@Plan", keyId="@Key"),
        {"type": "API_KEY"},
        around={"Key": {"Type": "AWS::ApiGateway::ApiKey"}, "Plan": {"Type": "AWS::ApiGateway::UsagePlan"}},
        attributes=("Id",),
    ),
    Row(
        "DomainName",
        DOMAIN["Properties"],
        asked("get_domain_name", domainName="@"),
        {"domainName": "shop.example.com", "endpointConfiguration": {"types": ["REGIONAL"]}},
        changed={"SecurityPolicy": "TLS_1_2"},
        then={"securityPolicy": "TLS_1_2"},
        replaced={"DomainName": "other.example.com"},
        tags=asked("get_domain_name", "tags", domainName="@"),
        attributes=("RegionalDomainName", "RegionalHostedZoneId", "DistributionDomainName"),
    ),
    Row(
        "BasePathMapping",
        {"DomainName": {"Ref": "Domain"}, "RestApiId": {"Ref": "Api"}, "BasePath": "v1", "Stage": {"Ref": "Stage"}},
        lambda world, _: world.client("apigateway").get_base_path_mappings(domainName="shop.example.com")["items"][0],
        {"basePath": "v1", "stage": "live"},
        changed={"Stage": None},
        then={"basePath": "v1", "stage": ""},
        replaced={"BasePath": "v2"},
        around={**DEPLOYED, "Stage": STAGE, "Domain": DOMAIN},
        shared=True,
    ),
    Row(
        "VpcLink",
        {"Name": "one", "TargetArns": [BALANCER]},
        asked("get_vpc_link", vpcLinkId="@"),
        {"name": "one", "targetArns": [BALANCER]},
        changed={"Description": "two", "Name": "three"},
        then={"description": "two", "name": "three"},
        replaced={"TargetArns": [BALANCER.replace("one", "two")]},
        tags=asked("get_vpc_link", "tags", vpcLinkId="@"),
        denied=("apigateway:POST", "ec2:CreateVpcEndpointServiceConfiguration"),
        attributes=("VpcLinkId",),
    ),
)
