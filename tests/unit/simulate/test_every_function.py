"""One template with every function, parameter type and pseudo parameter, through the command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.simulate.conftest import Run, Simulate, parameters

NO_VALUE = {"Ref": "AWS::NoValue"}
TEMPLATE: dict[str, Any] = {
    "AWSTemplateFormatVersion": "2010-09-09",
    "Parameters": {
        "Name": {"Type": "String", "Default": "team"},
        "Count": {"Type": "Number", "MinValue": 1, "MaxValue": 10},
        "Names": {"Type": "CommaDelimitedList", "Default": "a, b ,c"},
        "Ports": {"Type": "List<Number>", "Default": "80,443"},
        "Image": {"Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", "Default": "/golden/ami"},
        "Subnets": {"Type": "AWS::SSM::Parameter::Value<List<AWS::EC2::Subnet::Id>>", "Default": "/net/subnets"},
        "Words": {"Type": "AWS::SSM::Parameter::Value<CommaDelimitedList>", "Default": "/words"},
        "Where": {"Type": "AWS::SSM::Parameter::Name", "Default": "/only/the/name"},
        "Vpc": {"Type": "AWS::EC2::VPC::Id", "Default": "vpc-01234567"},
        "Policy": {"Type": "String", "Default": "Retain", "AllowedValues": ["Retain", "Delete"]},
    },
    "Mappings": {"Sizes": {"us-east-1": {"small": "t3.small", "zones": ["x", "y"]}}},
    "Conditions": {
        "Big": {"Fn::Equals": [{"Ref": "Count"}, 10]},
        "Small": {"Fn::Not": [{"Condition": "Big"}]},
        "Team": {"Fn::And": [{"Condition": "Small"}, {"Fn::Equals": [{"Fn::Sub": "${Name}-x"}, "team-x"]}]},
        "Other": {"Fn::Or": [{"Condition": "Big"}, {"Fn::Equals": [{"Fn::Select": [1, {"Ref": "Names"}]}, "b"]}]},
        "Mapped": {"Fn::Equals": [{"Fn::FindInMap": ["Sizes", {"Ref": "AWS::Region"}, "small"]}, "t3.small"]},
        "Nobody": {"Fn::Equals": [{"Fn::Join": ["", {"Fn::Split": ["-", {"Ref": "Name"}]}]}, ""]},
    },
    "Rules": {
        "Applies": {
            "RuleCondition": {"Fn::Equals": [{"Ref": "Name"}, "team"]},
            "Assertions": [
                {"Assert": {"Fn::Contains": [["1", 3, "10"], {"Ref": "Count"}]}, "AssertDescription": "1, 3 or 10"},
                {"Assert": {"Fn::EachMemberIn": [{"Ref": "Names"}, ["a", "b", "c"]]}},
                {"Assert": {"Fn::Not": [{"Fn::EachMemberEquals": [{"Ref": "Ports"}, 80]}]}},
                {"Assert": {"Fn::Contains": [{"Fn::RefAll": "AWS::EC2::VPC::Id"}, {"Ref": "Vpc"}]}},
                {"Assert": {"Fn::Equals": [{"Fn::ValueOf": ["Vpc", "Tags.Team"]}, "red"]}},
                {"Assert": {"Fn::EachMemberIn": [{"Fn::ValueOfAll": ["AWS::EC2::VPC::Id", "Tags.Team"]}, ["red"]]}},
            ],
        },
        "DoesNot": {
            "RuleCondition": {"Fn::Or": [{"Fn::Equals": ["a", "b"]}, {"Fn::Equals": [{"Ref": "Policy"}, "Delete"]}]},
            "Assertions": [{"Assert": {"Fn::Equals": ["a", "b"]}}],
        },
    },
    "Resources": {
        "Bucket": {
            "Type": "AWS::S3::Bucket",
            "Condition": "Team",
            "DependsOn": "Topic",
            "DeletionPolicy": {"Ref": "Policy"},
            "UpdateReplacePolicy": {"Fn::If": ["Big", "Retain", "Delete"]},
        },
        "Topic": {
            "Type": "AWS::SNS::Topic",
            "Properties": {
                "Ref": {"Ref": "Count"},
                "List": {"Ref": "Names"},
                "Ports": {"Ref": "Ports"},
                "Image": {"Ref": "Image"},
                "Subnet": {"Fn::Select": ["1", {"Ref": "Subnets"}]},
                "Words": {"Fn::Join": ["+", {"Ref": "Words"}]},
                "Where": {"Ref": "Where"},
                "If": {"Fn::If": ["Big", "big", {"Fn::If": ["Nobody", "nobody", NO_VALUE]}]},
                "Nested": [{"Fn::If": ["Team", {"Fn::If": ["Big", NO_VALUE, "team"]}, "no team"]}, NO_VALUE],
                "Join": {"Fn::Join": ["-", [{"Ref": "Name"}, 1, True, {"Ref": "AWS::Region"}, NO_VALUE]]},
                "Sub": {"Fn::Sub": ["${Name}.${X}.${!Literal}", {"X": {"Ref": "Count"}}]},
                "Split": {"Fn::Split": [".", "a.b.c"]},
                "Find": {"Fn::FindInMap": ["Sizes", {"Ref": "AWS::Region"}, "zones"]},
                "Base64": {"Fn::Base64": {"Fn::Sub": "${Name}!"}},
                "Cidr": {"Fn::Select": [1, {"Fn::Cidr": ["10.0.0.0/16", {"Ref": "Count"}, 8]}]},
                "Zones": {"Fn::GetAZs": ""},
                "Elsewhere": {"Fn::Select": [0, {"Fn::GetAZs": "eu-west-1"}]},
                "Import": {"Fn::Sub": ["${V}/x", {"V": {"Fn::ImportValue": {"Fn::Sub": "${Name}-Vpc"}}}]},
                "Secret": "{{resolve:secretsmanager:db:SecretString:password}}",
                "Pseudo": [
                    {"Ref": f"AWS::{name}"}
                    for name in ("AccountId", "Partition", "URLSuffix", "StackName", "StackId", "NotificationARNs")
                ],
                "False": False,
                "Empty": "",
            },
        },
        "Second": {
            "Type": "AWS::SNS::Subscription",
            "Properties": {
                "Topic": {"Ref": "Topic"},
                "Arn": {"Fn::GetAtt": "Topic.TopicArn"},
                "Text": {"Fn::Sub": "${Name}:${Topic.TopicName}"},
                "Part": {"Fn::Select": [5, {"Fn::Split": [":", {"Ref": "Topic"}]}]},
            },
        },
        "Never": {"Type": "AWS::SNS::Topic", "Condition": "Big"},
    },
    "Outputs": {
        "Arn": {
            "Description": "Its ARN",
            "Value": {"Fn::GetAtt": ["Topic", "TopicArn"]},
            "Export": {"Name": {"Fn::If": ["Big", "big", {"Fn::Sub": "${AWS::StackName}:Arn"}]}},
        },
        "Big": {"Condition": "Big", "Value": "big"},
        "Count": {"Value": {"Fn::If": ["Small", {"Ref": "Count"}, 0]}},
    },
}
GIVEN = """
ssm:
  /golden/ami: ami-0123456789abcdef0
  /net/subnets: [subnet-01234567, subnet-89abcdef]
  /words: one,two
imports: {team-Vpc: vpc-76543210}
zones: [us-east-1a, us-east-1b, eu-west-1c]
ref_all: {"AWS::EC2::VPC::Id": [vpc-01234567, vpc-76543210]}
value_of: {Vpc: {Tags.Team: red}}
value_of_all: {"AWS::EC2::VPC::Id": {Tags.Team: [red, red]}}
"""


@pytest.fixture
def given(tmp_path: Path) -> str:
    (tmp_path / "given.yaml").write_text(GIVEN)
    return str(tmp_path / "given.yaml")


@pytest.fixture
def answer(simulate_own: Simulate, given: str) -> dict[str, Any]:
    return simulate_own(TEMPLATE, "--given", given, *parameters(Count="3"))


def properties(answer: dict[str, Any], logical_id: str) -> dict[str, Any]:
    (resource,) = [resource for resource in answer["resources"] if resource["logical_id"] == logical_id]
    values: dict[str, Any] = resource["properties"]
    return values


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ref", "3"),
        ("List", ["a", "b", "c"]),
        ("Ports", ["80", "443"]),
        ("Image", "ami-0123456789abcdef0"),
        ("Subnet", "subnet-89abcdef"),
        ("Words", "one+two"),
        ("Where", "/only/the/name"),
        ("If", "absent"),
        ("Nested", ["team"]),
        ("Join", "team-1-true-us-east-1"),
        ("Sub", "team.3.${Literal}"),
        ("Split", ["a", "b", "c"]),
        ("Find", ["x", "y"]),
        ("Base64", "dGVhbSE="),
        ("Cidr", "10.0.1.0/24"),
        ("Zones", ["us-east-1a", "us-east-1b"]),
        ("Elsewhere", "eu-west-1c"),
        ("Import", "vpc-76543210/x"),
        (
            "Pseudo",
            [
                "123456789012",
                "aws",
                "amazonaws.com",
                "SC-123456789012-pp-example",
                "arn:aws:cloudformation:us-east-1:123456789012:stack/SC-123456789012-pp-example/example",
                [],
            ],
        ),
        ("False", False),
        ("Empty", ""),
    ],
)
def test_the_value_of_a_property(answer: dict[str, Any], name: str, expected: Any) -> None:
    assert properties(answer, "Topic").get(name, "absent") == expected


def test_a_value_that_only_a_created_resource_has_stays_a_reference(answer: dict[str, Any]) -> None:
    assert properties(answer, "Second") == {
        "Topic": {"Ref": "Topic"},
        "Arn": {"Fn::GetAtt": ["Topic", "TopicArn"]},
        "Text": {"Fn::Join": ["", ["team:", {"Fn::GetAtt": ["Topic", "TopicName"]}]]},
        "Part": {"Fn::Select": [5, {"Fn::Split": [":", {"Ref": "Topic"}]}]},
    }


def test_conditions_and_the_resources_that_they_create(answer: dict[str, Any]) -> None:
    expected = {"Big": False, "Small": True, "Team": True, "Other": True, "Mapped": True, "Nobody": False}
    assert answer["conditions"] == expected
    assert [each["logical_id"] for each in answer["resources"]] == ["Topic", "Bucket", "Second"]
    assert answer["absent_resources"] == ["Never"]
    bucket = answer["resources"][1]
    assert bucket["attributes"] == {"DependsOn": "Topic", "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Delete"}
    assert answer["outputs"] == [
        {
            "name": "Arn",
            "value": {"Fn::GetAtt": ["Topic", "TopicArn"]},
            "description": "Its ARN",
            "export": "SC-123456789012-pp-example:Arn",
        },
        {"name": "Count", "value": "3", "description": "", "export": ""},
    ]


def test_rules_with_every_rule_function(answer: dict[str, Any]) -> None:
    applies, does_not = answer["rules"]
    assert (applies["result"], does_not["result"]) == ("pass", "not_applicable")
    assert applies["assertions"][0] == {"description": "1, 3 or 10", "holds": True}
    assert applies["assertions"][1]["description"] == '{"Fn::EachMemberIn": [{"Ref": "Names"}, ["a", "b", "c"]]}'
    assert [each["holds"] for each in applies["assertions"]] == [True] * 6
    assert does_not["reason"] == "its RuleCondition is false"


def test_parameters_have_the_values_that_functions_read(answer: dict[str, Any]) -> None:
    parameters_by_name = {
        parameter["name"]: (parameter["value"], parameter["source"], parameter["ssm"])
        for parameter in answer["parameters"]
    }
    assert parameters_by_name["Count"] == ("3", "given", "")
    assert parameters_by_name["Names"] == (["a", "b", "c"], "default", "")
    assert parameters_by_name["Image"] == ("ami-0123456789abcdef0", "default", "/golden/ami")
    assert parameters_by_name["Subnets"] == (["subnet-01234567", "subnet-89abcdef"], "default", "/net/subnets")
    assert parameters_by_name["Where"] == ("/only/the/name", "default", "")


def test_a_dynamic_reference_is_listed(answer: dict[str, Any]) -> None:
    reference = "{{resolve:secretsmanager:db:SecretString:password}}"
    assert properties(answer, "Topic")["Secret"] == reference
    assert answer["dynamic_references"] == [{"path": "Resources/Topic/Properties/Secret", "reference": reference}]


def test_options_override_the_file(simulate_own: Simulate, given: str) -> None:
    options = ("--ssm", "/golden/ami=ami-99999999", "--import", "team-Vpc=vpc-99999999", "--zone", "us-east-1c")
    topic = properties(simulate_own(TEMPLATE, "--given", given, *options, *parameters(Count="3")), "Topic")
    assert (topic["Image"], topic["Import"]) == ("ami-99999999", "vpc-99999999/x")
    assert topic["Zones"] == ["us-east-1a", "us-east-1b", "us-east-1c"]


def test_all_missing_values_are_named_with_the_options_that_give_them(run: Run, own: Callable[..., Path]) -> None:
    result = run("own", *parameters(Count="3"), at=own(TEMPLATE))
    assert result.exit_code == 2
    vpc, every = "'AWS::EC2::VPC::Id'", "'Tags.Team': [VALUE, …]"
    assert result.stdout.partition("own 1.0.0: ")[2].splitlines() == [
        "undecided, 9 values are not known",
        "  - the SSM parameter /golden/ami: --ssm '/golden/ami=VALUE'",
        "  - the SSM parameter /net/subnets: --ssm '/net/subnets=VALUE'",
        "  - the SSM parameter /words: --ssm '/words=VALUE'",
        f"  - all values of type AWS::EC2::VPC::Id: --given FILE with ref_all: {{{vpc}: [VALUE, …]}}",
        "  - the value of Vpc Tags.Team: --given FILE with value_of: {'Vpc': {'Tags.Team': VALUE}}",
        f"  - the values of all {vpc[1:-1]} Tags.Team: --given FILE with value_of_all: {{{vpc}: {{{every}}}}}",
        "  - the availability zones of us-east-1: --zone us-east-1a --zone us-east-1b …",
        "  - the availability zones of eu-west-1: --zone eu-west-1a --zone eu-west-1b …",
        "  - the export team-Vpc: --import 'team-Vpc=VALUE'",
    ]


def test_a_missing_value_stays_symbolic_in_the_output(run: Run, own: Callable[..., Path], given: str) -> None:
    Path(given).write_text(GIVEN.replace("imports: {team-Vpc: vpc-76543210}\n", ""))
    result = run("own", "--given", given, *parameters(Count="3"), at=own(TEMPLATE))
    assert result.exit_code == 2
    assert "Import: ${ImportValue team-Vpc}/x\n" in result.stdout
    assert result.stdout.endswith("  - the export team-Vpc: --import 'team-Vpc=VALUE'\n")


def test_a_refusal_is_final_even_if_values_are_missing(run: Run, own: Callable[..., Path]) -> None:
    result = run("own", *parameters(Count="11"), at=own(TEMPLATE))
    assert result.exit_code == 3
    assert "would be refused: 1 reason\n" in result.stdout
    assert "--ssm '/golden/ami=VALUE'" in result.stdout


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- a\n", "given.yaml:1: must be a mapping; allowed are ssm, imports, zones"),
        ("ssm: {}\nexports: {}\n", "given.yaml:2: unknown key 'exports'; allowed are ssm, imports"),
        ("imports:\n  a: [b]\n", "given.yaml:2: imports must be a mapping of exports to values, got ['b']"),
        ("ssm: x\n", "given.yaml:1: ssm must be a mapping of SSM parameters to values, got 'x'"),
        ("zones: us-east-1a\n", "given.yaml:1: zones must be a list of availability zones, got 'us-east-1a'"),
        ("value_of:\n  Vpc:\n    Tags.Team: {a: b}\n", "given.yaml:3: value_of must be a mapping of parameters"),
        ("value_of:\n  Vpc: red\n", "given.yaml:2: value_of must be a mapping of parameters"),
        ("ref_all: {T: {a: b}}\n", "given.yaml:1: ref_all must be a mapping of parameter types"),
        ("value_of_all: [\n", "given.yaml:2: not valid YAML"),
    ],
)
def test_a_wrong_file_of_facts(run: Run, own: Callable[..., Path], given: str, text: str, words: str) -> None:
    Path(given).write_text(text)
    result = run("own", "--given", given, *parameters(Count="3"), at=own(TEMPLATE))
    assert result.exit_code == 2
    assert words in result.stderr
