"""TagOptions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.sandbox.servicecatalog.state import StoredTagOption
from catalog.sandbox.servicecatalog.tag_options import launch_values


def option(world: Any, key: str, value: str) -> str:
    identifier: str = world.catalog.create_tag_option(Key=key, Value=value)["TagOptionDetail"]["Id"]
    return identifier


def test_key_and_value_are_unique(world: Any) -> None:
    client = world.catalog
    dev = option(world, "Environment", "dev")
    option(world, "Environment", "prod")
    with pytest.raises(client.exceptions.DuplicateResourceException):
        option(world, "Environment", "dev")
    with pytest.raises(client.exceptions.DuplicateResourceException):
        client.update_tag_option(Id=dev, Value="dev")
    client.update_tag_option(Id=dev, Value="test", Active=False)
    detail = client.describe_tag_option(Id=dev)["TagOptionDetail"]
    assert (detail["Value"], detail["Active"]) == ("test", False)


def test_association_with_portfolios_and_products(world: Any) -> None:
    client = world.catalog
    product_id, _ = world.product()
    portfolio_id = world.portfolio()
    dev = option(world, "Environment", "dev")
    for resource in (product_id, portfolio_id):
        client.associate_tag_option_with_resource(ResourceId=resource, TagOptionId=dev)
    with pytest.raises(client.exceptions.DuplicateResourceException):
        client.associate_tag_option_with_resource(ResourceId=product_id, TagOptionId=dev)
    with pytest.raises(client.exceptions.ResourceInUseException):
        client.delete_tag_option(Id=dev)
    assert [item["Id"] for item in client.describe_portfolio(Id=portfolio_id)["TagOptions"]] == [dev]
    assert [item["Id"] for item in client.describe_product_as_admin(Id=product_id)["TagOptions"]] == [dev]
    listed = client.list_resources_for_tag_option(TagOptionId=dev, ResourceType="Product")["ResourceDetails"]
    assert [(item["Id"], item["Name"]) for item in listed] == [(product_id, "Topic")]
    with pytest.raises(client.exceptions.ResourceInUseException, match="TagOptions"):
        client.delete_portfolio(Id=portfolio_id)
    for resource in (product_id, portfolio_id):
        client.disassociate_tag_option_from_resource(ResourceId=resource, TagOptionId=dev)
    client.delete_tag_option(Id=dev)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.describe_tag_option(Id=dev)


def test_list_filters(world: Any) -> None:
    dev, prod = option(world, "Environment", "dev"), option(world, "Environment", "prod")
    option(world, "Service", "x")
    world.catalog.update_tag_option(Id=prod, Active=False)

    def listed(**filters: Any) -> list[str]:
        return [item["Id"] for item in world.catalog.list_tag_options(Filters=filters)["TagOptionDetails"]]

    assert listed(Key="Environment") == [dev, prod]
    assert listed(Key="Environment", Active=True) == [dev]
    assert listed(Key="Environment", Value="prod") == [prod]


@given(
    portfolio=st.sets(st.sampled_from(["a", "b", "c"])),
    product=st.sets(st.sampled_from(["a", "b", "c"])),
    inactive=st.sets(st.sampled_from(["a", "b", "c"])),
)
def test_a_key_of_portfolio_and_product_offers_the_common_values(
    portfolio: set[str], product: set[str], inactive: set[str]
) -> None:
    options = [StoredTagOption(value, "Key", value, "123456789012", value not in inactive) for value in "abc"]
    left, right = portfolio - inactive, product - inactive
    offered = launch_values(*([option for option in options if option.value in side] for side in (portfolio, product)))
    if left and right:
        assert set(offered["Key"]) == left & right
    else:
        assert set(offered.get("Key", [])) == left | right
        assert ("Key" in offered) == bool(left | right)
