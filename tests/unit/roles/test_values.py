"""Values that properties of a template can have, and IAM patterns that cover others."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.roles.cover import covers, covers_action
from catalog.roles.values import ABSENT, ANYTHING, PossibleValues, TemplateView

PARAMETERS = {
    "Flag": {"Type": "String", "AllowedValues": ["true", "false"]},
    "Size": {"Type": "Number", "AllowedValues": [1, 2]},
    "Free": {"Type": "String"},
    "Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "AllowedValues": ["/a"]},
    "Many": {"Type": "CommaDelimitedList", "AllowedValues": ["a", "b"]},
}
TEMPLATE: dict[str, Any] = {
    "Parameters": PARAMETERS,
    "Mappings": {"Sizes": {"true": {"Small": 1, "Big": 2}, "false": {"Small": 3, "Big": 4}}},
    "Conditions": {
        "On": {"Fn::Equals": [{"Ref": "Flag"}, "true"]},
        "Off": {"Fn::Not": [{"Condition": "On"}]},
        "Never": {"Fn::And": [{"Condition": "On"}, {"Condition": "Off"}]},
        "Always": {"Fn::Or": [{"Condition": "On"}, {"Condition": "Off"}]},
        "Unknown": {"Fn::Equals": [{"Ref": "Free"}, "x"]},
        "Here": {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]},
        "Looked": {"Fn::Equals": [{"Fn::FindInMap": ["Sizes", {"Ref": "Flag"}, "Small"]}, "9"]},
    },
    "Resources": {},
}


def texts(*values: str) -> PossibleValues:
    return PossibleValues(frozenset(values))


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (True, texts("true")),
        (30, texts("30")),
        ("x", texts("x")),
        ({"a": 1}, ANYTHING),
        (["a"], ANYTHING),
        ("{{resolve:ssm:/a}}", ANYTHING),
        ({"Ref": "Flag"}, texts("true", "false")),
        ({"Ref": "Size"}, texts("1", "2")),
        ({"Ref": "Free"}, ANYTHING),
        ({"Ref": "Stored"}, ANYTHING),
        ({"Ref": "Many"}, ANYTHING),
        ({"Ref": "AWS::Region"}, ANYTHING),
        ({"Ref": "AWS::NoValue"}, ABSENT),
        ({"Fn::If": ["On", "a", "b"]}, texts("a", "b")),
        ({"Fn::If": ["Never", "a", "b"]}, texts("b")),
        ({"Fn::If": ["Always", "a", {"Ref": "AWS::NoValue"}]}, texts("a")),
        ({"Fn::If": ["Unknown", "a", {"Ref": "AWS::NoValue"}]}, texts("a") | ABSENT),
        ({"Fn::If": ["Here", "a", "b"]}, texts("a", "b")),
        ({"Fn::If": ["Looked", "a", "b"]}, texts("b")),
        ({"Fn::If": ["Missing", "a", "b"]}, texts("a", "b")),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "Flag"}, "Small"]}, texts("1", "3")),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "Free"}, {"Ref": "Free"}]}, texts("1", "2", "3", "4")),
        ({"Fn::Sub": "${Flag}"}, ANYTHING),
    ],
)
def test_the_values_of_a_node(node: Any, expected: PossibleValues) -> None:
    assert TemplateView(TEMPLATE).values(node) == expected


def test_nested_properties_are_read_through_conditions_and_lists() -> None:
    properties = {
        "Written": {"Deep": {"Value": "x"}},
        "Perhaps": {"Fn::If": ["Unknown", {"Value": "a"}, {"Value": "b"}]},
        "Gone": {"Fn::If": ["Never", {"Value": "a"}, {"Ref": "AWS::NoValue"}]},
        "List": [{"Value": "a"}, {"Fn::If": ["On", {"Value": "b"}, {"Ref": "AWS::NoValue"}]}, {}],
        "Opaque": {"Fn::Transform": {"Name": "AWS::Include"}},
    }
    view = TemplateView({**TEMPLATE, "Resources": {"It": {"Type": "A::B::C", "Properties": properties}}})
    (resource,) = view.resources()
    assert resource.values("Written.Deep.Value") == texts("x")
    assert resource.values("Perhaps.Value").texts == {"a", "b"}
    assert not resource.values("Gone.Value").present
    assert resource.values("List.Value").texts == {"a", "b"}
    assert resource.values("Opaque.Value").present
    assert resource.values("Nowhere.Value") == ABSENT


def test_a_resource_in_a_loop_counts_once() -> None:
    loop = {
        "Transform": "AWS::LanguageExtensions",
        "Resources": {
            "Fn::ForEach::Topics": [
                "Name",
                ["a", "b"],
                {"Topic${Name}": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "${Name}-alerts"}}},
            ]
        },
    }
    (resource,) = TemplateView(loop).resources()
    assert (resource.type, resource.values("TopicName")) == ("AWS::SNS::Topic", ANYTHING)


@pytest.mark.parametrize("body", [[], ["Name"], ["Name", ["a"], "Topic"], "Topic"])
def test_a_loop_without_a_body_has_no_resources(body: Any) -> None:
    assert list(TemplateView({"Resources": {"Fn::ForEach::Topics": body}}).resources()) == []


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        ("*", "arn:aws:s3:::x", True),
        ("arn:aws:s3:::a*", "arn:aws:s3:::a-b*", True),
        ("arn:aws:s3:::a*", "arn:aws:s3:::*", False),
        ("a?c", "a*c", False),
        ("a?c", "abc", True),
        ("a.c", "abc", False),
    ],
)
def test_patterns_cover_patterns(wide: str, narrow: str, expected: bool) -> None:
    assert covers(wide, narrow) is expected


def test_iam_actions_are_case_insensitive() -> None:
    assert covers_action("KMS:create*", "kms:CreateKey")


def test_the_resources_are_listed_once_for_all_references() -> None:
    """Listed again for each reference, a template with 480 resources took six seconds."""
    queue, never = {"Type": "AWS::SQS::Queue"}, {"C": {"Fn::Equals": ["a", "b"]}}
    view = TemplateView({"Resources": {"Queue": queue, "Never": {**queue, "Condition": "C"}}, "Conditions": never})
    resource = view.referred({"Ref": "Queue"})
    assert resource is not None
    assert resource is view.referred({"Fn::GetAtt": ["Queue", "Arn"]})
    assert view.referred({"Ref": "Never"}) is view.referred({"Ref": "Other"}) is view.referred("Queue") is None
