"""Comparisons: properties over random edits, and small templates."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.check.schemas import described_properties, resource_schema
from catalog.check.updates import UPDATE_RULES
from catalog.versions import Aspect, Level, compare
from tests.unit.versions.conftest import TemplateVersion, edited
from tests.unit.versions.edits import EDITS

APART = (
    "widen the pattern of `Alias`: dots too",
    "add an AllowedValue: `DataCategory` secret",
    "remove an AllowedValue: `Environment` staging",
    "change a default: `DeletionWindowDays` 14",
    "change only a parameter's description",
    "add a parameter with a default",
    "add a rule: restricted data needs PreventDestroy",
    "change only the description of a rule",
    "change `RotationPeriodInDays` to 180",
    "drop the tag `ManagedBy`",
    "add an output",
    "change only an output's description",
    "remove the output `KeyArn`",
)
"""Edits of different parts, so that none reverts another."""
INDEPENDENT = [edit for edit in EDITS if edit.words in APART]
assert len(INDEPENDENT) == len(APART)


def aspects(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Aspect]:
    return [change.aspect for change in compare(TemplateVersion("1.0.0", old), TemplateVersion("1.0.1", new)).changes]


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Resources": {"TemplateVersion": {"Type": kind, "Properties": properties}}}


def test_a_version_does_not_differ_from_itself(key: Mapping[str, Any], examples: Mapping[str, Any]) -> None:
    same = compare(
        TemplateVersion("1.0.0", key), TemplateVersion("working", copy.deepcopy(dict(key))), examples=examples
    )
    assert same.changes == ()
    assert same.verdict.level is Level.NONE


def shuffled(draw: st.DrawFn, node: Any) -> Any:
    """The same template with the members of its mappings in another order."""
    if isinstance(node, dict):
        return {name: shuffled(draw, node[name]) for name in draw(st.permutations(list(node)))}
    return [shuffled(draw, member) for member in node] if isinstance(node, list) else node


@settings(deadline=None, max_examples=15)
@given(st.data())
def test_another_order_is_a_patch(key: Mapping[str, Any], data: st.DataObject) -> None:
    draw = data.draw
    new = {name: shuffled(draw, part) for name, part in key.items()}
    statements = new["Resources"]["Key"]["Properties"]["KeyPolicy"]["Statement"]
    new["Resources"]["Key"]["Properties"]["KeyPolicy"]["Statement"] = draw(st.permutations(statements))
    new["Resources"]["Key"]["Properties"]["Tags"] = draw(st.permutations(new["Resources"]["Key"]["Properties"]["Tags"]))
    assert compare(TemplateVersion("1.0.0", key), TemplateVersion("1.0.1", new)).verdict.level <= Level.PATCH


@settings(deadline=None, max_examples=25)
@given(st.lists(st.sampled_from(INDEPENDENT), min_size=1, max_size=5, unique_by=lambda edit: edit.words))
def test_several_edits_need_the_highest_level_of_any_single_edit(key: Mapping[str, Any], edits: list[Any]) -> None:
    new: dict[str, Any] = dict(key)
    for edit in edits:
        new = edited(new, edit.edit)
    level = compare(TemplateVersion("1.0.0", key), TemplateVersion("1.0.1", new)).verdict.level
    assert level == max(Level[edit.verdict.upper()] for edit in edits)


@pytest.mark.parametrize(
    ("old", "new", "aspect"),
    [
        (
            {"Type": "String", "AllowedValues": ["a"]},
            {"Type": "String", "AllowedValues": ["a", "b"]},
            Aspect.PARAMETER_WIDENED,
        ),
        (
            {"Type": "String", "AllowedValues": ["a", "b"]},
            {"Type": "String", "AllowedPattern": "[ab]"},
            Aspect.PARAMETER_REWRITTEN,
        ),
        (
            {"Type": "String", "AllowedValues": ["a"]},
            {"Type": "String", "AllowedValues": ["a"], "AllowedPattern": "a+"},
            Aspect.PARAMETER_REWRITTEN,
        ),
        ({"Type": "String"}, {"Type": "String", "AllowedValues": ["a"]}, Aspect.PARAMETER_NARROWED),
        ({"Type": "String"}, {"Type": "String", "MinLength": 1}, Aspect.PARAMETER_NARROWED),
        (
            {"Type": "String", "AllowedPattern": "[a-z]+"},
            {"Type": "String", "AllowedPattern": "[a-z]+", "MinLength": 1},
            Aspect.PARAMETER_REWRITTEN,
        ),
        ({"Type": "String", "MaxLength": 300}, {"Type": "String", "MaxLength": 200}, Aspect.PARAMETER_NARROWED),
        ({"Type": "String", "MaxLength": 200}, {"Type": "String", "MaxLength": 300}, Aspect.PARAMETER_WIDENED),
        ({"Type": "Number", "MinValue": 1}, {"Type": "Number", "MinValue": 2}, Aspect.PARAMETER_NARROWED),
        ({"Type": "Number", "MaxValue": 5}, {"Type": "Number", "MaxValue": 7}, Aspect.PARAMETER_WIDENED),
        ({"Type": "Number"}, {"Type": "Number", "MaxValue": 7}, Aspect.PARAMETER_NARROWED),
        (
            {"Type": "CommaDelimitedList", "AllowedPattern": "[a-z]+"},
            {"Type": "CommaDelimitedList", "AllowedPattern": "[a-y]+"},
            Aspect.PARAMETER_NARROWED,
        ),
        (
            {"Type": "String", "AllowedPattern": "(?i)[a-z]+"},
            {"Type": "String", "AllowedPattern": "(?i)[a-y]+"},
            Aspect.PARAMETER_UNDECIDED,
        ),
        ({"Type": "String", "AllowedPattern": "(?i)[a-z]+"}, {"Type": "String"}, Aspect.PARAMETER_WIDENED),
        ({"Type": "String", "NoEcho": True}, {"Type": "String"}, Aspect.NO_ECHO_REMOVED),
        ({"Type": "String"}, {"Type": "String", "NoEcho": "true"}, Aspect.NO_ECHO_ADDED),
        ({"Type": "String"}, {"Type": "Nonsense"}, Aspect.PARAMETER_RETYPED),
        ({"Type": "Nonsense"}, {"Type": "Nonsense", "MinLength": 1}, Aspect.PARAMETER_UNDECIDED),
    ],
)
def test_a_parameter_is_compared_by_the_values_that_it_accepts(old: Any, new: Any, aspect: Aspect) -> None:
    assert aspects({"Parameters": {"P": old}}, {"Parameters": {"P": new}}) == [aspect]


def test_a_witness_is_accepted_on_one_side_only_and_is_hidden_for_no_echo() -> None:
    def narrowed(**more: Any) -> str | None:
        old = {"Parameters": {"P": {"Type": "String", "AllowedPattern": "[a-z]+", **more}}}
        new = {"Parameters": {"P": {"Type": "String", "AllowedPattern": "[b-z]+", **more}}}
        return compare(TemplateVersion("1", old), TemplateVersion("2", new)).changes[0].witness

    assert narrowed() == "a"
    assert narrowed(NoEcho=True) == "****"


@pytest.mark.parametrize(
    ("kind", "old", "new", "aspect"),
    [
        ("AWS::S3::Bucket", {"BucketName": "a"}, {"BucketName": "b"}, Aspect.PROPERTY_REPLACES),
        ("AWS::S3::Bucket", {}, {"BucketName": "b"}, Aspect.PROPERTY_REPLACES),
        (
            "AWS::DynamoDB::Table",
            {"KeySchema": []},
            {"KeySchema": [{"AttributeName": "a"}]},
            Aspect.PROPERTY_MAY_REPLACE,
        ),
        ("AWS::KMS::Key", {"Origin": "AWS_KMS"}, {"Origin": "EXTERNAL"}, Aspect.PROPERTY_UPDATE_FAILS),
        ("AWS::KMS::Key", {}, {"MultiRegion": False}, Aspect.PROPERTY_REWRITTEN),
        ("AWS::KMS::Key", {"Enabled": True}, {"Enabled": False}, Aspect.PROPERTY_CHANGED),
        ("Custom::Thing", {"A": 1}, {"A": 2}, Aspect.PROPERTY_MAY_REPLACE),
        ("Example::Own::Type", {"A": 1}, {"A": 2}, Aspect.PROPERTY_MAY_REPLACE),
        ("AWS::SNS::Topic", {"Tags": [{"Key": "a", "Value": "1"}]}, {}, Aspect.PROPERTY_CHANGED),
        (
            "AWS::SNS::Topic",
            {"Tags": [{"Key": "a", "Value": "1"}]},
            {"Tags": [{"Key": "a", "Value": "2"}]},
            Aspect.TAG_CHANGED,
        ),
        ("AWS::Glue::Job", {"Tags": {"a": "1"}}, {"Tags": {"a": "1", "b": "2"}}, Aspect.TAG_ADDED),
    ],
)
def test_the_resource_schema_decides_what_a_changed_property_does(
    kind: str, old: Any, new: Any, aspect: Aspect
) -> None:
    assert aspects(resource(kind, **old), resource(kind, **new)) == [aspect]


def test_the_statements_of_a_role_are_compared_in_its_inline_policies() -> None:
    def role(action: str) -> dict[str, Any]:
        statement = {"Sid": "Read", "Effect": "Allow", "Action": action, "Resource": "*"}
        return resource("AWS::IAM::Role", Policies=[{"PolicyName": "p", "PolicyDocument": {"Statement": [statement]}}])

    change, _ = compare(TemplateVersion("1", role("s3:Get*")), TemplateVersion("2", role("s3:List*"))).changes
    assert change.where == "Resources/TemplateVersion/Properties/Policies/0/PolicyDocument/Statement/Read"
    assert change.detail == "Action +s3:List* -s3:Get*"


def test_tags_in_both_branches_of_a_condition_and_further_members_of_tags_are_compared() -> None:
    def version(first: str, propagate: bool) -> dict[str, Any]:
        chosen = {"Fn::If": ["C", {"Key": "a", "Value": first}, {"Key": "a", "Value": "2"}]}
        tags = [chosen, {"Key": "b", "Value": "1", "PropagateAtLaunch": propagate}]
        return {
            "Conditions": {"C": {"Fn::Equals": ["a", "b"]}},
            **resource("AWS::AutoScaling::AutoScalingGroup", Tags=tags),
        }

    assert aspects(version("1", True), version("3", True)) == [Aspect.TAG_CHANGED]
    assert aspects(version("1", True), version("1", False)) == [Aspect.TAG_CHANGED]


def test_a_firewall_rule_is_not_a_policy() -> None:
    def version(limit: int) -> dict[str, Any]:
        rule = {"Name": "r", "Priority": 1, "Statement": {"RateBasedStatement": {"Limit": limit}}}
        return resource("AWS::WAFv2::RuleGroup", Rules=[rule])

    (change,) = compare(TemplateVersion("1", version(100)), TemplateVersion("2", version(200))).changes
    assert change.where == "Resources/TemplateVersion/Properties/Rules/0/Statement/RateBasedStatement/Limit"


def test_a_changed_condition_changes_the_parts_that_depend_on_it() -> None:
    def version(value: str, name: str = "C") -> dict[str, Any]:
        condition = {name: {"Fn::Equals": [{"Ref": "P"}, value]}}
        return {
            "Conditions": condition,
            "Resources": {"TemplateVersion": {"Type": "AWS::SNS::Topic", "Condition": name}},
        }

    assert aspects(version("a"), version("b")) == [Aspect.CONDITION_CHANGED, Aspect.RESOURCE_CONDITION]
    assert aspects(version("a"), version("a", "D")) == [Aspect.CONDITION_ADDED, Aspect.CONDITION_REMOVED]


def test_another_spelling_of_the_same_value_is_not_a_change() -> None:
    old = {
        "Resources": {
            "TemplateVersion": {
                "Type": "AWS::S3::Bucket",
                "Properties": {"BucketName": {"Fn::Sub": "a-${AWS::Region}-${X.Arn}"}},
            }
        },
        "Mappings": {"M": {"k": {"v": "1"}}},
    }
    joined = {"Fn::Join": ["-", ["a", {"Ref": "AWS::Region"}, {"Fn::GetAtt": "X.Arn"}]]}
    assert aspects(old, {**old, **resource("AWS::S3::Bucket", BucketName=joined)}) == [Aspect.PROPERTY_REWRITTEN]


def test_a_mapping_that_feeds_a_name_replaces_the_resource() -> None:
    def version(name: str) -> dict[str, Any]:
        looked_up = {"Fn::FindInMap": ["Names", "x", "name"]}
        return {"Mappings": {"Names": {"x": {"name": name}}}, **resource("AWS::S3::Bucket", BucketName=looked_up)}

    assert aspects(version("a"), version("b")) == [Aspect.MAPPING_CHANGED, Aspect.PROPERTY_REPLACES]


def test_malformed_templates_are_compared_without_an_exception() -> None:
    broken: dict[str, Any] = {
        "Parameters": {
            "P": "x",
            "Q": {"Type": "Nonsense"},
            "L": {"Type": "String", "AllowedPattern": "(" * 900 + ")" * 900},
        },
        "Conditions": {"A": {"Condition": "A"}, "B": 3},
        "Resources": {"R": 3, "S": {"Type": "AWS::KMS::Key", "Condition": "A", "Properties": 3}, "Fn::ForEach::X": [1]},
        "Outputs": {"O": {"Value": {"Fn::Sub": [1, 2, 3]}}},
        "Rules": {"R": {"Assertions": 3}},
    }
    broken["Resources"]["K"] = {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Statement": "x"}}}
    other = {
        **broken,
        "Resources": {"K": {"Type": "AWS::KMS::Key"}},
        "Parameters": {"L": {"Type": "String", "AllowedPattern": "a" + ")" * 900}},
    }
    assert compare(TemplateVersion("1", other), TemplateVersion("2", broken)).changes
    assert compare(TemplateVersion("1", {"Resources": {}}), TemplateVersion("2", broken)).changes
    assert compare(TemplateVersion("1", broken), TemplateVersion("2", {"Resources": {}})).changes


@pytest.mark.parametrize("name", [name for (name,) in UPDATE_RULES["AWS::KMS::Key"]])
def test_the_schema_says_that_the_update_of_a_key_fails(name: str) -> None:
    (schema, *_) = described_properties("AWS::KMS::Key", ("us-east-1",))
    text = " ".join(schema["properties"][name]["description"].split())
    assert (name,) in resource_schema("AWS::KMS::Key", ("us-east-1",)).update_fails
    assert "the update request fails, regardless of the value" in text or "cannot change" in text


def test_conditions_that_each_refer_to_the_previous_one_twice_stay_small() -> None:
    def version(value: str) -> dict[str, Any]:
        conditions: dict[str, Any] = {"C0": {"Fn::Equals": [{"Ref": "P"}, value]}}
        for index in range(60):
            before = {"Condition": f"C{index}"}
            conditions[f"C{index + 1}"] = {"Fn::Or": [before, {"Fn::Not": [before]}]}
        topic = {"Type": "AWS::SNS::Topic", "Condition": "C60"}
        return {"Parameters": {"P": {"Type": "String"}}, "Conditions": conditions, "Resources": {"Topic": topic}}

    assert Aspect.RESOURCE_CONDITION in aspects(version("a"), version("b"))
    assert aspects(version("a"), version("a")) == []


@pytest.mark.parametrize(
    ("kind", "name", "members", "level"),
    [
        (
            "AWS::IAM::Role",
            "ManagedPolicyArns",
            ["arn:aws:iam::aws:policy/A", "arn:aws:iam::aws:policy/B"],
            Level.PATCH,
        ),
        ("AWS::EC2::Instance", "SecurityGroupIds", ["sg-1", {"Ref": "Other"}], Level.PATCH),
        ("AWS::EC2::SecurityGroup", "SecurityGroupIngress", [{"IpProtocol": "1"}, {"IpProtocol": "2"}], Level.PATCH),
        ("AWS::Lambda::Function", "Layers", ["a", "b"], Level.MINOR),
    ],
)
def test_the_order_of_a_list_without_an_order_is_no_change(
    kind: str, name: str, members: list[Any], level: Level
) -> None:
    other = {"Type": "AWS::EC2::SecurityGroup"}
    sides = (
        TemplateVersion(version, {"Resources": {"R": {"Type": kind, "Properties": {name: listed}}, "Other": other}})
        for version, listed in (("1.0.0", members), ("1.0.1", members[::-1]))
    )
    assert compare(*sides).verdict.level is level
