"""Unknown ids, and requests with both an id and a name or with neither."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

LAUNCH = {"ProductId": "prod-x", "ProvisioningArtifactId": "pa-x"}
ACTION = {"ServiceActionId": "act-x", **LAUNCH}
TAG = {"ResourceId": "port-x", "TagOptionId": "tag-x"}


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("accept_portfolio_share", {"PortfolioId": "port-x"}),
        ("associate_product_with_portfolio", {"PortfolioId": "port-x", "ProductId": "prod-x"}),
        ("associate_service_action_with_provisioning_artifact", ACTION),
        ("associate_tag_option_with_resource", TAG),
        ("create_constraint", {"PortfolioId": "port-x", "ProductId": "prod-x", "Type": "TEMPLATE", "Parameters": "{}"}),
        ("create_provisioning_artifact", {"ProductId": "prod-x", "Parameters": {"Name": "1"}}),
        ("delete_constraint", {"Id": "cons-x"}),
        ("delete_product", {"Id": "prod-x"}),
        ("delete_provisioning_artifact", LAUNCH),
        ("delete_service_action", {"Id": "act-x"}),
        ("delete_tag_option", {"Id": "tag-x"}),
        ("describe_constraint", {"Id": "cons-x"}),
        ("describe_product", {"Id": "prod-x"}),
        ("describe_product_as_admin", {"Id": "prod-x"}),
        ("describe_product_view", {"Id": "prodview-x"}),
        ("describe_provisioned_product", {"Id": "pp-x"}),
        ("describe_provisioning_artifact", LAUNCH),
        ("describe_provisioning_artifact", {"ProvisioningArtifactId": "pa-x"}),
        ("describe_provisioning_parameters", LAUNCH),
        ("describe_record", {"Id": "rec-x"}),
        ("describe_service_action", {"Id": "act-x"}),
        ("describe_tag_option", {"Id": "tag-x"}),
        ("disassociate_product_from_portfolio", {"PortfolioId": "port-x", "ProductId": "prod-x"}),
        ("get_provisioned_product_outputs", {"ProvisionedProductId": "pp-x"}),
        ("list_launch_paths", {"ProductId": "prod-x"}),
        ("list_portfolios_for_product", {"ProductId": "prod-x"}),
        ("list_provisioning_artifacts", {"ProductId": "prod-x"}),
        ("list_resources_for_tag_option", {"TagOptionId": "tag-x"}),
        ("provision_product", {"ProvisionedProductName": "x", **LAUNCH}),
        ("terminate_provisioned_product", {"ProvisionedProductId": "pp-x"}),
        ("update_provisioned_product", {"ProvisionedProductId": "pp-x"}),
        ("update_provisioning_artifact", LAUNCH),
        ("update_tag_option", {"Id": "tag-x"}),
    ],
)
def test_unknown_ids(world: Any, operation: str, request_: dict[str, Any]) -> None:
    with pytest.raises(ClientError) as raised:
        getattr(world.catalog, operation)(**request_)
    error = raised.value.response["Error"]
    assert error["Code"] == "ResourceNotFoundException"
    assert "-x" in error["Message"]


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("describe_product_as_admin", {}),
        ("describe_product", {"Id": "prod-x", "Name": "x"}),
        ("describe_provisioned_product", {}),
        ("describe_provisioning_artifact", {"ProvisioningArtifactName": "x"}),
        ("provision_product", {"ProvisionedProductName": "x"}),
        ("terminate_provisioned_product", {"ProvisionedProductId": "pp-x", "ProvisionedProductName": "x"}),
    ],
)
def test_either_id_or_name_must_be_given(world: Any, operation: str, request_: dict[str, Any]) -> None:
    with pytest.raises(world.catalog.exceptions.InvalidParametersException, match="You must provide either"):
        getattr(world.catalog, operation)(**request_)
