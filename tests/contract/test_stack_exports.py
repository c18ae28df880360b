"""Exports and imports of stacks."""

from __future__ import annotations

from typing import Any

from tests.contract.conftest import refusal, topic


def exporter(name: str, value: str = "v") -> dict[str, Any]:
    return {**topic(), "Outputs": {"O": {"Value": value, "Export": {"Name": name}}}}


IMPORTER = topic(Other={"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Fn::ImportValue": "shared"}}})


def test_an_export_in_use_cancels_the_deletion(local: Any) -> None:
    local.create("giver", exporter("shared"))
    local.create("taker", IMPORTER)
    formation = local.client("cloudformation")
    assert formation.list_imports(ExportName="shared")["Imports"] == ["taker"]
    formation.delete_stack(StackName="giver")
    stack = formation.describe_stacks(StackName="giver")["Stacks"][0]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert stack["StackStatusReason"] == "Delete canceled. Cannot delete export shared as it is in use by taker."
    formation.delete_stack(StackName="taker")
    formation.delete_stack(StackName="giver")
    assert formation.list_exports()["Exports"] == []


def test_an_export_in_use_cannot_be_changed(local: Any) -> None:
    local.create("giver", exporter("shared"))
    local.create("taker", IMPORTER)
    stack = local.update("giver", exporter("shared", "other"))
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert local.reason("giver", "giver", "UPDATE_ROLLBACK_IN_PROGRESS") == (
        "Export shared cannot be updated as it is in use by taker."
    )


def test_an_export_name_belongs_to_one_stack(local: Any) -> None:
    local.create("one", exporter("shared"))
    assert local.create("two", exporter("shared"))["StackStatus"] == "ROLLBACK_COMPLETE"
    reason = local.reason("two", "two", "ROLLBACK_IN_PROGRESS")
    assert reason.startswith("Export with name shared is already exported by stack one.")


def test_an_unknown_import_is_refused(local: Any) -> None:
    assert refusal(local.create, "s", IMPORTER) == ("ValidationError", "No export named shared found.")
