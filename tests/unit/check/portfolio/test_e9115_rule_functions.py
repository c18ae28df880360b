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
def test_rules_that_cloudformation_cannot_evaluate(judge: Judge, assertion: str, words: str) -> None:
    (finding,) = judge(TEXT.format(assertion), "E9115")
    assert words in finding.message


WORDS = "products:\n  - product: parcel\n    template:\n      require:\n        - {}\n"


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("{parameter: Readers, allowed: [a]}", "allowed is not for Readers, which is a list in parcel"),
        ("{parameter: Readers, equals: a}", "use members_allowed"),
        ("{parameter: Guarded, members_allowed: ['true']}", "which is a single value in parcel"),
        ("{parameter: Guarded, members_forbidden: ['true']}", "use forbidden"),
        (
            "{parameter: Guarded, equals: 'true', when: {parameter: Readers, not_empty: true}}",
            "not_empty is not for Readers",
        ),
        (
            "{parameter: Guarded, equals: 'true', when: [{parameter: Days, members_required: [a]}]}",
            "members_required is not for Days",
        ),
    ],
)
def test_words_for_another_type_of_parameter_are_reported_with_their_line(judge: Judge, entry: str, words: str) -> None:
    (finding,) = judge(WORDS.format(entry), "E9115")
    assert words in finding.message
    assert finding.line == 8
    assert finding.where.startswith("products/parcel/template/require/0")


def test_words_for_the_type_of_the_parameter(judge: Judge) -> None:
    entries = [
        "{parameter: Readers, members_allowed: [a, b]}",
        "{parameter: Guarded, equals: 'true', when: {parameter: Readers, members_required: [a]}}",
    ]
    assert judge(WORDS.format("\n        - ".join(entries)), "E9115") == []


@pytest.mark.parametrize(
    ("assertion", "words"),
    [
        ("{'Fn::If': [a, b, c]}", "Fn::If"),
        ("{'Fn::EachMemberIn': [a, [a]]}", "list of strings"),
        ("{'Fn::Or': [{'Fn::Equals': [{Ref: A}, x]}, {'Fn::Contains': [{Ref: A}, x]}]}", "2 string parameters"),
    ],
)
def test_only_functions_of_rules_for_imported_products_are_checked(judge: Judge, assertion: str, words: str) -> None:
    text = TEXT.replace("products:\n  - product: parcel\n", "imported_products:\n  - import: hub\n    name: Parcel\n")
    (finding,) = judge(text.format(assertion), "E9115")
    assert words in finding.message
    assert finding.where == "imported_products/0/template/rules/R"
    sound = "{'Fn::And': [{'Fn::EachMemberIn': [{Ref: A}, {Ref: B}]}, {'Fn::Contains': [[x], {Ref: C}]}]}"
    assert judge(text.format(sound), "E9115") == []


@pytest.mark.parametrize(
    "assertion",
    [
        "{'Fn::Contains': [{'Fn::RefAll': 'AWS::EC2::VPC::Id'}, {Ref: Environment}]}",
        "{'Fn::Equals': [{'Fn::ValueOf': [Environment, Tags.x]}, a]}",
        "{'Fn::EachMemberEquals': [{'Fn::ValueOf': [Readers, VpcId]}, a]}",
        "{'Fn::EachMemberIn': [{'Fn::ValueOfAll': ['AWS::EC2::Subnet::Id', VpcId]}, {Ref: Readers}]}",
    ],
)
def test_functions_that_read_the_account_are_allowed(judge: Judge, assertion: str) -> None:
    assert judge(TEXT.format(assertion), "E9115") == []
