"""The gate: version bumps that are too small, and losses that no version number allows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from catalog.check.finding import Finding
from catalog.model.definition import Migration
from catalog.versions import gate
from tests.unit.versions.conftest import TemplateVersion, edited

REASON = "Tables are exported and imported by hand; the owners were told."
TABLE = {
    "Type": "AWS::DynamoDB::Table",
    "DeletionPolicy": "Retain",
    "UpdateReplacePolicy": "Retain",
    "Properties": {"TableName": "orders", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]},
}


def template(**resources: Any) -> dict[str, Any]:
    return {"Conditions": {"Big": {"Fn::Equals": ["a", "a"]}}, "Resources": resources}


def ids(new: TemplateVersion, releases: Sequence[TemplateVersion], *migrations: Migration) -> list[str]:
    return sorted(finding.id for finding in gate(new, releases, migrations))


def by_id(new: TemplateVersion, releases: Sequence[TemplateVersion], *migrations: Migration) -> dict[str, Finding]:
    return {finding.id: finding for finding in gate(new, releases, migrations)}


def with_properties(**properties: Any) -> dict[str, Any]:
    return {**TABLE, "Properties": {**TABLE["Properties"], **properties}}


FIRST = TemplateVersion("1.0.0", template(Table=TABLE))


def test_without_releases_or_changes_there_are_no_findings() -> None:
    assert ids(TemplateVersion("1.0.0", template()), []) == []
    assert ids(FIRST, [FIRST]) == []


def test_other_bytes_under_a_released_version_get_the_next_version_proposed() -> None:
    new = TemplateVersion("1.0.0", template(Table=TABLE, Topic={"Type": "AWS::SNS::Topic"}))
    assert "bump to at least 1.1.0" in by_id(new, [FIRST])["E9202"].message
    later = TemplateVersion("1.4.0", template(Table=TABLE))
    assert "bump to at least 1.5.0" in by_id(new, [FIRST, later])["E9202"].message


def test_widened_access_is_reported_for_every_version_number(
    key: Mapping[str, Any], examples: Mapping[str, Any]
) -> None:
    statement = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999999999999:root"}, "Action": "kms:Decrypt"}

    def widened(template: dict[str, Any]) -> None:
        policy = template["Resources"]["Key"]["Properties"]["KeyPolicy"]
        policy["Statement"].append({**statement, "Resource": "*"})

    for version in ("1.0.0", "1.1.0"):
        findings = gate(
            TemplateVersion(version, edited(key, widened)), [TemplateVersion("1.0.0", key)], examples=examples
        )
        (finding,) = [finding for finding in findings if finding.id == "I9201"]
        assert finding.severity == "info"
        assert "account 999999999999, with IAM kms:* may now do kms:Decrypt" in finding.message


def test_bytes_that_differ_without_a_change_of_meaning_are_a_patch() -> None:
    new = TemplateVersion("1.0.0", {"Resources": {"Table": TABLE}, "Conditions": FIRST.template["Conditions"]})
    assert "bump to at least 1.0.1" in by_id(new, [FIRST])["E9202"].message


@pytest.mark.parametrize(("version", "refused"), [("1.0.1", True), ("1.1.0", False), ("2.0.0", False)])
def test_the_version_is_compared_with_the_highest_release_below_it(version: str, refused: bool) -> None:
    new = TemplateVersion(version, template(Table=TABLE, Topic={"Type": "AWS::SNS::Topic"}))
    assert ("E9201" in ids(new, [FIRST, TemplateVersion("3.0.0", template(Table=TABLE))])) is refused


def test_a_pre_release_needs_the_same_bump_as_its_final_version() -> None:
    new = template(Table=TABLE, Topic={"Type": "AWS::SNS::Topic"})
    assert ids(TemplateVersion("1.1.0-rc.1", new), [FIRST]) == []
    assert ids(TemplateVersion("1.0.1-rc.1", new), [FIRST]) == ["E9201"]


@pytest.mark.parametrize(
    ("resources", "control"),
    [
        ({"Orders": TABLE}, "E9203"),
        ({}, "E9203"),
        ({"Table": {**TABLE, "Type": "AWS::DynamoDB::GlobalTable"}}, "E9203"),
        ({"Table": {**TABLE, "Condition": "Big"}}, "E9203"),
        ({"Fn::ForEach::Tables": ["Name", ["Table"], {"${Name}": TABLE}]}, "E9203"),
        ({"Fn::ForEach::Tables": ["Name", {"Ref": "Names"}, {"Table${Name}": TABLE}]}, "E9203"),
        ({"Table": with_properties(TableName="other")}, "E9204"),
        ({"Table": with_properties(TableName={"Ref": "AWS::StackName"})}, "E9204"),
        ({"Table": with_properties(KeySchema=[{"AttributeName": "key", "KeyType": "HASH"}])}, "E9204"),
    ],
)
def test_no_version_number_allows_the_loss_of_a_stateful_resource(resources: Mapping[str, Any], control: str) -> None:
    new = TemplateVersion("2.0.0", template(**resources))
    assert ids(new, [FIRST]) == [control]
    assert ids(new, [FIRST], Migration("2.0.0", "Table", REASON)) == []
    assert ids(new, [FIRST], Migration("2.0.1", "Table", REASON)) == [control, "W9201"]
    assert ids(new, [FIRST], Migration("2.0.0", "Other", REASON)) == [control, "W9201"]


def test_a_change_that_does_not_replace_the_table_passes() -> None:
    assert ids(TemplateVersion("1.1.0", template(Table=with_properties(BillingMode="PAY_PER_REQUEST"))), [FIRST]) == []


def test_a_resource_without_data_may_be_removed() -> None:
    topic = {"Type": "AWS::SNS::Topic"}
    assert ids(TemplateVersion("2.0.0", template(Other=topic)), [TemplateVersion("1.0.0", template(Topic=topic))]) == []


def test_a_table_is_replaced_if_a_create_only_property_refers_to_a_replaced_resource() -> None:
    def version(number: str, name: str) -> TemplateVersion:
        topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": name}}
        named = with_properties(TableName={"Fn::GetAtt": ["Topic", "TopicName"]})
        return TemplateVersion(number, template(Topic=topic, Table=named))

    assert ids(version("2.0.0", "b"), [version("1.0.0", "a")]) == ["E9204"]


EXTENDED = "AWS::LanguageExtensions"


def looped(tables: Any, **sections: Any) -> dict[str, Any]:
    """A template with a table for each member of a list."""
    return {
        "Transform": EXTENDED,
        "Parameters": {"Stage": {"Type": "String", "Default": "Dev"}},
        "Resources": {"Fn::ForEach::Tables": ["Name", tables, {"Table${Name}": TABLE}]},
        **sections,
    }


def mapped(*names: str) -> dict[str, Any]:
    return {"Dev": {"Tables": {"Names": list(names)}}}


def from_map(which: Any) -> dict[str, Any]:
    return {"Fn::FindInMap": [which, "Tables", "Names"]}


def test_removing_a_member_of_a_mapping_removes_the_looped_resource() -> None:
    for which in ("Dev", {"Ref": "Stage"}):
        old, new = (looped(from_map(which), Mappings=mapped(*names)) for names in ("ab", "a"))
        assert ids(TemplateVersion("2.0.0", new), [TemplateVersion("1.0.0", old)]) == ["E9203"]
    more = looped(from_map("Dev"), Mappings=mapped("a", "b", "c"))
    assert (
        ids(
            TemplateVersion("1.1.0", more),
            [TemplateVersion("1.0.0", looped(from_map("Dev"), Mappings=mapped("a", "b")))],
        )
        == []
    )


@pytest.mark.parametrize("names", [["A"], {"Ref": "Stage"}])
def test_a_condition_from_a_loop_is_compared_by_its_expression(names: Any) -> None:
    def version(number: str, value: str) -> TemplateVersion:
        condition = {"Is${Name}": {"Fn::Equals": [{"Ref": "Stage"}, value]}}
        conditions = {"Fn::ForEach::Conditions": ["Name", names, condition]}
        return TemplateVersion(
            number, looped([], Conditions=conditions, Resources={"Table": {**TABLE, "Condition": "IsA"}})
        )

    assert ids(version("2.0.0", "b"), [version("1.0.0", "a")]) == ["E9203"]


def test_exports_from_a_loop_are_compared() -> None:
    def version(number: str, names: Any) -> TemplateVersion:
        output = {"Out${Name}": {"Value": "x", "Export": {"Name": "export-${Name}"}}}
        return TemplateVersion(number, looped(["A"], Outputs={"Fn::ForEach::Outputs": ["Name", names, output]}))

    assert ids(version("1.1.0", ["A"]), [version("1.0.0", ["A", "B"])]) == ["E9201", "E9205"]
    assert ids(version("1.1.0", {"Ref": "Stage"}), [version("1.0.0", {"Ref": "Names"})]) == ["E9201"]


@pytest.mark.parametrize("which", ["Dev", {"Ref": "Stage"}])
def test_a_changed_mapping_value_in_a_table_name_replaces_the_table(which: Any) -> None:
    def version(number: str, name: str) -> TemplateVersion:
        table = with_properties(TableName={"Fn::FindInMap": [which, "Tables", "Name"]})
        return TemplateVersion(
            number, looped([], Mappings={"Dev": {"Tables": {"Name": name}}}, Resources={"Table": table})
        )

    assert ids(version("2.0.0", "b"), [version("1.0.0", "a")]) == ["E9204"]


def test_a_table_name_from_another_source_replaces_the_table() -> None:
    def version(number: str, parameter: str, topic: str) -> TemplateVersion:
        table = with_properties(TableName={"Fn::Sub": "${Name}-${Topic}"})
        parameters = {"Name": {"Type": parameter, "Default": "orders"}}
        return TemplateVersion(number, {**template(Table=table, Topic={"Type": topic}), "Parameters": parameters})

    old = version("1.0.0", "String", "AWS::SNS::Topic")
    assert ids(version("2.0.0", "AWS::SSM::Parameter::Value<String>", "AWS::SNS::Topic"), [old]) == ["E9204"]
    assert ids(version("2.0.0", "String", "AWS::SQS::Queue"), [old]) == ["E9204"]


@pytest.mark.parametrize(
    ("call", "arguments", "findings"),
    [
        ("Fn::ForEach::P", [["Name", ["TableName"], {"${Name}": name}] for name in "ab"], ["E9204"]),
        ("Fn::Transform", [{"Name": name} for name in "ab"], ["E9204", "W9202"]),
    ],
)
def test_a_loop_or_macro_in_the_properties_may_change_any_property(
    call: str, arguments: Any, findings: list[str]
) -> None:
    old, new = (
        template(Table={**TABLE, "Properties": {call: argument, "BillingMode": "PROVISIONED"}})
        for argument in arguments
    )
    assert ids(TemplateVersion("2.0.0", new), [TemplateVersion("1.0.0", old)]) == findings


@pytest.mark.parametrize(
    "resources",
    [
        {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "{}"}}},
        {"Topic": {"Type": "AWS::SNS::Topic", "Fn::Transform": {"Name": "AWS::Include", "Parameters": {"L": "{}"}}}},
    ],
)
def test_a_changed_include_is_reported_and_major(resources: Mapping[str, Any]) -> None:
    old, new = (
        json.loads(json.dumps(template(**resources)).replace("{}", location)) for location in ("s3://a", "s3://b")
    )
    assert ids(TemplateVersion("1.1.0", new), [TemplateVersion("1.0.0", old)]) == ["E9201", "W9202"]
    assert ids(TemplateVersion("2.0.0", new), [TemplateVersion("1.0.0", old)]) == ["W9202"]


@pytest.mark.parametrize("name", ["TemplateURL", "Parameters"])
def test_changed_inputs_of_a_nested_stack_are_reported(name: str) -> None:
    old, new = (
        template(Inner={"Type": "AWS::CloudFormation::Stack", "Properties": {name: {"Keep": value}}})
        for value in ("true", "false")
    )
    assert ids(TemplateVersion("1.1.0", new), [TemplateVersion("1.0.0", old)]) == ["W9202"]


def test_a_removed_module_is_reported() -> None:
    module = {"Type": "Example::Data::Store::MODULE", "Properties": {"Name": "a"}}
    assert ids(TemplateVersion("2.0.0", template()), [TemplateVersion("1.0.0", template(Store=module))]) == ["W9202"]


@pytest.mark.parametrize(
    ("version", "active", "counts"),
    [("1.0.0", True, True), ("1.0.0", False, True), ("1.0.0-rc.1", True, True), ("1.0.0-rc.1", False, False)],
)
def test_every_release_is_checked_except_inactive_pre_releases(version: str, active: bool, counts: bool) -> None:
    """A launch of a version that was deactivated later can still be updated; a pre-release is for tests."""
    old = TemplateVersion(version, template(Orders=TABLE), active=active)
    between = TemplateVersion("2.0.0", template(Table=TABLE))
    new = TemplateVersion("2.1.0", template(Table=TABLE, Topic={"Type": "AWS::SNS::Topic"}))
    assert ids(new, [old, between]) == (["E9203"] if counts else [])


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("AWS::MSK::Cluster", "ClusterName"),
        ("AWS::MemoryDB::Cluster", "ClusterName"),
        ("AWS::ECR::Repository", "RepositoryName"),
        ("AWS::Cassandra::Table", "TableName"),
        ("AWS::Timestream::Table", "TableName"),
        ("AWS::OpenSearchServerless::Collection", "Name"),
        ("AWS::RedshiftServerless::Namespace", "NamespaceName"),
        ("AWS::Backup::LogicallyAirGappedBackupVault", "BackupVaultName"),
        ("AWS::FSx::Volume", "VolumeType"),
        ("AWS::S3Express::DirectoryBucket", "BucketName"),
    ],
)
def test_every_type_that_holds_data_is_protected(kind: str, name: str) -> None:
    versions = [
        TemplateVersion(version, {"Resources": {"R": {"Type": kind, "Properties": {name: value}}}})
        for version, value in (("1.0.0", "a"), ("2.0.0", "b"))
    ]
    gone = TemplateVersion("2.0.0", {"Resources": {"T": {"Type": "AWS::SNS::Topic"}}})
    assert [finding.id for finding in gate(versions[1], [versions[0]])] == ["E9204"]
    assert [finding.id for finding in gate(gone, [versions[0]])] == ["E9203"]


def test_inactive_releases_are_checked_for_replacements_and_exports_too() -> None:
    old = TemplateVersion("1.0.0", template(Table=with_properties(TableName="other")), active=False)
    assert ids(TemplateVersion("1.1.0", template(Table=TABLE)), [old]) == ["E9201", "E9204"]
    gone = replace(exporting("1.0.0", A="a", B="b"), active=False)
    assert ids(exporting("1.1.1", A="a"), [gone, exporting("1.1.0", A="a")]) == ["E9205"]


def test_a_released_migration_covers_later_versions_with_the_same_change() -> None:
    old, between = TemplateVersion("1.0.0", template(Orders=TABLE)), TemplateVersion("2.0.0", template(Table=TABLE))
    migration = Migration("2.0.0", "Orders", REASON)
    assert ids(between, [old, between], migration) == []
    assert ids(
        TemplateVersion("2.0.1", template(Table=TABLE, T={"Type": "AWS::SNS::Topic"})), [old, between], migration
    ) == ["E9201"]
    assert "E9203" in ids(TemplateVersion("3.0.0", template(Third=TABLE)), [old, between], migration)


def test_a_migration_is_needed_while_its_old_release_is_in_the_ledger() -> None:
    old = TemplateVersion("1.0.0", template(Orders=TABLE), active=False)
    between = TemplateVersion("2.0.0", template(Table=TABLE))
    assert ids(between, [old, between], Migration("2.0.0", "Orders", REASON)) == []
    assert ids(between, [between], Migration("2.0.0", "Orders", REASON)) == ["W9201"]


def test_the_bump_is_measured_against_releases_without_pre_releases() -> None:
    """Changes between 1.1.0-rc.1 and 1.1.0 need no version bump of their own (semver.org, 9)."""
    topic = {"Type": "AWS::SNS::Topic"}
    candidate = TemplateVersion("1.1.0-rc.1", template(Table=TABLE, A=topic))
    assert ids(TemplateVersion("1.1.0", template(Table=TABLE, B=topic)), [FIRST, candidate]) == []
    assert ids(TemplateVersion("1.1.0-rc.2", template(Table=TABLE, B=topic)), [FIRST, candidate]) == []
    assert ids(TemplateVersion("1.0.1", template(Table=TABLE, B=topic)), [FIRST, candidate]) == ["E9201"]
    assert (
        ids(
            TemplateVersion("1.0.0", template(Table=TABLE)),
            [TemplateVersion("1.0.0-rc.1", template(Table=TABLE, A=topic))],
        )
        == []
    )


def test_other_bytes_under_a_pre_release_get_the_next_pre_release_proposed() -> None:
    topic = {"Type": "AWS::SNS::Topic"}
    new, candidate = (TemplateVersion("1.1.0-rc.1", template(Table=TABLE, **{name: topic})) for name in ("B", "A"))
    assert "bump to at least 1.1.0-rc.2" in by_id(new, [FIRST, candidate])["E9202"].message
    again = TemplateVersion("1.0.0", template(Table=TABLE, A=topic))
    assert "bump to at least 1.1.0" in by_id(again, [FIRST, candidate])["E9202"].message


def exporting(version: str, **outputs: str) -> TemplateVersion:
    listed = {name: {"Value": "x", "Export": {"Name": export}} for name, export in outputs.items()}
    return TemplateVersion(version, {**template(Table=TABLE), "Outputs": listed})


def test_an_export_can_only_be_removed_with_a_major_version() -> None:
    releases = [exporting("1.0.0", A="a", B="b"), exporting("1.1.0", A="a", B="b")]
    assert ids(exporting("2.0.0", A="a"), releases) == []
    message = by_id(exporting("1.2.0", A="a"), releases)["E9205"].message
    assert "export removed Outputs/B/Export" in message
    assert "bump to at least 2.0.0" in message


def test_exports_of_older_releases_with_the_same_major_version_are_checked_too() -> None:
    releases = [exporting("1.0.0", A="a", B="b"), exporting("1.1.0", A="a")]
    assert ids(exporting("1.1.1", A="a"), releases) == ["E9205"]


def test_a_finding_has_its_line_and_product(key: Mapping[str, Any]) -> None:
    new = TemplateVersion(
        "2.0.0",
        {**key, "Resources": {**key["Resources"], "Key": {**key["Resources"]["Key"], "Condition": "HasCompliance"}}},
    )
    finding = by_id(new, [TemplateVersion("1.0.0", key)])["E9203"]
    assert finding.file == "products/kms_key.py"
    assert "Condition: HasCompliance" in new.body.decode().splitlines()[finding.line - 1]
    assert finding.severity == "error"
    assert finding.where == "Resources/Key/Condition"
