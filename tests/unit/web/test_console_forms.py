"""The parts of the forms of the console: hostile texts stay texts, and each control has a label and its faults."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.cfn import Pseudo
from catalog.console.fields import FieldFault, FormFields
from catalog.web.page import environment
from tests.unit.provisioning.conftest import form_of
from tests.unit.web.test_parts import HOSTILE, Page

TEXT = {"Type": "String", "Description": HOSTILE, "ConstraintDescription": HOSTILE}
PARAMETERS: dict[str, Any] = {
    "Text": {**TEXT, "Default": HOSTILE},
    "Long": {**TEXT, "MaxLength": 4000, "Default": f"\n</textarea>{HOSTILE}"},
    "Choice": {**TEXT, "AllowedValues": [HOSTILE, "plain"]},
    "Boxes": {"Type": "CommaDelimitedList", "AllowedValues": ["a", "b"], "Default": "a"},
    "Secret": {**TEXT, "NoEcho": True, "Default": HOSTILE},
    "Size": {"Type": "Number", "Default": 1},
}
INTERFACE = {
    "ParameterGroups": [{"Label": {"default": HOSTILE}, "Parameters": list(PARAMETERS)}],
    "ParameterLabels": {"Text": {"default": HOSTILE}},
}
CONTROLS = ("input", "select", "textarea")


@pytest.fixture(scope="module")
def page() -> Page:
    form = form_of(
        PARAMETERS,
        metadata={"AWS::CloudFormation::Interface": INTERFACE},
        tag_options={HOSTILE: (HOSTILE, "x"), "One": (HOSTILE,)},
    )
    faults = [FieldFault("p.Text", HOSTILE), FieldFault("p.Choice", HOSTILE), FieldFault("", HOSTILE)]
    fields = FormFields(form, {}, faults, Pseudo("123456789012", "us-east-1"))
    template = environment().from_string(
        '{% import "console/forms.html" as forms %}{{ forms.faults(faults, labels) }}{{ forms.groups(groups) }}'
        "{{ forms.tag_fields(tags, fixed, more, faults_of_tags) }}{{ forms.rules(rules) }}"
    )
    return Page(
        template.render(
            faults=faults,
            labels={"p.Text": HOSTILE, "p.Choice": "Choice"},
            groups=fields.groups(),
            tags=list(fields.tags({})),
            fixed=fields.fixed_tags(),
            more=HOSTILE,
            faults_of_tags=(HOSTILE,),
            rules=[HOSTILE],
        )
    )


def test_hostile_texts_stay_texts(page: Page) -> None:
    assert {tag for tag, _ in page.tags} <= {
        *(
            "a",
            "code",
            "dd",
            "details",
            "div",
            "dl",
            "dt",
            "fieldset",
            "h2",
            "input",
            "label",
            "legend",
            "li",
            "option",
        ),
        *("p", "select", "span", "summary", "textarea", "ul", "wbr"),
    }
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert page.text.count("<script>alert('x')</script>") > 10
    assert "\x1b" not in page.text
    assert "\u202e" not in page.text


def test_a_secret_has_no_value(page: Page) -> None:
    (secret,) = (attributes for tag, attributes in page.tags if attributes.get("type") == "password")
    assert "value" not in secret


def test_each_control_has_a_label_and_says_what_is_wrong(page: Page) -> None:
    labelled = {attributes["for"] for tag, attributes in page.tags if tag == "label"}
    ids = [str(attributes["id"]) for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in page.tags:
        if tag in CONTROLS:
            assert attributes["id"] in labelled
        for name in str(attributes.get("aria-describedby", "")).split():
            assert name in ids
    wrong = {attributes["name"] for tag, attributes in page.tags if attributes.get("aria-invalid") == "true"}
    assert wrong == {"p.Text", "p.Choice", "tags"}
