from __future__ import annotations

from collections.abc import Callable

import pytest

from catalog.check.finding import Finding

Judge = Callable[..., list[Finding]]


TEXT = (
    "products:\n  - product: parcel\n    template:\n"
    "      {{rules: {{R: {{Assertions: [{{Assert: {}, AssertDescription: x}}]}}}}}}\n"
)


@pytest.mark.parametrize(
    ("assertion", "words"),
    [
        ("{'Fn::Equals': [{Ref: Environment}, production]}", "Environment cannot be 'production', it must be one of"),
        ("{'Fn::Equals': [{Ref: Days}, '30']}", "Days cannot be '30', it must be 14 or less"),
        ("{'Fn::Contains': [{Ref: Readers}, 'Ann']}", "Readers cannot be 'Ann', it must be pattern [a-z]+"),
        ("{'Fn::Not': [{'Fn::Contains': [['true', 'false'], {Ref: Guarded}]}]}", "can satisfy rule"),
        ("{'Fn::Equals': [a, b]}", "can satisfy rule"),
        ("{'Fn::EachMemberIn': [{Ref: Readers}, [Ann, Bob]]}", "Readers cannot be"),
        ("{'Fn::Equals': [{Ref: Environment}, {Ref: Guarded}]}", "can satisfy rule"),
    ],
)
def test_rules_that_no_launch_satisfies(judge: Judge, assertion: str, words: str) -> None:
    (finding,) = judge(TEXT.format(assertion), "E9116")
    assert words in finding.message


@pytest.mark.parametrize(
    "assertion",
    [
        "{'Fn::Equals': [{'Fn::ValueOf': [Environment, x]}, y]}",
        "{'Fn::Equals': [{Ref: 'AWS::Region'}, eu-west-1]}",
        "{'Fn::Equals': [{Ref: Days}, '7']}",
        "{'Fn::EachMemberIn': [{Ref: Readers}, [ann, Bob]]}",
    ],
)
def test_rules_that_a_launch_may_satisfy(judge: Judge, assertion: str) -> None:
    assert judge(TEXT.format(assertion), "E9116") == []


def test_no_finding_where_the_search_cannot_be_exhaustive(judge: Judge) -> None:
    assertion = "{'Fn::And': [{'Fn::Not': [{'Fn::Equals': [{Ref: Code}, aaa]}]}, {'Fn::Equals': [{Ref: Code}, b]}]}"
    odd = {"Parameters": {"Code": {"Type": "String", "AllowedPattern": "(?:aaa|Q{17}z){2,9}"}}, "Rules": {}}
    assert judge(TEXT.format(assertion.replace("b]", "c]")), "E9116", template=odd) == []
