"""Reading provisioned products: describe, search, scan, outputs."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from catalog.sandbox.servicecatalog.access import visible
from catalog.sandbox.servicecatalog.call import Call
from catalog.sandbox.servicecatalog.exceptions import InvalidParametersException, ResourceNotFoundException
from catalog.sandbox.servicecatalog.launching import auto_tags
from catalog.sandbox.servicecatalog.lookup import products
from catalog.sandbox.servicecatalog.paging import page
from catalog.sandbox.servicecatalog.records import output_list
from catalog.sandbox.servicecatalog.state import StoredProvisionedProduct
from catalog.sandbox.servicecatalog.views import View, optional, tag_list

SORT_FIELDS = {"arn": "Arn", "id": "Id", "name": "Name", "lastRecordId": "LastRecordId"}
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
"""SearchQuery's fields (SearchProvisionedProducts in the API Reference), with the members they search."""


def provisioned_product_by(
    call: Call, identifier: str = "ProvisionedProductId", name: str = "ProvisionedProductName"
) -> StoredProvisionedProduct:
    """The provisioned product that the request names by id, or by name or ARN."""
    wanted_id, wanted_name = call.one_of(identifier, name)
    for found in call.state.provisioned_products.values():
        if wanted_id == found.id or wanted_name in (found.name, found.arn):
            return found
    raise ResourceNotFoundException(f"Provisioned product not found: {wanted_id or wanted_name}")


def describe_provisioned_product(call: Call) -> dict[str, Any]:
    """DescribeProvisionedProduct."""
    found = provisioned_product_by(call, "Id", "Name")
    return {"ProvisionedProductDetail": _detail(found), "CloudWatchDashboards": []}


def scan_provisioned_products(call: Call) -> dict[str, Any]:
    """ScanProvisionedProducts; without AccessLevelFilter the caller's own."""
    found = [item for item in call.state.provisioned_products.values() if visible(call, item, default="User")]
    items, more = page(call, found)
    return {"ProvisionedProducts": [_detail(item) for item in items], **more}


def get_provisioned_product_outputs(call: Call) -> dict[str, Any]:
    """GetProvisionedProductOutputs; a key that is not there is an error."""
    found = provisioned_product_by(call)
    wanted = call.request.get("OutputKeys") or []
    unknown = set(wanted) - {key for key, _, _ in found.outputs}
    if unknown:
        raise InvalidParametersException(f"Invalid output keys: {', '.join(sorted(unknown))}")
    outputs = tuple(output for output in found.outputs if not wanted or output[0] in wanted)
    items, more = page(call, output_list(outputs))
    return {"Outputs": items, **more}


def list_stack_instances(call: Call) -> dict[str, Any]:
    """ListStackInstancesForProvisionedProduct; that one without a stack set is an error is assumed."""
    found = call.state.provisioned_products.get(call.text("ProvisionedProductId"))
    if not found:
        raise ResourceNotFoundException(f"Provisioned product not found: {call.text('ProvisionedProductId')}")
    if not found.stack_set:
        raise InvalidParametersException(f"Provisioned product {found.id} is not of type CFN_STACKSET.")
    items, more = page(call, list(found.stack_set.instances.values()))
    views = [{"Account": each.account, "Region": each.region, "StackInstanceStatus": each.status} for each in items]
    return {"StackInstances": views, **more}


def _detail(found: StoredProvisionedProduct) -> View:
    """ProvisionedProductDetail."""
    return {
        **_common(found),
        **optional(LaunchRoleArn=found.launch.launch_role_arn),
    }


def _common(found: StoredProvisionedProduct) -> View:
    return {
        "Name": found.name,
        "Arn": found.arn,
        "Type": found.launch.type,
        "Id": found.id,
        "Status": found.status,
        "CreatedTime": found.created,
        "ProductId": found.launch.product_id,
        "ProvisioningArtifactId": found.launch.artifact_id,
        **optional(
            StatusMessage=found.message,
            IdempotencyToken=found.token,
            LastRecordId=found.last_record_id,
            LastProvisioningRecordId=found.last_provisioning_record_id,
            LastSuccessfulProvisioningRecordId=found.last_successful_record_id,
        ),
    }


def search_provisioned_products(call: Call) -> dict[str, Any]:
    """SearchProvisionedProducts: every SearchQuery must match; without AccessLevelFilter the whole account."""
    known = products(call)
    views = []
    for item in call.state.provisioned_products.values():
        if visible(call, item, default="Account"):
            owner = known.get(item.launch.product_id)
            version = owner.artifacts.get(item.launch.artifact_id) if owner else None
            names = optional(
                ProductName=owner.texts["Name"] if owner else "",
                ProvisioningArtifactName=version.name if version else "",
            )
            views.append(_attribute(item) | names)
    queries = (call.request.get("Filters") or {}).get("SearchQuery", [])
    found = _sorted(call, [view for view in views if all(_matches(view, query) for query in queries)])
    items, more = page(call, found)
    return {"ProvisionedProducts": items, "TotalResultsCount": len(found), **more}


def _attribute(found: StoredProvisionedProduct) -> View:
    """ProvisionedProductAttribute: the detail, with tags and who launched it."""
    return {
        **_common(found),
        "Tags": tag_list(found.launch.tags | auto_tags(found, found.launch)),
        "UserArn": found.user_arn,
        "UserArnSession": found.user_arn_session,
        **optional(PhysicalId=found.stack_id),
    }


def _matches(view: View, query: str) -> bool:
    """Whether a view fits `field:value`, or has the plain text in any field; `*` is a wildcard, case does not count."""
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
