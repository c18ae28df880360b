"""Page tokens and idempotency tokens."""

from __future__ import annotations

import concurrent.futures
from typing import Any

import pytest


def test_all_pages_together_are_the_whole_list(world: Any) -> None:
    ids = [world.portfolio(name=f"p{number}") for number in range(7)]
    first = world.catalog.list_portfolios(PageSize=3)
    assert [item["Id"] for item in first["PortfolioDetails"]] == ids[:3]
    pages = world.catalog.get_paginator("list_portfolios").paginate(PaginationConfig={"PageSize": 3})
    assert [item["Id"] for page in pages for item in page["PortfolioDetails"]] == ids
    assert "NextPageToken" not in world.catalog.list_portfolios()


def test_the_default_page_size_is_the_maximum(world: Any) -> None:
    portfolio_id = world.portfolio(principals=tuple(f"arn:aws:iam::123456789012:role/r{n}" for n in range(25)))
    answer = world.catalog.list_principals_for_portfolio(PortfolioId=portfolio_id)
    assert len(answer["Principals"]) == 20
    second_page = world.catalog.list_principals_for_portfolio(
        PortfolioId=portfolio_id, PageToken=answer["NextPageToken"]
    )
    assert len(second_page["Principals"]) == 5


def test_tag_option_lists_name_their_token_page_token(world: Any) -> None:
    for number in range(3):
        world.catalog.create_tag_option(Key=f"k{number}", Value="v")
    answer = world.catalog.list_tag_options(PageSize=2)
    assert set(answer) == {"TagOptionDetails", "PageToken", "ResponseMetadata"}
    second_page = world.catalog.list_tag_options(PageSize=2, PageToken=answer["PageToken"])
    assert [item["Key"] for item in second_page["TagOptionDetails"]] == ["k2"]


def test_a_page_token_is_valid_only_for_its_request(world: Any) -> None:
    for number in range(3):
        world.portfolio(name=f"p{number}")
        world.catalog.create_tag_option(Key=f"k{number}", Value="v")
    token = world.catalog.list_portfolios(PageSize=1)["NextPageToken"]
    for wrong in (token, "nonsense", "e30="):
        with pytest.raises(world.catalog.exceptions.InvalidParametersException, match="Invalid page token"):
            world.catalog.list_tag_options(PageToken=wrong)


def test_a_repeated_token_returns_the_same_answer(world: Any) -> None:
    request = {"DisplayName": "d", "ProviderName": "p", "IdempotencyToken": "once"}
    first, second = world.catalog.create_portfolio(**request), world.catalog.create_portfolio(**request)
    assert first["PortfolioDetail"] == second["PortfolioDetail"]
    assert len(world.catalog.list_portfolios()["PortfolioDetails"]) == 1


def test_a_token_with_a_different_request_is_refused(world: Any) -> None:
    world.catalog.create_portfolio(DisplayName="d", ProviderName="p", IdempotencyToken="once")
    with pytest.raises(world.catalog.exceptions.InvalidParametersException, match="idempotency token once"):
        world.catalog.create_portfolio(DisplayName="other", ProviderName="p", IdempotencyToken="once")


def test_tokens_are_valid_for_one_operation_account_and_region(world: Any) -> None:
    token = {"IdempotencyToken": "once"}
    world.catalog.create_portfolio(DisplayName="d", ProviderName="p", **token)
    world.product(**token)
    world.client("servicecatalog", region="eu-west-1").create_portfolio(DisplayName="e", ProviderName="p", **token)
    world.other_account("210987654321").catalog.create_portfolio(DisplayName="f", ProviderName="p", **token)


def test_a_refused_request_does_not_use_up_its_token(world: Any) -> None:
    product_id, _ = world.product()
    info = {"LoadTemplateFromURL": "https://templates.s3.us-east-1.amazonaws.com/later.json"}
    request = {"ProductId": product_id, "Parameters": {"Name": "2", "Info": info}, "IdempotencyToken": "once"}
    with pytest.raises(world.catalog.exceptions.InvalidParametersException):
        world.catalog.create_provisioning_artifact(**request)
    world.put_template(key="later.json")
    world.catalog.create_provisioning_artifact(**request)


def test_one_token_in_many_threads_creates_one_portfolio(world: Any) -> None:
    client = world.catalog

    def create(_: int) -> str:
        answer = client.create_portfolio(DisplayName="d", ProviderName="p", IdempotencyToken="once")
        return str(answer["PortfolioDetail"]["Id"])

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(create, range(16)))) == 1
    assert len(client.list_portfolios()["PortfolioDetails"]) == 1
