"""D2: parameters without a known value, in Parameter Store or without a default, do not make access undecided."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.versions import Aspect, Level, compare
from tests.unit.versions.conftest import TemplateVersion

TRUST = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
STORED = {"Default": "/team/value"}


def template(kind: str, *statements: Any, conditions: Any = None, **more: Any) -> dict[str, Any]:
    policy = {"Version": "2012-10-17", "Statement": [TRUST, *statements]}
    return {
        "Parameters": {"P": {"Type": kind, **more}},
        "Conditions": conditions or {},
        "Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": policy}}},
    }


def statement(account: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}


KINDS = [
    ("AWS::SSM::Parameter::Value<String>", STORED),
    ("AWS::SSM::Parameter::Value<String>", {}),
    ("AWS::SSM::Parameter::Value<CommaDelimitedList>", STORED),
    ("AWS::SSM::Parameter::Value<List<AWS::EC2::Subnet::Id>>", STORED),
    ("AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", STORED),
    ("AWS::SSM::Parameter::Value<AWS::EC2::KeyPair::KeyName>", {"AllowedPattern": "/team/.+", **STORED}),
    ("AWS::SSM::Parameter::Name", {}),
    ("AWS::EC2::VPC::Id", {}),
    ("AWS::EC2::AvailabilityZone::Name", {}),
    ("List<AWS::EC2::SecurityGroup::Id>", {}),
    ("AWS::Route53::HostedZone::Id", {}),
    ("CommaDelimitedList", {}),
    ("Number", {}),
]


@pytest.mark.parametrize(("kind", "more"), KINDS)
def test_access_is_compared_without_a_known_value(kind: str, more: Any) -> None:
    old, new = template(kind, **more), template(kind, statement("111122223333"), **more)
    changes = compare(TemplateVersion("1.0.0", old), TemplateVersion("1.1.0", new)).changes
    assert [change.aspect for change in changes] == [Aspect.STATEMENT_ADDED, Aspect.ACCESS_GAINED]
    assert [
        change.aspect for change in compare(TemplateVersion("1.1.0", new), TemplateVersion("2.0.0", old)).changes
    ] == [Aspect.STATEMENT_REMOVED, Aspect.ACCESS_LOST]


def test_a_resource_with_a_policy_can_be_added_beside_a_stored_value() -> None:
    old = template("AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", **STORED)
    new = {**old, "Resources": {**old["Resources"], "S": old["Resources"]["R"]}}
    difference = compare(TemplateVersion("1.0.0", old), TemplateVersion("1.1.0", new))
    assert [change.aspect for change in difference.changes] == [Aspect.RESOURCE_ADDED]
    assert difference.verdict.level is Level.MINOR


def test_a_condition_over_a_stored_value_is_tried_true_and_false() -> None:
    """A stored value may be anything, so the statement that depends on it counts."""
    kind = "AWS::SSM::Parameter::Value<String>"
    shared = {"Shared": {"Fn::Equals": [{"Ref": "P"}, "shared"]}}
    chosen = {"Fn::If": ["Shared", statement("111122223333"), {"Ref": "AWS::NoValue"}]}
    otherwise = {"Fn::If": ["Shared", {"Ref": "AWS::NoValue"}, statement("444455556666")]}
    old = template(kind, conditions=shared, **STORED)
    new = template(kind, chosen, otherwise, conditions=shared, **STORED)
    changes = compare(TemplateVersion("1.0.0", old), TemplateVersion("1.1.0", new)).changes
    gained = " ".join(change.detail for change in changes if change.aspect is Aspect.ACCESS_GAINED)
    assert "account 111122223333" in gained
    assert "account 444455556666" in gained
    only = compare(
        TemplateVersion("1.0.0", old), TemplateVersion("1.1.0", template(kind, chosen, conditions=shared, **STORED))
    )
    assert [change.detail.endswith(", P=shared") for change in only.widens_access] == [True]


def test_a_stored_principal_is_compared_as_such() -> None:
    kind = "AWS::SSM::Parameter::Value<String>"
    old, new = template(kind, **STORED), template(kind, statement({"Ref": "P"}), **STORED)
    aspects = {
        change.aspect for change in compare(TemplateVersion("1.0.0", old), TemplateVersion("1.1.0", new)).changes
    }
    assert Aspect.ACCESS_UNDECIDED not in aspects
