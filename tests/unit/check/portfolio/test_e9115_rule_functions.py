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
        ("{'Fn::If': [a, b, c]}", "Fn::If"),
        ("{'Fn::Equals': [{'Fn::Join': ['', [a]]}, a]}", "Fn::Join"),
        ("{'Fn::Equals': [{Ref: Readers}, a]}", "2 string parameters"),
        ("{'Fn::Contains': [{Ref: Environment}, a]}", "list of strings"),
        ("{Ref: Guarded}", "Ref"),
        ("{'Fn::And': [{'Fn::Equals': [a, a]}]}", "at least 2"),
    ],
)
def test_what_cloudformation_could_not_evaluate(judge: Judge, assertion: str, words: str) -> None:
    (finding,) = judge(TEXT.format(assertion), "E9115")
    assert words in finding.message


@pytest.mark.parametrize(
    "assertion",
    [
        "{'Fn::Contains': [{'Fn::RefAll': 'AWS::EC2::VPC::Id'}, {Ref: Environment}]}",
        "{'Fn::Equals': [{'Fn::ValueOf': [Environment, Tags.x]}, a]}",
        "{'Fn::EachMemberEquals': [{'Fn::ValueOf': [Readers, VpcId]}, a]}",
        "{'Fn::EachMemberIn': [{'Fn::ValueOfAll': ['AWS::EC2::Subnet::Id', VpcId]}, {Ref: Readers}]}",
    ],
)
def test_what_reads_the_account_can_be_evaluated_there(judge: Judge, assertion: str) -> None:
    assert judge(TEXT.format(assertion), "E9115") == []
