"""Condition operators, from the tables and examples of the IAM user guide, decided and residual."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.iam import Context, Some
from catalog.iam.conditions import condition
from catalog.iam.context import Value, Within
from catalog.iam.formula import sentences, unknowns
from catalog.iam.policy import parse_condition


def evaluate(block: dict[str, Any], keys: dict[str, Value] | None = None, *, variables: bool = True) -> Any:
    """True, False, the reasons of an unknown result, or the conditions that remain."""
    tests, faults = parse_condition(block)
    assert faults == ()
    formula = condition(tests, Context(keys), variables=variables)
    return formula if isinstance(formula, bool) else unknowns(formula) or sentences(formula)


DECIDED = [
    # operator, wanted, value, holds
    ("StringEquals", "a", "a", True),
    ("StringEquals", "a", "A", False),
    ("StringEquals", ["a", "b"], "b", True),
    ("StringEquals", "a*", "ab", False),  # no wildcards in StringEquals
    ("StringEquals", "a*", "a*", True),
    ("StringNotEquals", ["a", "b"], "b", False),
    ("StringNotEquals", ["a", "b"], "c", True),
    ("StringEqualsIgnoreCase", "johnDoe", "JOHNDOE", True),
    ("StringNotEqualsIgnoreCase", "johnDoe", "JOHNDOE", False),
    ("StringLike", "David/*", "David/reports/2024", True),
    ("StringLike", "?", "ab", False),
    ("StringLike", "a[b]", "ab", False),  # brackets are not sets
    ("StringLike", "a[b]", "a[b]", True),
    ("StringNotLike", "home/*", "var/x", True),
    ("NumericEquals", "10", "10.0", True),
    ("NumericNotEquals", ["1", "2"], "2", False),
    ("NumericLessThan", "30", "7", True),
    ("NumericLessThan", "30", "30", False),
    ("NumericLessThanEquals", "10", "10", True),
    ("NumericGreaterThan", 10, "11", True),
    ("NumericGreaterThanEquals", 10, "9", False),
    ("NumericLessThan", "10", "many", False),
    ("NumericLessThan", "10", "NaN", False),
    # A value that is no number or date matches no comparison, in either direction.
    ("NumericLessThanEquals", "10", "many", False),
    ("NumericGreaterThanEquals", "10", "many", False),
    ("DateLessThanEquals", "2020-01-01", "tomorrow", False),
    ("DateGreaterThanEquals", "2020-01-01", "tomorrow", False),
    ("NumericNotEquals", "10", "many", True),
    # Python reads more texts as numbers and dates than IAM's pages have.
    ("NumericLessThan", "2000", "1_000", False),
    ("NumericEquals", "10", "\uff11\uff10", False),
    ("NumericEquals", "10", " 10", False),
    ("DateGreaterThan", "2020-01-01", "2020-W20-1", False),
    ("DateGreaterThan", "2020-01-01", "2020-02-01 00:00:00", False),
    ("DateGreaterThan", "2020-01-01", "20200201T000000Z", False),
    ("DateGreaterThan", "2020-01-01T00:00Z", "2020-02-01T00:00:00.5+01:00", True),
    ("Bool", "false", "maybe", False),
    ("DateGreaterThan", "2020-04-01T00:00:00Z", "2020-07-01T00:00:00Z", True),
    ("DateLessThan", "2020-06-30T23:59:59Z", "2020-07-01T00:00:00Z", False),
    ("DateEquals", "2020-04-01T00:00:00Z", "1585699200", True),
    ("DateLessThanEquals", "2020-04-01", "2020-04-01T00:00:00Z", True),
    ("DateEquals", "2020-04", "2020-04-01T00:00:00Z", True),  # the W3C's formats include a month
    ("DateGreaterThan", "86400", "1970-01-03T00:00:00Z", True),
    ("DateLessThan", "1970-01-03T00:00:00Z", "86400", True),
    ("DateGreaterThan", "2020-01-01T00:00:00Z", "999999999999", True),  # later than Python's last year
    ("Bool", "true", "true", True),
    ("Bool", True, "false", False),
    ("Bool", "FALSE", "false", True),
    ("BinaryEquals", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", True),
    ("IpAddress", "203.0.113.0/24", "203.0.113.7", True),
    ("IpAddress", ["203.0.113.0/24", "2001:DB8:1234:5678::/64"], "2001:db8:1234:5678::1", True),
    ("NotIpAddress", "203.0.113.0/24", "203.0.113.7", False),
    ("ArnEquals", "arn:aws:sns:*:123456789012:a*", "arn:aws:sns:eu-west-1:123456789012:abc", True),
    ("ArnLike", "arn:aws:sns:*:123456789012:abc", "arn:aws:sns:eu-west-1:x:123456789012:abc", False),
    ("ArnLike", "arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/a:b/c", True),  # the last part may contain colons
    ("ArnLike", "*", "arn:aws:s3:::bucket", False),  # an ARN has six parts
    ("ArnEquals", "anaya", "anaya", False),
    ("ArnNotEquals", "anaya", "anaya", True),
    ("ArnNotLike", "arn:aws:iam::*:role/admin", "arn:aws:iam::1:role/app", True),
]


@pytest.mark.parametrize(("operator", "wanted", "value", "holds"), DECIDED)
def test_a_known_value_is_decided(operator: str, wanted: Any, value: str, holds: bool) -> None:
    assert evaluate({operator: {"aws:Key": wanted}}, {"AWS:key": (value,)}) is holds


ABSENT = [
    ("StringEquals", "a", False),
    ("StringLike", "*", False),
    ("NumericLessThanEquals", "5", False),
    ("DateLessThan", "2020-01-01", False),
    ("Bool", "false", False),
    ("IpAddress", "10.0.0.0/8", False),
    ("ArnLike", "arn:aws:iam::*:role/x", False),
    # "If the key is not present, the condition with a negated operator is true."
    ("StringNotEquals", "a", True),
    ("StringNotLike", "*", True),
    ("NumericNotEquals", "5", True),
    ("NotIpAddress", "10.0.0.0/8", True),
    ("ArnNotEquals", "arn:aws:iam::1:role/x", True),
    # With IfExists: "If the condition key is not present, evaluate the condition element as true."
    ("StringEqualsIfExists", "a", True),
    ("BoolIfExists", "false", True),
    ("NumericLessThanEqualsIfExists", "5", True),
    ("StringNotEqualsIfExists", "a", True),
    # "ForAllValues … also returns true if there are no keys in the request"; ForAnyValue returns false.
    ("ForAllValues:StringEquals", ["a"], True),
    ("ForAllValues:StringNotEquals", ["a"], True),
    ("ForAnyValue:StringEquals", ["a"], False),
    ("ForAnyValue:StringNotEquals", ["a"], False),
    # ForAnyValue over no values is false, with IfExists too.
    ("ForAnyValue:StringEqualsIfExists", ["a"], False),
    ("ForAnyValue:StringNotEqualsIfExists", ["a"], False),
    ("ForAllValues:StringEqualsIfExists", ["a"], True),
    ("Null", "true", True),
    ("Null", "false", False),
]


@pytest.mark.parametrize(("operator", "wanted", "holds"), ABSENT)
def test_the_result_for_an_absent_key(operator: str, wanted: Any, holds: bool) -> None:
    assert evaluate({operator: {"aws:Key": wanted}}, {"aws:Key": ()}) is holds


SETS = [
    # operator, wanted, values of the request, holds: user guide, "Set operators"
    ("ForAllValues:StringEquals", ["environment", "cost-center"], ("environment",), True),
    ("ForAllValues:StringEquals", ["environment", "cost-center"], ("environment", "owner"), False),
    ("ForAnyValue:StringEquals", ["environment", "cost-center"], ("environment", "owner"), True),
    ("ForAnyValue:StringEquals", ["environment"], ("owner",), False),
    ("ForAllValues:StringNotEquals", ["a", "b"], ("c", "d"), True),
    ("ForAllValues:StringNotEquals", ["a", "b"], ("c", "a"), False),
    ("ForAnyValue:StringNotEquals", ["a", "b"], ("c", "a"), True),
    ("ForAnyValue:StringNotEquals", ["a", "b"], ("a", "b"), False),
    ("ForAllValues:StringLike", ["key-*"], ("key-1", "key-2"), True),
    ("ForAnyValue:ArnLike", ["arn:aws:iam::*:role/a"], ("arn:aws:iam::1:role/a",), True),
    # Each value is compared with all that the policy lists.
    ("ForAllValues:NumericEquals", ["1", "2"], ("1", "2"), True),
    ("ForAllValues:NumericEquals", ["1", "2"], ("1", "3"), False),
    ("ForAnyValue:NumericNotEquals", ["1", "2"], ("1", "2"), False),
    ("ForAnyValue:NumericNotEquals", ["1", "2"], ("1", "3"), True),
    ("ForAllValues:NumericLessThanEquals", ["1", "2"], ("1", "2", "many"), False),
    ("Null", "false", ("x",), True),
    ("Null", "true", ("x",), False),
]


@pytest.mark.parametrize(("operator", "wanted", "values", "holds"), SETS)
def test_keys_with_several_values(operator: str, wanted: Any, values: tuple[str, ...], holds: bool) -> None:
    assert evaluate({operator: {"aws:TagKeys": wanted}}, {"aws:TagKeys": values}) is holds


RESIDUAL = [
    # the policy's condition, the condition that remains for an unknown key
    ({"Bool": {"k": "true"}}, ("k is true",)),
    ({"BoolIfExists": {"k": "false"}}, ("k is false or absent",)),
    ({"StringEquals": {"k": ["a", "b"]}}, ("k is one of a, b",)),
    ({"StringNotEquals": {"k": "a"}}, ("k is not a or absent",)),
    ({"StringLike": {"k": "a*"}}, ("k is like a*",)),
    ({"StringLike": {"k": "a"}}, ("k is a",)),
    ({"NumericLessThanEquals": {"k": "5"}}, ("k is at most 5",)),
    ({"NumericGreaterThanEqualsIfExists": {"k": "5"}}, ("k is at least 5 or absent",)),
    ({"IpAddress": {"k": "10.0.0.0/8"}}, ("k is in 10.0.0.0/8",)),
    ({"Null": {"k": "true"}}, ("k is absent",)),
    ({"Null": {"k": "false"}}, ("k is present",)),
    ({"ForAnyValue:StringEquals": {"k": "a"}}, ("k has a value that is a",)),
    ({"ForAllValues:StringEquals": {"k": "a"}}, ("k has only values each of which is a or absent",)),
    ({"ForAllValues:StringNotEquals": {"k": "a"}}, ("k has no value that is a or absent",)),
    ({"ForAnyValue:StringNotEquals": {"k": "a"}}, ("k has a value that is not a",)),
    ({"StringEquals": {"k": "a", "l": "b"}}, ("k is a", "l is b")),
    # Two tests of one key become one, or contradict each other.
    ({"Bool": {"k": "true"}, "BoolIfExists": {"K": "true"}}, ("k is true",)),
    ({"StringEquals": {"k": "a"}, "StringNotEquals": {"k": "a"}}, False),
    ({"StringEquals": {"k": "a"}, "Null": {"k": "true"}}, False),
]


@pytest.mark.parametrize(("block", "left"), RESIDUAL)
def test_a_test_of_an_unknown_key_remains_as_a_condition(block: dict[str, Any], left: Any) -> None:
    assert evaluate(block) == left


def test_a_key_that_is_present_is_not_absent() -> None:
    assert evaluate({"StringNotEquals": {"k": "a"}}, {"k": Some()}) == ("k is not a",)
    assert evaluate({"Null": {"k": "true"}}, {"k": Some()}) is False


DAYS = "days is present"
LIMITED = [
    # operator, days that the policy names, result for a key with 7 to 30 days
    ("NumericLessThan", "7", False),
    ("NumericLessThanIfExists", "7", ("days is absent",)),
    ("NumericGreaterThanEquals", "7", (DAYS,)),
    ("NumericGreaterThanEqualsIfExists", "7", True),
    ("NumericLessThanEquals", "30", (DAYS,)),
    ("NumericGreaterThan", "30", False),
    ("NumericNotEquals", "31", True),
    ("NumericEquals", "31", False),
    ("StringEquals", "soon", False),
    ("StringNotEquals", "soon", True),
    ("ForAnyValue:NumericLessThan", "7", False),
    ("ForAllValues:NumericGreaterThanEquals", "7", True),
    ("NumericLessThan", "8", ("days is less than 8",)),
    ("NumericGreaterThanEqualsIfExists", "30", ("days is at least 30 or absent",)),
]


@pytest.mark.parametrize(("operator", "days", "left"), LIMITED)
def test_a_test_that_has_one_result_for_all_numbers_of_a_key_is_not_a_condition(
    operator: str, days: str, left: Any
) -> None:
    assert evaluate({operator: {"days": days}}, {"days": Within(7, 30)}) == left


def test_values_that_a_key_cannot_have_are_decided() -> None:
    keys: dict[str, Value] = {"aws:PrincipalAccount": Some(frozenset({"1"}))}
    assert evaluate({"StringEquals": {"aws:PrincipalAccount": "1"}}, keys) is False
    assert evaluate({"StringNotEquals": {"aws:PrincipalAccount": ["1"]}}, keys) is True
    assert evaluate({"StringEquals": {"aws:PrincipalAccount": ["1", "2"]}}, keys) == (
        "aws:PrincipalAccount is one of 1, 2",
    )


UNKNOWN = [
    {"StringMatches": {"k": "a"}},
    {"NullIfExists": {"k": "true"}},
    {"ForAnyValue:Null": {"k": "true"}},
    {"ForSomeValues:StringEquals": {"k": "a"}},
    {"stringequals": {"k": "a"}},
    {"NumericLessThan": {"k": "many"}},
    {"NumericLessThan": {"k": "NaN"}},
    {"DateLessThan": {"k": "tomorrow"}},
    {"IpAddress": {"k": "everywhere"}},
    {"Bool": {"k": "maybe"}},
    {"Null": {"k": "maybe"}},
    {"DateLessThan": {"k": "2020"}},  # a year, or seconds since 1970
]


@pytest.mark.parametrize("block", UNKNOWN)
@pytest.mark.parametrize("keys", [{}, {"k": ("a",)}, {"k": ()}])
def test_unsupported_conditions_are_unknown(block: dict[str, Any], keys: dict[str, Value]) -> None:
    tests, _ = parse_condition(block)
    assert unknowns(condition(tests, Context(keys), variables=True)) != ()


VARIABLES = [
    # wanted, what is keys, holds: user guide, "Variables and tags"
    ("${aws:username}", {"aws:username": ("anaya",), "k": ("anaya",)}, True),
    ("home/${aws:username}/*", {"aws:username": ("anaya",), "k": ("home/anaya/x",)}, True),
    ("home/${aws:username}/*", {"aws:username": ("anaya",), "k": ("home/ben/x",)}, False),
    # A role has no user name: "the statement … doesn't match".
    ("home/${aws:username}/*", {"aws:username": (), "k": ("home//x",)}, False),
    ("${aws:PrincipalTag/team, 'company-wide'}", {"aws:PrincipalTag/team": (), "k": ("company-wide",)}, True),
    ("${aws:PrincipalTag/team, 'company-wide'}", {"aws:PrincipalTag/team": ("yellow",), "k": ("yellow",)}, True),
    ("a${*}", {"k": ("ab",)}, False),
    ("a${*}", {"k": ("a*",)}, True),
    ("a${?}", {"k": ("ab",)}, False),
    ("a${$}", {"k": ("a$",)}, True),
    # The name of a user is not a pattern.
    ("home/${aws:username}", {"aws:username": ("*",), "k": ("home/x",)}, False),
]


@pytest.mark.parametrize(("wanted", "keys", "holds"), VARIABLES)
def test_policy_variables(wanted: str, keys: dict[str, Value], holds: bool) -> None:
    assert evaluate({"StringLike": {"k": wanted}}, keys) is holds


def test_variables_are_plain_text_in_the_old_policy_version() -> None:
    keys: dict[str, Value] = {"aws:username": ("anaya",), "k": ("anaya",)}
    assert evaluate({"StringEquals": {"k": "${aws:username}"}}, keys, variables=False) is False


def test_a_variable_that_depends_on_the_request_remains_as_a_condition() -> None:
    block = {"StringLike": {"k": "home/${aws:username}/*"}}
    assert evaluate(block, {"k": ("home/x/y",)}) == ("k is like home/${aws:username}/*",)
    assert evaluate(block, {"k": ("var/x",)}) is False


@pytest.mark.parametrize("operator", ["StringEquals", "StringNotLike", "ForAnyValue:StringEquals"])
def test_a_variable_with_several_values_is_unknown(operator: str) -> None:
    """ "You cannot use a multivalued context key as a policy variable": AWS does not say what it matches."""
    reasons = evaluate({operator: {"k": ["a", "${aws:TagKeys}"]}}, {"k": ("a",), "aws:TagKeys": ("a", "b")})
    assert reasons == (f"{operator} k: the variable ${{aws:TagKeys}} has several values, and AWS allows only one",)


EMPTY = [
    # operator, wanted, result for a key whose value is an empty text
    ("ForAllValues:StringEquals", "a", True),  # "a null dataset, such as an empty string"
    ("ForAllValues:StringEqualsIfExists", "a", True),
    ("ForAnyValue:StringEquals", "a", False),
    ("StringEquals", "a", False),
    ("StringEqualsIfExists", "a", False),
    ("StringEquals", "", True),
    ("Null", "false", ("Null k: the key is an empty text, and AWS does not say whether its value is null",)),
]


@pytest.mark.parametrize(("operator", "wanted", "result"), EMPTY)
def test_a_key_with_an_empty_text(operator: str, wanted: str, result: Any) -> None:
    assert evaluate({operator: {"k": wanted}}, {"k": ("",)}) == result


WITHOUT_VALUE = [
    # operator, result when k is present, when it is absent, when nothing is known of it
    ("StringEquals", False, False, False),
    ("StringEqualsIfExists", False, True, ("k is absent",)),
    ("StringNotEquals", True, True, True),
    ("StringNotEqualsIfExists", True, True, True),
    ("ForAllValues:StringEquals", False, True, ("k is absent",)),
    ("ForAllValues:StringNotEquals", True, True, True),
    ("ForAnyValue:StringEquals", False, False, False),
    ("ForAnyValue:StringEqualsIfExists", False, False, False),
    ("ForAnyValue:StringNotEquals", True, False, ("k is present",)),
    ("ArnLikeIfExists", False, True, ("k is absent",)),
    ("ArnNotLike", True, True, True),
]


@pytest.mark.parametrize(("operator", "present", "absent", "unknown"), WITHOUT_VALUE)
def test_a_variable_without_a_value_matches_nothing(operator: str, present: Any, absent: Any, unknown: Any) -> None:
    """A role has no user name: the values of the policy match no value of the key. Case B2."""
    block = {operator: {"k": "${aws:username}"}}
    assert evaluate(block, {"aws:username": (), "k": ("ann",)}) == present
    assert evaluate(block, {"aws:username": (), "k": Some()}) == present
    assert evaluate(block, {"aws:username": (), "k": ()}) == absent
    assert evaluate(block, {"aws:username": ()}) == unknown


def test_a_variable_without_a_value_leaves_the_other_values() -> None:
    block = {"StringEqualsIfExists": {"k": ["${aws:username}", "ann"]}}
    assert evaluate(block, {"aws:username": (), "k": ("ann",)}) is True
    assert evaluate(block, {"aws:username": (), "k": ("ben",)}) is False


def test_operators_of_numbers_and_dates_take_no_variables() -> None:
    keys: dict[str, Value] = {"aws:username": ("7",), "k": ("7",)}
    for operator in ("NumericEquals", "DateEquals", "IpAddress"):
        reasons = evaluate({operator: {"k": "${aws:username}"}}, keys)
        assert isinstance(reasons, tuple)
        assert "${aws:username}" in reasons[0]


def test_several_values_without_a_set_operator_are_unknown() -> None:
    """AWS: "Multivalued context keys require a condition set operator." Without one, nothing is documented. Case B5."""
    reasons = evaluate({"StringEquals": {"aws:TagKeys": "a"}}, {"aws:TagKeys": ("a", "b")})
    assert isinstance(reasons, tuple)
    assert "several values" in reasons[0]
    assert evaluate({"StringEquals": {"aws:TagKeys": "a"}}, {"aws:TagKeys": ("a",)}) is True
