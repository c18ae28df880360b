"""What Route 53, CloudTrail and AWS Backup refuse, and what they take again after a deletion."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_records import BUCKET, PLAN, TRAIL, VAULT, WEIGHTED, ZONE, records
from tests.contract.resource_types.conftest import World


def record(**properties: Any) -> dict[str, Any]:
    properties = {**WEIGHTED, "HostedZoneId": {"Ref": "Zone"}, "SetIdentifier": "blue", **properties}
    return {"Type": "AWS::Route53::RecordSet", "Properties": properties}


def test_records_with_one_identifier_are_two(world: World) -> None:
    """moto deleted each record with the identifier, whatever its name."""
    shop = record(Name="shop.records.example.")
    outcome = world.create({"Resources": {"Zone": ZONE, "Www": record(), "Shop": shop}})
    assert outcome.status == "CREATE_COMPLETE", outcome.reason
    outcome = world.update({"Resources": {"Zone": ZONE, "Www": record(), "Again": record(), "Shop": shop}})
    assert "Tried to create resource record set [name='www.records.example.', type='A', " in outcome.reason
    assert outcome.status == "UPDATE_ROLLBACK_COMPLETE"
    assert world.update({"Resources": {"Zone": ZONE, "Shop": shop}}).status == "UPDATE_COMPLETE"
    assert [each["Name"] for each in records(world)] == ["shop.records.example."]
    elsewhere = record(HostedZoneId=None, HostedZoneName="nowhere.example.")
    del elsewhere["Properties"]["HostedZoneId"]
    outcome = world.update({"Resources": {"Zone": ZONE, "Shop": shop, "Other": elsewhere}})
    assert "No hosted zones named nowhere.example. found" in outcome.reason


def test_a_trail_needs_the_policy_of_its_bucket(world: World) -> None:
    trail = {key: value for key, value in TRAIL.items() if key != "DependsOn"}
    outcome = world.create({"Resources": {"Trail": trail, "Logs": BUCKET["Logs"]}})
    assert outcome.status == "ROLLBACK_COMPLETE"
    assert "Incorrect S3 bucket policy is detected for bucket: " in outcome.reason


def test_the_name_of_a_deleted_plan_is_free(world: World) -> None:
    resources = {"Vault": VAULT, "Plan": PLAN}
    for _ in range(2):
        assert world.create({"Resources": resources}).status == "CREATE_COMPLETE"
        assert world.delete().status == "DELETE_COMPLETE"
    assert world.client("backup").list_backup_plans()["BackupPlansList"] == []
