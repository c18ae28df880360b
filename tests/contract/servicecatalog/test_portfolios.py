"""Portfolios, their associations and their principals."""

from __future__ import annotations

from typing import Any

import pytest

LAUNCH_ROLE = '{"LocalRoleName": "launch"}'


def test_a_portfolio_reads_back(world: Any) -> None:
    created = world.catalog.create_portfolio(
        DisplayName="Prod", ProviderName="security", Description="d", Tags=[{"Key": "a", "Value": "b"}]
    )
    described = world.catalog.describe_portfolio(Id=created["PortfolioDetail"]["Id"])
    assert described["PortfolioDetail"] == created["PortfolioDetail"]
    assert described["Tags"] == [{"Key": "a", "Value": "b"}]
    assert (described["TagOptions"], described["Budgets"]) == ([], [])
    assert described["PortfolioDetail"]["CreatedTime"].tzinfo is not None


def test_an_update_changes_only_the_given_members(world: Any) -> None:
    portfolio_id = world.portfolio()
    answer = world.catalog.update_portfolio(Id=portfolio_id, ProviderName="platform")
    detail = answer["PortfolioDetail"]
    assert (detail["DisplayName"], detail["ProviderName"]) == ("Dev", "platform")


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("describe_portfolio", {"Id": "port-x"}),
        ("update_portfolio", {"Id": "port-x"}),
        ("delete_portfolio", {"Id": "port-x"}),
        ("list_principals_for_portfolio", {"PortfolioId": "port-x"}),
        ("list_constraints_for_portfolio", {"PortfolioId": "port-x"}),
        ("describe_portfolio_shares", {"PortfolioId": "port-x", "Type": "ACCOUNT"}),
        ("search_products_as_admin", {"PortfolioId": "port-x"}),
    ],
)
def test_unknown_portfolios_are_not_found(world: Any, operation: str, request_: dict[str, str]) -> None:
    with pytest.raises(world.catalog.exceptions.ResourceNotFoundException, match="Portfolio not found: port-x"):
        getattr(world.catalog, operation)(**request_)


def test_association_is_idempotent_and_listed_from_both_sides(world: Any) -> None:
    product_id, _ = world.product()
    portfolio_id = world.portfolio(product_id, product_id)
    listed = world.catalog.list_portfolios_for_product(ProductId=product_id)["PortfolioDetails"]
    assert [item["Id"] for item in listed] == [portfolio_id]
    assert len(world.catalog.search_products_as_admin(PortfolioId=portfolio_id)["ProductViewDetails"]) == 1


def test_a_portfolio_in_use_cannot_be_deleted(world: Any) -> None:
    product_id, _ = world.product()
    role = world.role("user")
    world.role("launch")
    portfolio_id = world.portfolio(product_id, principals=(role,))
    client, in_use = world.catalog, world.catalog.exceptions.ResourceInUseException
    constraint_id = client.create_constraint(
        PortfolioId=portfolio_id, ProductId=product_id, Type="LAUNCH", Parameters=LAUNCH_ROLE
    )["ConstraintDetail"]["ConstraintId"]
    with pytest.raises(in_use, match=f"Portfolio {portfolio_id} still has associated Products"):
        client.delete_portfolio(Id=portfolio_id)
    with pytest.raises(in_use, match="still has associated Constraints"):
        client.disassociate_product_from_portfolio(PortfolioId=portfolio_id, ProductId=product_id)
    client.delete_constraint(Id=constraint_id)
    client.disassociate_product_from_portfolio(PortfolioId=portfolio_id, ProductId=product_id)
    with pytest.raises(in_use, match=f"Portfolio {portfolio_id} still has associated Principals"):
        client.delete_portfolio(Id=portfolio_id)
    client.disassociate_principal_from_portfolio(PortfolioId=portfolio_id, PrincipalARN=role, PrincipalType="IAM")
    client.delete_portfolio(Id=portfolio_id)
    assert client.list_portfolios()["PortfolioDetails"] == []


def test_a_principal_is_disassociated_by_arn_and_type(world: Any) -> None:
    pattern = "arn:aws:iam:::role/team-*"
    portfolio_id, client = world.portfolio(), world.catalog
    for _ in range(2):
        client.associate_principal_with_portfolio(
            PortfolioId=portfolio_id, PrincipalARN=pattern, PrincipalType="IAM_PATTERN"
        )
    listed = client.list_principals_for_portfolio(PortfolioId=portfolio_id)["Principals"]
    assert listed == [{"PrincipalARN": pattern, "PrincipalType": "IAM_PATTERN"}]
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.disassociate_principal_from_portfolio(PortfolioId=portfolio_id, PrincipalARN=pattern)
    client.disassociate_principal_from_portfolio(
        PortfolioId=portfolio_id, PrincipalARN=pattern, PrincipalType="IAM_PATTERN"
    )
    assert client.list_principals_for_portfolio(PortfolioId=portfolio_id)["Principals"] == []


@pytest.mark.parametrize(
    ("arn", "kind"),
    [
        ("arn:aws:iam::123456789012:role/x", "IAM_PATTERN"),
        ("arn:aws:iam:::*/x", "IAM_PATTERN"),
        ("arn:aws:iam:::role/x", "IAM"),
        ("role/x", "IAM"),
    ],
)
def test_principal_arns_must_fit_their_type(world: Any, arn: str, kind: str) -> None:
    with pytest.raises(world.catalog.exceptions.InvalidParametersException, match="Invalid principal ARN"):
        world.catalog.associate_principal_with_portfolio(
            PortfolioId=world.portfolio(), PrincipalARN=arn, PrincipalType=kind
        )


def test_principals_must_exist_with_strict_principals(world: Any, knobs: Any) -> None:
    knobs.principals_must_exist = True
    portfolio_id, role = world.portfolio(), world.role("there", path="/teams/")
    with pytest.raises(world.catalog.exceptions.InvalidParametersException, match="profile does not exist"):
        world.portfolio(principals=("arn:aws:iam::123456789012:role/gone",))
    world.catalog.associate_principal_with_portfolio(PortfolioId=portfolio_id, PrincipalARN=role, PrincipalType="IAM")
