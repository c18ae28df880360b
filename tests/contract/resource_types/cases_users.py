"""Users, groups and their members, access keys, service-linked roles and identity providers."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_iam import BOUNDARY, READ_ONLY, allowing
from tests.contract.resource_types.cases_messaging import pairs
from tests.contract.resource_types.conftest import Case, World

USER = {"Type": "AWS::IAM::User"}
GROUP = {"Type": "AWS::IAM::Group"}
METADATA = "<EntityDescriptor>" + "x" * 1000 + "</EntityDescriptor>"
THUMBPRINT = "a" * 40


def user(world: World, name: str) -> Any:
    iam = world.client("iam")
    attached = iam.list_attached_user_policies(UserName=name)["AttachedPolicies"]
    return {
        **iam.get_user(UserName=name)["User"],
        "groups": len(iam.list_groups_for_user(UserName=name)["Groups"]),
        "inline": iam.list_user_policies(UserName=name)["PolicyNames"],
        "attached": [each["PolicyArn"] for each in attached],
        "login": world.shown(lambda _, __: iam.get_login_profile(UserName=name)["LoginProfile"], name),
    }


def user_tags(world: World, name: str) -> Any:
    return pairs(world.client("iam").list_user_tags(UserName=name)["Tags"])


def group(world: World, name: str) -> Any:
    iam = world.client("iam")
    return {
        **iam.get_group(GroupName=name)["Group"],
        "inline": iam.list_group_policies(GroupName=name)["PolicyNames"],
    }


def members(world: World, _: str) -> Any:
    users = world.client("iam").get_group(GroupName=world.reference("Group"))["Users"]
    return {"names": len(users)} if users else None


def inline(kind: str) -> Any:
    def read(world: World, _: str) -> Any:
        operation = getattr(world.client("iam"), f"get_{kind.lower()}_policy")
        name = {f"{kind}Name": world.reference(kind), "PolicyName": "p"}
        return operation(**name)["PolicyDocument"]["Statement"][0]

    return read


def access_key(world: World, identifier: str) -> Any:
    keys = world.client("iam").list_access_keys(UserName=world.reference("User"))["AccessKeyMetadata"]
    return next(each for each in keys if each["AccessKeyId"] == identifier)


def linked_role(world: World, name: str) -> Any:
    return world.client("iam").get_role(RoleName=name)["Role"]


def oidc(world: World, arn: str) -> Any:
    return world.client("iam").get_open_id_connect_provider(OpenIDConnectProviderArn=arn)


def saml(world: World, arn: str) -> Any:
    return world.client("iam").get_saml_provider(SAMLProviderArn=arn)


def inline_case(kind: str) -> Case:
    """The policy of a user or a group."""
    return Case(
        f"AWS::IAM::{kind}Policy",
        {"PolicyName": "p", "PolicyDocument": allowing("s3:GetObject"), f"{kind}Name": {"Ref": kind}},
        inline(kind),
        {"Action": "s3:GetObject"},
        changed={"PolicyDocument": allowing("s3:PutObject")},
        then={"Action": "s3:PutObject"},
        denied=(f"iam:Put{kind}Policy", f"iam:Get{kind}Policy"),
        denied_later=(f"iam:Delete{kind}Policy",),
        around={kind: {"Type": f"AWS::IAM::{kind}"}},
    )


CASES = (
    Case(
        "AWS::IAM::User",
        {
            "Groups": [{"Ref": "Group"}],
            "LoginProfile": {"Password": "correct-horse-1", "PasswordResetRequired": True},
            "ManagedPolicyArns": [READ_ONLY],
            "PermissionsBoundary": BOUNDARY,
            "Policies": [{"PolicyName": "p", "PolicyDocument": allowing("s3:GetObject")}],
        },
        user,
        {
            "groups": 1,
            "inline": ["p"],
            "attached": [READ_ONLY],
            "login": {"PasswordResetRequired": True},
            "PermissionsBoundary": {"PermissionsBoundaryArn": BOUNDARY},
        },
        changed={
            "Path": "/team/",
            "Groups": None,
            "LoginProfile": {"Password": "correct-horse-2"},
            "ManagedPolicyArns": None,
            "PermissionsBoundary": None,
            "Policies": None,
        },
        then={
            "Path": "/team/",
            "groups": 0,
            "inline": [],
            "attached": [],
            "login": {"PasswordResetRequired": False},
            "PermissionsBoundary": None,
        },
        replaced={"UserName": "another"},
        tags=user_tags,
        denied=(
            "iam:CreateUser",
            "iam:TagUser",
            "iam:CreateLoginProfile",
            "iam:AddUserToGroup",
            "iam:AttachUserPolicy",
            "iam:PutUserPolicy",
            "iam:GetUser",
        ),
        denied_later=(
            "iam:UpdateUser",
            "iam:UpdateLoginProfile",
            "iam:RemoveUserFromGroup",
            "iam:DetachUserPolicy",
            "iam:DeleteUserPolicy",
            "iam:DeleteLoginProfile",
            "iam:DeleteUser",
        ),
        around={"Group": GROUP},
        attributes=("Arn",),
    ),
    Case(
        "AWS::IAM::Group",
        {"Policies": [{"PolicyName": "p", "PolicyDocument": allowing("s3:GetObject")}]},
        group,
        {"inline": ["p"], "Path": "/"},
        changed={"Path": "/team/", "Policies": None},
        then={"inline": [], "Path": "/team/"},
        replaced={"GroupName": "another"},
        denied=("iam:CreateGroup", "iam:PutGroupPolicy", "iam:GetGroup"),
        denied_later=("iam:UpdateGroup", "iam:DeleteGroupPolicy", "iam:DeleteGroup"),
        attributes=("Arn",),
    ),
    Case(
        "AWS::IAM::UserToGroupAddition",
        {"GroupName": {"Ref": "Group"}, "Users": [{"Ref": "User"}]},
        members,
        {"names": 1},
        changed={"Users": [{"Ref": "User"}, {"Ref": "Other"}]},
        then={"names": 2},
        denied=("iam:AddUserToGroup", "iam:GetGroup"),
        denied_later=("iam:RemoveUserFromGroup",),
        around={"Group": GROUP, "User": USER, "Other": USER},
    ),
    inline_case("User"),
    inline_case("Group"),
    Case(
        "AWS::IAM::AccessKey",
        {"UserName": {"Ref": "User"}},
        access_key,
        {"Status": "Active"},
        changed={"Status": "Inactive"},
        then={"Status": "Inactive"},
        replaced={"Serial": 2},
        denied=("iam:CreateAccessKey", "iam:ListAccessKeys"),
        denied_later=("iam:UpdateAccessKey", "iam:DeleteAccessKey"),
        around={"User": USER},
        attributes=("SecretAccessKey",),
        unread=("SecretAccessKey",),
    ),
    Case(
        "AWS::IAM::ServiceLinkedRole",
        {"AWSServiceName": "autoscaling.amazonaws.com", "CustomSuffix": "team", "Description": "d"},
        linked_role,
        {"Path": "/aws-service-role/autoscaling.amazonaws.com/", "Description": "d"},
        changed={"Description": "e"},
        then={"Description": "e"},
        replaced={"CustomSuffix": "other"},
        denied=("iam:CreateServiceLinkedRole", "iam:GetRole"),
        denied_later=("iam:UpdateRole", "iam:DeleteServiceLinkedRole"),
        attributes=("RoleName",),
    ),
    Case(
        "AWS::IAM::OIDCProvider",
        {
            "Url": "https://token.actions.example.com",
            "ClientIdList": ["sts.amazonaws.com"],
            "ThumbprintList": [THUMBPRINT],
        },
        oidc,
        {"ClientIDList": ["sts.amazonaws.com"], "ThumbprintList": [THUMBPRINT]},
        changed={"ClientIdList": ["other"], "ThumbprintList": ["b" * 40]},
        then={"ClientIDList": ["other"], "ThumbprintList": ["b" * 40]},
        replaced={"Url": "https://oidc.example.com"},
        tags=lambda world, arn: pairs(oidc(world, arn)["Tags"]),
        denied=(
            "iam:CreateOpenIDConnectProvider",
            "iam:TagOpenIDConnectProvider",
            "iam:GetOpenIDConnectProvider",
        ),
        denied_later=(
            "iam:AddClientIDToOpenIDConnectProvider",
            "iam:RemoveClientIDFromOpenIDConnectProvider",
            "iam:UpdateOpenIDConnectProviderThumbprint",
            "iam:DeleteOpenIDConnectProvider",
        ),
        attributes=("Arn",),
    ),
    Case(
        "AWS::IAM::SAMLProvider",
        {"Name": "directory", "SamlMetadataDocument": METADATA},
        saml,
        {"SAMLMetadataDocument": METADATA},
        changed={"SamlMetadataDocument": METADATA.replace("x", "y")},
        then={"SAMLMetadataDocument": METADATA.replace("x", "y")},
        replaced={"Name": "another"},
        tags=lambda world, arn: pairs(saml(world, arn)["Tags"]),
        denied=("iam:CreateSAMLProvider", "iam:TagSAMLProvider", "iam:GetSAMLProvider"),
        denied_later=("iam:UpdateSAMLProvider", "iam:DeleteSAMLProvider"),
        attributes=("Arn",),
    ),
)
