"""Constraints and their Parameters in the API: what is sent reads back, and unknown forms are an error."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import ContentError
from catalog.model.constraint import (
    Constraint,
    LaunchConstraint,
    NotificationConstraint,
    ResourceUpdateConstraint,
    StackSetConstraint,
    TemplateConstraint,
    parse_constraint,
)

TEXT = st.text(min_size=1, max_size=8)
SETS = st.frozensets(TEXT, min_size=1, max_size=3)
CONSTRAINTS = st.one_of(
    st.builds(LaunchConstraint, local_role_name=TEXT, description=TEXT),
    st.builds(LaunchConstraint, role_arn=TEXT),
    st.builds(NotificationConstraint, SETS, TEXT),
    st.builds(ResourceUpdateConstraint, st.booleans()),
    st.builds(TemplateConstraint, st.dictionaries(TEXT, st.just({"Assertions": []}), min_size=1)),
    st.builds(StackSetConstraint, SETS, SETS.map(tuple), TEXT, TEXT, st.none() | st.booleans(), TEXT),
)
TOPIC = "arn:aws:sns:us-east-1:123456789012:"
ROLE = "arn:aws:iam::123456789012:role/"


@given(CONSTRAINTS)
@settings(deadline=None, max_examples=100)
def test_parameters_that_are_sent_read_back(constraint: Constraint) -> None:
    assert parse_constraint(constraint.type, json.dumps(constraint.parameters()), constraint.description) == constraint


def test_additions_and_order_of_aws_make_no_difference() -> None:
    sent = NotificationConstraint(frozenset({"b", "a"}))
    assert parse_constraint("NOTIFICATION", '{"NotificationArns": ["b", "a"]}', "") == sent
    wanted = StackSetConstraint(frozenset({"1", "2"}), ("r",), "A", "E")
    answer = {"Properties": {"ExecutionRole": "E", "AdminRole": "A", "RegionList": ["r"], "AccountList": ["2", "1"]}}
    assert parse_constraint("STACKSET", json.dumps({"Version": "1.0", **answer}), "") == wanted


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("LAUNCH", "{}"),
        ("LAUNCH", "[]"),
        ("NOTIFICATION", '{"Topics": []}'),
        ("RESOURCE_UPDATE", '{"Version": "2.0"}'),
        ("TEMPLATE", "[]"),
        ("TEMPLATE", '{"Rules": []}'),
        ("TEMPLATE", '{"Rules": {"R": "odd"}}'),
        ("STACKSET", '{"Version": "2.0"}'),
        ("STACKSET", '{"Properties": {"AccountList": [], "RegionList": [], "AdminRole": "A"}}'),
        (
            "STACKSET",
            '{"Properties": {"AccountList": [], "RegionList": [], "AdminRole": "A", "ExecutionRole": "E", "New": 1}}',
        ),
        ("LATER", "{}"),
        ("LAUNCH", "no JSON"),
    ],
)
def test_parameters_of_an_unknown_form_are_an_error(kind: str, parameters: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_constraint(kind, parameters, "")


@pytest.mark.parametrize(
    ("topics", "words"),
    [
        ([], "1 to 5 topics, got 0"),
        ([f"{TOPIC}{number}" for number in range(6)], "1 to 5 topics, got 6"),
        ([TOPIC + "a", TOPIC + "a"], "is repeated"),
        ([TOPIC + "*"], "topic must be arn:"),
        (["arn:aws:sqs:us-east-1:123456789012:a"], "topic must be arn:"),
    ],
)
def test_wrong_topics_are_refused(topics: list[str], words: str) -> None:
    with pytest.raises(ContentError, match=words.replace(".", r"\.")):
        NotificationConstraint.declared(topics)


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"accounts": ["1"]}, "account must be an account id"),
        ({"accounts": ["123456789012", "123456789012"]}, "account '123456789012' is repeated"),
        ({"regions": ["Ireland"]}, "Region must be the name of a Region, such as"),
        ({"regions": ["eu-west-1", "eu-west-1"]}, "Region 'eu-west-1' is repeated"),
        ({"admin_role": "sets"}, "admin_role must be arn:"),
        ({"execution_role": ROLE + "sets"}, "execution_role must be the name of a role"),
    ],
)
def test_wrong_stack_sets_are_refused(members: dict[str, Any], words: str) -> None:
    sound = {
        "accounts": ["123456789012"],
        "regions": ["us-gov-west-1"],
        "admin_role": ROLE + "a/b",
        "execution_role": "set",
    }
    assert StackSetConstraint.declared(**sound).stack_instances is None
    with pytest.raises(ContentError, match=words):
        StackSetConstraint.declared(**{**sound, **members})
