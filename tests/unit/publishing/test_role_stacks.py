"""The stacks of launch roles: which role is in which stack, CloudFormation's limits, and what roles gain and lose."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalog.cfn.quotas import RESOURCES, TEMPLATE_BYTES
from catalog.model.definition import LaunchPermission
from catalog.publishing.role_stacks import RoleStack, assign, role_names
from catalog.roles.template import role_resources, role_template
from catalog.roles.template_differences import RoleChanges, role_changes

CREATE = LaunchPermission("Create", ("s3:CreateBucket",), ("*",), "a reason")
DELETE = LaunchPermission("Delete", ("s3:DeleteBucket", "s3:PutBucketTagging"), ("arn:aws:s3:::a",), "a reason")
NARROW = LaunchPermission("Create", ("s3:CreateBucket",), ("arn:${AWS::Partition}:s3:::sc-*",), "a reason")
CALLED = LaunchPermission(
    "Create",
    ("s3:CreateBucket",),
    ("*",),
    "r",
    {"StringEquals": {"aws:CalledViaFirst": "cloudformation.amazonaws.com"}},
)
MAKER = LaunchPermission("Roles", ("iam:CreateRole",), ("*",), "a reason")


def template(*permissions: LaunchPermission, source_account: bool = False, name: str = "launch") -> dict[str, Any]:
    return role_template("catalog", {name: permissions}, source_account=source_account)


def changes(before: dict[str, Any], after: dict[str, Any]) -> RoleChanges:
    return role_changes(before, after)


def test_a_new_role_gains_all_its_actions() -> None:
    made = changes({}, template(CREATE, DELETE))
    assert made.lines == [
        "role launch is new: s3 (3 actions)",
        "role launch gains s3:CreateBucket on *",
        "role launch gains s3:DeleteBucket, s3:PutBucketTagging on arn:aws:s3:::a",
    ]
    assert (made.gains, made.loses) == (True, False)


def test_actions_gained_and_lost_are_told_by_role() -> None:
    made = changes(template(CREATE), template(DELETE))
    assert made.lines == [
        "role launch gains s3:DeleteBucket, s3:PutBucketTagging on arn:aws:s3:::a",
        "role launch loses s3:CreateBucket on *",
    ]
    assert changes(template(CREATE), template(CREATE)).lines == []


@pytest.mark.parametrize("narrower", [NARROW, CALLED])
def test_a_role_that_is_narrowed_gains_nothing(narrower: LaunchPermission) -> None:
    made = changes(template(CREATE), template(narrower))
    assert (made.gains, made.loses) == (False, True)
    assert made.lines == ["role launch loses s3:CreateBucket on *"]
    back = changes(template(narrower), template(CREATE))
    assert (back.gains, back.loses) == (True, False)


def test_conditions_other_than_the_usual_one_are_shown() -> None:
    passing = LaunchPermission(
        "Pass", ("iam:PassRole",), ("*",), "r", {"StringEquals": {"iam:PassedToService": "ecs.amazonaws.com"}}
    )
    assert changes(template(CALLED), template(CALLED, passing)).lines == [
        "role launch gains iam:PassRole on * with StringEquals iam:passedtoservice = ecs.amazonaws.com"
    ]


def test_a_change_of_trust_and_a_role_that_leaves_are_told() -> None:
    made = changes(template(CREATE), template(CREATE, source_account=True))
    assert made.lines == ["role launch trusts others than before"]
    assert made.gains
    left = changes(template(CREATE, name="old"), template(CREATE))
    assert left.lines[-1] == "role old leaves the stack and stays in the account as it is"


def test_a_role_that_becomes_administrator_is_told() -> None:
    made = changes(template(CREATE), template(CREATE, MAKER))
    assert "role launch is administrator-equivalent: it has iam:CreateRole without a boundary" in made.lines[-1]


def test_statements_in_managed_policies_count() -> None:
    many = [
        LaunchPermission(f"S{number}", tuple(f"sqs:A{number}{n:030}" for n in range(100)), ("*",), "r")
        for number in range(5)
    ]
    packed = template(*many)
    assert len(packed["Resources"]) > 1
    (_, line) = changes({}, packed).lines
    assert line.count("sqs:A") == 500
    assert changes(packed, packed).lines == []


def roles(count: int, size: int = 0) -> dict[str, dict[str, Any]]:
    reason = "x" * size
    permission = LaunchPermission("A", ("s3:CreateBucket",), ("*",), reason)
    return {
        f"role-{number:03}": role_resources("catalog", f"role-{number:03}", [permission]) for number in range(count)
    }


def test_a_new_role_goes_where_it_leaves_room_to_grow() -> None:
    stacks = assign("catalog", roles(6, TEMPLATE_BYTES // 5), ())
    assert [stack.name for stack in stacks] == [
        "catalog-launch-roles",
        "catalog-launch-roles-2",
        "catalog-launch-roles-3",
    ]
    assert all(len(stack.body.encode()) <= TEMPLATE_BYTES // 2 for stack in stacks)
    assert [problem for stack in stacks if (problem := stack.problem())] == []
    assert len(assign("catalog", roles(RESOURCES), ())) == 2


def test_a_role_stays_in_its_stack() -> None:
    deployed = (frozenset({"role-003"}), frozenset({"role-000", "gone"}))
    first, second = assign("catalog", roles(4), deployed)
    assert role_names(first.template["Resources"].values()) == {"role-001", "role-002", "role-003"}
    assert role_names(second.template["Resources"].values()) == {"role-000"}


def test_a_stack_without_roles_of_ours_is_left_alone() -> None:
    (stack,) = assign("catalog", roles(1), (frozenset({"gone"}), frozenset({"role-000"})))
    assert stack.name == "catalog-launch-roles-2"


def test_a_template_over_cloudformations_limits_is_a_problem_that_names_stack_and_roles() -> None:
    deployed = (frozenset(roles(6)),)
    (large,) = assign("catalog", roles(6, TEMPLATE_BYTES // 5), deployed)
    assert "stack catalog-launch-roles has" in large.problem()
    assert f"(limit {TEMPLATE_BYTES}), with the roles role-000, role-001" in large.problem()
    (many,) = assign("catalog", roles(RESOURCES + 1), (frozenset(roles(RESOURCES + 1)),))
    assert f"{RESOURCES + 1} resources (limit {RESOURCES})" in many.problem()


def test_the_template_is_compact() -> None:
    stack = RoleStack("catalog-launch-roles", template(CREATE))
    assert json.loads(stack.body)["Resources"] == stack.template["Resources"]
    assert ": " not in stack.body.replace("a reason", "").split('"Resources"')[1].split('"Description"')[0]
