"""Launch roles that can become administrator: which statements are marked, and which boundary limits them."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.model.definition import LaunchPermission
from catalog.roles.boundaries import administrator_actions, administrator_sids
from catalog.roles.derive import derive
from catalog.roles.template import role_template
from tests.unit.roles.conftest import ACCOUNT, REGIONS, STACK, actions, iam_role, statement, version
from tests.unit.roles.test_packing import role_of

BOUNDARY = "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/limit"


def administrators(*roles: dict[str, Any], **sections: Any) -> set[str]:
    """The actions of a role that makes these roles, with which it can become administrator."""
    template = version({f"Role{number}": role for number, role in enumerate(roles)}, **sections)
    permissions = derive([template], REGIONS).permissions
    return {action for permission in permissions for action in administrator_actions(permission)}


WITH_POLICY = {"Policies": [{"PolicyName": "x", "PolicyDocument": {}}]}


def test_a_role_that_makes_roles_without_a_boundary_is_marked() -> None:
    assert administrators(iam_role(**WITH_POLICY)) == {"iam:CreateRole", "iam:PutRolePolicy"}
    assert administrators(iam_role(RoleName="app", ManagedPolicyArns=["x"])) == {
        "iam:AttachRolePolicy",
        "iam:CreateRole",
    }
    bounded = iam_role(PermissionsBoundary={"Fn::Sub": BOUNDARY}, **WITH_POLICY)
    assert administrators(bounded) == set()
    assert administrators(bounded, iam_role())  # one role without it
    unknown = iam_role(PermissionsBoundary={"Ref": "Boundary"}, **WITH_POLICY)
    assert administrators(unknown, Parameters={"Boundary": {"Type": "String"}})
    given = {"Parameters": {"Boundary": {"Type": "String", "AllowedValues": ["arn:aws:iam::aws:policy/A"]}}}
    assert administrators(unknown, **given) == set()
    mapped = iam_role(
        PermissionsBoundary={"Fn::FindInMap": ["Boundaries", {"Ref": "AWS::Region"}, "Arn"]}, **WITH_POLICY
    )
    assert administrators(mapped, Mappings={"Boundaries": {"us-east-1": {"Arn": "arn:aws:iam::aws:policy/A"}}}) == set()


def test_a_boundary_of_the_template_is_a_condition_of_the_role() -> None:
    role = derive([version({"Role": iam_role(PermissionsBoundary={"Fn::Sub": BOUNDARY}, **WITH_POLICY)})], REGIONS)
    for action in ("iam:CreateRole", "iam:PutRolePolicy", "iam:DeleteRolePolicy"):
        assert statement(role, action).conditions["StringEquals"]["iam:PermissionsBoundary"] == BOUNDARY
    assert "iam:DeleteRolePermissionsBoundary" not in actions(role)
    template = role_template("catalog", {"launch": role.permissions})
    conditions = [
        statement["Condition"]["StringEquals"].get("iam:PermissionsBoundary")
        for statement in template["Resources"]["Launch"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    ]
    assert {"Fn::Sub": BOUNDARY} in conditions
    assert "AdministratorEquivalent" not in template["Resources"]["Launch"]["Metadata"]


@pytest.mark.parametrize("partition", ["aws", "${AWS::Partition}"])
@pytest.mark.parametrize("name", ["AdministratorAccess", "IAMFullAccess", "PowerUserAccess", "SystemAdministrator"])
def test_an_administrators_policy_is_no_boundary(partition: str, name: str) -> None:
    boundary = {"Fn::Sub": f"arn:{partition}:iam::aws:policy/job-function/{name}"}
    policies = [{"PolicyName": "p", "PolicyDocument": {"Statement": []}}]
    limited = {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": boundary, "Policies": policies}}
    assert {"iam:CreateRole", "iam:PutRolePolicy"} <= administrators(limited)


def test_the_metadata_of_the_role_marks_the_statements() -> None:
    permissions = role_of("lambda_function").permissions
    template = role_template("catalog", {"launch": permissions})
    assert template["Resources"]["Launch"]["Metadata"]["AdministratorEquivalent"] == list(
        administrator_sids(permissions)
    )
    assert administrator_sids(permissions)


@pytest.mark.parametrize(
    ("action", "resource", "marked"),
    [
        ("iam:*", "*", True),
        ("*", "*", True),
        ("iam:Create*", "*", True),
        ("iam:UpdateAssumeRolePolicy", f"{ACCOUNT}role/*", True),
        ("iam:UpdateAssumeRolePolicy", f"{ACCOUNT}role/app-*", True),
        ("sts:AssumeRole", "*", True),
        ("sts:AssumeRole", f"{ACCOUNT}role/orders", False),
        ("iam:UpdateSAMLProvider", f"{ACCOUNT}saml-provider/*", True),
        ("sso:PutInlinePolicyToPermissionSet", "arn:aws:sso:::permissionSet/*", True),
        ("sso:CreateAccountAssignment", "*", True),
        ("iam:UpdateAssumeRolePolicy", f"{ACCOUNT}*", True),
        ("iam:UpdateAssumeRolePolicy", f"{ACCOUNT}role/orders", False),
        ("iam:UpdateAssumeRolePolicy", f"{ACCOUNT}role/{STACK}", False),
        ("iam:PutRolePolicy", f"{ACCOUNT}role/aws-service-role/*", False),
        ("iam:GetRole", "*", False),
    ],
)
def test_actions_that_make_administrators(action: str, resource: str, marked: bool) -> None:
    assert bool(administrator_actions(LaunchPermission("A", (action,), (resource,), "r"))) is marked


@pytest.mark.parametrize(
    ("operator", "value", "marked"),
    [
        ("StringEquals", BOUNDARY, False),
        ("ArnLike", BOUNDARY, False),
        ("StringLike", "*", True),
        ("StringLike", "arn:aws:iam::*:policy/limit", False),
        ("ArnLike", "arn:aws:iam::aws:policy/*", True),
        ("StringEquals", "arn:aws:iam::aws:policy/AdministratorAccess", True),
        ("StringEquals", "arn:aws:iam::aws:policy/PowerUserAccess", True),
        ("StringNotEquals", BOUNDARY, True),
        ("StringEqualsIfExists", BOUNDARY, True),
        ("Null", "true", True),
    ],
)
def test_only_a_condition_that_asks_for_a_boundary_limits(operator: str, value: str, marked: bool) -> None:
    conditions = {operator: {"iam:PermissionsBoundary": value}}
    permission = LaunchPermission("A", ("iam:CreateRole",), (f"{ACCOUNT}role/*",), "r", conditions)
    assert bool(administrator_actions(permission)) is marked


def test_a_launch_role_of_permission_sets_is_marked() -> None:
    document = {"Statement": []}
    product = version({"Set": {"Type": "AWS::SSO::PermissionSet", "Properties": {"InlinePolicy": document}}})
    assert administrator_sids(derive([product], REGIONS).permissions)
