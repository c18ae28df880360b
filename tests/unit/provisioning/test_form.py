"""The form of a launch: groups as in the console, examples that would do, and TagOptions that take a value."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.cfn import Pseudo
from catalog.provisioning.choices import Choices
from catalog.provisioning.form import declaration
from catalog.provisioning.form_parameters import FormParameter, groups_of
from tests.unit.provisioning.conftest import form_of

PSEUDO = Pseudo("123456789012", "eu-west-1")
TEXT = {"Type": "String"}


@pytest.mark.parametrize(
    ("interface", "expected"),
    [
        (None, [("Parameters", "A=A B=B")]),
        (
            {"ParameterGroups": [{"Label": {"default": "Best"}, "Parameters": ["B", "Gone"]}]},
            [("Best", "B=B"), ("Other parameters", "A=A")],
        ),
        ({"ParameterLabels": {"A": {"default": "First"}, "B": "odd"}}, [("Parameters", "A=First B=B")]),
        ({"ParameterGroups": [{"Parameters": ["A", "B"]}, {"Parameters": ["A"]}]}, [("Parameters", "A=A B=B")]),
        ({"ParameterGroups": "odd", "ParameterLabels": ["odd"]}, [("Parameters", "A=A B=B")]),
        ({"ParameterGroups": [7, {"Parameters": 7}]}, [("Parameters", "A=A B=B")]),
    ],
)
def test_groups_and_labels_are_those_of_the_interface(interface: Any, expected: list[tuple[str, str]]) -> None:
    groups = groups_of({"A": TEXT, "B": TEXT}, {"AWS::CloudFormation::Interface": interface})
    shown = [(group.label, " ".join(f"{item.name}={item.label}" for item in group.parameters)) for group in groups]
    assert shown == expected


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ({"Description": "A name, such as prod/x."}, "prod/x"),
        ({"Description": "such as NO", "ConstraintDescription": "e.g. abc", "AllowedPattern": "[a-z]+"}, "abc"),
        ({"Description": "Any text."}, ""),
        ({"AllowedPattern": "[a-z]+"}, ""),
        ({"AllowedValues": ["x", "y"]}, "x"),
        ({"Type": "Number", "MinValue": "7"}, "7"),
    ],
)
def test_an_example_is_a_value_that_would_do(definition: dict[str, Any], expected: str) -> None:
    assert FormParameter("P", "P", {**TEXT, **definition}).example == expected


def test_a_tag_option_with_the_parameters_name_must_offer_its_value() -> None:
    parameters = {"Service": TEXT, "Stage": {**TEXT, "AllowedValues": ["dev", "prod"]}, "Key": {**TEXT, "NoEcho": True}}
    options: dict[str, tuple[str, ...]] = {
        "Service": ("s3", "sqs"),
        "Stage": ("dev",),
        "Key": ("visible",),
        "Other": (),
    }
    launch = form_of(parameters, tag_options=options)
    service, stage, key = launch.parameters
    assert launch.choices(service, {}, PSEUDO) == Choices(("s3", "sqs"), ("The TagOption Service takes this value.",))
    assert launch.choices(stage, {}, PSEUDO) == Choices(("dev",), ("The TagOption Stage takes this value.",))
    assert launch.choices(key, {}, PSEUDO) is None


def test_a_parameter_of_the_account_is_declared_as_in_a_template() -> None:
    item = {
        "ParameterKey": "Days",
        "ParameterType": "Number",
        "IsNoEcho": True,
        "Description": "How long",
        "DefaultValue": "",
        "ParameterConstraints": {"AllowedValues": [], "MinValue": "7"},
    }
    declared = {"Type": "Number", "NoEcho": True, "MinValue": "7", "Description": "How long", "Default": ""}
    assert declaration(item) == declared
    assert FormParameter("Days", "Days", declared).secret
