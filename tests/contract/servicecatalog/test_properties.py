"""The owner and the launch role of a provisioned product, and stacks that become provisioned products."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.contract.servicecatalog.conftest import TOPIC_TEMPLATE


def change(scenario: Any, **properties: str) -> Any:
    return scenario.admin.update_provisioned_product_properties(
        ProvisionedProductId=scenario.provisioned()["Id"], ProvisionedProductProperties=properties
    )


def test_a_transfer_changes_who_sees_it(scenario: Any) -> None:
    scenario.launch()
    other = scenario.world.role("other")
    mine = {"AccessLevelFilter": {"Key": "User", "Value": "self"}}
    theirs = scenario.world.client("servicecatalog", scenario.world.assume(other))
    assert len(scenario.user.scan_provisioned_products(**mine)["ProvisionedProducts"]) == 1
    before = scenario.provisioned()
    answer = change(scenario, OWNER="arn:aws:sts::123456789012:assumed-role/other/session")
    assert scenario.record({"RecordId": answer["RecordId"]})["RecordDetail"]["Status"] == "SUCCEEDED"
    assert scenario.user.scan_provisioned_products(**mine)["ProvisionedProducts"] == []
    (seen,) = theirs.search_provisioned_products(**mine)["ProvisionedProducts"]
    assert seen["UserArn"] == other
    after = scenario.provisioned()
    assert after["LastRecordId"] == answer["RecordId"] != before["LastRecordId"]
    assert {key: after[key] for key in after if key != "LastRecordId"} == {
        key: before[key] for key in before if key != "LastRecordId"
    }


def test_another_launch_role_makes_the_next_update(scenario: Any) -> None:
    scenario.launch()
    role = scenario.world.role("second")
    change(scenario, LAUNCH_ROLE=role)
    scenario.world.drop_role("launch")
    record = scenario.update(ProvisioningParameters=[{"Key": "Name", "Value": "other"}])
    assert scenario.record(record)["RecordDetail"]["Status"] == "SUCCEEDED"
    assert scenario.provisioned()["LaunchRoleArn"] == role
    scenario.terminate()
    assert scenario.topics() == []


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"OWNER": "dev"}, "OWNER must be the ARN"),
        ({"OWNER": "arn:aws:iam::210987654321:role/dev"}, "OWNER must be in account 123456789012"),
        ({"LAUNCH_ROLE": "arn:aws:iam::123456789012:user/dev"}, "LAUNCH_ROLE must be the ARN of a role"),
    ],
)
def test_properties_are_checked(scenario: Any, properties: dict[str, str], message: str) -> None:
    scenario.launch()
    with pytest.raises(scenario.admin.exceptions.InvalidParametersException, match=message):
        change(scenario, **properties)


def test_a_stack_becomes_a_provisioned_product(scenario: Any) -> None:
    formation = scenario.world.client("cloudformation")

    def stack(name: str, template: Any = TOPIC_TEMPLATE) -> str:
        values = [{"ParameterKey": "Name", "ParameterValue": name}] if "Parameters" in template else []
        made = formation.create_stack(StackName=name, TemplateBody=json.dumps(template), Parameters=values)
        return str(made["StackId"])

    def take(name: str, stack_id: str) -> Any:
        version = {"ProductId": scenario.product_id, "ProvisioningArtifactId": scenario.artifact_id}
        record = scenario.user.import_as_provisioned_product(
            ProvisionedProductName=name, PhysicalId=stack_id, **version
        )["RecordDetail"]
        return scenario.record(record)

    stack_id, errors = stack("theirs"), scenario.user.exceptions
    taken = take("mine", stack_id)
    assert taken["RecordDetail"]["Status"] == "SUCCEEDED"
    assert [output["OutputKey"] for output in taken["RecordOutputs"]] == ["CloudformationStackARN", "TopicArn"]
    (found,) = scenario.user.search_provisioned_products()["ProvisionedProducts"]
    assert (found["PhysicalId"], found["Status"]) == (stack_id, "AVAILABLE")
    with pytest.raises(errors.DuplicateResourceException, match="belongs to provisioned product"):
        take("again", stack_id)
    other = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
    with pytest.raises(errors.InvalidParametersException, match="does not match"):
        take("other", stack("different", other))
    with pytest.raises(errors.ResourceNotFoundException, match="stack not found"):
        take("other", stack_id[:-1])
    record = scenario.update(ProvisioningParameters=[{"Key": "Name", "Value": "renamed"}])
    assert scenario.record(record)["RecordDetail"]["Status"] == "SUCCEEDED"
    assert "renamed" in scenario.topics()
    assert "launch" in scenario.provisioned()["LaunchRoleArn"]
    scenario.terminate()
    assert "renamed" not in scenario.topics()
