from __future__ import annotations

from collections.abc import Callable

from catalog.check.finding import Finding

Judge = Callable[..., list[Finding]]


RULES = (
    "    template: {rules: {R: {Assertions: [{Assert: "
    "{'Fn::Equals': [{Ref: Environment}, dev]}, AssertDescription: x}]}}}\n"
)


def judged(judge: Judge, options: str, rules: str = "") -> list[str]:
    return [one.message for one in judge(f"tag_options: {options}\nproducts:\n  - product: parcel\n{rules}", "E9120")]


def test_a_value_that_the_parameter_does_not_accept(judge: Judge) -> None:
    (message,) = judged(judge, "{Environment: [dev, live]}")
    assert message.startswith("value 'live' of TagOption Environment: parameter Environment of parcel 1.0.0 does not")


def test_a_value_that_the_rules_refuse(judge: Judge) -> None:
    (message,) = judged(judge, "{Environment: [dev, test]}", RULES)
    assert message == (
        "value 'test' of TagOption Environment: no launch of parcel 1.0.0 that the rules allow has Environment=test"
    )


def test_keys_that_are_not_parameters_can_have_any_value(judge: Judge) -> None:
    assert judged(judge, "{CostCenter: [anything]}") == []


def test_other_controls_report_rules_that_no_launch_satisfies(judge: Judge) -> None:
    assert judged(judge, "{Environment: [dev]}", RULES.replace("dev]", "live]")) == []


def test_only_what_people_can_choose_is_judged(judge: Judge) -> None:
    assert judged(judge, "{Environment: [dev, {value: live, active: false}]}") == []
    text = "tag_options: {Environment: [dev, live]}\nproducts:\n  - product: parcel\n"
    assert judge(text, "E9120", product={"tag_options": {"Environment": ("dev", "test")}}) == []


def test_a_value_that_only_the_product_offers_is_reported_at_its_entry(judge: Judge) -> None:
    (found,) = judge("products:\n  - product: parcel\n", "E9120", product={"tag_options": {"Environment": ("live",)}})
    assert found.line == 5
    assert "value 'live' of TagOption Environment" in found.message
