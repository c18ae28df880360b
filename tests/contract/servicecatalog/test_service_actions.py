from __future__ import annotations

from typing import Any

import pytest

DEFINITION = {"Name": "AWS-RestartEC2Instance", "Version": "1", "AssumeRole": "LAUNCH_ROLE"}


def create(world: Any, name: str = "restart") -> str:
    identifier: str = world.catalog.create_service_action(
        Name=name, DefinitionType="SSM_AUTOMATION", Definition=DEFINITION
    )["ServiceActionDetail"]["ServiceActionSummary"]["Id"]
    return identifier


def test_an_action_from_creation_to_deletion(world: Any) -> None:
    client, action = world.catalog, create(world)
    product_id, artifact_id = world.product()
    place = {"ProductId": product_id, "ProvisioningArtifactId": artifact_id, "ServiceActionId": action}
    client.update_service_action(Id=action, Description="d")
    detail = client.describe_service_action(Id=action)["ServiceActionDetail"]
    assert (detail["Definition"], detail["ServiceActionSummary"]["Description"]) == (DEFINITION, "d")
    client.associate_service_action_with_provisioning_artifact(**place)
    with pytest.raises(client.exceptions.DuplicateResourceException):
        client.associate_service_action_with_provisioning_artifact(**place)
    with pytest.raises(client.exceptions.ResourceInUseException):
        client.delete_service_action(Id=action)
    with pytest.raises(client.exceptions.ResourceInUseException, match="Service Actions"):
        client.delete_product(Id=product_id)
    (view,) = client.list_provisioning_artifacts_for_service_action(ServiceActionId=action)["ProvisioningArtifactViews"]
    assert view["ProvisioningArtifact"]["Id"] == artifact_id
    listed = client.list_service_actions_for_provisioning_artifact(
        ProductId=product_id, ProvisioningArtifactId=artifact_id
    )["ServiceActionSummaries"]
    assert listed == client.list_service_actions()["ServiceActionSummaries"]
    client.disassociate_service_action_from_provisioning_artifact(**place)
    client.delete_service_action(Id=action)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.describe_service_action(Id=action)


def test_a_batch_does_what_it_can(world: Any, knobs: Any) -> None:
    client = world.catalog
    product_id, artifact_id = world.product()
    first, second = create(world), create(world, "other")
    place = {"ProductId": product_id, "ProvisioningArtifactId": artifact_id}
    knobs.quotas = {"service_actions_per_artifact": 1}
    wanted = [place | {"ServiceActionId": item} for item in (first, first, second, "act-gone")]
    failed = client.batch_associate_service_action_with_provisioning_artifact(ServiceActionAssociations=wanted)
    codes = [item["ErrorCode"] for item in failed["FailedServiceActionAssociations"]]
    assert codes == ["DUPLICATE_RESOURCE", "LIMIT_EXCEEDED", "RESOURCE_NOT_FOUND"]
    failed = client.batch_disassociate_service_action_from_provisioning_artifact(ServiceActionAssociations=wanted[:2])
    assert [item["ErrorCode"] for item in failed["FailedServiceActionAssociations"]] == ["RESOURCE_NOT_FOUND"]


def test_a_definition_needs_a_document_and_its_version(world: Any) -> None:
    with pytest.raises(world.catalog.exceptions.InvalidParametersException, match="Version"):
        world.catalog.create_service_action(
            Name="x", DefinitionType="SSM_AUTOMATION", Definition={"Name": "AWS-RestartEC2Instance"}
        )
