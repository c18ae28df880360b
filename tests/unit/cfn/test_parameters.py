"""Parameters: values, constraints and CloudFormation's messages."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.cfn import TemplateError, resolve_parameters

ARN = r"^arn:aws[a-z-]*:iam::\d{12}:(role|user)/[\w+=.@/-]+$"


def template(**parameters: dict[str, Any]) -> dict[str, Any]:
    return {"Parameters": parameters}


def faults(definition: dict[str, Any], value: str) -> list[str]:
    return [problem.message for problem in resolve_parameters(template(P=definition), {"P": value}).problems]


@pytest.mark.parametrize(
    ("definition", "value", "message"),
    [
        ({"Type": "String", "AllowedValues": ["a", "b"]}, "c", "Parameter 'P' must be one of AllowedValues"),
        ({"Type": "String", "AllowedPattern": "[a-z]+"}, "a!", "Parameter 'P' must match pattern [a-z]+"),
        ({"Type": "String", "MinLength": 12}, "aws-ab-", "Parameter 'P' must contain at least 12 characters"),
        ({"Type": "String", "MaxLength": "2"}, "abc", "Parameter 'P' must contain at most 2 characters"),
        ({"Type": "String", "MaxLength": 1}, "\U0001f600", "Parameter 'P' must contain at most 1 characters"),
        ({"Type": "Number"}, "abc", "Parameter 'P' must be a number."),
        ({"Type": "Number"}, "", "Parameter 'P' must be a number."),
        ({"Type": "Number"}, "NaN", "Parameter 'P' must be a number."),
        ({"Type": "Number"}, "1e99999999999999999999", "Parameter 'P' must be a number."),
        ({"Type": "Number", "MinValue": 7}, "6", "Parameter 'P' must be a number not less than 7"),
        ({"Type": "Number", "MaxValue": "30"}, "31", "Parameter 'P' must be a number not greater than 30"),
        ({"Type": "List<Number>", "MaxValue": 30}, "7, 31", "Parameter 'P' must be a number not greater than 30"),
        ({"Type": "CommaDelimitedList", "AllowedPattern": ARN}, "", f"Parameter 'P' must match pattern {ARN}"),
        (
            {"Type": "Number", "MinValue": 7, "ConstraintDescription": "7 to 30 days."},
            "6",
            "Parameter P failed to satisfy constraint: 7 to 30 days.",
        ),
        (
            {"Type": "AWS::EC2::VPC::Id"},
            "my-vpc",
            "Parameter validation failed: parameter value my-vpc for parameter name P does not exist",
        ),
        (
            {"Type": "List<AWS::EC2::Subnet::Id>"},
            "subnet-12345678, nope",
            "Parameter validation failed: parameter value nope for parameter name P does not exist",
        ),
        ({"Type": "String"}, "é" * 2049, "Parameter 'P' must be at most 4096 bytes"),
    ],
)
def test_a_wrong_value_gets_cloudformations_message(definition: dict[str, Any], value: str, message: str) -> None:
    assert faults(definition, value) == [message]


@pytest.mark.parametrize(
    ("definition", "value"),
    [
        ({"Type": "String", "AllowedValues": [False, True]}, "true"),
        ({"Type": "Number", "AllowedValues": [128, 256]}, "128"),
        ({"Type": "Number", "MinValue": 7, "MaxValue": 30}, "7.0"),
        ({"Type": "Number"}, "-1.5e3"),
        ({"Type": "CommaDelimitedList", "AllowedValues": ["a", "b"]}, "b , a"),
        ({"Type": "CommaDelimitedList", "MinLength": 50}, "a"),
        ({"Type": "String"}, "é" * 2048),
        ({"Type": "AWS::EC2::AvailabilityZone::Name"}, "us-west-2-lax-1a"),
        ({"Type": "AWS::EC2::Image::Id"}, "ami-0123456789abcdef0"),
        ({"Type": "AWS::Route53::HostedZone::Id"}, "Z23YXV4OVPL04A"),
        ({"Type": "AWS::SSM::Parameter::Name"}, "/any/name"),
    ],
)
def test_a_correct_value_is_accepted(definition: dict[str, Any], value: str) -> None:
    assert faults(definition, value) == []


def test_every_problem_is_reported_and_the_error_is_cloudformations_first() -> None:
    declared = template(
        Alias={"Type": "String"},
        Users={"Type": "CommaDelimitedList"},
        Window={"Type": "Number", "MinValue": 7},
    )
    resolved = resolve_parameters(declared, {"Window": "6", "Typo": "x", "Other": "y"})
    assert [(problem.name, problem.limit) for problem in resolved.problems] == [
        ("Typo", "a parameter of the template"),
        ("Other", "a parameter of the template"),
        ("Alias", "a value, as the template has no default"),
        ("Users", "a value, as the template has no default"),
        ("Window", "7 or more"),
    ]
    assert resolved.error == "Parameters: [Typo, Other] do not exist in the template"
    assert resolve_parameters(declared, {"Window": "6"}).error == "Parameters: [Alias, Users] must have values"
    given = {"Window": "6", "Alias": "a", "Users": "u"}
    assert resolve_parameters(declared, given).error == "Parameter 'Window' must be a number not less than 7"
    assert resolve_parameters(declared, {**given, "Window": "7"}).error == ""


def test_each_wrong_member_of_a_list_is_reported_once() -> None:
    definition = {"Type": "CommaDelimitedList", "AllowedPattern": ARN}
    resolved = resolve_parameters(
        template(P=definition), {"P": "*, arn:aws:iam::123456789012:role/A, *, arn:aws:iam::1:root"}
    )
    assert [problem.value for problem in resolved.problems] == ["*", "arn:aws:iam::1:root"]


def test_a_secret_is_never_shown() -> None:
    definition = {"Type": "String", "NoEcho": True, "MaxLength": 3}
    (problem,) = resolve_parameters(template(P=definition), {"P": "hunter2"}).problems
    assert problem.value == "****"
    assert "hunter2" not in repr(problem)


def test_numbers_stay_the_strings_that_were_given() -> None:
    declared = template(N={"Type": "Number", "Default": 30}, B={"Type": "String", "Default": False})
    assert resolve_parameters(declared, {}).values == {"N": "30", "B": "false"}
    assert resolve_parameters(declared, {"N": "030"}).values["N"] == "030"


def test_a_given_value_overrides_the_previous_one_and_that_overrides_the_default() -> None:
    declared = template(P={"Type": "String", "Default": "default"}, Q={"Type": "String"})
    assert resolve_parameters(declared, {"Q": "q"}).values["P"] == "default"
    kept = resolve_parameters(declared, {"Q": "q"}, previous={"P": "kept", "Q": "old", "Dropped": "x"})
    assert kept.values == {"P": "kept", "Q": "q"}
    assert kept.problems == ()
    assert resolve_parameters(declared, {"P": "given", "Q": "q"}, previous={"P": "kept"}).values["P"] == "given"


def test_ssm_types_are_checked_by_name_and_resolved_by_value() -> None:
    declared = template(
        Image={"Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", "Default": "/ami", "AllowedPattern": "/.*"},
        Zones={"Type": "AWS::SSM::Parameter::Value<List<String>>", "Default": "/zones"},
    )
    stored = {"/ami": "ami-12345678", "/zones": "a, b"}
    assert resolve_parameters(declared, {}, ssm=stored).values == {"Image": "ami-12345678", "Zones": ("a", "b")}
    missing = resolve_parameters(declared, {}, ssm={"/zones": "a"})
    assert missing.error == "Unable to fetch parameters [/ami] from parameter store for this account."
    assert "Image" not in missing.values


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("List<String>", ("a", "b")),
        ("List<AWS::EC2::KeyPair::KeyName>", ("a", "b")),
        ("List<AWS::EC2::PrefixList::Id>", ("a", "b")),
        ("AWS::SSM::Parameter::Value<Number>", "a, b"),
        ("AWS::SSM::Parameter::Value<AWS::Lambda::Function::Arn>", "a, b"),
        ("AWS::SSM::Parameter::Value<List<AWS::EC2::PrefixList::Id>>", ("a", "b")),
    ],
)
def test_types_that_cloudformation_takes_and_does_not_document_are_strings(name: str, value: Any) -> None:
    assert resolve_parameters(template(P={"Type": name}), {"P": "a, b"}, ssm={"a, b": "a, b"}).values == {"P": value}


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        ({}, "Every Parameters object must contain a Type member"),
        ("String", "Every Parameters member must be an object"),
        ({"Type": "Strin"}, "Unrecognized parameter type: Strin"),
        ({"Type": "String", "Default": ["a"]}, "Every Default member must be a string"),
        ({"Type": "String", "AllowedValues": "a"}, "Every AllowedValues member must be a list"),
        ({"Type": "Number", "MinValue": "low"}, "Every MinValue member must be a number"),
        ({"Type": "Number", "MaxValue": float("nan")}, "Every MaxValue member must be a number"),
        ({"Type": "String", "AllowedPattern": 5}, "Every AllowedPattern member must be a string"),
        ({"Type": "String", "AllowedPattern": "("}, "Parameter 'P' AllowedPattern must be a valid regular expression"),
    ],
)
def test_a_malformed_definition_is_a_template_error(definition: Any, message: str) -> None:
    with pytest.raises(TemplateError, match=message.replace("(", r"\(")):
        resolve_parameters(template(P=definition), {"P": "1"})


MEMBERS = st.lists(st.text(st.characters(exclude_characters=",", exclude_categories=["Cs"]), max_size=8), min_size=1)


@given(MEMBERS, st.sampled_from(["", " ", "\t "]))
def test_spaces_around_the_members_of_a_list_are_ignored(members: list[str], space: str) -> None:
    trimmed = tuple(member.strip() for member in members)
    declared = template(P={"Type": "CommaDelimitedList"})
    values = resolve_parameters(declared, {"P": ",".join(space + member + space for member in members)}).values
    assert values["P"] == trimmed
    assert len(values["P"]) == len(members)


@given(st.integers(-1000, 1000), st.integers(-1000, 1000), st.integers(-1000, 1000))
def test_bounds_are_numeric(low: int, high: int, number: int) -> None:
    fine = faults({"Type": "Number", "MinValue": low, "MaxValue": str(high)}, str(number)) == []
    assert fine is (low <= number <= high)


@pytest.mark.parametrize("word", [True, "true", "True", "TRUE"])
def test_no_echo_in_any_spelling_hides_the_value(word: Any) -> None:
    (problem,) = resolve_parameters(template(P={"Type": "Number", "NoEcho": word}), {"P": "hunter2"}).problems
    assert problem.value == "****"


def test_what_is_stored_in_ssm_must_have_the_form_of_its_type() -> None:
    declared = template(
        A={"Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>"},
        S={"Type": "AWS::SSM::Parameter::Value<List<AWS::EC2::Subnet::Id>>"},
    )
    resolved = resolve_parameters(
        declared, {"A": "/ami", "S": "/s"}, ssm={"/ami": "latest", "/s": "subnet-12345678,nope"}
    )
    assert [problem.message for problem in resolved.problems] == [
        "Parameter validation failed: parameter value latest for parameter name A does not exist",
        "Parameter validation failed: parameter value nope for parameter name S does not exist",
    ]
