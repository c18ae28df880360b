"""The TagOption library, and the effect of TagOptions on launches.

Source: Service Catalog Administrator Guide, "TagOption Library" and "Launching a Product with TagOptions".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from catalog.sandbox.servicecatalog.call import Call, is_listed
from catalog.sandbox.servicecatalog.exceptions import (
    DuplicateResourceException,
    InvalidParametersException,
    ResourceInUseException,
    ResourceNotFoundException,
)
from catalog.sandbox.servicecatalog.identifiers import new_id
from catalog.sandbox.servicecatalog.node_shares import shares_reaching
from catalog.sandbox.servicecatalog.paging import page
from catalog.sandbox.servicecatalog.quotas import check_quota
from catalog.sandbox.servicecatalog.state import StoredCatalog, StoredPortfolio, StoredProduct, StoredTagOption
from catalog.sandbox.servicecatalog.views import View, optional, tag_option_detail


def create_tag_option(call: Call) -> dict[str, Any]:
    """CreateTagOption: the TagOption is active; an existing key and value are a duplicate."""
    key, value = call.text("Key"), call.text("Value")
    _refuse_duplicate(call.state, key, value)
    same_key = sum(option.key == key for option in call.state.tag_options.values())
    check_quota("values_per_tag_option_key", same_key + 1)
    option = StoredTagOption(new_id("tag"), key, value, call.account, made_at=call.received_at)
    call.state.tag_options[option.id] = option
    return {"TagOptionDetail": tag_option_detail(option)}


def update_tag_option(call: Call) -> dict[str, Any]:
    """UpdateTagOption; an unchanged Value is also a duplicate (hashicorp/terraform-provider-aws tag_option.go)."""
    option = _tag_option(call, call.text("Id"))
    if "Value" in call.request:
        _refuse_duplicate(call.state, option.key, call.text("Value"))
        option.value = call.text("Value")
    option.active = call.request.get("Active", option.active)
    return {"TagOptionDetail": tag_option_detail(option)}


def _refuse_duplicate(state: StoredCatalog, key: str, value: str) -> None:
    if any((option.key, option.value) == (key, value) for option in state.tag_options.values()):
        raise DuplicateResourceException(f"TagOption with key {key} and value {value} already exists.")


def delete_tag_option(call: Call) -> dict[str, Any]:
    """DeleteTagOption; refused while it is associated with a portfolio or product."""
    option = _tag_option(call, call.text("Id"))
    if _resources_with(call.state, option.id):
        raise ResourceInUseException(f"TagOption {option.id} is still associated with resources.")
    del call.state.tag_options[option.id]
    return {}


def describe_tag_option(call: Call) -> dict[str, Any]:
    """DescribeTagOption."""
    return {"TagOptionDetail": tag_option_detail(_tag_option(call, call.text("Id")))}


def list_tag_options(call: Call) -> dict[str, Any]:
    """ListTagOptions; the token in the response is PageToken, as in the request."""
    filters = call.request.get("Filters") or {}
    views = [tag_option_detail(option) for option in call.state.tag_options.values() if is_listed(option.made_at)]
    matches = [view for view in views if all(view[name] == wanted for name, wanted in filters.items() if name in view)]
    items, more = page(call, matches, member="PageToken")
    return {"TagOptionDetails": items, **more}


def associate_tag_option_with_resource(call: Call) -> dict[str, Any]:
    """AssociateTagOptionWithResource; the resource is a portfolio or a product."""
    option, resource = _tag_option(call, call.text("TagOptionId")), _resource(call)
    if option.id in resource.tag_option_ids:
        raise DuplicateResourceException(f"TagOption {option.id} is already associated with resource {resource.id}.")
    check_quota("tag_options_per_resource", len(resource.tag_option_ids) + 1)
    resource.tag_option_ids.append(option.id)
    return {}


def disassociate_tag_option_from_resource(call: Call) -> dict[str, Any]:
    """DisassociateTagOptionFromResource."""
    option, resource = _tag_option(call, call.text("TagOptionId")), _resource(call)
    if option.id not in resource.tag_option_ids:
        raise ResourceNotFoundException(f"TagOption {option.id} is not associated with resource {resource.id}.")
    resource.tag_option_ids.remove(option.id)
    return {}


def list_resources_for_tag_option(call: Call) -> dict[str, Any]:
    """ListResourcesForTagOption; ResourceType is Portfolio or Product."""
    option, kind = _tag_option(call, call.text("TagOptionId")), call.text("ResourceType")
    if kind not in ("", "Portfolio", "Product"):
        raise InvalidParametersException(f"ResourceType must be Portfolio or Product, got {kind}")
    resources = [item for item in _resources_with(call.state, option.id) if kind in ("", _resource_type(item))]
    items, more = page(call, resources, member="PageToken")
    return {"ResourceDetails": [_resource_detail(item) for item in items], **more}


def _resource_type(resource: StoredPortfolio | StoredProduct) -> str:
    return "Portfolio" if isinstance(resource, StoredPortfolio) else "Product"


def _resource_detail(resource: StoredPortfolio | StoredProduct) -> View:
    if isinstance(resource, StoredPortfolio):
        name, description = resource.display_name, resource.description
    else:
        name, description = resource.texts["Name"], resource.texts.get("Description", "")
    return {
        "Id": resource.id,
        "ARN": resource.arn,
        "Name": name,
        "CreatedTime": resource.created,
        **optional(Description=description),
    }


def _tag_option(call: Call, option_id: str) -> StoredTagOption:
    try:
        return call.state.tag_options[option_id]
    except KeyError:
        raise ResourceNotFoundException(f"TagOption not found: {option_id}") from None


def _resource(call: Call) -> StoredPortfolio | StoredProduct:
    resource_id = call.text("ResourceId")
    resource = call.state.portfolios.get(resource_id) or call.state.products.get(resource_id)
    if not resource:
        raise ResourceNotFoundException(f"Resource not found: {resource_id}")
    return resource


def _resources_with(state: StoredCatalog, option_id: str) -> list[StoredPortfolio | StoredProduct]:
    resources: list[StoredPortfolio | StoredProduct] = [*state.portfolios.values(), *state.products.values()]
    return [resource for resource in resources if option_id in resource.tag_option_ids]


def visible_options(
    call: Call, resource: StoredPortfolio | StoredProduct, sources: Iterable[StoredPortfolio]
) -> list[StoredTagOption]:
    """The TagOptions of a portfolio or product; those of another account if a share of a source includes them."""
    if resource.account != call.account and not any(_tag_options_shared(call, source) for source in sources):
        return []
    state = call.state_of(resource.account)
    return [state.tag_options[option_id] for option_id in resource.tag_option_ids]


def _tag_options_shared(call: Call, portfolio: StoredPortfolio) -> bool:
    share = portfolio.shares.get(call.account)
    inherited = shares_reaching(call, portfolio, call.account)
    return bool(share and share.share_tag_options) or any(item.share_tag_options for item in inherited)


def launch_values(portfolio: list[StoredTagOption], product: list[StoredTagOption]) -> dict[str, list[str]]:
    """The values of the active TagOptions of a launch path, by key.

    A key of both the portfolio and the product offers the values that both have; an empty list is a conflict.
    """
    sides = []
    for options in (portfolio, product):
        values: dict[str, list[str]] = {}
        for option in options:
            if option.active:
                values.setdefault(option.key, []).append(option.value)
        sides.append(values)
    on_portfolio, on_product = sides
    common = {
        key: [value for value in on_portfolio[key] if value in on_product[key]]
        for key in on_portfolio
        if key in on_product
    }
    return on_portfolio | on_product | common


def launch_tags(
    offered: dict[str, list[str]], chosen: dict[str, str], portfolio: StoredPortfolio, product: StoredProduct
) -> dict[str, str]:
    """The tags of a launch: the caller's tags, and for each TagOption key the only value or the chosen value.

    A key in conflict gets the value `sc-tagoption-conflict-<portfolio>-<product>`. Raises `InvalidParametersException`
    if the caller omits a key with several values, or chooses a value that is not offered.
    """
    tags = dict(chosen)
    for key, values in offered.items():
        if not values and key not in chosen:
            tags[key] = f"sc-tagoption-conflict-{portfolio.id}-{product.id}"
        elif len(values) == 1 and key not in chosen:
            tags[key] = values[0]
        elif key not in chosen:
            raise InvalidParametersException(f"Tag {key} is required. Choose one of its TagOption values: {values}")
        elif chosen[key] not in values:
            raise InvalidParametersException(
                f"Tag {key} has the value {chosen[key]}, which is not one of its TagOption values: {values}"
            )
    return tags
