"""The gate: numbers that say too little, and losses that no number excuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from catalog.check.finding import Finding
from catalog.model.definition import Migration
from catalog.versions import gate
from tests.unit.versions.conftest import One, edited

REASON = "Tables are exported and imported by hand; the owners were told."
TABLE = {
    "Type": "AWS::DynamoDB::Table",
    "DeletionPolicy": "Retain",
    "UpdateReplacePolicy": "Retain",
    "Properties": {"TableName": "orders", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]},
}


def template(**resources: Any) -> dict[str, Any]:
    return {"Conditions": {"Big": {"Fn::Equals": ["a", "a"]}}, "Resources": resources}


def ids(new: One, releases: Sequence[One], *migrations: Migration) -> list[str]:
    return sorted(finding.id for finding in gate(new, releases, migrations))


def found(new: One, releases: Sequence[One], *migrations: Migration) -> dict[str, Finding]:
    return {finding.id: finding for finding in gate(new, releases, migrations)}


def with_properties(**properties: Any) -> dict[str, Any]:
    return {**TABLE, "Properties": {**TABLE["Properties"], **properties}}


FIRST = One("1.0.0", template(Table=TABLE))


def test_nothing_is_said_without_releases_or_of_what_is_released_as_it_is() -> None:
    assert ids(One("1.0.0", template()), []) == []
    assert ids(FIRST, [FIRST]) == []


def test_other_bytes_under_a_released_number_name_the_next_one() -> None:
    new = One("1.0.0", template(Table=TABLE, Topic={"Type": "AWS::SNS::Topic"}))
    assert "bump to 1.1.0 at least" in found(new, [FIRST])["E9202"].message
    later = One("1.4.0", template(Table=TABLE))
    assert "bump to 1.5.0 at least" in found(new, [FIRST, later])["E9202"].message


def test_access_is_said_to_be_widened_whatever_the_number(key: Mapping[str, Any], examples: Mapping[str, Any]) -> None:
    statement = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999999999999:root"}, "Action": "kms:Decrypt"}

    def widened(template: dict[str, Any]) -> None:
        policy = template["Resources"]["Key"]["Properties"]["KeyPolicy"]
        policy["Statement"].append({**statement, "Resource": "*"})

    for version in ("1.0.0", "1.1.0"):
        findings = gate(One(version, edited(key, widened)), [One("1.0.0", key)], examples=examples)
        (said,) = [finding for finding in findings if finding.id == "I9201"]
        assert said.severity == "info"
        assert "account 999999999999, with IAM kms:* may now do kms:Decrypt" in said.message


def test_bytes_that_differ_in_nothing_that_counts_are_a_patch() -> None:
    new = One("1.0.0", {"Resources": {"Table": TABLE}, "Conditions": FIRST.template["Conditions"]})
    assert "bump to 1.0.1 at least" in found(new, [FIRST])["E9202"].message


@pytest.mark.parametrize(("version", "refused"), [("1.0.1", True), ("1.1.0", False), ("2.0.0", False)])
def test_the_number_is_compared_with_the_highest_release_below(version: str, refused: bool) -> None:
    new = One(version, template(Table=TABLE, Topic={"Type": "AWS::SNS::Topic"}))
    assert ("E9201" in ids(new, [FIRST, One("3.0.0", template(Table=TABLE))])) is refused


def test_a_pre_release_stands_for_its_number() -> None:
    new = template(Table=TABLE, Topic={"Type": "AWS::SNS::Topic"})
    assert ids(One("1.1.0-rc.1", new), [FIRST]) == []
    assert ids(One("1.0.1-rc.1", new), [FIRST]) == ["E9201"]


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
    new = One("2.0.0", template(**resources))
    assert ids(new, [FIRST]) == [control]
    assert ids(new, [FIRST], Migration("2.0.0", "Table", REASON)) == []
    assert ids(new, [FIRST], Migration("2.0.1", "Table", REASON)) == [control, "W9201"]
    assert ids(new, [FIRST], Migration("2.0.0", "Other", REASON)) == [control, "W9201"]


def test_what_replaces_no_table_passes() -> None:
    assert ids(One("1.1.0", template(Table=with_properties(BillingMode="PAY_PER_REQUEST"))), [FIRST]) == []


def test_a_resource_without_data_may_go() -> None:
    topic = {"Type": "AWS::SNS::Topic"}
    assert ids(One("2.0.0", template(Other=topic)), [One("1.0.0", template(Topic=topic))]) == []


def test_a_table_is_replaced_when_a_create_only_property_names_what_is_replaced() -> None:
    def version(number: str, name: str) -> One:
        topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": name}}
        named = with_properties(TableName={"Fn::GetAtt": ["Topic", "TopicName"]})
        return One(number, template(Topic=topic, Table=named))

    assert ids(version("2.0.0", "b"), [version("1.0.0", "a")]) == ["E9204"]


@pytest.mark.parametrize(
    ("version", "active", "counts"),
    [("1.0.0", True, True), ("1.0.0", False, True), ("1.0.0-rc.1", True, True), ("1.0.0-rc.1", False, False)],
)
def test_every_release_counts_but_a_pre_release_that_is_inactive(version: str, active: bool, counts: bool) -> None:
    """Who launched what was made inactive since can still update; a pre-release is for trying out."""
    old = One(version, template(Orders=TABLE), active=active)
    between = One("2.0.0", template(Table=TABLE))
    new = One("2.1.0", template(Table=TABLE, Topic={"Type": "AWS::SNS::Topic"}))
    assert ids(new, [old, between]) == (["E9203"] if counts else [])


def test_a_release_that_is_inactive_counts_for_replacements_and_exports_too() -> None:
    old = One("1.0.0", template(Table=with_properties(TableName="other")), active=False)
    assert ids(One("1.1.0", template(Table=TABLE)), [old]) == ["E9201", "E9204"]
    gone = replace(exporting("1.0.0", A="a", B="b"), active=False)
    assert ids(exporting("1.1.1", A="a"), [gone, exporting("1.1.0", A="a")]) == ["E9205"]


def test_a_migration_that_was_released_covers_later_versions_that_do_the_very_same() -> None:
    old, between = One("1.0.0", template(Orders=TABLE)), One("2.0.0", template(Table=TABLE))
    migration = Migration("2.0.0", "Orders", REASON)
    assert ids(between, [old, between], migration) == []
    assert ids(One("2.0.1", template(Table=TABLE, T={"Type": "AWS::SNS::Topic"})), [old, between], migration) == [
        "E9201"
    ]
    assert "E9203" in ids(One("3.0.0", template(Third=TABLE)), [old, between], migration)


def test_a_migration_is_needed_as_long_as_the_release_that_it_is_for_is_in_the_ledger() -> None:
    old = One("1.0.0", template(Orders=TABLE), active=False)
    between = One("2.0.0", template(Table=TABLE))
    assert ids(between, [old, between], Migration("2.0.0", "Orders", REASON)) == []
    assert ids(between, [between], Migration("2.0.0", "Orders", REASON)) == ["W9201"]


def test_a_number_is_measured_by_the_releases_that_are_no_pre_releases() -> None:
    """What changes between 1.1.0-rc.1 and 1.1.0 asks for no number of its own (semver.org, 9)."""
    topic = {"Type": "AWS::SNS::Topic"}
    candidate = One("1.1.0-rc.1", template(Table=TABLE, A=topic))
    assert ids(One("1.1.0", template(Table=TABLE, B=topic)), [FIRST, candidate]) == []
    assert ids(One("1.1.0-rc.2", template(Table=TABLE, B=topic)), [FIRST, candidate]) == []
    assert ids(One("1.0.1", template(Table=TABLE, B=topic)), [FIRST, candidate]) == ["E9201"]
    assert ids(One("1.0.0", template(Table=TABLE)), [One("1.0.0-rc.1", template(Table=TABLE, A=topic))]) == []


def test_other_bytes_under_a_pre_release_name_the_next_one() -> None:
    topic = {"Type": "AWS::SNS::Topic"}
    new, candidate = (One("1.1.0-rc.1", template(Table=TABLE, **{name: topic})) for name in ("B", "A"))
    assert "bump to 1.1.0-rc.2 at least" in found(new, [FIRST, candidate])["E9202"].message
    again = One("1.0.0", template(Table=TABLE, A=topic))
    assert "bump to 1.1.0 at least" in found(again, [FIRST, candidate])["E9202"].message


def exporting(version: str, **outputs: str) -> One:
    listed = {name: {"Value": "x", "Export": {"Name": export}} for name, export in outputs.items()}
    return One(version, {**template(Table=TABLE), "Outputs": listed})


def test_an_export_goes_only_with_a_major_version() -> None:
    releases = [exporting("1.0.0", A="a", B="b"), exporting("1.1.0", A="a", B="b")]
    assert ids(exporting("2.0.0", A="a"), releases) == []
    message = found(exporting("1.2.0", A="a"), releases)["E9205"].message
    assert "export removed Outputs/B/Export" in message
    assert "bump to 2.0.0 at least" in message


def test_an_export_that_an_older_release_of_the_same_major_has_counts_too() -> None:
    releases = [exporting("1.0.0", A="a", B="b"), exporting("1.1.0", A="a")]
    assert ids(exporting("1.1.1", A="a"), releases) == ["E9205"]


def test_a_nested_stack_whose_template_differs_is_pointed_out() -> None:
    def nested(version: str, url: str) -> One:
        return One(version, template(Inner={"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}))

    assert "W9202" in ids(nested("2.0.0", "https://b"), [nested("1.0.0", "https://a")])


def test_a_finding_stands_at_its_line_and_names_the_product(key: Mapping[str, Any]) -> None:
    new = One(
        "2.0.0",
        {**key, "Resources": {**key["Resources"], "Key": {**key["Resources"]["Key"], "Condition": "HasCompliance"}}},
    )
    finding = found(new, [One("1.0.0", key)])["E9203"]
    assert finding.file == "products/kms_key.py"
    assert "Condition: HasCompliance" in new.body.decode().splitlines()[finding.line - 1]
    assert finding.severity == "error"
    assert finding.where == "Resources/Key/Condition"
