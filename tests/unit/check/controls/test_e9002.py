"""E9002 beyond its fixtures."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalog.check.controls._policy import POLICIES
from catalog.check.controls._types import property_names
from catalog.check.controls.e9002_no_public_allow import NoPublicAllow, accepts_wildcard


def where(kind: str, document: Any) -> list[str]:
    template = {"Resources": {"Policy": {"Type": kind, "Properties": {POLICIES[kind]: document}}}}
    return ["/".join(map(str, path[3:])) for path, _ in NoPublicAllow().faults(template)]


@pytest.mark.parametrize(("kind", "name"), POLICIES.items())
def test_the_properties_that_hold_policies_exist(kind: str, name: str) -> None:
    assert name in property_names(kind)


def test_a_policy_given_as_json_text_is_read() -> None:
    text = json.dumps({"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage"}})
    assert where("AWS::SQS::QueuePolicy", text) == ["PolicyDocument/Principal"]


def test_an_effect_that_can_become_allow_counts() -> None:
    statement = {"Effect": {"Fn::If": ["Open", "Allow", "Deny"]}, "Principal": {"AWS": ["*"]}, "Action": "sns:Publish"}
    document = {"Statement": [statement]}
    assert where("AWS::SNS::TopicPolicy", document) == ["PolicyDocument/Statement/0/Principal/AWS/0"]
    statement["Effect"] = {"Fn::If": ["Open", "Deny", "Deny"]}
    assert where("AWS::SNS::TopicPolicy", document) == []


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


@pytest.mark.parametrize("name", ["KeyAdministrators", "KeyUsers"])
def test_the_product_with_a_wider_pattern_is_found(key_product: dict[str, Any], name: str) -> None:
    assert not list(NoPublicAllow().faults(key_product))
    key_product["Parameters"][name]["AllowedPattern"] = r"^(\*|arn:.*)$"
    assert {path[:4] for path, _ in NoPublicAllow().faults(key_product)} == {
        ("Resources", "Key", "Properties", "KeyPolicy")
    }
