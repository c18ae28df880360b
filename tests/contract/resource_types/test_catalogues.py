"""Service Catalog's types in a stack, beyond the life of each: versions that stay, launches that fail, two locks."""

from __future__ import annotations

import threading
from typing import Any

from tests.contract.resource_types.cases_catalogue import ACCESS, product, ref, resource, version
from tests.contract.resource_types.conftest import World


def with_versions(*versions: Any, **more: Any) -> dict[str, Any]:
    own = {"Name": "Queue", "Owner": "Platform", "ProvisioningArtifactParameters": list(versions), **more}
    outputs = {"Ids": {"Value": {"Fn::GetAtt": ["It", "ProvisioningArtifactIds"]}}}
    return {"Resources": {"It": resource("CloudFormationProduct", **own)}, "Outputs": outputs}


def ids(outcome: Any) -> list[str]:
    assert outcome.status.endswith("TE_COMPLETE"), outcome.reason
    return str(outcome.outputs[0][1]).split(",")


def test_a_version_keeps_its_id_while_its_name_and_template_stay(world: World) -> None:
    one, two = ids(world.create(with_versions(version("1"), version("2"))))
    several = ids(world.update(with_versions(version("2"), version("3"), version("1", Description="x"))))
    assert several[::2] == [two, one]
    assert one not in ids(world.update(with_versions(version("1", "queue"), version("2"))))
    three = ids(world.update(with_versions(version("2"))))
    assert three == [two]
    outside = world.client("servicecatalog").create_provisioning_artifact(
        ProductId=world.reference(), Parameters=version("by hand")
    )
    assert ids(world.update(with_versions(version("4"), version("2"))))[1] == two
    assert product(world, world.reference())["Versions"] == ["2", "by hand", "4"], outside


def test_replaced_versions_get_new_ids_with_any_change_of_the_product(world: World) -> None:
    before = ids(world.create(with_versions(version("1"), version("2"), ReplaceProvisioningArtifacts=True)))
    after = ids(world.update(with_versions(version("1"), version("2"), ReplaceProvisioningArtifacts=True, Owner="New")))
    assert not {*before} & {*after}
    assert product(world, world.reference())["Versions"] == ["1", "2"]


def test_an_update_that_fails_leaves_the_versions_as_they_were(world: World) -> None:
    before = ids(world.create(with_versions(version("1"))))
    outcome = world.update(with_versions(version("2"), version("3", "absent")))
    assert outcome.status == "UPDATE_ROLLBACK_COMPLETE"
    assert "Invalid templateBody" in outcome.reason
    assert ids(world.update(with_versions(version("1"), Owner="Other"))) == before
    assert product(world, world.reference())["Versions"] == ["1"]


def test_versions_with_service_actions_go_too(world: World) -> None:
    template = with_versions(version("1"), version("2"))
    world.create(template)
    client, product_id = world.client("servicecatalog"), world.reference()
    definition = {"Name": "AWS-RestartEC2Instance", "Version": "1"}
    action = client.create_service_action(Name="A", DefinitionType="SSM_AUTOMATION", Definition=definition)
    identifier = action["ServiceActionDetail"]["ServiceActionSummary"]["Id"]
    versions = client.list_provisioning_artifacts(ProductId=product_id)["ProvisioningArtifactDetails"]
    client.associate_service_action_with_provisioning_artifact(
        ProductId=product_id, ProvisioningArtifactId=versions[0]["Id"], ServiceActionId=identifier
    )
    assert ids(world.update(with_versions(version("2")))) == [versions[1]["Id"]]


def launching(name: str, **more: Any) -> dict[str, Any]:
    own = {"ProductId": ref("Product"), "ProvisioningParameters": [{"Key": "Name", "Value": name}], **more}
    it = resource("CloudFormationProvisionedProduct", ProvisioningArtifactName="1.0.0", **own)
    return {"Resources": {**ACCESS, "It": {**it, "DependsOn": ["Offer", "Users"]}}}


def provisioned(world: World) -> list[str]:
    filters = {"Key": "Account", "Value": "self"}
    answer = world.client("servicecatalog").search_provisioned_products(AccessLevelFilter=filters)
    return [each["Status"] for each in answer["ProvisionedProducts"]]


def test_a_launch_that_fails_fails_the_stack_and_leaves_nothing(world: World) -> None:
    world.client("sns").create_topic(Name="taken")
    outcome = world.create(launching("taken"))
    assert outcome.status == "ROLLBACK_COMPLETE"
    assert "It: Resource handler returned message" in outcome.reason
    assert "already exists" in outcome.reason
    assert provisioned(world) == []
    world.delete()
    outcome = world.create(launching("mine"))
    assert outcome.status == "CREATE_COMPLETE", outcome.reason
    outcome = world.update(launching("taken"))
    assert outcome.status == "UPDATE_ROLLBACK_COMPLETE", outcome.reason
    assert provisioned(world) == ["AVAILABLE"]


def test_an_output_that_the_product_lacks_fails_the_stack(world: World) -> None:
    template = launching("other")
    template["Outputs"] = {"No": {"Value": {"Fn::GetAtt": ["It", "Outputs.Nothing"]}}}
    outcome = world.create(template)
    assert outcome.status == "ROLLBACK_COMPLETE"
    assert "has no attribute Outputs.Nothing" in outcome.reason


def test_a_launch_and_a_stack_at_once_wait_for_one_another(world: World) -> None:
    world.create(launching("one"))
    client, errors = world.client("servicecatalog"), []
    product_id = client.search_products_as_admin()["ProductViewDetails"][0]["ProductViewSummary"]["ProductId"]

    def both(number: int) -> None:
        try:
            client.update_product(Id=product_id, Description=f"{number}")
            world.create(with_versions(version("1")), f"other-{number}")
            world.delete(f"other-{number}")
        except Exception as error:  # noqa: BLE001  # whatever it is, the test shows it
            errors.append(error)

    threads = [threading.Thread(target=both, args=(number,), daemon=True) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)
    assert errors == []
