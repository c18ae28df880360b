"""What single controls decide, beyond their fixtures: malformed templates, quotas, policies in other shapes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER
from hypothesis import given
from hypothesis import strategies as st

from catalog.check.cfn_lint import OURS, lint, load_rules
from catalog.check.controls._policy import POLICIES
from catalog.check.controls.e9002_no_public_allow import accepts_wildcard
from catalog.check.controls.e9004_kms_grant_guard import is_guard
from catalog.check.controls.e9005_quotas import MAX_BYTES, MAX_ENTRIES

RULES = {rule_id: rule for rule_id, rule in load_rules().items() if rule_id.startswith(OURS)}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("*"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["Type", "Properties", "Effect", "Principal", "AWS", "Statement", "KeyPolicy", "Fn::If", "Ref", "x"]
            ),
            inner | st.just("AWS::KMS::Key"),
            max_size=4,
        )
    ),
    max_leaves=15,
)
GUARD: dict[str, Any] = {
    "Effect": "Deny",
    "Principal": {"AWS": "*"},
    "Action": ["kms:CreateGrant"],
    "Resource": ["*"],
    "Condition": {"BoolIfExists": {"kms:GrantIsForAWSResource": "false", "aws:PrincipalIsAWSService": "false"}},
}


def faults(control: str, template: dict[str, Any]) -> list[tuple[str, str]]:
    return [("/".join(map(str, path)), message) for path, message in RULES[control].faults(template)]


@given(
    st.dictionaries(
        st.sampled_from(["Parameters", "Resources", "Outputs", "Mappings"]), st.dictionaries(st.text(max_size=3), JSON)
    )
)
def test_no_malformed_template_makes_a_control_fail(template: dict[str, Any]) -> None:
    for control in RULES.values():
        list(control.faults(template))


@given(JSON)
def test_no_malformed_policy_makes_a_control_fail(policy: Any) -> None:
    template = {"Resources": {"Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": policy}}}}
    assert faults("E9004", template)
    list(faults("E9002", template))


@pytest.mark.parametrize(("kind", "name"), POLICIES.items())
def test_the_properties_that_hold_policies_exist(kind: str, name: str) -> None:
    assert name in PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema["properties"]


def test_a_policy_given_as_json_text_is_read() -> None:
    text = json.dumps({"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage"}})
    queue = {"Type": "AWS::SQS::QueuePolicy", "Properties": {"PolicyDocument": text}}
    assert [path for path, _ in faults("E9002", {"Resources": {"Policy": queue}})] == [
        "Resources/Policy/Properties/PolicyDocument/Principal"
    ]


def test_an_effect_that_can_become_allow_counts() -> None:
    statement = {"Effect": {"Fn::If": ["Open", "Allow", "Deny"]}, "Principal": {"AWS": ["*"]}, "Action": "sns:Publish"}
    topic = {"Type": "AWS::SNS::TopicPolicy", "Properties": {"PolicyDocument": {"Statement": [statement]}}}
    assert [path for path, _ in faults("E9002", {"Resources": {"Policy": topic}})] == [
        "Resources/Policy/Properties/PolicyDocument/Statement/0/Principal/AWS/0"
    ]
    statement["Effect"] = {"Fn::If": ["Open", "Deny", "Deny"]}
    assert faults("E9002", {"Resources": {"Policy": topic}}) == []


@pytest.mark.parametrize(
    ("parameter", "accepts"),
    [
        ({"Type": "String"}, True),
        ({"AllowedPattern": ".*"}, True),
        ({"AllowedPattern": r"arn:aws:iam::\d{12}:role/\w+"}, False),
        ({"AllowedPattern": r"\*x?"}, True),
        ({"AllowedValues": ["a"], "AllowedPattern": ".*"}, False),
        ({"AllowedPattern": r"\p{Alpha}+"}, False),
    ],
)
def test_which_parameters_let_the_wildcard_in(parameter: dict[str, Any], accepts: bool) -> None:
    assert accepts_wildcard(parameter) is accepts


@pytest.mark.parametrize(
    "change",
    [
        {"Effect": "Allow"},
        {"Action": ["kms:CreateGrant", "kms:Decrypt"]},
        {"Action": "kms:*"},
        {"Resource": "arn:aws:kms:us-east-1:111122223333:key/1"},
        {"Principal": {"AWS": "arn:aws:iam::111122223333:root"}},
        {"Principal": {"AWS": {"Ref": "Everybody"}}},
        {"Condition": {}},
        {"Condition": {"Bool": GUARD["Condition"]["BoolIfExists"]}},
        {"Condition": {"BoolIfExists": {"kms:GrantIsForAWSResource": "false"}}},
        {"Condition": {"BoolIfExists": {**GUARD["Condition"]["BoolIfExists"], "kms:ViaService": "false"}}},
        {"Condition": {"BoolIfExists": {**GUARD["Condition"]["BoolIfExists"], "aws:PrincipalIsAWSService": "true"}}},
        {"Condition": {"BoolIfExists": GUARD["Condition"]["BoolIfExists"], "Null": {"kms:GrantOperations": "true"}}},
    ],
    ids=repr,
)
def test_every_weakening_of_the_grant_guard_is_seen(change: dict[str, Any]) -> None:
    assert is_guard(GUARD)
    assert not is_guard({**GUARD, **change})


@pytest.mark.parametrize(("section", "maximum"), MAX_ENTRIES.items())
def test_a_quota_is_inclusive(section: str, maximum: int) -> None:
    entries: dict[str, Any] = {f"E{number}": {} for number in range(maximum + 1)}
    assert faults("E9005", {section: entries}) == [
        (section, f"{section} has {maximum + 1} entries; the quota is {maximum}")
    ]
    entries.popitem()
    assert faults("E9005", {section: entries}) == []


@pytest.mark.parametrize(("size", "messages"), [(MAX_BYTES, 0), (MAX_BYTES + 1, 1)])
def test_the_size_is_that_of_the_published_bytes(size: int, messages: int) -> None:
    body = b"Resources: {Topic: {Type: AWS::SNS::Topic}}\n#"
    body += b"x" * (size - len(body))
    found = [finding for finding in lint("big", "products/big.py", body, ["us-east-1"]) if finding.id == "E9005"]
    assert len(found) == messages
    assert all("1,000,001 bytes" in finding.message for finding in found)
