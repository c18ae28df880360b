"""Templates: no code in them runs, and errors have CloudFormation's messages."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from catalog.sandbox.cloudformation.errors import StackRefused
from catalog.sandbox.cloudformation.safe_yaml import load
from catalog.sandbox.cloudformation.template import parse
from catalog.sandbox.stacks import check_template
from tests.contract.conftest import refusal

CODE = (
    "!!python/object/apply:os.mkdir ['{marker}']",
    "!!python/object/new:os.mkdir ['{marker}']",
    "!!python/object/apply:subprocess.check_call [[mkdir, '{marker}']]",
)
GOOD = "Resources: {Topic: {Type: 'AWS::SNS::Topic'}}\n"

Call = Callable[[Any, str], Any]
CALLS: dict[str, Call] = {
    "CreateStack": lambda client, text: client.create_stack(StackName="s", TemplateBody=text),
    "UpdateStack": lambda client, text: client.update_stack(StackName="there", TemplateBody=text),
    "ValidateTemplate": lambda client, text: client.validate_template(TemplateBody=text),
    "GetTemplateSummary": lambda client, text: client.get_template_summary(TemplateBody=text),
    "CreateChangeSet": lambda client, text: client.create_change_set(
        StackName="s", ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=text
    ),
}


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize("code", CODE)
def test_a_template_runs_no_code(local: Any, tmp_path: Path, operation: str, code: str) -> None:
    local.create("there", GOOD)
    marker = tmp_path / "ran"
    text = f"Description: {code.format(marker=marker)}\n{GOOD}"
    with pytest.raises(ClientError) as caught:
        CALLS[operation](local.client("cloudformation"), text)
    assert caught.value.response["Error"]["Code"] == "ValidationError"
    assert not marker.exists()


@pytest.mark.parametrize("code", CODE)
def test_the_template_of_a_stack_set_runs_no_code(local: Any, tmp_path: Path, code: str) -> None:
    marker = tmp_path / "ran"
    text = f"Description: {code.format(marker=marker)}\n{GOOD}"
    formation = local.client("cloudformation")
    with pytest.raises(ClientError):
        formation.create_stack_set(StackSetName="s", TemplateBody=text)
    assert not marker.exists()


def test_a_template_in_s3_runs_no_code(local: Any, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    s3 = local.client("s3")
    s3.create_bucket(Bucket="templates")
    s3.put_object(Bucket="templates", Key="t.yaml", Body=f"Description: {CODE[0].format(marker=marker)}\n{GOOD}")
    with pytest.raises(ClientError):
        local.client("cloudformation").create_stack(
            StackName="s", TemplateURL="https://templates.s3.us-east-1.amazonaws.com/t.yaml"
        )
    assert not marker.exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "Template format error: JSON not well-formed. (line 1, column 2)"),
        ("a: [", "Template format error: YAML not well-formed. (line 1, column 5)"),
        ("- a", "Template format error: unsupported structure."),
        ("", "Template format error: unsupported structure."),
        ("Resources: {}", "At least one Resources member must be defined."),
        ("Description: x", "At least one Resources member must be defined."),
        (f"Colours: {{}}\n{GOOD}", "Invalid template property or properties [Colours]"),
        (f"AWSTemplateFormatVersion: 2012-01-01\n{GOOD}", "unsupported value for AWSTemplateFormatVersion"),
        ("Resources: {Topic: {Properties: {}}}", "Every Resources object must contain a Type member."),
        ("Resources: {Topic: {Type: 'AWS::SNS::Topic', Color: x}}", "Invalid template resource property 'Color'"),
        ("Resources: {Topic: {Type: 'AWS::SNS::Topic', Version: x}}", "Invalid template resource property 'Version'"),
        ("Resources: {To-pic: {Type: 'AWS::SNS::Topic'}}", "name To-pic is non alphanumeric"),
        ("Resources: {Topic: {Type: 'AWS::SNS::Topic', DeletionPolicy: Keep}}", "Unrecognized DeletionPolicy Keep"),
        (
            "Resources: {A: {Type: 'AWS::SNS::Topic', CreationPolicy: x}}",
            "/A/CreationPolicy] must be an object",
        ),
        (
            "Resources: {Topic: {Type: 'AWS::SNS::Topic', UpdateReplacePolicy: RetainExceptOnCreate}}",
            "Unrecognized UpdateReplacePolicy RetainExceptOnCreate",
        ),
        (f"Description: {'é' * 600}\n{GOOD}", "'Description' length is greater than 1024."),
        (f"Parameters: {{P: {{Type: String, DefaultValue: x}}}}\n{GOOD}", "template parameter property 'DefaultValue'"),
        (f"Parameters: {{P: {{Type: Strong}}}}\n{GOOD}", "Unrecognized parameter type: Strong"),
        (
            f"Parameters: {{P: {{Type: String, AllowedValues: true}}}}\n{GOOD}",
            "Every AllowedValues member must be a list",
        ),
        (f"Parameters: {{P: {{Type: String, MinLength: [1]}}}}\n{GOOD}", "Every MinLength member must be a number."),
        (f"Mappings: {{M: {{a: {{b_c: x}}}}}}\n{GOOD}", "attribute name 'b_c' must contain only alphanumeric"),
        (f"Mappings: {{M: {{10.0.0.0/8: {{b: x}}}}}}\n{GOOD}", "Mappings element name '10.0.0.0/8' must be non-empty"),
        (f"Mappings: {{M: {{a: x}}}}\n{GOOD}", "Every Mappings member a must be a map"),
        (f"Mappings: {{M: {{a: {{b: !Ref AWS::Region}}}}}}\n{GOOD}", "attribute must be a String or a List."),
        (f"Mappings: {{M: {{a: {{b: {{c: d}}}}}}}}\n{GOOD}", "Every Mappings attribute must be a String or a List."),
        (f"Outputs: {{O: {{Value: null}}}}\n{GOOD}", "'null' values are not allowed in templates"),
        ("Resources: {A: &a {Type: 'AWS::SNS::Topic'}, B: *a}", "YAML aliases are not allowed"),
        (f"Description: .inf\n{GOOD}", "unsupported structure"),
        ('{"Description": NaN}', "JSON not well-formed"),
        ("[" * 5000, "not well-formed"),
        ("{" + '"a":{' * 5000, "not well-formed"),
    ],
)
def test_errors_in_templates(text: str, message: str) -> None:
    with pytest.raises(StackRefused) as caught:
        check_template(text)
    assert message in caught.value.message


def test_limits() -> None:
    many = {"Resources": {f"T{number}": {"Type": "AWS::SNS::Topic"} for number in range(501)}}
    with pytest.raises(StackRefused, match="Number of resources, 501, is greater than maximum allowed, 500"):
        parse(json.dumps(many))
    with pytest.raises(StackRefused, match="less than or equal to 1000000"):
        parse(GOOD + "#" * 1_000_000)


def test_an_inline_template_has_a_lower_limit_than_one_in_s3(local: Any) -> None:
    text = GOOD + "#" * 51_200
    with pytest.raises(ClientError, match="less than or equal to 51200"):
        local.create("s", text)
    s3 = local.client("s3")
    s3.create_bucket(Bucket="templates")
    s3.put_object(Bucket="templates", Key="a/t.yaml", Body=text)
    for number, url in enumerate(
        (
            "https://templates.s3.us-east-1.amazonaws.com/a/t.yaml",
            "https://templates.s3.amazonaws.com/a/t.yaml",
            "https://s3.us-east-1.amazonaws.com/templates/a/t.yaml",
            "https://s3-us-east-1.amazonaws.com/templates/a/t.yaml",
            f"{local.url}/templates/a/t.yaml",
            s3.generate_presigned_url("get_object", {"Bucket": "templates", "Key": "a/t.yaml"}),
        )
    ):
        local.client("cloudformation").create_stack(StackName=f"s{number}", TemplateURL=url)
    for url in ("https://templates.s3.amazonaws.com/none", "https://none.s3.amazonaws.com/t", "https://example.com/t"):
        with pytest.raises(ClientError) as caught:
            local.client("cloudformation").create_stack(StackName="s", TemplateURL=url)
        assert caught.value.response["Error"]["Code"] == "ValidationError"


def test_short_tags_are_functions() -> None:
    document = load(
        "A: !GetAtt K.Arn\nB: !Sub 'x ${Y}'\nC: !If [c, !Ref X, !Ref 'AWS::NoValue']\nD: !Equals [!Condition Z, 1]"
    )
    assert document == {
        "A": {"Fn::GetAtt": ["K", "Arn"]},
        "B": {"Fn::Sub": "x ${Y}"},
        "C": {"Fn::If": ["c", {"Ref": "X"}, {"Ref": "AWS::NoValue"}]},
        "D": {"Fn::Equals": [{"Condition": "Z"}, 1]},
    }


def test_dates_and_keys_stay_text() -> None:
    assert load("Version: 2012-10-17\n2012-10-17: a\n123456789012: b\non: c") == {
        "Version": "2012-10-17",
        "2012-10-17": "a",
        "123456789012": "b",
        "on": "c",
    }


@given(st.text(max_size=200))
def test_any_text_is_accepted_or_refused(text: str) -> None:
    with suppress(StackRefused):
        json.dumps(parse(text), allow_nan=False)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    ),
    st.sampled_from(["Resources", "Parameters", "Outputs", "Conditions", "Rules", "Mappings", "Transform", "Metadata"]),
)
def test_any_section_is_accepted_or_refused(value: Any, name: str) -> None:
    template = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}, name: value}
    with suppress(StackRefused):
        parse(json.dumps(template))


def test_validate_and_summary(local: Any) -> None:
    key = (Path(__file__).resolve().parent.parent / "fixtures" / "stacks" / "key.json").read_text(encoding="utf-8")
    formation = local.client("cloudformation")
    validated = formation.validate_template(TemplateBody=key)
    assert validated["Description"].startswith("A key and its alias")
    assert validated["Parameters"][0] == {"ParameterKey": "Alias", "NoEcho": False}
    summary = formation.get_template_summary(TemplateBody=key)
    assert summary["ResourceTypes"] == ["AWS::KMS::Key", "AWS::KMS::Alias"]
    multi = next(parameter for parameter in summary["Parameters"] if parameter["ParameterKey"] == "MultiRegion")
    assert multi["ParameterConstraints"] == {"AllowedValues": ["true", "false"]}
    assert multi["DefaultValue"] == "false"
    role = "Resources: {R: {Type: 'AWS::IAM::Role', Properties: {RoleName: x, AssumeRolePolicyDocument: {}}}}"
    assert formation.validate_template(TemplateBody=role)["Capabilities"] == ["CAPABILITY_NAMED_IAM"]


@pytest.mark.parametrize(
    "text", ["Parameters: {Fn::Transform: []}", "Parameters: {P: 1}", "Resources: {A: {Type: [x]}}"]
)
def test_a_template_with_a_macro_is_summarized_in_any_shape(local: Any, text: str) -> None:
    resources = "" if "Resources" in text else GOOD
    whole = f"Transform: Mine\n{text}\n{resources}"
    formation = local.client("cloudformation")
    assert formation.validate_template(TemplateBody=whole)["Parameters"] == []
    assert formation.get_template_summary(TemplateBody=whole)["DeclaredTransforms"] == ["Mine"]
    _, message = refusal(formation.validate_template, TemplateBody=f"Transform: Mine\nParameters: x\n{GOOD}")
    assert message == "Template format error: [/Parameters] must be an object"


def test_get_template_returns_the_unchanged_text(local: Any) -> None:
    text = f"# a remark\n{GOOD}"
    local.create("s", text)
    assert local.client("cloudformation").get_template(StackName="s")["TemplateBody"] == text


@pytest.mark.parametrize(
    "text",
    [
        "Transform: Mine\nResources: {A: 5, B: {Type: [x]}, C: text}",
        "Transform: Mine\nGlobals: {Function: {}}\nResources: {A: {Type: 'AWS::SNS::Topic', Connectors: {}}}",
        "Transform: {Name: 'AWS::Include', Parameters: {Location: 's3://b/k'}}",
    ],
)
def test_a_template_with_a_macro_is_read_in_any_shape(text: str) -> None:
    assert parse(text)["Transform"]
    assert parse(text, launched=False)["Transform"]


def test_a_description_of_a_resource_is_accepted() -> None:
    assert parse("Resources: {Topic: {Type: 'AWS::SNS::Topic', Description: of alarms}}")
