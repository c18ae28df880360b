"""Delays of asynchronous operations; the tests advance the sandbox's clock instead of waiting."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.sandbox.servicecatalog.call import CREATION_SECONDS
from catalog.sandbox.servicecatalog.records import RECORD_SECONDS

LATENCY = 1000.0
RULES = '{"Rules": {"R": {"Assertions": [{"Assert": {"Fn::Equals": ["a", "a"]}}]}}}'


@pytest.fixture
def slow(world: Any, knobs: Any) -> Any:
    """A sandbox with long delays."""
    knobs.latency = LATENCY
    return world


def test_products_and_constraints_start_as_creating(slow: Any, knobs: Any) -> None:
    product_id, artifact_id = slow.product()
    portfolio_id = slow.portfolio(product_id)
    constraint = slow.catalog.create_constraint(
        PortfolioId=portfolio_id, ProductId=product_id, Type="TEMPLATE", Parameters=RULES
    )
    artifact = slow.catalog.create_provisioning_artifact(
        ProductId=product_id, Parameters={"Name": "2", "Info": {"LoadTemplateFromURL": slow.put_template()}}
    )
    assert (constraint["Status"], artifact["Status"]) == ("CREATING", "CREATING")
    knobs.ahead += CREATION_SECONDS * LATENCY
    assert slow.catalog.describe_product_as_admin(Id=product_id)["ProductViewDetail"]["Status"] == "CREATED"
    described = slow.catalog.describe_provisioning_artifact(ProductId=product_id, ProvisioningArtifactId=artifact_id)
    assert described["Status"] == "AVAILABLE"
    constraint_id = constraint["ConstraintDetail"]["ConstraintId"]
    assert slow.catalog.describe_constraint(Id=constraint_id)["Status"] == "AVAILABLE"
    assert slow.catalog.update_constraint(Id=constraint_id, Description="d")["Status"] == "CREATING"


def test_the_ready_status_is_a_setting(world: Any, knobs: Any) -> None:
    knobs.ready_status = "AVAILABLE"
    product_id, _ = world.product()
    assert world.catalog.describe_product_as_admin(Id=product_id)["ProductViewDetail"]["Status"] == "AVAILABLE"


def test_a_launch_ends_when_it_is_due(slow: Any, knobs: Any) -> None:
    product_id, artifact_id = slow.product()
    role = slow.role("dev")
    slow.portfolio(product_id, principals=(role,))
    client = slow.client("servicecatalog", slow.assume(role))
    request = {"ProductId": product_id, "ProvisioningArtifactId": artifact_id}
    parameters = [{"Key": "Name", "Value": "events"}]
    record = client.provision_product(
        ProvisionedProductName="mine", ProvisioningParameters=parameters, ProvisionToken="t", **request
    )["RecordDetail"]
    provisioned = client.describe_provisioned_product(Name="mine")["ProvisionedProductDetail"]
    assert provisioned["Status"] == "UNDER_CHANGE"
    assert client.describe_record(Id=record["RecordId"])["RecordOutputs"] == []
    assert client.get_provisioned_product_outputs(ProvisionedProductName="mine")["Outputs"] == []
    busy = "still under change or its status does not allow further operation"
    for operation in (client.update_provisioned_product, client.terminate_provisioned_product):
        with pytest.raises(client.exceptions.InvalidParametersException, match=busy):
            operation(ProvisionedProductName="mine")
    seen, events = [], []
    stack = {"StackName": f"SC-{role.split(':')[4]}-{record['ProvisionedProductId']}"}
    cloudformation = slow.client("cloudformation", slow.assume(role))
    while not seen or seen[-1] not in ("SUCCEEDED", "FAILED"):
        status = client.describe_record(Id=record["RecordId"])["RecordDetail"]["Status"]
        seen += [] if status in seen else [status]
        events.append(
            [event["ResourceStatus"] for event in cloudformation.describe_stack_events(**stack)["StackEvents"]]
        )
        knobs.ahead += RECORD_SECONDS * LATENCY / 10
    assert seen == ["CREATED", "IN_PROGRESS", "SUCCEEDED"]
    # The events of the stack become visible one after the other, the newest first.
    assert [len(statuses) for statuses in events] == sorted(len(statuses) for statuses in events)
    assert (events[0], events[-1][0], len(events[-1])) == (["CREATE_IN_PROGRESS"], "CREATE_COMPLETE", 4)
    detail = client.describe_record(Id=record["RecordId"])["RecordDetail"]
    lasted = (detail["UpdatedTime"] - detail["CreatedTime"]).total_seconds()
    assert lasted >= RECORD_SECONDS * LATENCY
    provisioned = client.describe_provisioned_product(Name="mine")["ProvisionedProductDetail"]
    assert provisioned["Status"] == "AVAILABLE"


def test_a_rollback_is_in_progress_in_error(slow: Any, knobs: Any) -> None:
    template = {"Resources": {"Alias": {"Type": "AWS::KMS::Alias", "Properties": {"AliasName": "x"}}}}
    template["Resources"]["Alias"]["Properties"]["TargetKeyId"] = "none"  # type: ignore[index]
    product_id, artifact_id = slow.product(template=template)
    role = slow.role("dev")
    slow.portfolio(product_id, principals=(role,))
    client = slow.client("servicecatalog", slow.assume(role))
    record = client.provision_product(
        ProductId=product_id, ProvisioningArtifactId=artifact_id, ProvisionedProductName="mine"
    )["RecordDetail"]
    seen: list[str] = []
    while "FAILED" not in seen:
        status = client.describe_record(Id=record["RecordId"])["RecordDetail"]["Status"]
        seen += [] if status in seen else [status]
        knobs.ahead += RECORD_SECONDS * LATENCY / 10
    assert seen == ["CREATED", "IN_PROGRESS", "IN_PROGRESS_IN_ERROR", "FAILED"]
