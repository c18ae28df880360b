"""Whole APIs of API Gateway: what a document imports, and how a new deployment takes the stage of the old one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalog.sandbox.services.documents import openapi
from tests.contract.resource_types.cases_rest_apis import API, DOCUMENT, GET
from tests.contract.resource_types.conftest import ACCOUNT, World
from tests.contract.resource_types.derived import role_policy

INTEGRATION = {"type": "http_proxy", "httpMethod": "GET", "uri": "https://example.com/", "payloadFormatVersion": "1.0"}


def paths(world: World) -> dict[str, list[str]]:
    listed = world.client("apigateway").get_resources(restApiId=world.reference("Api"))["items"]
    return {each["path"]: sorted(each.get("resourceMethods", {})) for each in listed}


def rest(document: dict[str, Any]) -> dict[str, Any]:
    return {"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": document}}}}


def test_a_document_makes_the_resources_of_a_rest_api_and_another_one_replaces_them(world: World) -> None:
    assert world.create(rest(DOCUMENT)).status == "CREATE_COMPLETE"
    assert paths(world) == {"/": [], "/pets": ["GET"]}
    api = world.client("apigateway").get_rest_api(restApiId=world.reference("Api"))
    assert api["name"] == "pets"
    any_method = {"x-amazon-apigateway-any-method": {"responses": {}}}
    after = {"openapi": "3.0.1", "info": {"title": "pets", "description": "x"}, "paths": {"/a/{proxy+}": any_method}}
    assert world.update(rest(after)).status == "UPDATE_COMPLETE"
    assert paths(world) == {"/": [], "/a": [], "/a/{proxy+}": ["ANY"]}
    api = world.client("apigateway").get_rest_api(restApiId=world.reference("Api"))
    root = world.client("apigateway").get_resource(restApiId=api["id"], resourceId=api["rootResourceId"])
    assert root["path"] == "/"


def test_documents_in_s3_are_read(world: World) -> None:
    """BodyS3Location of a REST and an HTTP API, DefinitionS3Location of a state machine; in JSON or YAML."""
    s3 = world.client("s3")
    s3.create_bucket(Bucket="documents")
    machine = "StartAt: ${First}\nStates:\n  Only: {Type: Succeed}\n"
    orders = {**DOCUMENT, "paths": {"/orders": {"get": {"x-amazon-apigateway-integration": INTEGRATION}}}}
    for key, text in {"api.json": json.dumps(DOCUMENT), "orders.json": json.dumps(orders), "machine": machine}.items():
        s3.put_object(Bucket="documents", Key=key, Body=text.encode())

    def stored(name: str, property_name: str, key: str, **more: Any) -> dict[str, Any]:
        return {"Type": f"AWS::{name}", "Properties": {property_name: {"Bucket": "documents", "Key": key}, **more}}

    template = {
        "Resources": {
            "Api": stored("ApiGateway::RestApi", "BodyS3Location", "api.json"),
            "Deployment": {"Type": "AWS::ApiGateway::Deployment", "Properties": {"RestApiId": {"Ref": "Api"}}},
            "Http": stored("ApiGatewayV2::Api", "BodyS3Location", "orders.json"),
            "Machine": stored(
                "StepFunctions::StateMachine",
                "DefinitionS3Location",
                "machine",
                RoleArn=f"arn:aws:iam::{ACCOUNT}:role/launch",
                DefinitionSubstitutions={"First": "Only"},
            ),
        }
    }
    world.policy(role_policy(template))
    assert world.create(template).status == "CREATE_COMPLETE", world.failures()
    assert paths(world) == {"/": [], "/pets": ["GET"]}
    routes = world.client("apigatewayv2").get_routes(ApiId=world.reference("Http"))["Items"]
    assert [each["RouteKey"] for each in routes] == ["GET /orders"]
    shown = world.client("stepfunctions").describe_state_machine(stateMachineArn=world.reference("Machine"))
    assert json.loads(shown["definition"]) == {"StartAt": "Only", "States": {"Only": {"Type": "Succeed"}}}
    template["Resources"]["Api"] = stored("ApiGateway::RestApi", "BodyS3Location", "orders.json")
    assert world.update(template).status == "UPDATE_COMPLETE", world.failures()
    assert paths(world) == {"/": [], "/orders": ["GET"]}
    world.deny("s3:GetObject")
    template["Resources"]["Api"] = stored("ApiGateway::RestApi", "BodyS3Location", "api.json")
    assert "not authorized to perform: s3:GetObject on resource: arn:aws:s3:::doc" in world.update(template).reason


def test_a_document_makes_the_routes_of_an_http_api_and_leaves_its_stages(world: World) -> None:
    document = {
        "openapi": "3.0.1",
        "info": {"title": "shop", "version": "2"},
        "paths": {
            "/$default": {"x-amazon-apigateway-any-method": {"x-amazon-apigateway-integration": INTEGRATION}},
            "/orders": {"parameters": [], "get": {"x-amazon-apigateway-integration": INTEGRATION}},
        },
    }
    stage = {"Type": "AWS::ApiGatewayV2::Stage", "Properties": {"ApiId": {"Ref": "Api"}, "StageName": "live"}}
    template: dict[str, Any] = {
        "Resources": {"Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Body": document}}, "Stage": stage}
    }
    client = world.client("apigatewayv2")
    for routes in (["$default", "GET /orders"], ["GET /orders"]):
        assert (world.create if len(routes) == 2 else world.update)(template).status.endswith("_COMPLETE")
        api = world.reference("Api")
        assert sorted(each["RouteKey"] for each in client.get_routes(ApiId=api)["Items"]) == routes
        assert [each["StageName"] for each in client.get_stages(ApiId=api)["Items"]] == ["live"]
        document["paths"] = {"/orders": document["paths"]["/orders"]}  # type: ignore[index]
    assert client.get_api(ApiId=api)["Name"] == "shop"


def test_a_new_deployment_takes_the_stage_of_the_old_one(world: World) -> None:
    def template(name: str) -> dict[str, Any]:
        properties = {"RestApiId": {"Ref": "Api"}, "StageName": "live"}
        deployment = {"Type": "AWS::ApiGateway::Deployment", "DependsOn": "Get", "Properties": properties}
        return {"Resources": {"Api": API, "Get": GET, name: deployment}}

    assert world.create(template("First")).status == "CREATE_COMPLETE"
    assert world.update(template("Second")).status == "UPDATE_COMPLETE"
    api, client = world.reference("Api"), world.client("apigateway")
    stage = client.get_stage(restApiId=api, stageName="live")
    assert stage["deploymentId"] == world.reference("Second")
    assert [each["id"] for each in client.get_deployments(restApiId=api)["items"]] == [world.reference("Second")]


@pytest.mark.parametrize("document", [None, [], {}, {"paths": None}, {"paths": {"/a": None}}])
def test_a_document_without_paths_has_no_methods(document: Any) -> None:
    assert not any(openapi(document)["paths"].values())
