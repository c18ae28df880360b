"""Plans of provisioned products: what a launch or an update would do, then doing it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.servicecatalog.conftest import PARAMETERS, TOPIC_TEMPLATE

TOPIC = TOPIC_TEMPLATE["Resources"]["Topic"]
MORE = TOPIC_TEMPLATE | {
    "Resources": {
        "Topic": {**TOPIC, "Properties": {**TOPIC["Properties"], "DisplayName": "d"}},
        "Other": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "Topic"}}},
    }
}


def plan(scenario: Any, name: str = "mine", parameters: Any = PARAMETERS, **more: Any) -> str:
    request = {"ProductId": scenario.product_id, "ProvisioningArtifactId": scenario.artifact_id} | more
    made = scenario.user.create_provisioned_product_plan(
        PlanName="p",
        PlanType="CLOUDFORMATION",
        ProvisionedProductName=name,
        ProvisioningParameters=parameters,
        **request,
    )
    return str(made["PlanId"])


def described(scenario: Any, plan_id: str) -> tuple[str, dict[str, Any]]:
    """(status, changes by logical id) of a plan."""
    answer = scenario.user.describe_provisioned_product_plan(PlanId=plan_id)
    changes = {change["LogicalResourceId"]: change for change in answer["ResourceChanges"]}
    return answer["ProvisionedProductPlanDetails"]["Status"], changes


def test_a_planned_launch_makes_nothing_until_it_is_executed(scenario: Any) -> None:
    plan_id = plan(scenario)
    assert scenario.provisioned()["Status"] == "PLAN_IN_PROGRESS"
    status, changes = described(scenario, plan_id)
    assert (status, changes["Topic"]["Action"], scenario.topics()) == ("CREATE_SUCCESS", "ADD", [])
    with pytest.raises(scenario.user.exceptions.InvalidStateException, match="has a plan already"):
        plan(scenario)
    with pytest.raises(scenario.user.exceptions.InvalidParametersException, match="Can't update"):
        scenario.update()
    record = scenario.user.execute_provisioned_product_plan(PlanId=plan_id)["RecordDetail"]
    assert record["RecordType"] == "PROVISION_PRODUCT"
    assert (scenario.provisioned()["Status"], scenario.topics()) == ("AVAILABLE", ["events"])
    assert described(scenario, plan_id)[0] == "EXECUTE_SUCCESS"
    with pytest.raises(scenario.user.exceptions.InvalidStateException, match="EXECUTE_SUCCESS"):
        scenario.user.execute_provisioned_product_plan(PlanId=plan_id)
    forgotten = plan(scenario, "forgotten")
    scenario.user.delete_provisioned_product_plan(PlanId=forgotten)
    with pytest.raises(scenario.user.exceptions.ResourceNotFoundException, match="Plan not found"):
        described(scenario, forgotten)
    scenario.launch("forgotten", parameters=[{"Key": "Name", "Value": "second"}])
    assert scenario.topics() == ["events", "second"]


def test_a_planned_update_says_what_happens_to_each_resource(scenario: Any) -> None:
    scenario.launch()
    version = scenario.version(MORE)
    plan_id = plan(scenario, parameters=[{"Key": "Name", "Value": "other"}], ProvisioningArtifactId=version)
    assert scenario.provisioned()["Status"] == "AVAILABLE"
    status, changes = described(scenario, plan_id)
    topic = changes["Topic"]
    assert (status, topic["Action"], topic["Scope"]) == ("CREATE_SUCCESS", "MODIFY", ["PROPERTIES", "TAGS"])
    details = {item["Target"].get("Name", ""): item["Target"]["RequiresRecreation"] for item in topic["Details"]}
    assert set(details) == {"TopicName", "DisplayName", ""}
    assert (changes["Other"]["Action"], scenario.topics()) == ("ADD", ["events"])
    record = scenario.user.execute_provisioned_product_plan(PlanId=plan_id)["RecordDetail"]
    assert record["RecordType"] == "UPDATE_PROVISIONED_PRODUCT"
    assert scenario.provisioned()["ProvisioningArtifactId"] == version
    assert "other" in scenario.topics()


def test_a_plan_that_cannot_be_executed_any_more_stays_as_it_is(scenario: Any) -> None:
    plan_id = plan(scenario)
    version = {"ProductId": scenario.product_id, "ProvisioningArtifactId": scenario.artifact_id}
    scenario.admin.update_provisioning_artifact(**version, Guidance="DEPRECATED")
    for _ in range(2):
        with pytest.raises(scenario.user.exceptions.InvalidParametersException, match="deprecated"):
            scenario.user.execute_provisioned_product_plan(PlanId=plan_id)
        assert (scenario.provisioned()["Status"], scenario.topics()) == ("PLAN_IN_PROGRESS", [])
    scenario.admin.update_provisioning_artifact(**version, Guidance="DEFAULT")
    scenario.user.execute_provisioned_product_plan(PlanId=plan_id)
    assert (scenario.provisioned()["Status"], scenario.topics()) == ("AVAILABLE", ["events"])


def test_a_plan_is_obsolete_after_another_update(scenario: Any) -> None:
    scenario.launch()
    plan_id = plan(scenario, parameters=[{"Key": "Name", "Value": "other"}])
    scenario.update(ProvisioningParameters=[{"Key": "Name", "Value": "third"}])
    with pytest.raises(scenario.user.exceptions.InvalidStateException, match="obsolete"):
        scenario.user.execute_provisioned_product_plan(PlanId=plan_id)
    assert scenario.topics() == ["third"]
    with pytest.raises(scenario.user.exceptions.InvalidStateException, match=f"has a plan already: .*{plan_id}"):
        plan(scenario)


def test_a_plan_without_changes_and_one_that_is_refused_fail(scenario: Any) -> None:
    scenario.launch()
    same = plan(scenario, parameters=[{"Key": "Name", "UsePreviousValue": True}])
    answer = scenario.user.describe_provisioned_product_plan(PlanId=same)["ProvisionedProductPlanDetails"]
    assert answer["Status"] == "CREATE_FAILED"
    assert answer["StatusMessage"].startswith("The submitted information didn't contain changes.")
    (listed,) = scenario.user.list_provisioned_product_plans()["ProvisionedProductPlans"]
    assert listed["PlanId"] == same
    scenario.user.delete_provisioned_product_plan(PlanId=same)
    refused = plan(scenario, parameters=[{"Key": "Name", "Value": "forbidden"}])
    answer = scenario.user.describe_provisioned_product_plan(PlanId=refused)["ProvisionedProductPlanDetails"]
    assert "This name is forbidden" in answer["StatusMessage"]
    with pytest.raises(scenario.user.exceptions.InvalidStateException, match="CREATE_FAILED"):
        scenario.user.execute_provisioned_product_plan(PlanId=refused)
    scenario.terminate()
    assert scenario.user.list_provisioned_product_plans()["ProvisionedProductPlans"] == []
