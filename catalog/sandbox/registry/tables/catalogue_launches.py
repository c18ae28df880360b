"""Provisioned products of Service Catalog, launched by a stack.

Source: template reference, AWS::ServiceCatalog::CloudFormationProvisionedProduct. The launch is made for the role of
the stack, or for its caller, who needs a launch path.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType
from catalog.sandbox.registry.tables.catalogues import SERVICE, listed, product_arn, token

NAME = "ProvisionedProductName"
STACK = "CloudformationStackARN"
"""The output that Service Catalog adds to those of the template."""
OUTPUTS = ApiCall("GetProvisionedProductOutputs", lambda launch: by_id(launch))


def by_id(launch: ApiResource) -> dict[str, Any]:
    """The parameter ProvisionedProductId."""
    return {"ProvisionedProductId": launch["ProvisionedProductId"]}


def tags(launch: ApiResource) -> list[dict[str, str]]:
    """The tags of a launch; those of AWS's own, which the stack has, are not a caller's to send."""
    return [{"Key": key, "Value": value} for key, value in launch.tags.items() if not key.lower().startswith("aws:")]


def new_launch(launch: ApiResource) -> dict[str, Any]:
    """ProvisionProduct."""
    return {NAME: launch.name, "ProvisionToken": token(), "Tags": tags(launch) or None}


def changed_launch(launch: ApiResource) -> dict[str, Any]:
    """UpdateProvisionedProduct, with all parameters: one that is left out gets its default."""
    return by_id(launch) | {"UpdateToken": token(), "Tags": tags(launch)}


def attributes(launch: ApiResource, shown: Mapping[str, Any]) -> dict[str, Any]:
    """The record, the stack and the outputs."""
    listing = listed(launch, OUTPUTS, launch.ask(OUTPUTS.operation, by_id(launch)), "Outputs")
    outputs = {each["OutputKey"]: each["OutputValue"] for each in listing}
    return {
        "CloudformationStackArn": outputs.pop(STACK, ""),
        "Outputs": outputs,
        "RecordId": shown["LastRecordId"],
    }


def failure(shown: Mapping[str, Any]) -> str:
    """Why the last operation failed."""
    return "" if shown["Status"] == "AVAILABLE" else str(shown.get("StatusMessage") or shown["Status"])


PROVISIONED_PRODUCT = ApiType(
    "AWS::ServiceCatalog::CloudFormationProvisionedProduct",
    SERVICE,
    create=ApiCall("ProvisionProduct", new_launch, copies=True),
    known=lambda launch, answer: {"ProvisionedProductId": answer["RecordDetail"]["ProvisionedProductId"]},
    read=ApiCall("DescribeProvisionedProduct", lambda launch: {"Id": launch["ProvisionedProductId"]}),
    shown=lambda launch, answer: answer["ProvisionedProductDetail"],
    attributes=attributes,
    failed=failure,
    update=ApiCall("UpdateProvisionedProduct", changed_launch, copies=True, omitted=(NAME,)),
    updates_tags=True,
    delete=(ApiCall("TerminateProvisionedProduct", lambda launch: by_id(launch) | {"TerminateToken": token()}),),
    arn=product_arn,
)

TYPES = (PROVISIONED_PRODUCT,)
