"""Updates, terminations and searches of provisioned products, and record history."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.servicecatalog.conftest import PARAMETERS


def test_an_update_to_another_version(scenario: Any) -> None:
    scenario.launch()
    template = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "q"}}}}
    artifact = scenario.version(template)
    record = scenario.update(ProvisioningArtifactName="2.0.0")
    assert record["RecordType"] == "UPDATE_PROVISIONED_PRODUCT"
    provisioned = scenario.provisioned()
    assert (provisioned["Status"], provisioned["ProvisioningArtifactId"]) == ("AVAILABLE", artifact)
    assert scenario.topics() == []
    assert len(scenario.world.client("sqs").list_queues()["QueueUrls"]) == 1


def test_an_update_without_changes_succeeds(scenario: Any) -> None:
    scenario.launch()
    record = scenario.update(ProvisioningParameters=[{"Key": "Name", "UsePreviousValue": True}])
    answer = scenario.record(record)
    assert answer["RecordDetail"]["Status"] == "SUCCEEDED"
    assert len(answer["RecordOutputs"]) == 2


@pytest.mark.parametrize(("value", "status"), [("other", "FAILED"), ("", "SUCCEEDED")])
def test_a_value_for_a_parameter_that_keeps_its_value_is_refused(scenario: Any, value: str, status: str) -> None:
    scenario.launch()
    kept = {"Key": "Name", "UsePreviousValue": True, "Value": value}
    detail = scenario.record(scenario.update(ProvisioningParameters=[kept]))["RecordDetail"]
    assert detail["Status"] == status
    if value:  # boto/boto3#4426
        (error,) = detail["RecordErrors"]
        assert error["Code"] == "AmazonCloudFormationException"
        assert error["Description"].startswith(
            "AmazonCloudFormationException  Invalid input for parameter key Name. Cannot specify usePreviousValue as "
            "true and non empty value for a parameter"
        )
    assert scenario.topics() == ["events"]


def test_a_refused_update_taints_the_product_and_changes_nothing(scenario: Any) -> None:
    scenario.launch()
    record = scenario.update(ProvisioningParameters=[{"Key": "Name", "Value": "UPPER"}])
    assert scenario.record(record)["RecordDetail"]["Status"] == "FAILED"
    provisioned = scenario.provisioned()
    assert provisioned["Status"] == "TAINTED"
    assert provisioned["LastSuccessfulProvisioningRecordId"] != record["RecordId"] == provisioned["LastRecordId"]
    assert scenario.topics() == ["events"]
    scenario.update(ProvisioningParameters=[{"Key": "Name", "Value": "other"}])
    assert scenario.provisioned()["Status"] == "AVAILABLE"
    assert scenario.topics() == ["other"]


def test_a_product_in_error_can_only_be_terminated(scenario: Any) -> None:
    scenario.launch(parameters=[])
    with pytest.raises(scenario.user.exceptions.InvalidParametersException, match="Can't update provisioned product"):
        scenario.update(ProvisioningParameters=PARAMETERS)
    scenario.terminate()


def test_terminate_deletes_the_stack(scenario: Any) -> None:
    scenario.launch()
    record = scenario.terminate()
    assert (record["RecordType"], record["ProductId"]) == ("TERMINATE_PROVISIONED_PRODUCT", scenario.product_id)
    assert scenario.record(record)["RecordDetail"]["Status"] == "SUCCEEDED"
    assert scenario.topics() == []
    with pytest.raises(scenario.user.exceptions.ResourceNotFoundException, match="Provisioned product not found: mine"):
        scenario.terminate()
    scenario.launch()


def test_retain_physical_resources_keeps_the_stack(scenario: Any) -> None:
    scenario.launch()
    stack = scenario.stack()["StackName"]
    scenario.terminate(RetainPhysicalResources=True)
    assert scenario.user.search_provisioned_products()["TotalResultsCount"] == 0
    assert scenario.topics() == ["events"]
    (description,) = scenario.world.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    assert description["StackStatus"] == "CREATE_COMPLETE"


def test_a_failed_deletion_is_an_error_unless_errors_are_ignored(scenario: Any) -> None:
    scenario.launch()
    stack = scenario.stack()["StackName"]
    scenario.world.client("cloudformation").update_termination_protection(
        StackName=stack, EnableTerminationProtection=True
    )
    record = scenario.terminate()
    assert scenario.record(record)["RecordDetail"]["Status"] == "FAILED"
    assert scenario.provisioned()["Status"] == "ERROR"
    assert scenario.topics() == ["events"]
    assert scenario.record(scenario.terminate(IgnoreErrors=True))["RecordDetail"]["Status"] == "SUCCEEDED"
    assert scenario.user.search_provisioned_products()["ProvisionedProducts"] == []


def test_a_resource_that_cannot_be_deleted_keeps_the_product(scenario: Any) -> None:
    root = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    deny = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "kms:ScheduleKeyDeletion", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [root, deny]}
    template = {"Resources": {"Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": policy}}}}
    artifact = scenario.version(template)
    scenario.launch(parameters=[], ProvisioningArtifactId=artifact)
    detail = scenario.record(scenario.terminate())["RecordDetail"]
    assert detail["Status"] == "FAILED"
    assert "Key" in detail["RecordErrors"][0]["Description"]
    assert (scenario.provisioned()["Status"], scenario.stack()["StackStatus"]) == ("ERROR", "DELETE_FAILED")
    kms = scenario.world.client("kms")
    (key,) = kms.list_keys()["Keys"]
    assert kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] == "Enabled"


def test_search_finds_by_field_text_and_access_level(scenario: Any) -> None:
    scenario.launch("first")
    scenario.launch("second", parameters=[])
    world = scenario.world
    other = world.client("servicecatalog", world.assume(scenario.role, session="another"))

    def names(client: Any, *queries: str, **more: Any) -> list[str]:
        filters = {"Filters": {"SearchQuery": list(queries)}} if queries else {}
        provisioned_products = client.search_provisioned_products(**filters, **more)["ProvisionedProducts"]
        return [item["Name"] for item in provisioned_products]

    assert names(scenario.user) == ["first", "second"]
    assert names(scenario.user, "status:ERROR") == ["second"]
    assert names(scenario.user, f"productId:{scenario.product_id}", "name:f*") == ["first"]
    assert names(scenario.user, f"provisioningArtifactId:{scenario.artifact_id}") == ["first", "second"]
    assert names(scenario.user, "provisioningArtifactName:1.0.0", "productName:topic") == ["first", "second"]
    assert names(scenario.user, scenario.product_id) == ["first", "second"]
    assert names(scenario.user, "productId:prod-x") == []
    assert names(scenario.user, SortBy="name", SortOrder="DESCENDING") == ["second", "first"]
    assert names(other, AccessLevelFilter={"Key": "User", "Value": "self"}) == []
    assert names(other, AccessLevelFilter={"Key": "Role", "Value": "self"}) == ["first", "second"]
    assert names(scenario.admin, AccessLevelFilter={"Key": "Role", "Value": "self"}) == []
    assert names(scenario.admin, AccessLevelFilter={"Key": "Account", "Value": "self"}) == ["first", "second"]
    with pytest.raises(other.exceptions.InvalidParametersException, match="SortBy must be one of"):
        names(other, SortBy="status")
    with pytest.raises(other.exceptions.InvalidParametersException, match="must be self"):
        names(other, AccessLevelFilter={"Key": "User", "Value": "somebody"})
    assert [item["Name"] for item in scenario.user.scan_provisioned_products()["ProvisionedProducts"]] == names(
        scenario.user
    )


def test_record_history_is_newest_first(scenario: Any) -> None:
    records = [scenario.launch()["RecordId"], scenario.terminate()["RecordId"], scenario.launch("other")["RecordId"]]

    def history(client: Any, **more: Any) -> list[str]:
        return [item["RecordId"] for item in client.list_record_history(**more)["RecordDetails"]]

    assert history(scenario.user) == records[::-1]
    assert history(scenario.admin) == []
    assert history(scenario.admin, AccessLevelFilter={"Key": "Account", "Value": "self"}) == records[::-1]
    other = {"Key": "provisionedproduct", "Value": scenario.provisioned("other")["Id"]}
    assert history(scenario.user, SearchFilter=other) == records[2:]
    with pytest.raises(scenario.user.exceptions.InvalidParametersException, match="SearchFilter Key"):
        history(scenario.user, SearchFilter={"Key": "nonsense", "Value": "x"})


def test_a_repeated_provision_token_launches_once(scenario: Any) -> None:
    first = scenario.launch(ProvisionToken="once")
    assert scenario.launch(ProvisionToken="once")["RecordId"] == first["RecordId"]
    scenario.terminate(TerminateToken="end")
    with pytest.raises(scenario.user.exceptions.ResourceNotFoundException):
        scenario.terminate(TerminateToken="end")
