"""Roles, instance profiles and policies."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_messaging import pairs
from tests.contract.resource_types.conftest import Case, World

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
ROLE = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
BOUNDARY = "arn:aws:iam::aws:policy/PowerUserAccess"


def allowing(action: str) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}


def role(world: World, name: str) -> Any:
    iam = world.client("iam")
    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    return {
        **iam.get_role(RoleName=name)["Role"],
        "inline": iam.list_role_policies(RoleName=name)["PolicyNames"],
        "attached": [each["PolicyArn"] for each in attached],
    }


def role_tags(world: World, name: str) -> Any:
    return pairs(world.client("iam").list_role_tags(RoleName=name)["Tags"])


def profile(world: World, name: str) -> Any:
    return world.client("iam").get_instance_profile(InstanceProfileName=name)["InstanceProfile"]


def managed(world: World, arn: str) -> Any:
    iam = world.client("iam")
    policy = iam.get_policy(PolicyArn=arn)["Policy"]
    version = iam.get_policy_version(PolicyArn=arn, VersionId=policy["DefaultVersionId"])["PolicyVersion"]
    roles = iam.list_entities_for_policy(PolicyArn=arn)["PolicyRoles"]
    return {"document": version["Document"], "roles": len(roles)}


def inline(world: World, _: str) -> Any:
    policies = world.client("iam").list_role_policies(RoleName=world.reference("Role"))["PolicyNames"]
    return {"names": policies} if policies else None


CASES = (
    Case(
        "AWS::IAM::Role",
        {
            "AssumeRolePolicyDocument": TRUST,
            "Description": "d",
            "Policies": [{"PolicyName": "p", "PolicyDocument": allowing("s3:GetObject")}],
            "ManagedPolicyArns": [READ_ONLY],
            "PermissionsBoundary": BOUNDARY,
        },
        role,
        {
            "Description": "d",
            "inline": ["p"],
            "attached": [READ_ONLY],
            "PermissionsBoundary": {"PermissionsBoundaryArn": BOUNDARY},
        },
        changed={
            "Description": "e",
            "Policies": [{"PolicyName": "q", "PolicyDocument": allowing("s3:GetObject")}],
            "ManagedPolicyArns": None,
            "PermissionsBoundary": None,
            "MaxSessionDuration": 7200,
        },
        then={
            "Description": "e",
            "inline": ["q"],
            "attached": [],
            "PermissionsBoundary": None,
            "MaxSessionDuration": 7200,
        },
        replaced={"Path": "/team/"},
        tags=role_tags,
        denied=("iam:CreateRole", "iam:TagRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:GetRole"),
        denied_later=(
            "iam:UpdateRole",
            "iam:DeleteRolePolicy",
            "iam:DetachRolePolicy",
            "iam:DeleteRolePermissionsBoundary",
            "iam:DeleteRole",
        ),
        attributes=("Arn", "RoleId"),
    ),
    Case(
        "AWS::IAM::InstanceProfile",
        {"Roles": [{"Ref": "Role"}]},
        profile,
        {"Roles": [{"Path": "/"}]},
        changed={"Roles": [{"Ref": "Other"}]},
        then={"Roles": [{"Path": "/other/"}]},
        replaced={"Path": "/team/"},
        denied=(
            "iam:CreateInstanceProfile",
            "iam:AddRoleToInstanceProfile",
            "iam:GetInstanceProfile",
            "iam:PassRole",
        ),
        denied_later=("iam:RemoveRoleFromInstanceProfile", "iam:DeleteInstanceProfile"),
        around={
            "Role": ROLE,
            "Other": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST, "Path": "/other/"}},
        },
        attributes=("Arn",),
    ),
    Case(
        "AWS::IAM::ManagedPolicy",
        {"PolicyDocument": allowing("s3:GetObject"), "Roles": [{"Ref": "Role"}]},
        managed,
        {"document": allowing("s3:GetObject"), "roles": 1},
        changed={"PolicyDocument": allowing("s3:PutObject"), "Roles": None},
        then={"document": allowing("s3:PutObject"), "roles": 0},
        replaced={"Description": "another"},
        denied=("iam:CreatePolicy", "iam:AttachRolePolicy", "iam:GetPolicy"),
        denied_later=(
            "iam:CreatePolicyVersion",
            "iam:DeletePolicyVersion",
            "iam:DetachRolePolicy",
            "iam:DeletePolicy",
        ),
        around={"Role": ROLE},
        attributes=("PolicyArn", "PolicyId"),
    ),
    Case(
        "AWS::IAM::Policy",
        {"PolicyName": "p", "PolicyDocument": allowing("s3:GetObject"), "Roles": [{"Ref": "Role"}]},
        inline,
        {"names": ["p"]},
        changed={"PolicyName": "q"},
        then={"names": ["q"]},
        denied=("iam:PutRolePolicy",),
        denied_later=("iam:DeleteRolePolicy",),
        around={"Role": ROLE},
    ),
    Case(
        "AWS::IAM::RolePolicy",
        {"PolicyName": "p", "PolicyDocument": allowing("s3:GetObject"), "RoleName": {"Ref": "Role"}},
        inline,
        {"names": ["p"]},
        changed={"PolicyDocument": allowing("s3:PutObject")},
        then={"names": ["p"]},
        replaced={"PolicyName": "q"},
        denied=("iam:PutRolePolicy", "iam:GetRolePolicy"),
        denied_later=("iam:DeleteRolePolicy",),
        around={"Role": ROLE},
        shared=True,
    ),
)
