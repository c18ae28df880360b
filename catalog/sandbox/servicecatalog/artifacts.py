"""Provisioning artifacts: the versions of a product."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.servicecatalog.call import Call, is_listed, ready_at, timestamp
from catalog.sandbox.servicecatalog.exceptions import (
    InvalidParametersException,
    ResourceInUseException,
    ResourceNotFoundException,
    not_implemented,
)
from catalog.sandbox.servicecatalog.identifiers import new_id
from catalog.sandbox.servicecatalog.lookup import (
    all_products,
    find_artifact,
    find_product,
    own_product,
    requested_artifact,
    requested_product,
)
from catalog.sandbox.servicecatalog.parameters import parameter_views
from catalog.sandbox.servicecatalog.quotas import check_quota
from catalog.sandbox.servicecatalog.state import Artifact, StoredProduct
from catalog.sandbox.servicecatalog.templates import load, parse
from catalog.sandbox.servicecatalog.views import artifact_detail, artifact_response


def new_artifact(call: Call, owner: StoredProduct, properties: dict[str, Any]) -> Artifact:
    """Create an artifact from ProvisioningArtifactProperties and add it to its product; names are not unique."""
    kind = properties.get("Type") or "CLOUD_FORMATION_TEMPLATE"
    if kind != "CLOUD_FORMATION_TEMPLATE":
        raise not_implemented(f"Provisioning artifact Type {kind}")
    check_quota("artifacts_per_product", len(owner.artifacts) + 1)
    info, template = load(call, properties.get("Info") or {})
    created = Artifact(
        id=new_id("pa"),
        name=properties.get("Name") or "",
        description=properties.get("Description") or "",
        type=kind,
        info=info,
        template=template,
        document=parse(template, validate=not properties.get("DisableTemplateValidation")),
        created=timestamp(),
        ready_at=ready_at(),
        made_at=call.received_at,
    )
    owner.artifacts[created.id] = created
    return created


def create_provisioning_artifact(call: Call) -> dict[str, Any]:
    """CreateProvisioningArtifact."""
    owner = own_product(call, call.text("ProductId"))
    return artifact_response(new_artifact(call, owner, call.request["Parameters"]))


def update_provisioning_artifact(call: Call) -> dict[str, Any]:
    """UpdateProvisioningArtifact: change Name, Description, Active and Guidance, but never the template."""
    artifact = find_artifact(own_product(call, call.text("ProductId")), call.text("ProvisioningArtifactId"))
    artifact.name = call.request.get("Name", artifact.name)
    artifact.description = call.request.get("Description", artifact.description)
    artifact.active = call.request.get("Active", artifact.active)
    artifact.guidance = call.request.get("Guidance", artifact.guidance)
    return artifact_response(artifact)


def delete_provisioning_artifact(call: Call) -> dict[str, Any]:
    """DeleteProvisioningArtifact; refused for the last artifact of a product, and while it has service actions."""
    owner = own_product(call, call.text("ProductId"))
    artifact = find_artifact(owner, call.text("ProvisioningArtifactId"))
    if len(owner.artifacts) == 1:
        raise ResourceInUseException(
            f"Provisioning Artifact {artifact.id} is the last one of product {owner.id}:"
            " a product must have at least one provisioning artifact"
        )
    if artifact.service_action_ids:
        raise ResourceInUseException(f"Provisioning Artifact {artifact.id} still has associated Service Actions")
    del owner.artifacts[artifact.id]
    return {}


def describe_provisioning_artifact(call: Call) -> dict[str, Any]:
    """DescribeProvisioningArtifact; with Verbose, Info includes the template [known from clients]."""
    artifact = _described(call)
    response = artifact_response(artifact)
    if call.flag("Verbose"):
        response["Info"]["CloudFormationTemplate"] = artifact.template
    if call.flag("IncludeProvisioningArtifactParameters"):
        response["ProvisioningArtifactParameters"] = parameter_views(artifact)
    return response


def _described(call: Call) -> Artifact:
    """The artifact; without a product in the request, its id must be given."""
    if "ProductId" in call.request or "ProductName" in call.request:
        return requested_artifact(call, requested_product(call, "ProductId", "ProductName"))
    artifact_id = call.text("ProvisioningArtifactId")
    if not artifact_id:
        raise InvalidParametersException("You must provide either ProductId or ProductName.")
    for owner in all_products(call).values():
        if artifact_id in owner.artifacts:
            return owner.artifacts[artifact_id]
    raise ResourceNotFoundException(f"Provisioning Artifact not found: {artifact_id}")


def list_provisioning_artifacts(call: Call) -> dict[str, Any]:
    """ListProvisioningArtifacts: all artifacts, because the request has no page token."""
    owner = find_product(call, call.text("ProductId"))
    listed = [item for item in owner.artifacts.values() if is_listed(item.made_at)]
    return {"ProvisioningArtifactDetails": [artifact_detail(item) for item in listed]}
