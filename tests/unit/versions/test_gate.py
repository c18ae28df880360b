"""The gate: numbers that say too little, and losses that no number excuses."""

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


def test_nothing_is_said_without_releases_or_of_what_is_released_as_it_is() -> None:
    assert ids(TemplateVersion("1.0.0", template()), []) == []
    assert ids(FIRST, [FIRST]) == []


def test_other_bytes_under_a_released_number_name_the_next_one() -> None:
    new = TemplateVersion("1.0.0", template(Table=TABLE, Topic={"Type": "AWS::SNS::Topic"}))
    assert "bump to at least 1.1.0" in by_id(new, [FIRST])["E9202"].message
    later = TemplateVersion("1.4.0", template(Table=TABLE))
    assert "bump to at least 1.5.0" in by_id(new, [FIRST, later])["E9202"].message


def test_access_is_said_to_be_widened_whatever_the_number(key: Mapping[str, Any], examples: Mapping[str, Any]) -> None:
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


def test_bytes_that_differ_in_nothing_that_counts_are_a_patch() -> None:
    new = TemplateVersion("1.0.0", {"Resources": {"Table": TABLE}, "Conditions": FIRST.template["Conditions"]})
    assert "bump to at least 1.0.1" in by_id(new, [FIRST])["E9202"].message


@pytest.mark.parametrize(("version", "refused"), [("1.0.1", True), ("1.1.0", False), ("2.0.0", False)])
def test_the_number_is_compared_with_the_highest_release_below(version: str, refused: bool) -> None:
    new = TemplateVersion(version, template(Table=TABLE, Topic={"Type": "AWS::SNS::Topic"}))
    assert ("E9201" in ids(new, [FIRST, TemplateVersion("3.0.0", template(Table=TABLE))])) is refused


def test_a_pre_release_stands_for_its_number() -> None:
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
def test_a_stateful_resource_is_not_lost_whatever_the_number(resources: Mapping[str, Any], control: str) -> None:
    new = TemplateVersion("2.0.0", template(**resources))
    assert ids(new, [FIRST]) == [control]
    assert ids(new, [FIRST], Migration("2.0.0", "Table", REASON)) == []
    assert ids(new, [FIRST], Migration("2.0.1", "Table", REASON)) == [control, "W9201"]
    assert ids(new, [FIRST], Migration("2.0.0", "Other", REASON)) == [control, "W9201"]


def test_what_replaces_no_table_passes() -> None:
    assert ids(TemplateVersion("1.1.0", template(Table=with_properties(BillingMode="PAY_PER_REQUEST"))), [FIRST]) == []


def test_a_resource_without_data_may_go() -> None:
    topic = {"Type": "AWS::SNS::Topic"}
    assert ids(TemplateVersion("2.0.0", template(Other=topic)), [TemplateVersion("1.0.0", template(Topic=topic))]) == []


def test_a_table_is_replaced_when_a_create_only_property_names_what_is_replaced() -> None:
    def version(number: str, name: str) -> TemplateVersion:
        topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": name}}
        named = with_properties(TableName={"Fn::GetAtt": ["Topic", "TopicName"]})
        return TemplateVersion(number, template(Topic=topic, Table=named))

    assert ids(version("2.0.0", "b"), [version("1.0.0", "a")]) == ["E9204"]


EXTENDED = "AWS::LanguageExtensions"


def looped(tables: Any, **sections: Any) -> dict[str, Any]:
    """A table for each member of a list."""
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


def test_a_loop_over_a_mapping_loses_what_the_mapping_loses() -> None:
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
def test_a_condition_that_a_loop_makes_counts_by_what_it_says(names: Any) -> None:
    def version(number: str, value: str) -> TemplateVersion:
        condition = {"Is${Name}": {"Fn::Equals": [{"Ref": "Stage"}, value]}}
        conditions = {"Fn::ForEach::Conditions": ["Name", names, condition]}
        return TemplateVersion(
            number, looped([], Conditions=conditions, Resources={"Table": {**TABLE, "Condition": "IsA"}})
        )

    assert ids(version("2.0.0", "b"), [version("1.0.0", "a")]) == ["E9203"]


def test_what_a_loop_exports_counts() -> None:
    def version(number: str, names: Any) -> TemplateVersion:
        output = {"Out${Name}": {"Value": "x", "Export": {"Name": "export-${Name}"}}}
        return TemplateVersion(number, looped(["A"], Outputs={"Fn::ForEach::Outputs": ["Name", names, output]}))

    assert ids(version("1.1.0", ["A"]), [version("1.0.0", ["A", "B"])]) == ["E9201", "E9205"]
    assert ids(version("1.1.0", {"Ref": "Stage"}), [version("1.0.0", {"Ref": "Names"})]) == ["E9201"]


@pytest.mark.parametrize("which", ["Dev", {"Ref": "Stage"}])
def test_a_mapping_that_names_a_table_replaces_it(which: Any) -> None:
    def version(number: str, name: str) -> TemplateVersion:
        table = with_properties(TableName={"Fn::FindInMap": [which, "Tables", "Name"]})
        return TemplateVersion(
            number, looped([], Mappings={"Dev": {"Tables": {"Name": name}}}, Resources={"Table": table})
        )

    assert ids(version("2.0.0", "b"), [version("1.0.0", "a")]) == ["E9204"]


def test_a_name_that_comes_from_another_place_replaces_a_table() -> None:
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
def test_properties_that_a_loop_or_a_macro_writes_may_be_any(call: str, arguments: Any, findings: list[str]) -> None:
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
def test_what_is_included_is_pointed_out_and_major(resources: Mapping[str, Any]) -> None:
    old, new = (
        json.loads(json.dumps(template(**resources)).replace("{}", location)) for location in ("s3://a", "s3://b")
    )
    assert ids(TemplateVersion("1.1.0", new), [TemplateVersion("1.0.0", old)]) == ["E9201", "W9202"]
    assert ids(TemplateVersion("2.0.0", new), [TemplateVersion("1.0.0", old)]) == ["W9202"]


@pytest.mark.parametrize("name", ["TemplateURL", "Parameters"])
def test_what_decides_about_a_nested_stack_is_pointed_out(name: str) -> None:
    old, new = (
        template(Inner={"Type": "AWS::CloudFormation::Stack", "Properties": {name: {"Keep": value}}})
        for value in ("true", "false")
    )
    assert ids(TemplateVersion("1.1.0", new), [TemplateVersion("1.0.0", old)]) == ["W9202"]


def test_a_module_that_goes_is_pointed_out() -> None:
    module = {"Type": "Example::Data::Store::MODULE", "Properties": {"Name": "a"}}
    assert ids(TemplateVersion("2.0.0", template()), [TemplateVersion("1.0.0", template(Store=module))]) == ["W9202"]


@pytest.mark.parametrize(
    ("version", "active", "counts"),
    [("1.0.0", True, True), ("1.0.0", False, True), ("1.0.0-rc.1", True, True), ("1.0.0-rc.1", False, False)],
)
def test_every_release_counts_but_a_pre_release_that_is_inactive(version: str, active: bool, counts: bool) -> None:
    """Who launched what was made inactive since can still update; a pre-release is for trying out."""
    old = TemplateVersion(version, template(Orders=TABLE), active=active)
    between = TemplateVersion("2.0.0", template(Table=TABLE))
    new = TemplateVersion("2.1.0", template(Table=TABLE, Topic={"Type": "AWS::SNS::Topic"}))
    assert ids(new, [old, between]) == (["E9203"] if counts else [])


def test_a_release_that_is_inactive_counts_for_replacements_and_exports_too() -> None:
    old = TemplateVersion("1.0.0", template(Table=with_properties(TableName="other")), active=False)
    assert ids(TemplateVersion("1.1.0", template(Table=TABLE)), [old]) == ["E9201", "E9204"]
    gone = replace(exporting("1.0.0", A="a", B="b"), active=False)
    assert ids(exporting("1.1.1", A="a"), [gone, exporting("1.1.0", A="a")]) == ["E9205"]


def test_a_migration_that_was_released_covers_later_versions_that_do_the_very_same() -> None:
    old, between = TemplateVersion("1.0.0", template(Orders=TABLE)), TemplateVersion("2.0.0", template(Table=TABLE))
    migration = Migration("2.0.0", "Orders", REASON)
    assert ids(between, [old, between], migration) == []
    assert ids(
        TemplateVersion("2.0.1", template(Table=TABLE, T={"Type": "AWS::SNS::Topic"})), [old, between], migration
    ) == ["E9201"]
    assert "E9203" in ids(TemplateVersion("3.0.0", template(Third=TABLE)), [old, between], migration)


def test_a_migration_is_needed_as_long_as_the_release_that_it_is_for_is_in_the_ledger() -> None:
    old = TemplateVersion("1.0.0", template(Orders=TABLE), active=False)
    between = TemplateVersion("2.0.0", template(Table=TABLE))
    assert ids(between, [old, between], Migration("2.0.0", "Orders", REASON)) == []
    assert ids(between, [between], Migration("2.0.0", "Orders", REASON)) == ["W9201"]


def test_a_number_is_measured_by_the_releases_that_are_no_pre_releases() -> None:
    """What changes between 1.1.0-rc.1 and 1.1.0 asks for no number of its own (semver.org, 9)."""
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


def test_other_bytes_under_a_pre_release_name_the_next_one() -> None:
    topic = {"Type": "AWS::SNS::Topic"}
    new, candidate = (TemplateVersion("1.1.0-rc.1", template(Table=TABLE, **{name: topic})) for name in ("B", "A"))
    assert "bump to at least 1.1.0-rc.2" in by_id(new, [FIRST, candidate])["E9202"].message
    again = TemplateVersion("1.0.0", template(Table=TABLE, A=topic))
    assert "bump to at least 1.1.0" in by_id(again, [FIRST, candidate])["E9202"].message


def exporting(version: str, **outputs: str) -> TemplateVersion:
    listed = {name: {"Value": "x", "Export": {"Name": export}} for name, export in outputs.items()}
    return TemplateVersion(version, {**template(Table=TABLE), "Outputs": listed})


def test_an_export_goes_only_with_a_major_version() -> None:
    releases = [exporting("1.0.0", A="a", B="b"), exporting("1.1.0", A="a", B="b")]
    assert ids(exporting("2.0.0", A="a"), releases) == []
    message = by_id(exporting("1.2.0", A="a"), releases)["E9205"].message
    assert "export removed Outputs/B/Export" in message
    assert "bump to at least 2.0.0" in message


def test_an_export_that_an_older_release_of_the_same_major_has_counts_too() -> None:
    releases = [exporting("1.0.0", A="a", B="b"), exporting("1.1.0", A="a")]
    assert ids(exporting("1.1.1", A="a"), releases) == ["E9205"]


def test_a_finding_stands_at_its_line_and_names_the_product(key: Mapping[str, Any]) -> None:
    new = TemplateVersion(
        "2.0.0",
        {**key, "Resources": {**key["Resources"], "Key": {**key["Resources"]["Key"], "Condition": "HasCompliance"}}},
    )
    finding = by_id(new, [TemplateVersion("1.0.0", key)])["E9203"]
    assert finding.file == "products/kms_key.py"
    assert "Condition: HasCompliance" in new.body.decode().splitlines()[finding.line - 1]
    assert finding.severity == "error"
    assert finding.where == "Resources/Key/Condition"
