"""All faults of what is given for a launch, at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from catalog.cfn import Pseudo
from catalog.provisioning.form_faults import FormFault, form_faults
from catalog.provisioning.form_text import parameter_help, with_help
from tests.unit.provisioning.conftest import form_of

PSEUDO = Pseudo("123456789012", "eu-west-1")
TEXT = {"Type": "String"}
PARAMETERS: dict[str, Any] = {
    "Name": {**TEXT, "Description": "A name, such as blue.", "AllowedPattern": "[a-z]+"},
    "Stage": {**TEXT, "AllowedValues": ["dev", "prod"], "Default": "dev"},
    "Left": {"Type": "CommaDelimitedList", "Default": ""},
    "Right": {"Type": "CommaDelimitedList", "Default": ""},
    "Key": {**TEXT, "NoEcho": True, "Default": ""},
}
RULES: dict[str, Any] = {
    "NoProd": {"Assertions": [{"Assert": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Stage"}, "prod"]}]}}]},
    "Asks": {"Assertions": [{"Assert": {"Fn::Contains": [{"Fn::RefAll": "AWS::EC2::VPC::Id"}, {"Ref": "Name"}]}}]},
}


def faults(given: dict[str, str], tags: dict[str, str] | None = None, **options: Any) -> list[FormFault]:
    form = form_of(PARAMETERS, rules=RULES, tag_options=options.pop("offer", None))
    return list(form_faults(replace(form, **options), given, tags or {}, PSEUDO))


def test_nothing_is_wrong_and_lookups_are_left_to_aws() -> None:
    assert faults({"Name": "blue"}) == []


def test_every_fault_is_named_with_what_can_be_corrected() -> None:
    found_faults = faults(
        {"Nmae": "x", "Stage": "prod", "Left": "a,b", "Right": "b"}, separate_lists=(("Left", "Right"),)
    )
    assert found_faults == [
        FormFault(
            "parameter Nmae: Parameters: [Nmae] do not exist in the template (limit: a parameter of the template, such "
            "as Name)",
            ("Nmae",),
        ),
        FormFault(
            "parameter Name: Parameters: [Name] must have values (limit: a value, as the template has no default)",
            ("Name",),
        ),
        FormFault("rule NoProd: Stage is not prod", ("Stage",)),
        FormFault("parameters Left and Right must have no member in common; both have b", ("Left", "Right")),
    ]


CHOOSE = "tag Team needs a choice: --tag 'Team=VALUE' with one of a, b"
LEAVE_OUT = "tag Team must be left out: portfolio and product have no value in common"


@pytest.mark.parametrize(
    ("offer", "tags", "expected"),
    [
        (
            {"Team": ("a", "b")},
            {},
            FormFault(CHOOSE, tag="Team"),
        ),
        ({"Team": ("a", "b")}, {"Team": "c"}, FormFault("tag Team must be one of a, b, got 'c'", tag="Team")),
        ({"Stage": ("prod",)}, {}, FormFault("tag Stage must be one of prod, got 'dev'", ("Stage",))),
        (
            {"Team": ()},
            {"Team": "c"},
            FormFault(LEAVE_OUT),
        ),
        ({"Team": ("a",)}, {}, None),
        ({"Team": ()}, {}, None),
        ({"Name": ("blue", "red")}, {}, None),
    ],
)
def test_tags_are_checked_as_aws_does(
    offer: dict[str, tuple[str, ...]], tags: dict[str, str], expected: FormFault | None
) -> None:
    assert faults({"Name": "blue"}, tags, offer=offer) == ([expected] if expected else [])


def test_a_secret_is_not_quoted() -> None:
    secret = {**PARAMETERS, "Key": {**TEXT, "NoEcho": True, "MinLength": "9"}}
    (fault,) = form_faults(form_of(secret), {"Name": "blue", "Key": "hunter2"}, {}, PSEUDO)
    assert "hunter2" not in fault.text
    assert "'****'" in fault.text


def test_help_stands_once_below_the_last_fault_of_a_parameter() -> None:
    form = form_of(PARAMETERS)
    name = form.parameters[0]
    helps = {"Name": parameter_help(name, None)}
    assert helps["Name"] == ["A name, such as blue.", "pattern [a-z]+", "e.g. blue"]
    texts = ["--name must be given", "parameter Name: one", "parameter Name: two", "parameter Gone: three"]
    assert list(with_help(texts, lambda wanted: helps.get(wanted, []))) == [
        "--name must be given",
        "parameter Name: one",
        "parameter Name: two\n      A name, such as blue.\n      pattern [a-z]+\n      e.g. blue",
        "parameter Gone: three",
    ]
