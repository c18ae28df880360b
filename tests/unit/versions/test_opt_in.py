"""D3: optional parameters whose default leaves what is launched as it is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.model.definition import Migration
from catalog.versions import Aspect, Level, compare, gate
from tests.unit.versions.conftest import TemplateVersion

TRUST = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
LOG = {"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}
DENY = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
NOTHING = {"Ref": "AWS::NoValue"}
HAS = {"Fn::Not": [{"Fn::Equals": [{"Ref": "P"}, ""]}]}
KEPT = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}


def optional(value: Any, otherwise: Any = NOTHING) -> Any:
    return {"Fn::If": ["HasP", value, otherwise]}


def role(*statements: Any, **properties: Any) -> dict[str, Any]:
    trust = {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [TRUST]}}
    policies = [{"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": [LOG, *statements]}}]
    return {"Type": "AWS::IAM::Role", "Properties": {**trust, "Policies": policies, **properties}}


def database(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::RDS::DBInstance", **KEPT, "Properties": {"DBInstanceClass": "db.t3.micro", **properties}}


def server(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::EC2::Instance", "Properties": {"InstanceType": "t3.micro", **properties}}


def template(resource: Any, default: str | None = None, **more: Any) -> dict[str, Any]:
    if default is None:
        return {"Resources": {"R": resource}, **more}
    parameter = {"P": {"Type": "String", "Default": default}}
    return {"Parameters": parameter, "Conditions": {"HasP": HAS}, "Resources": {"R": resource}, **more}


OPTIONAL = {
    "a permissions boundary": (role(), role(PermissionsBoundary=optional({"Ref": "P"})), ""),
    "another boundary": (
        role(PermissionsBoundary="arn:aws:iam::aws:policy/A"),
        role(PermissionsBoundary=optional({"Ref": "P"}, "arn:aws:iam::aws:policy/A")),
        "",
    ),
    "a Deny in the policy of a role": (role(), role(optional(DENY)), ""),
    "the image of a server": (server(), server(ImageId=optional({"Ref": "P"})), ""),
    "an address that was a number": (server(PrivateIpAddress=10), server(PrivateIpAddress={"Ref": "P"}), "10"),
    "a name that was written out": (server(KeyName="orders"), server(KeyName={"Fn::Sub": "${P}"}), "orders"),
    "a name in a text": (server(KeyName="orders1"), server(KeyName={"Fn::Sub": "${P}1"}), "orders"),
    "a condition that holds by default": (server(), {**server(), "Condition": "HasP"}, "yes"),
    "a resource policy": (
        {"Type": "AWS::SNS::TopicPolicy", "Properties": {"Topics": ["t"], "PolicyDocument": {"Statement": [TRUST]}}},
        {
            "Type": "AWS::SNS::TopicPolicy",
            "Properties": {
                "Topics": ["t"],
                "PolicyDocument": {"Statement": [TRUST, optional({**DENY, "Principal": "*", "Action": "sns:*"})]},
            },
        },
        "",
    ),
    "a tag": (
        {"Type": "AWS::SNS::Topic", "Properties": {"Tags": [{"Key": "a", "Value": "1"}]}},
        {"Type": "AWS::SNS::Topic", "Properties": {"Tags": [{"Key": "a", "Value": {"Ref": "P"}}]}},
        "1",
    ),
}


@pytest.mark.parametrize(("old", "new", "default"), OPTIONAL.values(), ids=OPTIONAL)
def test_an_optional_parameter_whose_default_changes_nothing_is_a_minor_version(
    old: Any, new: Any, default: str
) -> None:
    before = TemplateVersion("1.0.0", template(old))
    after = TemplateVersion("1.1.0", template(new, default))
    difference = compare(before, after)
    assert difference.verdict.level is Level.MINOR, [change.aspect for change in difference.changes]
    assert {finding.id for finding in gate(after, [before])} <= {"I9201"}


@pytest.mark.parametrize(("old", "new", "default"), OPTIONAL.values(), ids=OPTIONAL)
def test_a_default_that_changes_what_is_launched_stays_a_major_version(old: Any, new: Any, default: str) -> None:
    other = "" if default == "yes" else "arn:aws:iam::aws:policy/Other"
    before, after = TemplateVersion("1.0.0", template(old)), TemplateVersion("2.0.0", template(new, other))
    assert compare(before, after).verdict.level is Level.MAJOR


@pytest.mark.parametrize(("old", "new", "default"), OPTIONAL.values(), ids=OPTIONAL)
def test_a_parameter_that_both_versions_have_is_not_optional(old: Any, new: Any, default: str) -> None:
    before = TemplateVersion("1.0.0", template(old, default))
    after = TemplateVersion("2.0.0", template(new, default))
    assert compare(before, after).verdict.level is Level.MAJOR


LOSSES = {
    "the key of a database": (database(), database(KmsKeyId=optional({"Ref": "P"})), "", "E9204"),
    "a port that was a number": (database(Port=5432), database(Port={"Ref": "P"}), "5432", "E9204"),
    "a name that was written out": (database(DBName="a"), database(DBName={"Fn::Sub": "${P}"}), "a", "E9204"),
    "a name in a text": (database(DBName="a1"), database(DBName={"Fn::Sub": "${P}1"}), "a", "E9204"),
    "a condition that holds by default": (database(), {**database(), "Condition": "HasP"}, "yes", "E9203"),
}


@pytest.mark.parametrize(("old", "new", "default", "refusal"), LOSSES.values(), ids=LOSSES)
def test_a_new_parameter_by_which_a_later_update_loses_data_needs_a_migration(
    old: Any, new: Any, default: str, refusal: str
) -> None:
    before, after = TemplateVersion("1.0.0", template(old)), TemplateVersion("2.0.0", template(new, default))
    difference = compare(before, after)
    assert difference.verdict.level is Level.MAJOR
    assert difference.verdict.reasons[0].detail.startswith("only if P is set")
    assert [finding.id for finding in gate(after, [before])] == [refusal]
    told = Migration(version="2.0.0", resource="R", reason="Owners were told to leave P as it is until they export.")
    assert gate(after, [before], [told]) == ()


def test_a_new_condition_of_a_table_may_move_it_to_another_logical_id() -> None:
    """With P set, the update deletes R and creates S: a rename that only the parameter's value makes."""
    old = template(database())
    new = template({**database(), "Condition": "HasP"}, "yes", Parameters={"P": {"Type": "String", "Default": "yes"}})
    new["Conditions"]["NotP"] = {"Fn::Not": [{"Condition": "HasP"}]}
    new["Resources"]["S"] = {**database(), "Condition": "NotP"}
    before, after = TemplateVersion("1.0.0", old), TemplateVersion("2.0.0", new)
    assert [finding.id for finding in gate(after, [before])] == ["E9203"]


def test_a_new_parameter_for_a_property_that_is_updated_in_place_is_optional() -> None:
    """The schema calls MultiAZ conditionally create-only: RDS changes it in place."""
    before = TemplateVersion("1.0.0", template(database(MultiAZ=False)))
    after = TemplateVersion("1.1.0", template(database(MultiAZ={"Ref": "P"}), "false"))
    assert gate(after, [before]) == ()


def test_a_database_that_follows_a_replaced_subnet_group_is_lost() -> None:
    def resources(name: Any) -> dict[str, Any]:
        group = {"Type": "AWS::RDS::DBSubnetGroup", "Properties": {"DBSubnetGroupName": name}}
        return {"R": database(DBSubnetGroupName={"Ref": "G"}), "G": group}

    before = TemplateVersion("1.0.0", {"Resources": resources("a")})
    parameters = {"P": {"Type": "String", "Default": "a"}}
    after = TemplateVersion("2.0.0", {"Parameters": parameters, "Resources": resources({"Ref": "P"})})
    assert [finding.id for finding in gate(after, [before])] == ["E9204"]


def test_a_new_parameter_whose_later_update_fails_loses_nothing() -> None:
    """MultiRegion is chosen at the launch: an update that changes it fails, and the key stays."""
    key = {"Type": "AWS::KMS::Key", **KEPT, "Properties": {}}
    chosen = {**key, "Properties": {"MultiRegion": optional(True)}}
    before, after = TemplateVersion("1.0.0", template(key)), TemplateVersion("1.1.0", template(chosen, ""))
    assert gate(after, [before]) == ()


def with_default(resource: Any, default: str) -> dict[str, Any]:
    parameters = {"P": {"Type": "String", "Default": default}, "Q": {"Type": "String", "Default": "q"}}
    return {"Parameters": parameters, "Conditions": {"HasP": HAS}, "Resources": {"R": resource}}


@pytest.mark.parametrize(
    ("resource", "defaults", "refusals"),
    [
        (database(DBName={"Ref": "P"}), ("a", "b"), ["E9204"]),
        (database(DBName={"Fn::Sub": "x-${P}"}), ("a", "b"), ["E9204"]),
        ({**database(), "Condition": "HasP"}, ("yes", ""), ["E9203"]),
        ({**database(), "Condition": "HasP"}, ("yes", "no"), []),
        (database(MonitoringInterval={"Ref": "P"}), ("1", "5"), []),
        (database(BackupRetentionPeriod={"Ref": "P"}), ("7", "14"), []),
        (database(DBName={"Ref": "Q"}), ("a", "b"), []),
        (server(ImageId={"Ref": "P"}), ("a", "b"), []),
    ],
)
def test_another_default_loses_no_data(resource: Any, defaults: tuple[str, str], refusals: list[str]) -> None:
    """An update that sends no value for P takes the new default, and replaces or deletes the database."""
    before, after = (
        TemplateVersion(version, with_default(resource, default))
        for version, default in zip(("1.0.0", "2.0.0"), defaults, strict=True)
    )
    assert [finding.id for finding in gate(after, [before])] == refusals
    assert compare(before, after).verdict.level is (Level.MAJOR if refusals else Level.MINOR)


@pytest.mark.parametrize(
    ("chosen", "default"),
    [
        ({"Fn::Join": ["", {"Ref": "P"}]}, ""),
        ({"Fn::Select": ["0", {"Ref": "P"}]}, ""),
        ({"Fn::Select": [1, {"Ref": "P"}]}, "a, ,b"),
        ({"Fn::FindInMap": ["M", {"Fn::Select": [0, {"Ref": "P"}]}, "value"]}, "off"),
    ],
)
def test_a_list_is_optional_too(chosen: Any, default: str) -> None:
    new = {
        "Parameters": {"P": {"Type": "CommaDelimitedList", "Default": default}},
        "Mappings": {"M": {"off": {"value": ""}, "on": {"value": "x"}}},
        "Conditions": {"HasP": {"Fn::Not": [{"Fn::Equals": [chosen, ""]}]}},
        "Resources": {"R": server(ImageId=optional("ami-1"))},
    }
    before = TemplateVersion("1.0.0", template(server()))
    assert compare(before, TemplateVersion("1.1.0", new)).verdict.level is Level.MINOR


def test_a_rule_over_the_new_parameter_refuses_no_launch_that_does_not_set_it() -> None:
    def ruled(value: str) -> dict[str, Any]:
        contains = {"Fn::Contains": [["a", ""], {"Ref": "P"}]}
        rule = {"Assertions": [{"Assert": contains, "AssertDescription": "a or nothing"}]}
        return template(role(), value, Rules={"R": rule})

    before = TemplateVersion("1.0.0", template(role()))
    assert compare(before, TemplateVersion("1.1.0", ruled(""))).verdict.level is Level.MINOR
    assert compare(before, TemplateVersion("2.0.0", ruled("b"))).verdict.level is Level.MAJOR


def test_an_output_that_exists_by_default_stays() -> None:
    output = {"Value": "x", "Export": {"Name": "x"}}
    before = TemplateVersion("1.0.0", template(role(), Outputs={"O": output}))
    after = template(role(), "yes", Outputs={"O": {**output, "Condition": "HasP"}})
    (change,) = [c for c in compare(before, TemplateVersion("1.1.0", after)).changes if c.path[0] == "Outputs"]
    assert change.aspect is Aspect.OPTIONAL_CHANGE
    assert change.detail == "output condition changed only if P is set: always → HasP"


def test_access_that_an_optional_parameter_may_widen_is_marked() -> None:
    """Another boundary may allow more: a reviewer is told, whatever the default is."""
    before = TemplateVersion("1.0.0", template(role(PermissionsBoundary="arn:aws:iam::aws:policy/A")))
    boundary = optional({"Ref": "P"}, "arn:aws:iam::aws:policy/A")
    after = TemplateVersion("1.1.0", template(role(PermissionsBoundary=boundary), ""))
    (change,) = compare(before, after).widens_access
    assert change.aspect is Aspect.OPTIONAL_ACCESS
    assert "I9201" in {finding.id for finding in gate(after, [before])}


def test_a_default_in_parameter_store_is_not_known() -> None:
    stored = {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/orders"}
    new = {"Parameters": {"P": stored}, "Resources": {"R": database(DBName={"Ref": "P"})}}
    before = TemplateVersion("1.0.0", template(database(DBName="/orders")))
    assert compare(before, TemplateVersion("2.0.0", new)).verdict.level is Level.MAJOR


WORDS = st.sampled_from(["P", "C", "AWS::NoValue", "", "${P}", "${A.B}-${P}", "0"]) | st.integers(0, 2) | st.none()
CALLS = ("Ref", "Fn::If", "Fn::Sub", "Fn::Equals", "Fn::Not", "Fn::And", "Fn::Select", "Fn::Join", "Condition", "Type")
NODES = st.recursive(
    WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(CALLS), inner, max_size=2),
    max_leaves=10,
)
SECTION = st.dictionaries(st.sampled_from(["A", "C", "P"]), NODES, max_size=3) | NODES
ODD = st.fixed_dictionaries({"Resources": SECTION, "Conditions": SECTION, "Rules": SECTION, "Outputs": SECTION})


@settings(max_examples=60)
@given(ODD, ODD, st.sampled_from(["String", "CommaDelimitedList", "Odd"]))
def test_malformed_templates_with_a_new_parameter_are_compared(old: Any, new: Any, kind: str) -> None:
    new = {**new, "Parameters": {"P": {"Type": kind, "Default": "a"}}}
    compare(TemplateVersion("1.0.0", old), TemplateVersion("2.0.0", new))


def test_an_index_of_thousands_of_digits_selects_nothing() -> None:
    chosen = {"Fn::Select": ["9" * 5_000, ["a", {"Ref": "P"}]]}
    before = TemplateVersion("1.0.0", template(server()))
    after = TemplateVersion("2.0.0", template(server(ImageId=chosen), ""))
    assert compare(before, after).verdict.level is Level.MAJOR
