"""The fields of a launch form: what is shown, what was typed, and where a fault belongs."""

from __future__ import annotations

from typing import Any

from catalog.cfn import Pseudo
from catalog.console.fields import FieldFault, FieldKind, FormFields, located, read_tags, read_values
from catalog.provisioning.form_faults import form_faults
from tests.unit.provisioning.conftest import form_of

PSEUDO = Pseudo("123456789012", "eu-west-1")
PARAMETERS: dict[str, Any] = {
    "Stage": {"Type": "String", "AllowedValues": ["dev", "test", "prod"], "Default": "prod"},
    "Days": {"Type": "Number", "AllowedValues": [7, 30], "Default": 7},
    "Alias": {"Type": "String", "AllowedPattern": "[a-z]+", "ConstraintDescription": "small letters."},
    "Roles": {"Type": "CommaDelimitedList"},
    "Zones": {"Type": "CommaDelimitedList", "AllowedValues": ["a", "b"], "Default": "a"},
    "Secret": {"Type": "String", "NoEcho": True},
    "Notes": {"Type": "String", "MaxLength": 1000, "Default": ""},
    "Size": {"Type": "Number", "MinValue": 1, "Default": 3},
}
IS_DEV = {"Fn::Equals": [{"Ref": "Stage"}, "dev"]}
RULES: dict[str, Any] = {
    "NoProd": {
        "Assertions": [
            {"Assert": {"Fn::Contains": [["dev", "test"], {"Ref": "Stage"}]}, "AssertDescription": "No production."}
        ]
    },
    "Short": {
        "RuleCondition": IS_DEV,
        "Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "Days"}, "7"]}, "AssertDescription": "Seven days in dev."}],
    },
}
METADATA = {"AWS::CloudFormation::Interface": {"ParameterLabels": {"Alias": {"default": "Name of the key"}}}}
FORM = form_of(PARAMETERS, rules=RULES, tag_options={"Team": ("red", "blue"), "Stage": ("dev", "test"), "Cost": ("1",)})
LABELLED = form_of(PARAMETERS, metadata=METADATA)


def fields(typed: dict[str, str], faults: list[FieldFault] | None = None, **options: Any) -> dict[str, Any]:
    shown = FormFields(FORM, typed, faults or [], PSEUDO, **options)
    return {field.name: field for group in shown.groups() for field in group.fields}


def test_each_parameter_has_the_control_that_fits_it() -> None:
    kinds = {name.removeprefix("p."): field.kind for name, field in fields({}).items()}
    assert kinds == {
        "Stage": FieldKind.SELECT,
        "Days": FieldKind.SELECT,
        "Alias": FieldKind.TEXT,
        "Roles": FieldKind.AREA,
        "Zones": FieldKind.BOXES,
        "Secret": FieldKind.SECRET,
        "Notes": FieldKind.AREA,
        "Size": FieldKind.NUMBER,
    }


def test_what_the_rules_take_away_is_not_on_offer_and_the_reason_is_there() -> None:
    stage = fields({})["p.Stage"]
    assert [option.text for option in stage.options] == ["Choose a value", "dev", "test"]
    assert "No production." in stage.hints
    typed = fields({"Stage": "prod"})["p.Stage"]
    assert next((option.value, option.chosen, option.refused) for option in typed.options) == ("prod", True, True)


def test_a_value_that_the_other_values_exclude_can_still_be_chosen() -> None:
    days = {option.value: option.refused for option in fields({"Stage": "dev"})["p.Days"].options}
    assert days == {"7": False, "30": True}
    assert not any(option.refused for option in fields({"Stage": "test"})["p.Days"].options)


def test_a_secret_is_never_shown_and_may_be_kept() -> None:
    secret = fields({"Secret": "hunter2"}, kept=frozenset({"Secret"}))["p.Secret"]
    assert (secret.value, secret.required) == ("", False)
    assert "hunter2" not in repr(fields({"Secret": "hunter2"}))
    assert fields({})["p.Secret"].required


def test_labels_stand_before_names() -> None:
    (group,) = FormFields(LABELLED, {}, [], PSEUDO).groups()
    alias = next(field for field in group.fields if field.name == "p.Alias")
    assert (alias.label, alias.code) == ("Name of the key", "Alias")


def test_faults_stand_at_the_first_field_that_can_be_corrected() -> None:
    given = {"Stage": "prod", "Alias": "UPPER", "Roles": "a", "Zones": "c", "Secret": "x", "Size": "0", "Nmae": "y"}
    placed = located(FORM, form_faults(FORM, given, {"bad;key": "x"}, PSEUDO))
    texts = {fault.field: fault.text for fault in placed}
    assert texts["p.Alias"] == "Small letters."
    assert texts["p.Zones"] == "'c': must be one of 'a', 'b'"
    assert texts["p.Size"] == "Must be 1 or more"
    assert texts["t.Team"] == "Choose a value."
    assert texts["tags"].startswith("tag key must be letters, digits")
    assert "Nmae" in texts[""]
    stage = [fault.text for fault in placed if fault.field == "p.Stage"]
    assert stage == ["No production.", "The tag Stage takes this value, and must be one of dev, test."]
    missing = located(FORM, form_faults(FORM, {}, {}, PSEUDO))
    assert FieldFault("p.Alias", "A value must be given.") in missing


def test_tag_options_with_a_choice_are_fields_and_the_others_are_said() -> None:
    shown = FormFields(FORM, {}, [], PSEUDO)
    (team,) = shown.tags({"Team": "red"})
    assert [(option.value, option.chosen) for option in team.options] == [("red", True), ("blue", False)]
    assert shown.fixed_tags() == [("Stage", "the value of Stage"), ("Cost", "1")]


def test_what_is_typed_becomes_values() -> None:
    posted = {
        "p.Stage": [" dev "],
        "p.Alias": [""],
        "p.Roles": ["a, b\r\n c\r\n"],
        "p.Zones": ["a", "b"],
        "p.Secret": [" s "],
        "p.Notes": [""],
        "p.Other": ["x"],
    }
    assert read_values(FORM, posted) == {
        "Stage": "dev",
        "Roles": "a,b,c",
        "Zones": "a,b",
        "Secret": " s ",
        "Notes": "",
        "Size": "",
    }
    assert read_values(FORM, {})["Zones"] == "", "no box is ticked"


def test_further_tags_are_lines() -> None:
    assert read_tags("A=1\n\n B = 2=3 \n") == ({"A": "1", "B": "2=3"}, [])
    tags, faults = read_tags("A=1\nA=2\nnothing\n=x")
    assert (tags, len(faults)) == ({"A": "1"}, 3)
