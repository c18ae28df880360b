from __future__ import annotations

from collections.abc import Callable

import pytest

from catalog.check.finding import Finding

Judge = Callable[..., list[Finding]]


PROD = (
    "display_name: Team\nprovider: Platform\nstage: prod\nproducts:\n  - product: parcel\n    template:\n      rules:\n"
)
RULE = "        {}:\n          Assertions:\n            - {{Assert: {}, AssertDescription: x}}\n"


def rule(name: str, assertion: str) -> str:
    return RULE.format(name, assertion)


def equal(name: str, value: str) -> str:
    return f'{{"Fn::Equals": [{{Ref: {name}}}, "{value}"]}}'


GUARDED, LONGEST = rule("Guarded", equal("Guarded", "true")), rule("Longest", equal("Days", "14"))


def test_the_message_has_a_launch_that_avoids_the_value(judge: Judge) -> None:
    (finding,) = judge(PROD + GUARDED, "E9104")
    assert finding.message.startswith("Days of parcel 1.0.0 must be 14, but the rules allow a launch with Days=")
    assert "Guarded=true" in finding.message


def test_a_rule_of_the_template_counts(judge: Judge) -> None:
    assert judge(PROD + rule("ProdOnly", equal("Environment", "prod")) + LONGEST, "E9104") == []
    assert len(judge(PROD + LONGEST, "E9104")) == 1, "with another Environment the template's rule does not apply"


@pytest.mark.parametrize(
    "assertion",
    [
        '{"Fn::Contains": [["14"], {Ref: Days}]}',
        '{"Fn::Not": [{"Fn::Not": [{"Fn::Equals": ["14", {Ref: Days}]}]}]}',
        '{"Fn::And": [{"Fn::Equals": [{Ref: Days}, "14"]}, {"Fn::Equals": [a, a]}]}',
    ],
)
def test_the_effect_counts_and_not_the_text(judge: Judge, assertion: str) -> None:
    assert judge(PROD + GUARDED + rule("Long", assertion), "E9104") == []


@pytest.mark.parametrize(
    "assertion",
    [
        '{"Fn::Or": [{"Fn::Equals": [{Ref: Days}, "14"]}, {"Fn::Equals": [{Ref: Environment}, dev]}]}',
        '{"Fn::Contains": [["14", "7"], {Ref: Days}]}',
        '{"Fn::Not": [{"Fn::Equals": [{Ref: Days}, "1"]}]}',
        '{"Fn::Equals": [a, a]}',
    ],
)
def test_a_rule_that_only_seems_to_enforce_the_value(judge: Judge, assertion: str) -> None:
    assert len(judge(PROD + GUARDED + rule("Long", assertion), "E9104")) == 1


def test_what_cannot_be_decided_counts_as_not_enforced(judge: Judge) -> None:
    text = PROD + GUARDED + rule("Long", '{"Fn::Equals": [{"Fn::ValueOf": [Environment, x]}, "14"]}')
    (finding,) = judge(text, "E9104")
    assert "cannot decide" in finding.message


def test_a_version_without_the_parameter_cannot_enforce_it(judge: Judge) -> None:
    (finding,) = judge(PROD + GUARDED, "E9104", template={"Parameters": {"Guarded": {"Type": "String"}}, "Rules": {}})
    assert "no parameter Days" in finding.message


def test_a_list_is_enforced_member_by_member(judge: Judge) -> None:
    lists = {"Guarded": {"Type": "CommaDelimitedList"}, "Days": {"Type": "CommaDelimitedList"}}
    template = {"Parameters": lists, "Rules": {}}
    guarded = PROD + rule("Guarded", '{"Fn::EachMemberEquals": [{Ref: Guarded}, "true"]}')
    exactly = rule("Days", '{"Fn::EachMemberIn": [{Ref: Days}, ["14"]]}')
    assert judge(guarded + exactly, "E9104", template=template) == []
    also = rule("Days", '{"Fn::Contains": [{Ref: Days}, "14"]}')
    assert len(judge(guarded + also, "E9104", template=template)) == 1


def test_other_stages_need_not_enforce_it(judge: Judge) -> None:
    assert judge((PROD + GUARDED).replace("stage: prod", "stage: staging"), "E9104") == []
