from __future__ import annotations

from collections.abc import Callable

import pytest

from catalog.check.finding import Finding

Judge = Callable[..., list[Finding]]


TEXT = (
    "products:\n  - product: parcel\n    template: {{rules: {{R: {{Assertions: [{{Assert: "
    "{{'Fn::Equals': [{}, x]}}, AssertDescription: x}}]}}}}}}\n"
)


@pytest.mark.parametrize("value", ["{Ref: Nope}", "{'Fn::ValueOf': [Nope, VpcId]}"])
def test_functions_with_an_unknown_parameter(judge: Judge, value: str) -> None:
    (finding,) = [one for one in judge(TEXT.format(value)) if "E9113" < one.id < "W"]
    assert finding.id == "E9114"
    assert "'Nope'" in finding.message
    assert "Environment, Guarded, Days, Readers" in finding.message


def test_pseudo_parameters_are_known(judge: Judge) -> None:
    assert judge(TEXT.format("{Ref: 'AWS::Region'}"), "E9114") == []


def test_a_rule_in_words_is_reported_with_its_line(judge: Judge) -> None:
    text = (
        "products:\n  - product: parcel\n    template:\n      require:\n        - parameter: Guarded\n"
        "          equals: 'true'\n          when:\n            - {parameter: Nope, equals: x}\n"
    )
    (finding,) = judge(text, "E9114")
    assert (finding.line, finding.where) == (11, "products/parcel/template/require/0/when/0")
    assert "rule 'GuardedEqualsWhenNopeEqualsX' names parameter 'Nope'" in finding.message
