"""Render: a whole template for one set of parameters."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.cfn import Pseudo, TemplateError, render, resolve_parameters, resource_order

PSEUDO = Pseudo("123456789012", "us-gov-west-1", stack_name="orders")
NO_VALUE = {"Ref": "AWS::NoValue"}


def statement(sid: str, **more: Any) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": ["kms:*"], "Resource": ["*"], **more}


KEY_TEMPLATE: dict[str, Any] = {
    "AWSTemplateFormatVersion": "2010-09-09",
    "Parameters": {
        "Alias": {"Type": "String"},
        "Administrators": {"Type": "CommaDelimitedList"},
        "PreventDestroy": {"Type": "String", "Default": "false"},
        "Days": {"Type": "Number", "Default": 30},
    },
    "Rules": {"R": {"Assertions": [{"Assert": {"Fn::Equals": ["a", "a"]}}]}},
    "Conditions": {
        "Protected": {"Fn::Equals": [{"Ref": "PreventDestroy"}, "true"]},
        "Open": {"Fn::Not": [{"Condition": "Protected"}]},
    },
    "Resources": {
        "KeyAlias": {
            "Type": "AWS::KMS::Alias",
            "DeletionPolicy": "Delete",
            "Properties": {"AliasName": {"Fn::Sub": "alias/${Alias}"}, "TargetKeyId": {"Ref": "Key"}},
        },
        "Key": {
            "Type": "AWS::KMS::Key",
            "DeletionPolicy": {"Fn::If": ["Protected", "Retain", "Delete"]},
            "Properties": {
                "KeyPolicy": {
                    "Version": "2012-10-17",
                    "Statement": [
                        statement("Root", Principal={"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::1:root"}}),
                        statement("Administrators", Principal={"AWS": {"Ref": "Administrators"}}),
                        {"Fn::If": ["Protected", statement("PreventDestroy", Effect="Deny"), NO_VALUE]},
                    ],
                },
                "PendingWindowInDays": {"Ref": "Days"},
                "EnableKeyRotation": True,
            },
        },
        "Topic": {"Type": "AWS::SNS::Topic", "Condition": "Open"},
    },
    "Outputs": {
        "KeyArn": {
            "Description": "The key",
            "Value": {"Fn::GetAtt": ["Key", "Arn"]},
            "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-KeyArn"}},
        },
        "Days": {"Value": 30},
        "TopicArn": {"Condition": "Open", "Value": {"Ref": "Topic"}},
    },
}


def rendered(**given: str) -> dict[str, Any]:
    resolved = resolve_parameters(KEY_TEMPLATE, {"Alias": "orders", "Administrators": "arn:a, arn:b", **given})
    assert resolved.problems == ()
    return render(KEY_TEMPLATE, resolved.values, PSEUDO)


def test_a_protected_key() -> None:
    template = rendered(PreventDestroy="true")
    assert set(template) == {"AWSTemplateFormatVersion", "Resources", "Outputs"}
    assert set(template["Resources"]) == {"Key", "KeyAlias"}
    key = template["Resources"]["Key"]
    assert key["DeletionPolicy"] == "Retain"
    statements = key["Properties"]["KeyPolicy"]["Statement"]
    assert [statement["Sid"] for statement in statements] == ["Root", "Administrators", "PreventDestroy"]
    assert statements[0]["Principal"] == {"AWS": "arn:aws-us-gov:iam::1:root"}
    assert statements[1]["Principal"] == {"AWS": ["arn:a", "arn:b"]}
    assert key["Properties"]["PendingWindowInDays"] == "30"
    assert key["Properties"]["EnableKeyRotation"] is True
    assert template["Resources"]["KeyAlias"]["Properties"] == {
        "AliasName": "alias/orders",
        "TargetKeyId": {"Ref": "Key"},
    }
    assert template["Outputs"] == {
        "KeyArn": {
            "Description": "The key",
            "Value": {"Fn::GetAtt": ["Key", "Arn"]},
            "Export": {"Name": "orders-KeyArn"},
        },
        "Days": {"Value": "30"},
    }
    assert resource_order(template) == ["Key", "KeyAlias"]


def test_an_open_key() -> None:
    template = rendered()
    statements = template["Resources"]["Key"]["Properties"]["KeyPolicy"]["Statement"]
    assert [statement["Sid"] for statement in statements] == ["Root", "Administrators"]
    assert template["Resources"]["Topic"] == {"Type": "AWS::SNS::Topic"}
    assert template["Outputs"]["TopicArn"] == {"Value": {"Ref": "Topic"}}


NEEDED_BY_OUTPUT = r"^Unresolved resource dependencies \[Absent\] in the Outputs block of the template$"


def looped(name: str, **more: Any) -> dict[str, Any]:
    """A template with a loop that makes one topic."""
    loop = ["N", ["a"], {name: {"Type": "AWS::SNS::Topic", **more}}]
    return {"Transform": "AWS::LanguageExtensions", "Resources": {"Fn::ForEach::X": loop}}


def topics(**needs: Any) -> dict[str, Any]:
    return {
        "Conditions": {"Never": {"Fn::Equals": ["a", "b"]}},
        "Resources": {
            "Absent": {"Type": "AWS::SNS::Topic", "Condition": "Never"},
            "It": {"Type": "AWS::SNS::Topic", **needs},
        },
    }


@pytest.mark.parametrize(
    ("template", "message"),
    [
        (topics(Properties={"X": {"Ref": "Absent"}}), r"dependencies \[Absent\] in the Resources block"),
        (topics(Properties={"X": {"Fn::Sub": "${Absent}"}}), r"dependencies \[Absent\] in the Resources block"),
        (topics(DependsOn="Absent"), r"dependencies \[Absent\] in the Resources block"),
        (topics(DependsOn=["Nope", "Other"]), r"dependencies \[Nope, Other\] in the Resources block"),
        (topics(Properties={"X": {"Fn::GetAtt": ["Absent", "Arn"]}}), "undefined resource Absent"),
        (topics(Condition="Nope"), "Unresolved condition dependency Nope in the Resources block"),
        (topics(Condition=["Never"]), "Every Condition member must be a string"),
        (topics(Type=5), "Every Resources object must contain a Type member"),
        (topics() | {"Outputs": {"O": {"Value": {"Ref": "Absent"}}}}, NEEDED_BY_OUTPUT),
        (topics() | {"Outputs": {"O": {"Value": {"Fn::GetAtt": ["Absent", "Arn"]}}}}, NEEDED_BY_OUTPUT),
        (topics() | {"Outputs": {"O": {"Value": {"Fn::Sub": "${It} ${Absent.Arn}"}}}}, NEEDED_BY_OUTPUT),
        (
            topics()
            | {"Outputs": {"A": {"Value": {"Fn::Join": ["", [{"Ref": "Absent"}]]}}, "B": {"Value": {"Ref": "Absent"}}}},
            NEEDED_BY_OUTPUT,
        ),
        (
            topics() | {"Outputs": {"O": {"Value": {"Fn::If": ["Never", "x", {"Ref": "Absent"}]}}}},
            NEEDED_BY_OUTPUT,
        ),
        (topics() | {"Outputs": {"O": {"Value": {"Ref": "Nope"}}}}, r"dependencies \[Nope\] in the Outputs block"),
        (topics() | {"Outputs": {"O": {"Value": ["a"]}}}, "must evaluate to a String"),
        (topics() | {"Outputs": {"O": {"Value": NO_VALUE}}}, "must evaluate to a String"),
        (topics() | {"Outputs": {"O": {"Description": "d"}}}, "Every Outputs member must contain a Value object"),
        (topics() | {"Outputs": {"O": {"Value": "x", "Condition": "Nope"}}}, "Nope in the Outputs block"),
        (topics() | {"Resource": {}}, r"^Invalid template property or properties \[Resource\]$"),
        (topics() | {"Mappings": []}, r"\[/Mappings\] must be an object"),
        (topics() | {"Outputs": None}, r"^\[/Outputs\] 'null' values are not allowed in templates$"),
        (topics() | {"Transform": "AWS::Serverless-2016-10-31", "Globals": 3}, "'Globals' section is invalid"),
        (topics() | {"Transform": {"Nam": "x"}}, "Transform must be a string or a list of strings"),
        (topics() | {"Transform": [{"Name": "AWS::Include", "Parameters": {}}]}, "The location parameter is required"),
        (topics() | {"Transform": "Macro", "Globals": {"Function": {}}}, "Transform Macro cannot"),
        ({"Transform": "Macro", "Parameters": {}}, "Transform Macro cannot"),
        (topics() | {"Parameters": {"P": {"Type": "String"}}}, r"Parameters: \[P\] must have values"),
        ({"Resources": {"It": "topic"}}, "Any Resources member must be an object"),
        ({"Resources": {}}, "At least one Resources member must be defined"),
        ({"Description": "no resources"}, "At least one Resources member must be defined"),
        (
            {
                "Transform": "AWS::LanguageExtensions",
                "Resources": {"Fn::ForEach::X": ["N", [], {"T${N}": {"Type": "AWS::SNS::Topic"}}]},
            },
            "At least one Resources member must be defined",
        ),
        (topics(Properties={"Fn::Select": [0, ["a"]]}), r"\[/Resources/It/Properties\] must be an object."),
        (topics(Properties={"Ref": "It"}), r"\[/Resources/It/Properties\] must be an object."),
        (topics(Metadata={"Fn::Sub": "a"}), r"\[/Resources/It/Metadata\] must be an object."),
        (looped("T${N}", Properties=5), r"\[/Resources/Ta/Properties\] must be an object."),
        (looped("T-${N}"), "Resource name T-a is non alphanumeric."),
        (looped("T${N}", Colour=5), "Invalid template resource property 'Colour'"),
        (
            topics() | {"Outputs": {name: {"Value": "x", "Export": {"Name": "same"}} for name in "AB"}},
            r"duplicate Export names: \[same\]. Specify a unique name for each export.",
        ),
    ],
)
def test_render_refuses_what_cloudformation_refuses_before_it_creates_resources(
    template: dict[str, Any], message: str
) -> None:
    with pytest.raises(TemplateError, match=message):
        render(template, {}, PSEUDO)


def test_a_branch_that_is_not_taken_may_refer_to_an_absent_resource() -> None:
    template = render(topics(Properties={"X": {"Fn::If": ["Never", {"Ref": "Absent"}, "none"]}}), {}, PSEUDO)
    assert template["Resources"] == {"It": {"Type": "AWS::SNS::Topic", "Properties": {"X": "none"}}}


def test_the_source_is_not_changed() -> None:
    before = repr(KEY_TEMPLATE)
    rendered(PreventDestroy="true")
    assert repr(KEY_TEMPLATE) == before


LEAVES = st.one_of(
    st.text(max_size=5),
    st.integers(),
    st.booleans(),
    st.just(NO_VALUE),
    st.sampled_from([{"Ref": "Key"}, {"Fn::GetAtt": ["Key", "Arn"]}, {"Ref": "List"}]),
    st.sampled_from(["Region", "AccountId", "Partition"]).map(lambda name: {"Ref": f"AWS::{name}"}),
    st.sampled_from(["${Key.Arn}-${AWS::Region}", "${Text}", "${!x}${AWS::Partition}"]).map(lambda t: {"Fn::Sub": t}),
)
NAMES = st.sampled_from(["A", "B", "Condition", "Statement"])


def nested(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.lists(children, max_size=4),
        st.dictionaries(NAMES, children, max_size=4),
        st.tuples(st.sampled_from(["Yes", "No"]), children, children).map(
            lambda arguments: {"Fn::If": list(arguments)}
        ),
    )


def everything_in(value: Any) -> list[Any]:
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [value, *(inner for member in members for inner in everything_in(member))]


@given(st.recursive(LEAVES, nested, max_leaves=20))
def test_a_rendered_template_has_only_symbolic_functions_and_renders_to_itself(value: Any) -> None:
    template = {
        "Parameters": {"List": {"Type": "CommaDelimitedList"}, "Text": {"Type": "String"}},
        "Conditions": {"Yes": {"Fn::Equals": ["a", "a"]}, "No": {"Fn::Equals": ["a", "b"]}},
        "Resources": {"Key": {"Type": "AWS::KMS::Key"}, "It": {"Type": "X", "Properties": {"P": value}}},
    }
    once = render(template, {"List": ("a", ""), "Text": "t"}, PSEUDO)
    objects = [value for value in everything_in(once) if isinstance(value, dict)]
    left = [(name, value[name]) for value in objects for name in value if name.startswith(("Ref", "Fn::"))]
    assert {name for name, _ in left} <= {"Ref", "Fn::GetAtt", "Fn::Join"}
    assert {argument for name, argument in left if name == "Ref"} <= {"Key"}
    assert render(once, {}, PSEUDO) == once


def one_bucket(**more: Any) -> dict[str, Any]:
    return {"Parameters": {"P": {"Type": "String"}}, "Resources": {"B": {"Type": "AWS::S3::Bucket", **more}}}


@pytest.mark.parametrize("name", ["DeletionPolicy", "UpdateReplacePolicy"])
@pytest.mark.parametrize("policy", [{"Ref": "P"}, {"Fn::Sub": "${P}"}])
def test_a_policy_attribute_is_checked_as_it_is_evaluated(name: str, policy: Any) -> None:
    kept = render(one_bucket(**{name: policy}), {"P": "Retain"}, PSEUDO)
    assert kept["Resources"]["B"][name] == "Retain"
    with pytest.raises(TemplateError, match=f"Unrecognized {name} Keep for resource B"):
        render(one_bucket(**{name: policy}), {"P": "Keep"}, PSEUDO)
    with pytest.raises(TemplateError, match=f"Every {name} member must be a string"):
        render(one_bucket(**{name: {"Fn::GetAZs": ""}}), {"P": "Keep"}, PSEUDO)


@pytest.mark.parametrize(
    ("export", "message"),
    [
        ({"Name": {"Ref": "P"}}, "must be specified and consist only of alphanumeric characters, colons, or hyphens"),
        ({"Name": {"Ref": "AWS::NoValue"}}, "must be specified"),
        ({}, "must be specified"),
        ({"Name": {"Fn::Sub": "${B}-arn"}}, "Export must not depend on any resources"),
    ],
)
def test_the_name_of_an_export_must_not_depend_on_resources(export: Any, message: str) -> None:
    template = one_bucket() | {"Outputs": {"O": {"Value": "x", "Export": export}}}
    with pytest.raises(TemplateError, match=f"Output O is malformed. The .*{message}"):
        render(template, {"P": "a_b"}, PSEUDO)


def test_an_undefined_condition_is_refused_in_outputs_too() -> None:
    template = one_bucket() | {"Outputs": {"O": {"Value": {"Fn::Join": ["", [{"Fn::If": ["Nope", "a", "b"]}]]}}}}
    with pytest.raises(TemplateError, match="unresolved condition dependency Nope in Fn::If"):
        render(template, {"P": "x"}, PSEUDO)


@pytest.mark.parametrize(
    "output",
    [
        {"Value": {"Fn::If": ["Never", {"Fn::GetAtt": ["Absent", "Arn"]}, "none"]}},
        {"Condition": "Never", "Value": {"Ref": "Absent"}},
    ],
)
def test_an_output_that_does_not_need_an_absent_resource_is_rendered(output: dict[str, Any]) -> None:
    rendered_template = render(topics() | {"Outputs": {"O": output}}, {}, PSEUDO)
    assert rendered_template["Outputs"] == ({} if "Condition" in output else {"O": {"Value": "none"}})


def test_get_att_takes_functions_with_language_extensions_alone() -> None:
    value = {"Fn::GetAtt": [{"Fn::Sub": "${Prefix}A"}, {"Fn::FindInMap": ["Attributes", "topic", "arn"]}]}
    template = {
        "Transform": "AWS::LanguageExtensions",
        "Parameters": {"Prefix": {"Type": "String"}},
        "Mappings": {"Attributes": {"topic": {"arn": "TopicArn"}}},
        "Conditions": {"IsA": {"Fn::Equals": [{"Ref": "Prefix"}, "Topic"]}},
        "Resources": {"TopicA": {"Type": "AWS::SNS::Topic"}, "TopicB": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {
            "O": {"Value": value},
            "P": {"Value": {"Fn::GetAtt": [{"Fn::If": ["IsA", "TopicB", "TopicA"]}, "TopicArn"]}},
        },
    }
    outputs = render(template, {"Prefix": "Topic"}, PSEUDO)["Outputs"]
    assert outputs == {
        "O": {"Value": {"Fn::GetAtt": ["TopicA", "TopicArn"]}},
        "P": {"Value": {"Fn::GetAtt": ["TopicB", "TopicArn"]}},
    }
    with pytest.raises(TemplateError, match="instance of Fn::GetAtt references undefined resource OtherA"):
        render(template, {"Prefix": "Other"}, PSEUDO)
    del template["Transform"]
    with pytest.raises(TemplateError, match="every Fn::GetAtt object requires two non-empty parameters"):
        render(template, {"Prefix": "Topic"}, PSEUDO)


def test_loops_make_the_names_of_get_att() -> None:
    get_att = {"Fn::GetAtt": [{"Fn::Sub": "Bucket${Bucket}"}, {"Ref": "Property"}]}
    inner = {
        "Fn::ForEach::Properties": [
            "Property",
            ["Arn", "DomainName"],
            {"Out${Bucket}${Property}": {"Value": get_att}},
        ]
    }
    template = {
        "Transform": "AWS::LanguageExtensions",
        "Resources": {"BucketA": {"Type": "AWS::S3::Bucket"}, "BucketB": {"Type": "AWS::S3::Bucket"}},
        "Outputs": {"Fn::ForEach::Buckets": ["Bucket", ["A", "B"], inner]},
    }
    outputs = render(template, {}, PSEUDO)["Outputs"]
    assert {name: output["Value"]["Fn::GetAtt"] for name, output in outputs.items()} == {
        f"Out{bucket}{name}": [f"Bucket{bucket}", name] for bucket in "AB" for name in ("Arn", "DomainName")
    }
