"""Products, in the view of administrators and in the view of end users."""

from __future__ import annotations

import re
from typing import Any

from catalog.sandbox.servicecatalog.artifacts import new_artifact
from catalog.sandbox.servicecatalog.budgets import budget_details
from catalog.sandbox.servicecatalog.call import Call, ready_at, timestamp
from catalog.sandbox.servicecatalog.exceptions import (
    InvalidParametersException,
    ResourceInUseException,
    ResourceNotFoundException,
    not_implemented,
)
from catalog.sandbox.servicecatalog.identifiers import new_id
from catalog.sandbox.servicecatalog.launch_paths import launchable_products, paths_to
from catalog.sandbox.servicecatalog.lookup import (
    all_portfolios,
    find_portfolio,
    only_product,
    own_product,
    requested_product,
)
from catalog.sandbox.servicecatalog.portfolios import updated_tags
from catalog.sandbox.servicecatalog.quotas import check_quota
from catalog.sandbox.servicecatalog.state import StoredProduct
from catalog.sandbox.servicecatalog.tag_options import visible_options
from catalog.sandbox.servicecatalog.views import (
    artifact_detail,
    artifact_summary,
    artifact_view,
    product_view_detail,
    product_view_summary,
    tag_dict,
    tag_list,
    tag_option_detail,
)

TEXTS = ("Name", "Owner", "Description", "Distributor", "SupportDescription", "SupportEmail", "SupportUrl")


def create_product(call: Call) -> dict[str, Any]:
    """CreateProduct with the type CLOUD_FORMATION_TEMPLATE and the first artifact; names are not unique."""
    kind = call.text("ProductType")
    if kind == "MARKETPLACE":
        raise InvalidParametersException("Products of the type MARKETPLACE can not be created.")
    if kind != "CLOUD_FORMATION_TEMPLATE" or "SourceConnection" in call.request:
        feature = "SourceConnection" if "SourceConnection" in call.request else f"ProductType {kind}"
        raise not_implemented(f"CreateProduct: {feature}")
    if "ProvisioningArtifactParameters" not in call.request:
        raise InvalidParametersException("ProvisioningArtifactParameters must be provided.")
    check_quota("products", len(call.state.products) + 1)
    product_id = new_id("prod")
    product = StoredProduct(
        id=product_id,
        view_id=new_id("prodview"),
        arn=call.arn("product", product_id),
        account=call.account,
        type=kind,
        texts=_checked({name: call.text(name) for name in TEXTS}),
        tags=tag_dict(call.request.get("Tags")),
        created=timestamp(),
        made_at=call.received_at,
        ready_at=ready_at(),
    )
    artifact = new_artifact(call, product, call.request["ProvisioningArtifactParameters"])
    call.state.products[product_id] = product
    return {
        "ProductViewDetail": product_view_detail(product),
        "ProvisioningArtifactDetail": artifact_detail(artifact),
        "Tags": tag_list(product.tags),
    }


def update_product(call: Call) -> dict[str, Any]:
    """UpdateProduct: change texts and tags, but not artifacts; RemoveTags is applied before AddTags."""
    product = own_product(call, call.text("Id"))
    if "SourceConnection" in call.request:
        raise not_implemented("UpdateProduct: SourceConnection")
    texts = _checked(product.texts | {name: call.text(name) for name in TEXTS if name in call.request})
    product.tags = updated_tags(call, product.tags)
    product.texts = texts
    return {"ProductViewDetail": product_view_detail(product), "Tags": tag_list(product.tags)}


def _checked(texts: dict[str, str]) -> dict[str, str]:
    """The texts, after the checks that the API's documentation requires in addition to its model."""
    for name in ("Name", "Owner"):
        if not texts[name].strip():
            raise InvalidParametersException(f"{name} must not be empty.")
    url = texts["SupportUrl"]
    if url and not re.match(r"https?://", url):
        raise InvalidParametersException(f"SupportUrl must start with http:// or https://, got {url}")
    return texts


def delete_product(call: Call) -> dict[str, Any]:
    """DeleteProduct with its artifacts; refused while it has portfolios, TagOptions, budgets or service actions.

    Source: Service Catalog Administrator Guide, "Deleting products" (productmgmt-delete.html).
    """
    product = own_product(call, call.text("Id"))
    holders = [item.id for item in all_portfolios(call) if product.id in item.product_ids]
    if holders:
        raise ResourceInUseException(f"Product {product.id} is still associated with Portfolios: {', '.join(holders)}")
    if product.tag_option_ids:
        raise ResourceInUseException(f"Product {product.id} still has associated TagOptions")
    if product.budgets:
        raise ResourceInUseException(f"Product {product.id} still has associated Budgets")
    if any(artifact.service_action_ids for artifact in product.artifacts.values()):
        raise ResourceInUseException(f"Product {product.id} still has associated Service Actions")
    del call.state.products[product.id]
    return {}


def describe_product_as_admin(call: Call) -> dict[str, Any]:
    """DescribeProductAsAdmin; SourcePortfolioId shows the TagOptions that a share of this portfolio includes."""
    product = requested_product(call)
    source_id = call.text("SourcePortfolioId")
    sources = [find_portfolio(call, source_id)] if source_id else []
    if not all(product.id in source.product_ids for source in sources):
        raise ResourceNotFoundException(f"Product {product.id} is not associated with portfolio {source_id}")
    return {
        "ProductViewDetail": product_view_detail(product),
        "ProvisioningArtifactSummaries": [artifact_summary(item) for item in product.artifacts.values()],
        "Tags": tag_list(product.tags),
        "TagOptions": [tag_option_detail(option) for option in visible_options(call, product, sources)],
        "Budgets": budget_details(call, product),
    }


def describe_product(call: Call) -> dict[str, Any]:
    """DescribeProduct: the view of an end user; every caller needs a launch path, including administrators."""
    product_id, name = call.one_of("Id", "Name")
    visible = launchable_products(call)
    product = visible.get(product_id) if product_id else only_product(visible.values(), name)
    if not product:
        raise _denied(product_id)
    return {
        **_end_user_view(product),
        "Budgets": budget_details(call, product),
        "LaunchPaths": [{"Id": path.id, "Name": path.portfolio.display_name} for path in paths_to(call, product.id)],
    }


def describe_product_view(call: Call) -> dict[str, Any]:
    """DescribeProductView: the view of an end user, by the id of the view."""
    view_id = call.text("Id")
    for product in launchable_products(call).values():
        if product.view_id == view_id:
            return _end_user_view(product)
    raise _denied(view_id)


def _end_user_view(product: StoredProduct) -> dict[str, Any]:
    """The product with its active artifacts."""
    artifacts = [artifact_view(item) for item in product.artifacts.values() if item.active]
    return {"ProductViewSummary": product_view_summary(product), "ProvisioningArtifacts": artifacts}


def _denied(identifier: str) -> ResourceNotFoundException:
    return ResourceNotFoundException(f"Product {identifier} does not exist or access was denied.")
