"""Products of Service Catalog with their versions.

Source: template reference, AWS::ServiceCatalog::CloudFormationProduct, ReplaceProvisioningArtifacts: versions are
matched by the URL of their template and their name, and those that match keep their ids; if it is true, all versions
get new ids. The schema's update handler deletes versions, after it has taken their service actions away: it is assumed
that these are the versions that leave the template.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.sandbox.registry import calls
from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.shaping import shaped
from catalog.sandbox.registry.tables.catalogues import SERVICE, by_id, catalog_arn, tagging, token

VERSIONS = "ProvisioningArtifactParameters"
REPLACE = "ReplaceProvisioningArtifacts"
TEXTS = ("Name", "Owner", "Description", "Distributor", "SupportDescription", "SupportEmail", "SupportUrl")
CHANGES = (*TEXTS, "ProductType", "SourceConnection", VERSIONS, REPLACE)
"""What an update can change besides tags; with ReplaceProvisioningArtifacts, each of them replaces the versions."""
VersionKey = tuple[str, str]
"""The name, and the URL of the template or the ARN of the stack that has it."""


def versions_of(properties: Mapping[str, Any]) -> dict[VersionKey, dict[str, Any]]:
    """The versions of a template, as the API takes them."""
    shape = calls.operation_model(SERVICE, "CreateProvisioningArtifact").input_shape
    assert shape is not None  # noqa: S101  # every operation of Service Catalog takes parameters
    taken = [shaped(each, shape.members["Parameters"]) for each in properties.get(VERSIONS) or ()]
    return {(each.get("Name", ""), _source(each.get("Info") or {})): each for each in taken}


def _source(info: Mapping[str, str]) -> str:
    return info.get("LoadTemplateFromURL") or info.get("ImportFromPhysicalId", "")


def existing(product: ApiResource) -> dict[VersionKey, list[dict[str, Any]]]:
    """The versions that Service Catalog has, with those of the same name and template in the order of creation."""
    by_key: dict[VersionKey, list[dict[str, Any]]] = {}
    answer = product.ask("ListProvisioningArtifacts", {"ProductId": product["Id"]})
    for detail in answer["ProvisioningArtifactDetails"]:
        wanted = {"ProductId": product["Id"], "ProvisioningArtifactId": detail["Id"]}
        info = product.ask("DescribeProvisioningArtifact", wanted)["Info"]
        source = info.get("TemplateUrl") or info.get("ImportFromPhysicalId", "")
        by_key.setdefault((detail.get("Name", ""), source), []).append(detail)
    return by_key


def is_replacing(product: ApiResource) -> bool:
    """Whether an update gives all versions new ids."""
    return bool(product.old) and product.text(REPLACE) == "true"


def new_product(product: ApiResource) -> dict[str, Any]:
    """CreateProduct with the first version."""
    first = next(iter(versions_of(product.properties).values()), None)
    return {
        "ProductType": product.text("ProductType", "CLOUD_FORMATION_TEMPLATE"),
        VERSIONS: first,
        "IdempotencyToken": token(),
    }


def new_versions(product: ApiResource) -> list[dict[str, Any]]:
    """CreateProvisioningArtifact for each version that is not there."""
    by_key = {} if is_replacing(product) else existing(product)
    return [
        {"ProductId": product["Id"], "Parameters": version, "IdempotencyToken": token()}
        for key, version in versions_of(product.properties).items()
        if key not in by_key
    ]


def changed_versions(product: ApiResource) -> list[dict[str, Any]]:
    """UpdateProvisioningArtifact for each version with another description."""
    by_key = existing(product)
    return [
        {
            "ProductId": product["Id"],
            "ProvisioningArtifactId": by_key[key][-1]["Id"],
            "Description": version.get("Description", ""),
        }
        for key, version in versions_of(product.properties).items()
        if by_key[key][-1].get("Description", "") != version.get("Description", "")
    ]


def dropped_versions(product: ApiResource) -> list[dict[str, Any]]:
    """DeleteProvisioningArtifact for each version of the old template that is no longer wanted, or replaced."""
    wanted, by_key = versions_of(product.properties), existing(product)
    dropped: list[dict[str, Any]] = []
    for key in versions_of(product.old):
        if key not in wanted:
            dropped += by_key.get(key, [])
        elif is_replacing(product):
            dropped += by_key.get(key, [])[:-1]  # the last one is new
    return [{"ProductId": product["Id"], "ProvisioningArtifactId": detail["Id"]} for detail in dropped]


def dropped_actions(product: ApiResource) -> list[dict[str, Any]]:
    """DisassociateServiceActionFromProvisioningArtifact for each service action of a version that goes."""
    return [
        {**version, "ServiceActionId": action["Id"]}
        for version in dropped_versions(product)
        for action in product.ask("ListServiceActionsForProvisioningArtifact", version)["ServiceActionSummaries"]
    ]


def attributes(product: ApiResource, shown: Mapping[str, Any]) -> dict[str, Any]:
    """The ids and names of the versions, in the order of the template [assumed]."""
    by_key, wanted = existing(product), versions_of(product.properties)
    return {
        "ProductName": shown["ProductViewDetail"]["ProductViewSummary"]["Name"],
        "ProvisioningArtifactIds": ",".join(by_key[key][-1]["Id"] for key in wanted),
        "ProvisioningArtifactNames": ",".join(name for name, _ in wanted),
    }


PRODUCT = ApiType(
    "AWS::ServiceCatalog::CloudFormationProduct",
    SERVICE,
    create=ApiCall("CreateProduct", new_product, copies=True, omitted=(VERSIONS, REPLACE)),
    known=lambda product, answer: {"Id": answer["ProductViewDetail"]["ProductViewSummary"]["ProductId"]},
    read=ApiCall("DescribeProductAsAdmin", by_id),
    attributes=attributes,
    settings=(
        Setting(TEXTS, ApiCall("UpdateProduct", by_id, copies=True, omitted=(VERSIONS,)), on_create=False),
        Setting(CHANGES, ApiCall("CreateProvisioningArtifact", new_versions)),
        Setting(CHANGES, ApiCall("UpdateProvisioningArtifact", changed_versions), on_create=False),
        Setting(
            CHANGES,
            ApiCall("DisassociateServiceActionFromProvisioningArtifact", dropped_actions),
            on_create=False,
        ),
        Setting(CHANGES, ApiCall("DeleteProvisioningArtifact", dropped_versions), on_create=False),
    ),
    delete=(ApiCall("DeleteProduct", by_id),),
    tagging=tagging("UpdateProduct"),
    arn=lambda product: catalog_arn(product, "product", product["Id"]),
)

TYPES = (PRODUCT,)
