"""Describe, search and scan provisioned products, and read their outputs."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from catalog.sandbox.servicecatalog.access import visible
from catalog.sandbox.servicecatalog.call import Call
from catalog.sandbox.servicecatalog.exceptions import InvalidParametersException, ResourceNotFoundException
from catalog.sandbox.servicecatalog.launching import auto_tags
from catalog.sandbox.servicecatalog.lookup import all_products
from catalog.sandbox.servicecatalog.paging import page
from catalog.sandbox.servicecatalog.records import output_list
from catalog.sandbox.servicecatalog.state import StoredProvisionedProduct
from catalog.sandbox.servicecatalog.views import View, optional, tag_list

SORT_FIELDS = {
    "arn": "Arn",
    "createdTime": "CreatedTime",
    "id": "Id",
    "lastRecordId": "LastRecordId",
    "name": "Name",
}
"""SortBy → member. The API reference lists all but createdTime, which AWS takes too [assumed]."""
SEARCH_FIELDS = {
    "arn": "Arn",
    "createdTime": "CreatedTime",
    "id": "Id",
    "idempotencyToken": "IdempotencyToken",
    "lastProvisioningRecordId": "LastProvisioningRecordId",
    "lastRecordId": "LastRecordId",
    "lastSuccessfulProvisioningRecordId": "LastSuccessfulProvisioningRecordId",
    "name": "Name",
    "physicalId": "PhysicalId",
    "productId": "ProductId",
    "productName": "ProductName",
    "provisioningArtifactId": "ProvisioningArtifactId",
    "provisioningArtifactName": "ProvisioningArtifactName",
    "status": "Status",
    "tags": "Tags",
    "type": "Type",
    "userArn": "UserArn",
    "userArnSession": "UserArnSession",
}
"""Field of a SearchQuery → the member that it searches (SearchProvisionedProducts in the API Reference)."""


def requested_provisioned_product(
    call: Call, identifier: str = "ProvisionedProductId", name: str = "ProvisionedProductName"
) -> StoredProvisionedProduct:
    """The provisioned product that the request names by id, or by name or ARN."""
    wanted_id, wanted_name = call.one_of(identifier, name)
    for provisioned in call.state.provisioned_products.values():
        if wanted_id == provisioned.id or wanted_name in (provisioned.name, provisioned.arn):
            return provisioned
    raise ResourceNotFoundException(f"Provisioned product not found: {wanted_id or wanted_name}")


def describe_provisioned_product(call: Call) -> dict[str, Any]:
    """DescribeProvisionedProduct."""
    provisioned = requested_provisioned_product(call, "Id", "Name")
    return {"ProvisionedProductDetail": _detail(provisioned), "CloudWatchDashboards": []}


def scan_provisioned_products(call: Call) -> dict[str, Any]:
    """ScanProvisionedProducts; by default only the caller's own."""
    provisioned_products = [
        item for item in call.state.provisioned_products.values() if visible(call, item, default="User")
    ]
    items, more = page(call, provisioned_products)
    return {"ProvisionedProducts": [_detail(item) for item in items], **more}


def get_provisioned_product_outputs(call: Call) -> dict[str, Any]:
    """GetProvisionedProductOutputs; refused for unknown output keys."""
    provisioned = requested_provisioned_product(call)
    wanted = call.request.get("OutputKeys") or []
    unknown = set(wanted) - {key for key, _, _ in provisioned.outputs}
    if unknown:
        raise InvalidParametersException(f"Invalid output keys: {', '.join(sorted(unknown))}")
    outputs = tuple(output for output in provisioned.outputs if not wanted or output[0] in wanted)
    items, more = page(call, output_list(outputs))
    return {"Outputs": items, **more}


def list_stack_instances(call: Call) -> dict[str, Any]:
    """ListStackInstancesForProvisionedProduct; refused without a stack set [assumed]."""
    provisioned = call.state.provisioned_products.get(call.text("ProvisionedProductId"))
    if not provisioned:
        raise ResourceNotFoundException(f"Provisioned product not found: {call.text('ProvisionedProductId')}")
    if not provisioned.stack_set:
        raise InvalidParametersException(f"Provisioned product {provisioned.id} is not of type CFN_STACKSET.")
    items, more = page(call, list(provisioned.stack_set.instances.values()))
    views = [
        {"Account": instance.account, "Region": instance.region, "StackInstanceStatus": instance.status}
        for instance in items
    ]
    return {"StackInstances": views, **more}


def _detail(provisioned: StoredProvisionedProduct) -> View:
    """ProvisionedProductDetail."""
    return {
        **_common(provisioned),
        **optional(LaunchRoleArn=provisioned.launch.launch_role_arn),
    }


def _common(provisioned: StoredProvisionedProduct) -> View:
    return {
        "Name": provisioned.name,
        "Arn": provisioned.arn,
        "Type": provisioned.launch.type,
        "Id": provisioned.id,
        "Status": provisioned.status,
        "CreatedTime": provisioned.created,
        "ProductId": provisioned.launch.product_id,
        "ProvisioningArtifactId": provisioned.launch.artifact_id,
        **optional(
            StatusMessage=provisioned.message,
            IdempotencyToken=provisioned.token,
            LastRecordId=provisioned.last_record_id,
            LastProvisioningRecordId=provisioned.last_provisioning_record_id,
            LastSuccessfulProvisioningRecordId=provisioned.last_successful_record_id,
        ),
    }


def search_provisioned_products(call: Call) -> dict[str, Any]:
    """SearchProvisionedProducts: every SearchQuery must match; by default in the whole account."""
    products = all_products(call)
    views = []
    for item in call.state.provisioned_products.values():
        if visible(call, item, default="Account"):
            product = products.get(item.launch.product_id)
            version = product.artifacts.get(item.launch.artifact_id) if product else None
            names = optional(
                ProductName=product.texts["Name"] if product else "",
                ProvisioningArtifactName=version.name if version else "",
            )
            views.append(_attribute(item) | names)
    queries = (call.request.get("Filters") or {}).get("SearchQuery", [])
    matches = _sorted(call, [view for view in views if all(_matches(view, query) for query in queries)])
    items, more = page(call, matches)
    return {"ProvisionedProducts": items, "TotalResultsCount": len(matches), **more}


def _attribute(provisioned: StoredProvisionedProduct) -> View:
    """ProvisionedProductAttribute: the detail, with tags and the user who launched it."""
    return {
        **_common(provisioned),
        "Tags": tag_list(provisioned.launch.tags | auto_tags(provisioned, provisioned.launch)),
        "UserArn": provisioned.user_arn,
        "UserArnSession": provisioned.user_arn_session,
        **optional(PhysicalId=provisioned.stack_id),
    }


def _matches(view: View, query: str) -> bool:
    """Whether a view matches `field:value`, or a plain text in any field; `*` is a wildcard, case is ignored."""
    field, separator, value = query.partition(":")
    if separator and field in SEARCH_FIELDS and not query.startswith("arn:aws"):
        return any(fnmatchcase(text, value.strip('"').lower()) for text in _texts(view.get(SEARCH_FIELDS[field])))
    return any(query.lower() in text for name in SEARCH_FIELDS.values() for text in _texts(view.get(name)))


def _texts(value: object) -> list[str]:
    if isinstance(value, list):
        return [text for tag in value for text in (tag["Key"].lower(), tag["Value"].lower())]
    return [] if value is None else [str(value).lower()]


def _sorted(call: Call, views: list[View]) -> list[View]:
    field = call.text("SortBy")
    if not field:
        return views
    if field not in SORT_FIELDS:
        raise InvalidParametersException(f"SortBy must be one of {', '.join(SORT_FIELDS)}, got {field}")
    descending = call.text("SortOrder") == "DESCENDING"
    return sorted(views, key=lambda view: str(view.get(SORT_FIELDS[field], "")), reverse=descending)
