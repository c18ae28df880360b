"""Service actions and their associations with artifacts; `service_action_runs` executes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from catalog.sandbox.servicecatalog.call import Call, is_listed
from catalog.sandbox.servicecatalog.exceptions import (
    DuplicateResourceException,
    InvalidParametersException,
    LimitExceededException,
    ResourceInUseException,
    ResourceNotFoundException,
    ServiceCatalogError,
)
from catalog.sandbox.servicecatalog.identifiers import new_id
from catalog.sandbox.servicecatalog.lookup import find_artifact, own_product
from catalog.sandbox.servicecatalog.paging import page
from catalog.sandbox.servicecatalog.quotas import check_quota
from catalog.sandbox.servicecatalog.service_action_runs import definition_parameters
from catalog.sandbox.servicecatalog.state import Artifact, StoredProduct, StoredServiceAction
from catalog.sandbox.servicecatalog.views import View, artifact_view, product_view_summary, service_action_summary

BATCH_CODES: dict[type[ServiceCatalogError], str] = {
    DuplicateResourceException: "DUPLICATE_RESOURCE",
    LimitExceededException: "LIMIT_EXCEEDED",
    ResourceNotFoundException: "RESOURCE_NOT_FOUND",
}


def create_service_action(call: Call) -> dict[str, Any]:
    """CreateServiceAction."""
    check_quota("service_actions", len(call.state.service_actions) + 1)
    definition = call.request["Definition"]
    _check_definition(definition)
    service_action = StoredServiceAction(
        new_id("act"),
        call.text("Name"),
        call.text("Description"),
        call.text("DefinitionType"),
        definition,
        call.received_at,
    )
    call.state.service_actions[service_action.id] = service_action
    return {"ServiceActionDetail": _detail(service_action)}


def _check_definition(definition: dict[str, str]) -> None:
    missing = {"Name", "Version"} - set(definition)
    if missing:
        raise InvalidParametersException(f"Definition must contain {', '.join(sorted(missing))}.")
    definition_parameters(definition)


def update_service_action(call: Call) -> dict[str, Any]:
    """UpdateServiceAction."""
    service_action = _service_action(call, call.text("Id"))
    definition = call.request.get("Definition", service_action.definition)
    _check_definition(definition)
    service_action.definition = definition
    service_action.name = call.request.get("Name", service_action.name)
    service_action.description = call.request.get("Description", service_action.description)
    return {"ServiceActionDetail": _detail(service_action)}


def delete_service_action(call: Call) -> dict[str, Any]:
    """DeleteServiceAction; refused while it is associated with an artifact."""
    service_action = _service_action(call, call.text("Id"))
    if _users_of(call, service_action):
        raise ResourceInUseException(
            f"Service Action {service_action.id} is still associated with provisioning artifacts"
        )
    del call.state.service_actions[service_action.id]
    return {}


def describe_service_action(call: Call) -> dict[str, Any]:
    """DescribeServiceAction."""
    return {"ServiceActionDetail": _detail(_service_action(call, call.text("Id")))}


def list_service_actions(call: Call) -> dict[str, Any]:
    """ListServiceActions."""
    items, more = page(call, [item for item in call.state.service_actions.values() if is_listed(item.made_at)])
    return {"ServiceActionSummaries": [service_action_summary(item) for item in items], **more}


def associate_service_action(call: Call) -> dict[str, Any]:
    """AssociateServiceActionWithProvisioningArtifact."""
    _associate(call, dict(call.request))
    return {}


def disassociate_service_action(call: Call) -> dict[str, Any]:
    """DisassociateServiceActionFromProvisioningArtifact."""
    _disassociate(call, dict(call.request))
    return {}


def batch_associate_service_action(call: Call) -> dict[str, Any]:
    """BatchAssociateServiceActionWithProvisioningArtifact."""
    return _batch(call, _associate)


def batch_disassociate_service_action(call: Call) -> dict[str, Any]:
    """BatchDisassociateServiceActionFromProvisioningArtifact."""
    return _batch(call, _disassociate)


def _batch(call: Call, operation: Callable[[Call, View], None]) -> dict[str, Any]:
    """Process all associations; return those that failed, with a code and a message."""
    failed = []
    for association in call.request["ServiceActionAssociations"]:
        try:
            operation(call, association)
        except (DuplicateResourceException, LimitExceededException, ResourceNotFoundException) as error:
            failed.append(association | {"ErrorCode": BATCH_CODES[type(error)], "ErrorMessage": error.message})
    return {"FailedServiceActionAssociations": failed}


def _associate(call: Call, association: View) -> None:
    service_action, version = _associated(call, association)
    if service_action.id in version.service_action_ids:
        raise DuplicateResourceException(f"Service Action {service_action.id} is already associated with {version.id}")
    check_quota("service_actions_per_artifact", len(version.service_action_ids) + 1)
    version.service_action_ids.append(service_action.id)


def _disassociate(call: Call, association: View) -> None:
    service_action, version = _associated(call, association)
    if service_action.id not in version.service_action_ids:
        raise ResourceNotFoundException(f"Service Action {service_action.id} is not associated with {version.id}")
    version.service_action_ids.remove(service_action.id)


def _associated(call: Call, association: View) -> tuple[StoredServiceAction, Artifact]:
    version = find_artifact(own_product(call, association["ProductId"]), association["ProvisioningArtifactId"])
    return _service_action(call, association["ServiceActionId"]), version


def list_service_actions_for_artifact(call: Call) -> dict[str, Any]:
    """ListServiceActionsForProvisioningArtifact."""
    version = find_artifact(own_product(call, call.text("ProductId")), call.text("ProvisioningArtifactId"))
    items, more = page(call, version.service_action_ids)
    return {
        "ServiceActionSummaries": [service_action_summary(call.state.service_actions[item]) for item in items],
        **more,
    }


def list_artifacts_for_service_action(call: Call) -> dict[str, Any]:
    """ListProvisioningArtifactsForServiceAction."""
    items, more = page(call, _users_of(call, _service_action(call, call.text("ServiceActionId"))))
    return {
        "ProvisioningArtifactViews": [
            {"ProductViewSummary": product_view_summary(owner), "ProvisioningArtifact": artifact_view(version)}
            for owner, version in items
        ],
        **more,
    }


def _users_of(call: Call, service_action: StoredServiceAction) -> list[tuple[StoredProduct, Artifact]]:
    return [
        (owner, version)
        for owner in call.state.products.values()
        for version in owner.artifacts.values()
        if service_action.id in version.service_action_ids
    ]


def _service_action(call: Call, action_id: str) -> StoredServiceAction:
    try:
        return call.state.service_actions[action_id]
    except KeyError:
        raise ResourceNotFoundException(f"Service Action not found: {action_id}") from None


def _detail(service_action: StoredServiceAction) -> View:
    return {"ServiceActionSummary": service_action_summary(service_action), "Definition": service_action.definition}
