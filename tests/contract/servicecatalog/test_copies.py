"""CopyProduct."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.sandbox.servicecatalog.call import CREATION_SECONDS

TAGS = [{"Key": "owner", "Value": "catalog"}]


def arn(product_id: str) -> str:
    return f"arn:aws:catalog:us-east-1:123456789012:product/{product_id}"


def test_a_copy_has_new_ids(world: Any, knobs: Any) -> None:
    product_id, artifact_id = world.product(Tags=TAGS)
    knobs.latency = 100
    client = world.catalog
    request = {"SourceProductArn": arn(product_id), "TargetProductName": "Copy", "CopyOptions": ["CopyTags"]}
    token = client.copy_product(IdempotencyToken="t", **request)["CopyProductToken"]
    assert client.copy_product(IdempotencyToken="t", **request)["CopyProductToken"] == token
    assert client.describe_copy_product_status(CopyProductToken=token)["CopyProductStatus"] == "IN_PROGRESS"
    knobs.ahead += CREATION_SECONDS * 100
    status = client.describe_copy_product_status(CopyProductToken=token)
    assert status["CopyProductStatus"] == "SUCCEEDED"
    copy = client.describe_product_as_admin(Id=status["TargetProductId"])
    assert copy["ProductViewDetail"]["ProductViewSummary"]["Name"] == "Copy"
    assert copy["Tags"] == TAGS
    (version,) = client.list_provisioning_artifacts(ProductId=status["TargetProductId"])["ProvisioningArtifactDetails"]
    assert (version["Name"], version["Id"] == artifact_id) == ("1.0.0", False)
    assert status["TargetProductId"] != product_id


def test_versions_of_a_shared_product_are_copied_to_an_own_product(world: Any) -> None:
    product_id, artifact_id = world.product()
    portfolio_id = world.portfolio(product_id)
    world.catalog.create_portfolio_share(PortfolioId=portfolio_id, AccountId="210987654321")
    other = world.other_account("210987654321")
    missing = other.catalog.exceptions.ResourceNotFoundException
    with pytest.raises(missing, match=product_id):
        other.catalog.copy_product(SourceProductArn=arn(product_id))
    other.catalog.accept_portfolio_share(PortfolioId=portfolio_id)
    first = other.catalog.copy_product(SourceProductArn=arn(product_id))["CopyProductToken"]
    own = other.catalog.describe_copy_product_status(CopyProductToken=first)["TargetProductId"]
    chosen = {"SourceProvisioningArtifactIdentifiers": [{"Id": artifact_id}], "TargetProductId": own}
    token = other.catalog.copy_product(SourceProductArn=arn(product_id), **chosen)["CopyProductToken"]
    assert other.catalog.describe_copy_product_status(CopyProductToken=token)["TargetProductId"] == own
    assert len(other.catalog.list_provisioning_artifacts(ProductId=own)["ProvisioningArtifactDetails"]) == 2
    with pytest.raises(missing, match="copyproduct-gone"):
        other.catalog.describe_copy_product_status(CopyProductToken="copyproduct-gone")
