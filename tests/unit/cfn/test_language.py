"""AWS::LanguageExtensions: loops, and the three functions that need the transform."""

from typing import Any

import pytest

from catalog.cfn import ParameterValues, Pseudo, TemplateError, evaluate_conditions, render

PSEUDO = Pseudo("123456789012", "eu-west-1")
PARAMETERS: ParameterValues = {"Names": ("red", "dark-blue"), "Name": "red"}


def extended(resources: dict[str, Any], **sections: Any) -> dict[str, Any]:
    declared = {"Names": {"Type": "CommaDelimitedList"}, "Name": {"Type": "String"}}
    base = {"Transform": "AWS::LanguageExtensions", "Parameters": declared, "Resources": resources}
    return {**base, **sections}


def topic(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::SNS::Topic", "Properties": properties}


def test_a_loop_creates_resources_conditions_and_outputs() -> None:
    loop = {
        "Fn::ForEach::Topics": [
            "N",
            {"Ref": "Names"},
            {"Topic&{N}": topic(TopicName={"Ref": "N"}) | {"Condition": "Is&{N}"}},
        ]
    }
    template = extended(
        {"Plain": topic(), **loop},
        Conditions={
            "Fn::ForEach::Is": ["N", {"Ref": "Names"}, {"Is&{N}": {"Fn::Not": [{"Fn::Equals": ["${N}", "x"]}]}}]
        },
        Outputs={"Fn::ForEach::O": ["N", {"Ref": "Names"}, {"Arn&{N}": {"Value": {"Ref": "Topic&{N}"}}}]},
    )
    assert evaluate_conditions(template, PARAMETERS, PSEUDO) == {"Isred": True, "Isdarkblue": True}
    rendered = render(template, PARAMETERS, PSEUDO)
    assert rendered["Resources"] == {
        "Plain": topic(),
        "Topicred": topic(TopicName="red"),
        "Topicdarkblue": topic(TopicName="dark-blue"),
    }
    assert rendered["Outputs"]["Arndarkblue"] == {"Value": {"Ref": "Topicdarkblue"}}


def test_loops_can_be_nested_and_used_in_properties() -> None:
    inner = {"Fn::ForEach::Y": ["B", ["1", "2"], {"${A}${B}": [7, {"Fn::Sub": "${A}/${B}/${AWS::Region}"}]}]}
    template = extended({"It": topic(Tags={"Keep": "k", "Fn::ForEach::X": ["A", ["p", "q"], inner]})})
    tags = render(template, PARAMETERS, PSEUDO)["Resources"]["It"]["Properties"]["Tags"]
    assert tags == {"Keep": "k", **{f"{a}{b}": [7, f"{a}/{b}/eu-west-1"] for a in "pq" for b in "12"}}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Fn::Length": {"Ref": "Names"}}, 2),
        ({"Fn::Length": {"Fn::Split": [",", {"Ref": "Other"}]}},) * 2,
        ({"Fn::ToJsonString": {"a": [{"Ref": "Name"}, 1, {"Ref": "AWS::NoValue"}]}}, '{"a":["red",1]}'),
        ({"Fn::ToJsonString": {"a": {"Ref": "Other"}}},) * 2,
        ({"Fn::FindInMap": ["M", "x", "y", {"DefaultValue": {"Ref": "Name"}}]}, "red"),
        ({"Fn::FindInMap": ["M", "a", "b", {"DefaultValue": "no"}]}, "c"),
    ],
)
def test_the_other_functions(value: Any, expected: Any) -> None:
    template = extended({"Other": topic(), "It": topic(X=value)}, Mappings={"M": {"a": {"b": "c"}}})
    assert render(template, PARAMETERS, PSEUDO)["Resources"]["It"]["Properties"]["X"] == expected


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        (["N", ["a"]], "layout is incorrect"),
        ("N", "layout is incorrect"),
        ([["N"], ["a"], {"R${N}": topic()}], "layout is incorrect"),
        (["N", {"Ref": "Name"}, {"R${N}": topic()}], "collection .* must be a list of strings"),
        (["N", [["a"]], {"R${N}": topic()}], "collection .* must be a list of strings"),
        (["N", {"Ref": "Other"}, {"R${N}": topic()}], r"Unresolved resource dependencies \[Other\]"),
        (["N", ["a", "b"], {"R": topic()}], r"creates \[R\] twice"),
        (["N", ["ther"], {"O${N}": topic()}], r"creates \[Other\] twice"),
    ],
)
def test_a_malformed_loop_is_refused(argument: Any, message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        render(extended({"Other": topic(), "Fn::ForEach::L": argument}), PARAMETERS, PSEUDO)


@pytest.mark.parametrize("value", [{"Fn::Length": "ab"}, {"Fn::ToJsonString": "ab"}])
def test_the_other_functions_need_data(value: Any) -> None:
    with pytest.raises(TemplateError, match=r"Fn::\w+ requires"):
        render(extended({"It": topic(X=value)}), PARAMETERS, PSEUDO)


def test_without_the_transform_a_loop_is_not_a_function() -> None:
    template = {"Resources": {"It": topic(X={"Fn::ForEach::L": ["N", ["a"], {"${N}": 1}]})}}
    with pytest.raises(TemplateError, match="Encountered unsupported function: Fn::ForEach::L"):
        render(template, {}, PSEUDO)
