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


def test_a_value_that_the_parameter_refuses(judge: Judge) -> None:
    (message,) = judged(judge, "{Environment: [dev, live]}")
    assert message.startswith("value 'live' of TagOption Environment: parameter Environment of parcel 1.0.0 does not")


def test_a_value_that_the_rules_refuse(judge: Judge) -> None:
    (message,) = judged(judge, "{Environment: [dev, test]}", RULES)
    assert message == (
        "value 'test' of TagOption Environment: no launch of parcel 1.0.0 that the rules allow has Environment=test"
    )


def test_keys_that_are_no_parameter_may_have_any_value(judge: Judge) -> None:
    assert judged(judge, "{CostCenter: [anything]}") == []


def test_rules_that_nobody_can_satisfy_are_for_other_controls(judge: Judge) -> None:
    assert judged(judge, "{Environment: [dev]}", RULES.replace("dev]", "live]")) == []


def test_only_what_people_can_choose_is_judged(judge: Judge) -> None:
    assert judged(judge, "{Environment: [dev, {value: live, active: false}]}") == []
    text = "tag_options: {Environment: [dev, live]}\nproducts:\n  - product: parcel\n"
    assert judge(text, "E9120", product={"tag_options": {"Environment": ("dev", "test")}}) == []


def test_a_value_that_the_product_alone_offers_stands_at_its_entry(judge: Judge) -> None:
    (found,) = judge("products:\n  - product: parcel\n", "E9120", product={"tag_options": {"Environment": ("live",)}})
    assert found.line == 5
    assert "value 'live' of TagOption Environment" in found.message
