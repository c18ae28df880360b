"""`describe` as text: what it says of each part, within the width."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from catalog.cfn import Pseudo
from catalog.provisioning.form import FormOutput
from catalog.provisioning.form_text import form_lines, product_lines
from catalog.provisioning.offer import AccountPath, AccountProduct, AccountVersion
from tests.unit.provisioning.conftest import ANSWER, form_of

PSEUDO = Pseudo("123456789012", "eu-west-1")
PARAMETERS: dict[str, Any] = {
    "Name": {"Type": "String", "MinLength": "1", "MaxLength": "9", "Description": "What it is called, such as blue."},
    "Team": {"Type": "String", "AllowedValues": ["a", "b", "c"], "Default": "a"},
    "Key": {"Type": "String", "NoEcho": True, "Default": "hunter2"},
    "Days": {"Type": "Number", "MinValue": "7", "Default": ""},
}
IN_TEAM = {"Fn::Contains": [["a", "b"], {"Ref": "Team"}]}
RULES: dict[str, Any] = {
    "Teams": {
        "Assertions": [{"Assert": {"Fn::Contains": [["a", "b"], {"Ref": "Team"}]}, "AssertDescription": "No c."}]
    },
    "Both": {
        "RuleCondition": {"Fn::Equals": [{"Ref": "Team"}, "b"]},
        "Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "Name"}, "blue"]}}],
    },
}


def text(form: Any, width: int = 100) -> str:
    lines = [line for _, line in form_lines(form, "role/dev", PSEUDO, width)]
    assert max(map(len, lines)) <= width
    return "\n".join(lines)


def test_all_of_a_version() -> None:
    form = form_of(
        PARAMETERS, rules=RULES, tag_options={"Team": ("a", "b"), "Cost": ("x", "y"), "One": ("z",), "None": ()}
    )
    form = replace(
        form,
        outputs=(FormOutput("Arn", "Its ARN."),),
        constraints=(("LAUNCH", "Makes it. [sha256:0123456789ab]"), ("TEMPLATE", "")),
        separate_lists=(("Left", "Right"),),
        stack_accounts=("111122223333",),
        stack_regions=("eu-west-1",),
        product=replace(form.product, support_email="help@example.com", owner="Platform"),
    )
    assert (
        text(form)
        == """\
Topic 1.0.0 \N{EM DASH} A topic.
As role/dev you can launch it through: Blue
  launch role   Makes it.
  stack set     a stack in each of 111122223333 in eu-west-1, or in those of --stack-account
Parameters
  Name *  What it is called, such as blue.
          1 to 9 characters
  Team    a | b, default a
          No c.
  Key     default ****, hidden (NoEcho)
  Days    at least 7, Number, default empty, e.g. 7
Rules
  - Name is blue if Team is b
  - Left and Right must have no member in common.
TagOptions
  Cost *  choose with --tag 'Cost=VALUE': x | y
  None    in conflict between portfolio and product: leave it out; AWS adds a tag that says so
  One     z (AWS adds it)
  Team    takes the value of the parameter
Outputs
  Arn     Its ARN.
Versions
  1.0.0   (default)
Support
  By      Platform
  E-mail  help@example.com

* must be given."""
    )


@pytest.mark.parametrize("width", [40, 60, 100])
def test_long_texts_are_wrapped(width: int) -> None:
    long = {"Name": {"Type": "String", "Description": "A long text. " * 30}}
    text(form_of(long, tag_options={"Cost": tuple(f"value-{number}" for number in range(20))}), width)


def test_other_paths_and_versions_are_named() -> None:
    paths = (AccountPath("lp-1", "Blue"), AccountPath("lp-2", "Red"))
    form = form_of({}, paths=paths)
    old = [AccountVersion(f"pa-{number}", f"0.{number}.0", "", "", "DEPRECATED", None) for number in range(6)]
    product = replace(form.product, versions=(*old, *form.product.versions))
    shown = text(replace(form, product=product, version=old[3]))
    assert shown.startswith("Topic 0.3.0 (deprecated: no new launches) \N{EM DASH} A topic.")
    assert "Values and tags below are those of Blue; of others: --portfolio lp-2." in shown
    assert "  0.3.0  (deprecated, shown here)" in shown
    assert "  older  0.1.0, 0.0.0" in shown


def test_products_are_listed_with_what_a_launch_gets() -> None:
    product = AccountProduct.read(ANSWER)
    gone = replace(product, name="Gone", versions=(), paths=())
    lines = [line for _, line in product_lines([product, gone], {"Topic": "sns"}, 100)]
    assert lines == [
        "Gone  no version for new launches  through no portfolio",
        "  A topic.",
        "sns   1.0.0  through Blue",
        "  Topic. A topic.",
    ]
