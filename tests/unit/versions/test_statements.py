"""What the statements of a policy say together, however they are cut."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from catalog.versions import Aspect, Level, compare
from tests.unit.versions.conftest import TemplateVersion

ROLE, OTHER = "arn:aws:iam::123456789012:role/app", "arn:aws:iam::123456789012:role/other"
BOTH = {
    "Sid": "Use",
    "Effect": "Allow",
    "Principal": {"AWS": [ROLE, OTHER]},
    "Action": ["kms:Encrypt", "kms:Decrypt"],
    "Resource": "*",
}
ENCRYPT, DECRYPT = {**BOTH, "Action": "kms:Encrypt"}, {**BOTH, "Sid": "Read", "Action": "kms:Decrypt"}
MINE, THEIRS = {**BOTH, "Principal": {"AWS": ROLE}}, {**BOTH, "Sid": "Their", "Principal": {"AWS": OTHER}}
BOUND = {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}
ROOT = {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "kms:PutKeyPolicy", "Resource": "*"}


def levels(kind: str, old: list[Any], new: list[Any], **sections: Any) -> tuple[Level, set[Aspect]]:
    """The verdict on other statements, and the aspects of the changes."""
    if kind.startswith("AWS::IAM::"):
        old, new = ([without_principal(statement) for statement in side] for side in (old, new))
    name = {"AWS::KMS::Key": "KeyPolicy", "AWS::ECR::Repository": "RepositoryPolicyText"}.get(kind, "PolicyDocument")
    before, after = (
        TemplateVersion(version, {**sections, "Resources": {"R": {"Type": kind, "Properties": {name: document}}}})
        for version, document in (("1.0.0", {"Statement": old}), ("1.0.1", {"Statement": new}))
    )
    difference = compare(before, after)
    return difference.verdict.level, {change.aspect for change in difference.changes}


def without_principal(statement: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in statement.items() if name != "Principal"}


SPLIT = {
    "by action": ([BOTH], [ENCRYPT, DECRYPT]),
    "by principal": ([BOTH], [MINE, THEIRS]),
    "without Sids": (
        [{name: value for name, value in BOTH.items() if name != "Sid"}],
        [{name: value for name, value in side.items() if name != "Sid"} for side in (ENCRYPT, DECRYPT)],
    ),
    "with a condition": (
        [{**BOTH, "Condition": BOUND}],
        [{**ENCRYPT, "Condition": BOUND}, {**DECRYPT, "Condition": BOUND}],
    ),
    "a Deny": (
        [ROOT, {**BOTH, "Effect": "Deny"}],
        [ROOT, *({**side, "Effect": "Deny"} for side in (ENCRYPT, DECRYPT))],
    ),
    "a part that is said twice": ([BOTH], [BOTH, DECRYPT]),
    "a wildcard that covers": ([{**BOTH, "Action": "kms:*"}], [{**BOTH, "Action": "kms:*"}, DECRYPT]),
}


@pytest.mark.parametrize("kind", ["AWS::KMS::Key", "AWS::ECR::Repository", "AWS::IAM::ManagedPolicy"])
@pytest.mark.parametrize(("one", "two"), SPLIT.values(), ids=SPLIT)
def test_statements_that_together_say_the_same_are_a_patch(kind: str, one: list[Any], two: list[Any]) -> None:
    assert levels(kind, one, two)[0] is Level.PATCH
    assert levels(kind, two, one)[0] is Level.PATCH


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ([BOTH], [MINE, DECRYPT]),
        ([BOTH], [ENCRYPT, {**DECRYPT, "Condition": BOUND}]),
        ([BOTH], [ENCRYPT, {**DECRYPT, "Effect": "Deny"}]),
        ([BOTH], [ENCRYPT, {**DECRYPT, "Principal": {"Federated": [ROLE, OTHER]}}]),
        ([BOTH, ROOT], [{**BOTH, "NotAction": "kms:Sign"}, ROOT]),
    ],
)
def test_statements_that_say_less_are_no_patch(one: list[Any], two: list[Any]) -> None:
    assert levels("AWS::KMS::Key", one, two)[0] > Level.PATCH
    assert levels("AWS::KMS::Key", two, one)[0] > Level.PATCH


def chosen(first: Any, second: Any) -> dict[str, Any]:
    return {"Fn::If": ["C", first, second]}


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("Principal", {"AWS": ROLE}, {"AWS": OTHER}),
        ("Condition", BOUND, {"StringEquals": {"kms:ViaService": "sqs.us-east-1.amazonaws.com"}}),
        ("Action", "kms:Encrypt", "kms:Decrypt"),
    ],
)
def test_the_branches_of_a_condition_have_an_order(name: str, first: Any, second: Any) -> None:
    """Who may use the key with C true, may not use it after the edit: the order of the branches is no spelling."""
    sections = {
        "Parameters": {"P": {"Type": "String", "Default": "a", "AllowedValues": ["a", "b"]}},
        "Conditions": {"C": {"Fn::Equals": [{"Ref": "P"}, "a"]}},
    }
    old, new = [ROOT, {**BOTH, name: chosen(first, second)}], [ROOT, {**BOTH, name: chosen(second, first)}]
    level, aspects = levels("AWS::KMS::Key", old, new, **sections)
    assert Aspect.STATEMENT_CHANGED in aspects
    assert level is Level.MAJOR


def test_the_operators_of_a_condition_that_a_function_chooses_have_an_order() -> None:
    keys = [{"aws:username": "ann"}, {"aws:username": "ben"}]
    sections = {"Conditions": {"C": {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]}}}
    old, new = (
        [ROOT, {**BOTH, "Condition": {"StringEquals": chosen(*members)}}] for members in (keys, list(reversed(keys)))
    )
    assert Aspect.STATEMENT_CHANGED in levels("AWS::ECR::Repository", old, new, **sections)[1]
