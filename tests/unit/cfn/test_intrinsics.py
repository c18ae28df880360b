"""Intrinsic functions, evaluated and symbolic, through `render` and `resolve_references`."""

import ipaddress
import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.cfn import MacroError, ParameterValues, Pseudo, Reference, TemplateError, render, resolve_references

PSEUDO = Pseudo(
    "123456789012",
    "cn-north-1",
    stack_name="demo",
    stack_id="arn:aws-cn:cloudformation:cn-north-1:123456789012:stack/demo/1",
    notification_arns=("arn:aws-cn:sns:cn-north-1:123456789012:t",),
    availability_zones=("cn-north-1a", "cn-north-1b"),
)
PARAMETERS: ParameterValues = {"Name": "team", "Days": "30", "List": ("a", "b"), "Empty": ("",)}
TEMPLATE = {
    "Mappings": {"Ami": {"cn-north-1": {"Id": "ami-1", "Count": 2, "Zones": ["x", "y"]}}},
    "Conditions": {"Yes": {"Fn::Equals": ["a", "a"]}, "No": {"Fn::Equals": ["a", "b"]}},
    "Parameters": {},
}
KEY = {"Ref": "Key"}
ARN = {"Fn::GetAtt": ["Key", "Arn"]}
NO_VALUE = {"Ref": "AWS::NoValue"}


def evaluate(value: Any, **options: Any) -> Any:
    resources = {"Key": {"Type": "AWS::KMS::Key"}, "It": {"Type": "AWS::SNS::Topic", "Properties": {"Value": value}}}
    rendered = render({**TEMPLATE, "Resources": resources}, PARAMETERS, PSEUDO, **options)
    return rendered["Resources"]["It"]["Properties"].get("Value", "absent")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "Days"}, "30"),
        ({"Ref": "List"}, ["a", "b"]),
        ({"Ref": "AWS::Partition"}, "aws-cn"),
        ({"Ref": "AWS::URLSuffix"}, "amazonaws.com.cn"),
        ({"Ref": "AWS::NotificationARNs"}, ["arn:aws-cn:sns:cn-north-1:123456789012:t"]),
        (NO_VALUE, "absent"),
        ({"Fn::If": ["Yes", "a", "b"]}, "a"),
        ({"Fn::If": ["No", KEY, NO_VALUE]}, "absent"),
        (["a", {"Fn::If": ["No", "b", NO_VALUE]}, "c"], ["a", "c"]),
        ([NO_VALUE], []),
        ({"Keep": "", "Drop": NO_VALUE, "Number": 1, "Flag": False}, {"Keep": "", "Number": 1, "Flag": False}),
        ({"Fn::Join": ["-", ["a", 1, True, {"Ref": "Name"}, NO_VALUE]]}, "a-1-true-team"),
        ({"Fn::Join": ["|", {"Ref": "List"}]}, "a|b"),
        ({"Fn::Join": ["", {"Ref": "Empty"}]}, ""),
        ({"Fn::Join": [",", [NO_VALUE]]}, ""),
        ({"Fn::Sub": ""}, ""),
        ({"Fn::Join": [",", {"Fn::GetAZs": ""}]}, "cn-north-1a,cn-north-1b"),
        ({"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}, "arn:aws-cn:iam::123456789012:root"),
        ({"Fn::Sub": "${Name}-${ Name }-${!Name}-${!}-$ {Name} $"}, "team-team-${Name}-${}-$ {Name} $"),
        ({"Fn::Sub": ["${Name}${X}", {"Name": "shadow", "X": {"Ref": "Days"}}]}, "shadow30"),
        ({"Fn::Select": ["1", {"Ref": "List"}]}, "b"),
        ({"Fn::Select": [0, [ARN, "b"]]}, ARN),
        ({"Fn::Split": [",", "a,b,,c"]}, ["a", "b", "", "c"]),
        ({"Fn::Select": [{"Fn::FindInMap": ["Ami", "cn-north-1", "Count"]}, ["a", "b", "c"]]}, "c"),
        ({"Fn::FindInMap": ["Ami", {"Ref": "AWS::Region"}, "Zones"]}, ["x", "y"]),
        ({"Fn::Base64": {"Fn::Sub": "${Name} é"}}, "dGVhbSDDqQ=="),
        ({"Fn::Cidr": ["192.168.0.0/24", "6", "5"]}, [f"192.168.0.{32 * n}/27" for n in range(6)]),
        ({"Fn::Cidr": ["2001:db8::/56", 2, 64]}, ["2001:db8::/64", "2001:db8:0:1::/64"]),
        ({"Fn::GetAZs": {"Ref": "AWS::Region"}}, ["cn-north-1a", "cn-north-1b"]),
        ({"Fn::ImportValue": {"Fn::Sub": "${Name}-KeyArn"}}, "arn:imported"),
        # The Condition of a policy and a property with the name Ref are data.
        ({"Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}}},) * 2,
        ({"Ref": "x", "Other": "y"},) * 2,
    ],
)
def test_functions_of_known_values_are_evaluated(value: Any, expected: Any) -> None:
    assert evaluate(value, exports={"team-KeyArn": "arn:imported"}) == expected


@pytest.mark.parametrize(
    ("value", "symbolic", "resolved"),
    [
        (KEY, KEY, "id"),
        ({"Fn::GetAtt": "Key.Arn"}, ARN, "arn:id"),
        ({"Fn::GetAtt": ["Key", {"Fn::Sub": "Arn"}]}, ARN, "arn:id"),
        ({"Fn::Sub": "${Name}/${Key}/${Key.Arn}"}, {"Fn::Join": ["", ["team/", KEY, "/", ARN]]}, "team/id/arn:id"),
        ({"Fn::Sub": ["${X}", {"X": ARN}]}, {"Fn::Join": ["", [ARN]]}, "arn:id"),
        ({"Fn::Join": [":", [1, KEY, {"Ref": "Name"}]]}, {"Fn::Join": [":", ["1", KEY, "team"]]}, "1:id:team"),
        ({"Fn::Join": [":", ["", 2, KEY, KEY]]}, {"Fn::Join": [":", [":2", KEY, KEY]]}, ":2:id:id"),
        ({"Fn::Join": ["", {"Fn::Split": [":", ARN]}]}, {"Fn::Join": ["", {"Fn::Split": [":", ARN]}]}, "arnid"),
        ({"Fn::Select": [1, {"Fn::Split": [":", ARN]}]}, {"Fn::Select": [1, {"Fn::Split": [":", ARN]}]}, "id"),
        ({"Fn::Base64": KEY}, {"Fn::Base64": KEY}, "aWQ="),
        ({"Fn::Cidr": [{"Fn::GetAtt": ["Key", "Block"]}, 1, 8]},) * 2 + (["10.0.0.0/24"],),
    ],
)
def test_references_stay_symbolic_until_the_resource_exists(value: Any, symbolic: Any, resolved: Any) -> None:
    created = {"": "id", "Arn": "arn:id", "Block": "10.0.0.0/16"}

    def references(reference: Reference) -> Any:
        return created[reference.attribute] if reference.logical_id == "Key" else None

    assert evaluate(value) == symbolic
    assert evaluate(value, references=references) == resolved
    assert resolve_references(symbolic, references, PSEUDO) == resolved
    assert resolve_references(symbolic, lambda _: None, PSEUDO) == symbolic


def test_an_output_of_another_stack_stays_symbolic_until_somebody_reads_it() -> None:
    symbolic = evaluate({"Fn::GetStackOutput": {"StackName": {"Ref": "Name"}, "OutputName": KEY}})
    assert symbolic == {"Fn::GetStackOutput": {"StackName": "team", "OutputName": KEY}}
    read = resolve_references(
        {"Fn::Join": ["-", [symbolic, "x"]]},
        lambda _: "id",
        PSEUDO,
        stack_outputs=lambda wanted: f"{wanted.stack}:{wanted.output}:{wanted.region}",
    )
    assert read == "team:id:-x"


def test_zones_of_another_region_stay_symbolic() -> None:
    assert evaluate({"Fn::GetAZs": "eu-west-1"}) == {"Fn::GetAZs": "eu-west-1"}


def test_zones_belong_to_the_region_that_their_name_begins_with() -> None:
    zones = ("eu-west-1a", "us-west-2a", "us-west-2-lax-1a", "us-west-2b", "us-west-20a")
    pseudo = Pseudo("123456789012", "us-west-2", availability_zones=zones)
    assert pseudo.zones("") == pseudo.zones("us-west-2") == ("us-west-2a", "us-west-2-lax-1a", "us-west-2b")
    assert pseudo.zones("eu-west-1") == ("eu-west-1a",)
    assert pseudo.zones("eu-north-1") == ()


def test_an_import_of_an_export_that_may_exist_stays_symbolic() -> None:
    value = {"Fn::Sub": ["x-${Vpc}", {"Vpc": {"Fn::ImportValue": {"Fn::Sub": "${Name}-Vpc"}}}]}
    symbolic = {"Fn::Join": ["", ["x-", {"Fn::ImportValue": "team-Vpc"}]]}
    assert evaluate(value, open_exports=True) == symbolic
    assert evaluate(value, open_exports=True, exports={"team-Vpc": "vpc-1"}) == "x-vpc-1"


@pytest.mark.parametrize("value", [{"Fn::Transform": {"Name": "M"}}, {"A": 1, "Fn::Transform": {"Name": "M"}}])
def test_a_macro_cannot_be_evaluated(value: Any) -> None:
    with pytest.raises(MacroError, match="Transform M cannot be carried out here"):
        evaluate(value)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"Ref": "Nope"}, r"^Template format error: Unresolved resource dependencies \[Nope\] in the Resources block"),
        ({"Ref": "AWS::Nope"}, r"Unresolved resource dependencies \[AWS::Nope\]"),
        ({"Ref": ["Key"]}, "every Ref object must have a single String value"),
        ({"Fn::If": ["No", {"Ref": "Nope"}, ""]}, r"Unresolved resource dependencies \[Nope\]"),
        ({"Fn::Sub": "${Nope}-${Other}"}, r"Unresolved resource dependencies \[Nope, Other\]"),
        ({"Fn::Sub": "${Na me}"}, "variable names in Fn::Sub syntax must contain only alphanumeric characters"),
        ({"Fn::Sub": "${List}"}, "variable List in Fn::Sub expression does not resolve to a string"),
        ({"Fn::Sub": "${AWS::NoValue}"}, "variable AWS::NoValue in Fn::Sub expression does not resolve to a string"),
        ({"Fn::Sub": ["${Name}"]}, "don't specify expected arguments"),
        ({"Fn::GetStackOutput": {"StackName": "a"}}, "every Fn::GetStackOutput object requires a StackName and"),
        ({"Fn::GetStackOutput": "a"}, "every Fn::GetStackOutput object requires a StackName and an OutputName"),
        ({"Fn::GetAtt": ["Nope", "Arn"]}, "instance of Fn::GetAtt references undefined resource Nope"),
        ({"Fn::GetAtt": "Key"}, "every Fn::GetAtt object requires two non-empty parameters"),
        ({"Fn::GetAtt": ["Key", {"Ref": "List"}]}, "attribute of Fn::GetAtt must be a string"),
        ({"Fn::If": ["Nope", "a", "b"]}, "unresolved condition dependency Nope in Fn::If"),
        ({"Fn::If": ["Yes", "a"]}, "every Fn::If object requires"),
        ({"Fn::Join": ["", "abc"]}, "every Fn::Join object requires two parameters"),
        ({"Fn::Join": ["", [["a"]]]}, "every Fn::Join object requires two parameters"),
        ({"Fn::Join": [["a"]]}, "every Fn::Join object requires two parameters"),
        ({"Fn::Select": [2, ["a", "b"]]}, "Fn::Select cannot select nonexistent value at index 2"),
        ({"Fn::Select": [0, [NO_VALUE]]}, "Fn::Select cannot select nonexistent value at index 0"),
        ({"Fn::Select": ["1" * 5000, ["a", "b"]]}, "Fn::Select cannot select nonexistent value at index 1"),
        ({"Fn::Select": ["-1", ["a", "b"]]}, "Fn::Select requires a list argument with two elements"),
        ({"Fn::Select": [0, "ab"]}, "Fn::Select requires a list argument with two elements"),
        ({"Fn::Split": ["", "ab"]}, "every Fn::Split object requires two parameters"),
        ({"Fn::Split": [",", ["ab"]]}, "every Fn::Split object requires two parameters"),
        ({"Fn::FindInMap": ["Nope", "a", "b"]}, "Mapping named 'Nope' is not present"),
        ({"Fn::FindInMap": ["Ami", "eu-west-1", "Id"]}, "Unable to get mapping for Ami::eu-west-1::Id"),
        ({"Fn::FindInMap": ["Ami", KEY, "Id"]}, "every Fn::FindInMap object requires three parameters"),
        ({"Fn::FindInMap": ["Ami", "a", "b", {"DefaultValue": "c"}]}, "requires three parameters"),
        ({"Fn::Base64": ["a"]}, "every Fn::Base64 object must have a String-typed value"),
        ({"Fn::Cidr": ["10.0.0.0/24", 9, 5]}, "has room for 8 blocks of 5 bits, not 9"),
        ({"Fn::Cidr": ["10.0.0.0/16", 0, 8]}, "count must be between 1 and 256"),
        ({"Fn::Cidr": ["10.0.0/16", 1, 8]}, "Fn::Cidr .* is not valid"),
        ({"Fn::Cidr": ["10.0.0.0/24", 1, "x"]}, "Fn::Cidr .* is not valid"),
        ({"Fn::ImportValue": "nobody"}, "^No export named nobody found.$"),
        ({"Fn::ImportValue": ["a"]}, "every Fn::ImportValue object must have a String-typed value"),
        ({"Fn::ImportValue": NO_VALUE}, "every Fn::ImportValue object must have a String-typed value"),
        ({"Fn::ImportValue": KEY}, "the attribute in Fn::ImportValue must not depend on any resources"),
        ({"Fn::ImportValue": {"Fn::Sub": "${Key.Arn}-x"}}, "Fn::ImportValue must not depend on any resources"),
        ({"Fn::GetAZs": ["a"]}, "every Fn::GetAZs object must have a String-typed value"),
        ({"Fn::GetAZs": NO_VALUE}, "every Fn::GetAZs object must have a String-typed value"),
        ({"Fn::If": ["Yes", "a", {"Fn::If": ["Nope", "b", "c"]}]}, "unresolved condition dependency Nope in Fn::If"),
        ({"Fn::Cidr": [NO_VALUE, 1, 8]}, r"Fn::Cidr \['', '1', '8'\] is not valid"),
        ({"Fn::Equals": ["a", "a"]}, "Encountered unsupported function: Fn::Equals"),
        ({"Fn::Length": ["a"]}, "Encountered unsupported function: Fn::Length"),
        ({"Fn::If": ["Yes", "a", "b"], "Other": 1}, "Fn::If must be the only key of its object, got .Fn::If, Other"),
        ({"X": None}, r"^\[/Resources/It/Properties/Value/X\] 'null' values are not allowed in templates$"),
    ],
)
def test_errors_have_cloudformations_message(value: Any, message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        evaluate(value)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(TEXT, st.text("abc,|", min_size=1, max_size=2))
def test_join_undoes_split(text: str, delimiter: str) -> None:
    assert evaluate({"Fn::Join": [delimiter, {"Fn::Split": [delimiter, text]}]}) == text


@given(st.lists(TEXT.filter(lambda text: "$" not in text), max_size=5))
def test_sub_is_join(texts: list[str]) -> None:
    variables = {f"V{index}": text for index, text in enumerate(texts)}
    text = "".join(f"${{{name}}}" for name in variables)
    assert evaluate({"Fn::Sub": [text, variables]}) == evaluate({"Fn::Join": ["", texts]}) == "".join(texts)


@given(st.from_regex(r"([^$]|\$\{[^}]*\}|\$[^{])*", fullmatch=True))
def test_an_escaped_text_is_literal(text: str) -> None:
    assert evaluate({"Fn::Sub": text.replace("${", "${!")}) == text


@given(st.integers(0, 2**32 - 1), st.integers(8, 16), st.integers(1, 8), st.integers(1, 256))
def test_cidr_blocks_are_disjoint_and_inside_the_network(address: int, prefix: int, bits: int, count: int) -> None:
    network = ipaddress.ip_network((address, prefix), strict=False)
    blocks = [ipaddress.ip_network(block) for block in evaluate({"Fn::Cidr": [str(network), count, bits]})]
    assert len(blocks) == count
    assert all(block.num_addresses == 2**bits and block.subnet_of(network) for block in blocks)  # type: ignore[arg-type]  # IPv4 both
    assert all(int(b.network_address) - int(a.network_address) == 2**bits for a, b in itertools.pairwise(blocks))
