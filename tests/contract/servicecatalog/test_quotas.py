"""Quotas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from catalog.sandbox.settings import DEFAULT_QUOTAS

RULES = '{"Rules": {"R": {"Assertions": [{"Assert": {"Fn::Equals": ["a", "a"]}}]}}}'
ROLE = "arn:aws:iam::123456789012:role/r{}"


def artifacts(world: Any, product_id: str, _: str, number: int) -> None:
    info = {"LoadTemplateFromURL": world.put_template()}
    world.catalog.create_provisioning_artifact(ProductId=product_id, Parameters={"Name": str(number), "Info": info})


def constraints(world: Any, product_id: str, portfolio_id: str, _: int) -> None:
    world.catalog.create_constraint(PortfolioId=portfolio_id, ProductId=product_id, Type="TEMPLATE", Parameters=RULES)


def principals(world: Any, _: str, portfolio_id: str, number: int) -> None:
    world.catalog.associate_principal_with_portfolio(
        PortfolioId=portfolio_id, PrincipalARN=ROLE.format(number), PrincipalType="IAM"
    )


def patterns(world: Any, _: str, portfolio_id: str, number: int) -> None:
    world.catalog.associate_principal_with_portfolio(
        PortfolioId=portfolio_id, PrincipalARN=f"arn:aws:iam:::role/{number}*", PrincipalType="IAM_PATTERN"
    )


def products_in_portfolio(world: Any, _: str, portfolio_id: str, number: int) -> None:
    product_id, _ = world.product(f"p{number}")
    world.catalog.associate_product_with_portfolio(PortfolioId=portfolio_id, ProductId=product_id)


def tag_options(world: Any, _: str, portfolio_id: str, number: int) -> None:
    option = world.catalog.create_tag_option(Key=f"k{number}", Value="v")["TagOptionDetail"]["Id"]
    world.catalog.associate_tag_option_with_resource(ResourceId=portfolio_id, TagOptionId=option)


def service_actions(world: Any, product_id: str, _: str, number: int) -> None:
    world.catalog.create_service_action(
        Name=f"a{number}",
        DefinitionType="SSM_AUTOMATION",
        Definition={"Name": "AWS-RestartEC2Instance", "Version": "1"},
    )


CASES: dict[str, Callable[[Any, str, str, int], object]] = {
    "portfolios": lambda world, _, __, number: world.portfolio(name=f"n{number}"),
    "products": lambda world, _, __, number: world.product(f"n{number}"),
    "products_per_portfolio": products_in_portfolio,
    "artifacts_per_product": artifacts,
    "constraints_per_product_per_portfolio": constraints,
    "principals_per_portfolio": principals,
    "patterns_per_portfolio": patterns,
    "shares_per_portfolio": lambda world, _, portfolio_id, number: world.catalog.create_portfolio_share(
        PortfolioId=portfolio_id, AccountId=f"21098765432{number}"
    ),
    "tags_per_resource": lambda world, product_id, _, number: world.catalog.update_product(
        Id=product_id, AddTags=[{"Key": f"k{number}", "Value": "v"}]
    ),
    "tag_options_per_resource": tag_options,
    "values_per_tag_option_key": lambda world, _, __, number: world.catalog.create_tag_option(
        Key="k", Value=f"v{number}"
    ),
    "service_actions": service_actions,
}


@pytest.mark.parametrize("name", CASES)
def test_one_more_than_the_quota_is_refused(world: Any, knobs: Any, name: str) -> None:
    product_id, _ = world.product()
    portfolio_id = world.portfolio(product_id)
    limit = 2 if name in ("portfolios", "products", "products_per_portfolio", "artifacts_per_product") else 1
    knobs.quotas = {name: limit}
    CASES[name](world, product_id, portfolio_id, 1)
    with pytest.raises(world.catalog.exceptions.LimitExceededException, match=f"{name.replace('_', ' ')}: {limit}"):
        CASES[name](world, product_id, portfolio_id, 2)


def test_every_quota_is_tested() -> None:
    assert set(DEFAULT_QUOTAS) - set(CASES) == {"service_actions_per_artifact"}


def test_an_eleventh_pattern_is_refused(world: Any) -> None:
    portfolio_id = world.portfolio()
    for number in range(10):
        patterns(world, "", portfolio_id, number)
    with pytest.raises(world.catalog.exceptions.LimitExceededException):
        patterns(world, "", portfolio_id, 10)
