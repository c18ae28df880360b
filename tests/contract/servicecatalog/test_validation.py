"""Validation of requests that botocore does not refuse."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import pytest
from botocore.exceptions import ClientError

PREFIX = "1 validation error detected: Value "


def send(world: Any, operation: str, body: bytes, version: str = "AWS242ServiceCatalogService") -> tuple[int, Any]:
    """Send a request that no SDK would send."""
    headers = {"X-Amz-Target": f"{version}.{operation}", "Content-Type": "application/x-amz-json-1.1"}
    scope = "testing/20260101/us-east-1/servicecatalog/aws4_request"
    headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=a, Signature=b"
    request = urllib.request.Request(world.url + "/", body, headers)  # noqa: S310  # http
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310  # http
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


@pytest.mark.parametrize(
    ("operation", "request_", "message"),
    [
        (
            "describe_portfolio",
            {"Id": "a b"},
            "'a b' at 'id' failed to satisfy constraint: Member must satisfy regular ",
        ),
        (
            "describe_portfolio",
            {"Id": "a" * 101},
            "at 'id' failed to satisfy constraint: Member must have length less ",
        ),
        (
            "create_portfolio",
            {"DisplayName": "x", "ProviderName": "y" * 51},
            "at 'providerName' failed to satisfy constraint: Member must have length less than or equal to 50",
        ),
        (
            "create_portfolio",
            {"DisplayName": "x", "ProviderName": "y", "Tags": [{"Key": "a;b", "Value": "c"}]},
            "'a;b' at 'tags.1.member.key' failed to satisfy constraint: Member must satisfy regular expression",
        ),
        (
            "create_product",
            {"Name": "n", "Owner": "o", "ProductType": "NOPE"},
            "'NOPE' at 'productType' failed to satisfy constraint: Member must satisfy enum value set: [CLOUD",
        ),
        (
            "list_portfolios",
            {"PageSize": 101},
            "'101' at 'pageSize' failed to satisfy constraint: Member must have value",
        ),
        (
            "search_products_as_admin",
            {"Filters": {"Nonsense": ["x"]}},
            "'Nonsense' at 'filters.key' failed to satisfy constraint: Member must satisfy enum value set",
        ),
        (
            "provision_product",
            {"ProductId": "p", "ProvisioningArtifactId": "a", "ProvisionedProductName": "no spaces"},
            "'no spaces' at 'provisionedProductName' failed to satisfy constraint: Member must satisfy regular",
        ),
    ],
)
def test_violations_that_botocore_does_not_check_are_refused(
    world: Any, operation: str, request_: Any, message: str
) -> None:
    with pytest.raises(ClientError) as raised:
        getattr(world.catalog, operation)(**request_)
    assert raised.value.response["Error"]["Code"] == "ValidationException"
    text = raised.value.response["Error"]["Message"]
    assert text.startswith(PREFIX)
    assert message in text


def test_tags_can_have_letters_of_all_alphabets(world: Any) -> None:
    answer = world.catalog.create_portfolio(
        DisplayName="x", ProviderName="y", Tags=[{"Key": "Größe", "Value": "日本 +-=@"}]
    )
    assert answer["Tags"] == [{"Key": "Größe", "Value": "日本 +-=@"}]


def test_several_violations_are_reported_together(world: Any) -> None:
    status, answer = send(world, "CreateProduct", b'{"ProductType": "NOPE"}')
    assert status == 400
    assert answer["__type"].endswith("ValidationException")
    assert answer["message"].startswith("4 validation errors detected: ")
    assert "Value null at 'name' failed to satisfy constraint: Member must not be null" in answer["message"]


@pytest.mark.parametrize(
    ("operation", "body", "code"),
    [
        ("CreatePortfolio", b"{not json", "SerializationException"),
        ("CreatePortfolio", b"[]", "SerializationException"),
        ("CreatePortfolio", b'{"DisplayName": 1}', "SerializationException"),
        ("ListPortfolios", b'{"PageSize": true}', "SerializationException"),
        ("CreatePortfolio", b'{"Tags": {"Key": "a"}}', "SerializationException"),
        ("MakeCoffee", b"{}", "UnknownOperationException"),
    ],
)
def test_malformed_requests_get_a_json_error(world: Any, operation: str, body: bytes, code: str) -> None:
    status, answer = send(world, operation, body)
    assert status == 400
    assert answer["__type"].endswith(code)


def test_unknown_members_are_ignored(world: Any) -> None:
    assert send(world, "ListPortfolios", b'{"Unheard": {"of": 1}}') == (200, {"PortfolioDetails": []})


def test_app_registry_still_works(world: Any) -> None:
    client = world.client("servicecatalog-appregistry")
    assert client.create_application(name="app", clientToken="t")["application"]["name"] == "app"
