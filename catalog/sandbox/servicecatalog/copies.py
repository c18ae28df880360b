"""CopyProduct: copy a product of this account or a product that is shared with it, asynchronously.

Source: CopyProduct and DescribeCopyProductStatus in the API Reference. Only copies within a Region are supported.
Assumed: the versions of the copy get new ids and keep Active and Guidance.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from catalog.sandbox.servicecatalog.call import Call, ready_at, timestamp
from catalog.sandbox.servicecatalog.exceptions import (
    InvalidParametersException,
    ResourceNotFoundException,
    not_implemented,
)
from catalog.sandbox.servicecatalog.identifiers import new_id
from catalog.sandbox.servicecatalog.lookup import all_products, find_artifact, own_product
from catalog.sandbox.servicecatalog.quotas import check_quota
from catalog.sandbox.servicecatalog.state import Artifact, Copy, StoredProduct
from catalog.sandbox.settings import now


def copy_product(call: Call) -> dict[str, Any]:
    """CopyProduct, to a new product or to new versions of an own product."""
    source = _source(call)
    versions = _versions(call, source)
    target = own_product(call, call.text("TargetProductId")) if call.text("TargetProductId") else _new(call, source)
    check_quota("artifacts_per_product", len(target.artifacts) + len(versions))
    if "CopyTags" in (call.request.get("CopyOptions") or []):
        target.tags = target.tags | source.tags
        check_quota("tags_per_resource", len(target.tags))
    for version in versions:
        created = replace(version, id=new_id("pa"), created=timestamp(), ready_at=ready_at(), service_action_ids=[])
        target.artifacts[created.id] = created
    call.state.products[target.id] = target
    token = new_id("copyproduct")
    call.state.copies[token] = Copy(target.id, ready_at())
    return {"CopyProductToken": token}


def _source(call: Call) -> StoredProduct:
    arn = call.text("SourceProductArn")
    if arn.split(":")[3] != call.region:
        raise not_implemented("CopyProduct from another Region")
    for product in all_products(call).values():
        if product.arn == arn:
            return product
    raise ResourceNotFoundException(f"Product not found: {arn}")


def _versions(call: Call, source: StoredProduct) -> list[Artifact]:
    wanted = call.request.get("SourceProvisioningArtifactIdentifiers")
    if wanted is None:
        return list(source.artifacts.values())
    if not all(set(identifier) == {"Id"} for identifier in wanted):
        raise InvalidParametersException(
            "Each of SourceProvisioningArtifactIdentifiers must have an Id and no other member."
        )
    return [find_artifact(source, identifier["Id"]) for identifier in wanted]


def _new(call: Call, source: StoredProduct) -> StoredProduct:
    check_quota("products", len(call.state.products) + 1)
    product_id = new_id("prod")
    return StoredProduct(
        id=product_id,
        view_id=new_id("prodview"),
        arn=call.arn("product", product_id),
        account=call.account,
        type=source.type,
        texts=source.texts | {"Name": call.text("TargetProductName") or source.texts["Name"]},
        tags={},
        created=timestamp(),
        made_at=call.received_at,
        ready_at=ready_at(),
    )


def describe_copy_product_status(call: Call) -> dict[str, Any]:
    """DescribeCopyProductStatus."""
    token = call.text("CopyProductToken")
    copy = call.state.copies.get(token)
    if copy is None:
        raise ResourceNotFoundException(f"Copy product token not found: {token}")
    if now() < copy.due_at:
        return {"CopyProductStatus": "IN_PROGRESS"}
    return {"CopyProductStatus": "SUCCEEDED", "TargetProductId": copy.product_id}
