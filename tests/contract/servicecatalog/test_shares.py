"""Shares with single accounts."""

from __future__ import annotations

import json
from typing import Any

import pytest

OTHER = "210987654321"


@pytest.fixture
def shared(world: Any) -> Any:
    """A portfolio with a product that is shared with another account, and that account."""
    product_id, artifact_id = world.product()
    portfolio_id = world.portfolio(product_id)
    world.catalog.create_portfolio_share(PortfolioId=portfolio_id, AccountId=OTHER)
    return portfolio_id, product_id, artifact_id, world.other_account(OTHER)


def test_a_share_is_accepted_and_used(world: Any, shared: Any) -> None:
    portfolio_id, product_id, artifact_id, other = shared
    missing = other.catalog.exceptions.ResourceNotFoundException
    with pytest.raises(missing, match=f"Portfolio not found: {portfolio_id}"):
        other.catalog.describe_portfolio(Id=portfolio_id)
    other.catalog.accept_portfolio_share(PortfolioId=portfolio_id)
    (share,) = world.catalog.describe_portfolio_shares(PortfolioId=portfolio_id, Type="ACCOUNT")[
        "PortfolioShareDetails"
    ]
    assert (share["PrincipalId"], share["Accepted"]) == (OTHER, True)
    (imported,) = other.catalog.list_accepted_portfolio_shares()["PortfolioDetails"]
    assert imported["Id"] == portfolio_id
    assert ":123456789012:" in imported["ARN"]
    assert other.catalog.list_portfolios()["PortfolioDetails"] == []
    with pytest.raises(missing):
        other.catalog.update_portfolio(Id=portfolio_id, DisplayName="mine")
    role = other.role("dev")
    other.catalog.associate_principal_with_portfolio(PortfolioId=portfolio_id, PrincipalARN=role, PrincipalType="IAM")
    user = other.client("servicecatalog", other.assume(role))
    record = user.provision_product(
        ProductId=product_id,
        ProvisioningArtifactId=artifact_id,
        ProvisionedProductName="mine",
        ProvisioningParameters=[{"Key": "Name", "Value": "events"}],
    )["RecordDetail"]
    answer = user.describe_record(Id=record["RecordId"])
    assert answer["RecordOutputs"][1]["OutputValue"] == f"arn:aws:sns:us-east-1:{OTHER}:events"
    assert world.catalog.search_provisioned_products()["ProvisionedProducts"] == []


def test_a_local_role_name_means_the_role_of_the_account_that_launches(world: Any, shared: Any) -> None:
    portfolio_id, product_id, artifact_id, other = shared
    world.role("launch")
    world.catalog.create_constraint(
        PortfolioId=portfolio_id, ProductId=product_id, Type="LAUNCH", Parameters='{"LocalRoleName": "launch"}'
    )
    other.catalog.accept_portfolio_share(PortfolioId=portfolio_id)
    role = other.role("dev")
    other.catalog.associate_principal_with_portfolio(PortfolioId=portfolio_id, PrincipalARN=role, PrincipalType="IAM")
    user = other.client("servicecatalog", other.assume(role))
    request = {"ProductId": product_id, "ProvisioningArtifactId": artifact_id}
    failed = user.provision_product(ProvisionedProductName="early", **request)["RecordDetail"]
    (error,) = user.describe_record(Id=failed["RecordId"])["RecordDetail"]["RecordErrors"]
    assert error["Description"].endswith(f"arn:aws:iam::{OTHER}:role/launch")
    other.role("launch")
    record = user.provision_product(
        ProvisionedProductName="mine", ProvisioningParameters=[{"Key": "Name", "Value": "events"}], **request
    )["RecordDetail"]
    assert record["LaunchRoleArn"] == f"arn:aws:iam::{OTHER}:role/launch"
    assert user.describe_record(Id=record["RecordId"])["RecordDetail"]["Status"] == "SUCCEEDED"


def test_tag_options_come_only_with_a_share_that_includes_them(world: Any, shared: Any) -> None:
    portfolio_id, product_id, artifact_id, other = shared
    option = world.catalog.create_tag_option(Key="Environment", Value="dev")["TagOptionDetail"]["Id"]
    for resource_id in (portfolio_id, product_id):
        world.catalog.associate_tag_option_with_resource(ResourceId=resource_id, TagOptionId=option)
    other.catalog.accept_portfolio_share(PortfolioId=portfolio_id)
    role = other.role("dev")
    other.catalog.associate_principal_with_portfolio(PortfolioId=portfolio_id, PrincipalARN=role, PrincipalType="IAM")
    user = other.client("servicecatalog", other.assume(role))
    request = {"ProductId": product_id, "ProvisioningArtifactId": artifact_id}
    other.portfolio(product_id, name="Local", principals=(role,))

    def seen(**paths: str) -> list[int]:
        """How many TagOptions each read shows to the other account."""
        product = other.catalog.describe_product_as_admin(Id=product_id, **paths)
        parameters = [
            user.describe_provisioning_parameters(**request, PathName=name)["TagOptions"] for name in ("Dev", "Local")
        ]
        portfolio = other.catalog.describe_portfolio(Id=portfolio_id)
        return [len(each) for each in (product["TagOptions"], portfolio["TagOptions"], *parameters)]

    assert seen(SourcePortfolioId=portfolio_id) == [0, 0, 0, 0]
    answer = world.catalog.update_portfolio_share(PortfolioId=portfolio_id, AccountId=OTHER, ShareTagOptions=True)
    assert answer["Status"] == "COMPLETED"
    offered = user.describe_provisioning_parameters(**request, PathName="Local")["TagOptions"]
    assert offered == [{"Key": "Environment", "Values": ["dev"]}]
    assert (seen(SourcePortfolioId=portfolio_id), seen()) == ([1, 1, 1, 1], [0, 1, 1, 1])
    with pytest.raises(other.catalog.exceptions.ResourceNotFoundException, match="is not associated with"):
        other.catalog.describe_product_as_admin(Id=product_id, SourcePortfolioId=other.portfolio())
    assert len(world.catalog.describe_product_as_admin(Id=product_id)["TagOptions"]) == 1


def test_a_share_can_be_ended_by_either_account(world: Any, shared: Any) -> None:
    portfolio_id, _, _, other = shared
    other.catalog.accept_portfolio_share(PortfolioId=portfolio_id)
    other.catalog.reject_portfolio_share(PortfolioId=portfolio_id)
    assert other.catalog.list_accepted_portfolio_shares()["PortfolioDetails"] == []
    other.catalog.accept_portfolio_share(PortfolioId=portfolio_id)
    with pytest.raises(world.catalog.exceptions.ResourceInUseException):
        world.catalog.delete_portfolio(Id=portfolio_id)
    world.catalog.delete_portfolio_share(PortfolioId=portfolio_id, AccountId=OTHER)
    assert other.catalog.list_accepted_portfolio_shares()["PortfolioDetails"] == []
    missing = world.catalog.exceptions.ResourceNotFoundException
    with pytest.raises(missing):
        world.catalog.delete_portfolio_share(PortfolioId=portfolio_id, AccountId=OTHER)
    with pytest.raises(missing):
        other.catalog.accept_portfolio_share(PortfolioId=portfolio_id)


def test_a_repeated_share_changes_nothing(world: Any, shared: Any) -> None:
    portfolio_id, *_ = shared
    world.catalog.create_portfolio_share(PortfolioId=portfolio_id, AccountId=OTHER, ShareTagOptions=True)
    assert world.catalog.list_portfolio_access(PortfolioId=portfolio_id)["AccountIds"] == [OTHER]
    (share,) = world.catalog.describe_portfolio_shares(PortfolioId=portfolio_id, Type="ACCOUNT")[
        "PortfolioShareDetails"
    ]
    assert share["ShareTagOptions"] is False


@pytest.mark.parametrize("request_", [{}, {"AccountId": "123456789012"}, {"AccountId": OTHER, "SharePrincipals": True}])
def test_invalid_shares_are_refused(world: Any, request_: Any) -> None:
    with pytest.raises(world.catalog.exceptions.InvalidParametersException):
        world.catalog.create_portfolio_share(PortfolioId=world.portfolio(), **request_)


def test_a_shared_product_cannot_be_shared_again(world: Any, shared: Any) -> None:
    portfolio_id, product_id, _, other = shared
    other.catalog.accept_portfolio_share(PortfolioId=portfolio_id)
    local = other.portfolio()
    other.catalog.associate_product_with_portfolio(
        PortfolioId=local, ProductId=product_id, SourcePortfolioId=portfolio_id
    )
    with pytest.raises(other.catalog.exceptions.InvalidParametersException, match="shared product"):
        other.catalog.create_portfolio_share(PortfolioId=local, AccountId="310987654321")
    other.catalog.disassociate_product_from_portfolio(PortfolioId=local, ProductId=product_id)
    other.catalog.create_portfolio_share(PortfolioId=local, AccountId="310987654321")
    other.catalog.associate_product_with_portfolio(PortfolioId=local, ProductId=product_id)
    third = world.other_account("310987654321")
    third.catalog.accept_portfolio_share(PortfolioId=local)
    assert third.catalog.search_products_as_admin()["ProductViewDetails"] == []
    products = other.catalog.search_products_as_admin()["ProductViewDetails"]
    assert json.dumps([item["ProductARN"] for item in products]).count(product_id) == 1
    assert other.catalog.search_products_as_admin(ProductSource="ACCOUNT")["ProductViewDetails"] == []
