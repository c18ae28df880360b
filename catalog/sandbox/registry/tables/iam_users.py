"""Users, groups and their members, access keys, service-linked roles and identity providers of IAM.

CloudFormation takes a user out of all groups, and deletes its access keys, before it deletes the user (the permissions
of its handler).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting, Tagging
from catalog.sandbox.registry.naming import generated_name
from catalog.sandbox.registry.rows import by, inside, taken
from catalog.sandbox.registry.tables.forms import added, call, dropped
from catalog.sandbox.registry.tables.iam import (
    boundary_key,
    boundary_of,
    global_arn,
    policies_of,
    without_policies,
)

USER, GROUP = by("UserName"), by("GroupName")


def each_of(members: Callable[[ApiResource, str], list[Any]], name: str, parameter: str) -> Any:
    """One call about the user for each member of a list that an update adds or drops."""
    return lambda it: [{**USER(it), parameter: each} for each in members(it, name)]


def listed(operation: str, member: str, identifier: str, parameter: str = "") -> Any:
    """One call about the user for each thing that IAM lists of it."""
    return lambda it: [
        {**USER(it), (parameter or identifier): each[identifier]} for each in it.ask(operation, USER(it))[member]
    ]


def profile(updates: bool) -> Any:
    """CreateLoginProfile, or UpdateLoginProfile for one that there is."""

    def parameters(it: ApiResource) -> dict[str, Any] | None:
        given = it.properties.get("LoginProfile")
        if given is None or bool(it.old.get("LoginProfile")) is not updates:
            return None
        reset = str(given.get("PasswordResetRequired", False)).lower() == "true"
        return {**USER(it), "Password": given["Password"], "PasswordResetRequired": reset}

    return parameters


USER_TYPE = ApiType(
    "AWS::IAM::User",
    "iam",
    create=ApiCall("CreateUser", by("UserName", "Path", "PermissionsBoundary")),
    read=ApiCall("GetUser", USER),
    shown=inside("User"),
    attributes=taken(Arn="Arn"),
    settings=(
        Setting(
            ("Path",), ApiCall("UpdateUser", lambda it: {**USER(it), "NewPath": it.text("Path", "/")}), on_create=False
        ),
        boundary_of("User"),
        *policies_of("User"),
        Setting(("LoginProfile",), ApiCall("CreateLoginProfile", profile(False)), ApiCall("DeleteLoginProfile", USER)),
        Setting(("LoginProfile",), ApiCall("UpdateLoginProfile", profile(True)), on_create=False),
        Setting(("Groups",), ApiCall("RemoveUserFromGroup", each_of(dropped, "Groups", "GroupName")), on_create=False),
        Setting(("Groups",), ApiCall("AddUserToGroup", each_of(added, "Groups", "GroupName"))),
    ),
    delete=(
        ApiCall("RemoveUserFromGroup", listed("ListGroupsForUser", "Groups", "GroupName")),
        *without_policies("User"),
        ApiCall("DeleteAccessKey", listed("ListAccessKeys", "AccessKeyMetadata", "AccessKeyId")),
        ApiCall("DeleteLoginProfile", lambda it: USER(it) if it["LoginProfile"] else None),
        ApiCall("DeleteUser", USER),
    ),
    tagging=Tagging(ApiCall("TagUser", USER), ApiCall("UntagUser", USER), "Tags"),
    arn=lambda it: str(it.values.get("Arn") or global_arn(it, "user", it.name, it.properties.get("Path"))),
    keys=boundary_key,
)

GROUP_TYPE = ApiType(
    "AWS::IAM::Group",
    "iam",
    create=ApiCall("CreateGroup", by("GroupName", "Path")),
    read=ApiCall("GetGroup", GROUP),
    shown=inside("Group"),
    attributes=taken(Arn="Arn"),
    settings=(
        Setting(
            ("Path",),
            ApiCall("UpdateGroup", lambda it: {**GROUP(it), "NewPath": it.text("Path", "/")}),
            on_create=False,
        ),
        *policies_of("Group"),
    ),
    delete=(*without_policies("Group"), ApiCall("DeleteGroup", GROUP)),
    arn=lambda it: str(it.values.get("Arn") or global_arn(it, "group", it.name, it.properties.get("Path"))),
)


def new_members(it: ApiResource) -> list[dict[str, Any]]:
    """AddUserToGroup for each user that is new, or for all in another group."""
    same = it.old.get("GroupName") == it.properties["GroupName"]
    return [{**GROUP(it), "UserName": user} for user in (added(it, "Users") if same else it.properties["Users"])]


def old_members(it: ApiResource) -> list[dict[str, Any]]:
    """RemoveUserFromGroup for each user that an update drops, or for all of another group."""
    same = it.old["GroupName"] == it.properties["GroupName"]
    gone = dropped(it, "Users") if same else it.old["Users"]
    return [{"GroupName": it.old["GroupName"], "UserName": user} for user in gone]


ADDITION = ApiType(
    "AWS::IAM::UserToGroupAddition",
    "iam",
    create=ApiCall("AddUserToGroup", new_members),
    known=lambda it, answer: {"Id": generated_name(it.schema, it.place, {})},
    read=ApiCall("GetGroup", GROUP),
    shown=lambda it, answer: [user["UserName"] for user in answer["Users"] if user["UserName"] in it["Users"]],
    settings=(
        Setting(("Users", "GroupName"), ApiCall("AddUserToGroup", new_members), on_create=False),
        Setting(("Users", "GroupName"), ApiCall("RemoveUserFromGroup", old_members), on_create=False),
    ),
    delete=(ApiCall("RemoveUserFromGroup", lambda it: [{**GROUP(it), "UserName": user} for user in it["Users"]]),),
    arn=lambda it: global_arn(it, "group", it["GroupName"]),
)

KEY = by("UserName", AccessKeyId="Id")
ACCESS_KEY = ApiType(
    "AWS::IAM::AccessKey",
    "iam",
    create=ApiCall("CreateAccessKey", USER),
    known=taken(Id="AccessKey.AccessKeyId", SecretAccessKey="AccessKey.SecretAccessKey"),
    read=ApiCall("ListAccessKeys", USER),
    shown=lambda it, answer: next(
        (each for each in answer["AccessKeyMetadata"] if each["AccessKeyId"] == it["Id"]), None
    ),
    settings=(
        Setting(("Status",), ApiCall("UpdateAccessKey", lambda it: {**KEY(it), "Status": it.text("Status", "Active")})),
    ),
    delete=(ApiCall("DeleteAccessKey", KEY),),
    arn=lambda it: global_arn(it, "user", it["UserName"]),
)

ROLE = by("RoleName")
LINKED_ROLE = ApiType(
    "AWS::IAM::ServiceLinkedRole",
    "iam",
    create=ApiCall("CreateServiceLinkedRole", copies=True),
    known=taken(RoleName="Role.RoleName"),
    read=ApiCall("GetRole", ROLE),
    shown=inside("Role"),
    attributes=taken(Arn="Arn"),
    update=ApiCall("UpdateRole", lambda it: {**ROLE(it), "Description": it.text("Description")}),
    delete=(ApiCall("DeleteServiceLinkedRole", ROLE),),
    arn=lambda it: str(it["Arn"] or global_arn(it, "role", "*", f"/aws-service-role/{it['AWSServiceName']}/")),
    keys=lambda it: {"iam:awsservicename": it.text("AWSServiceName")},
)

PROVIDER = by(OpenIDConnectProviderArn="Arn")


def clients(members: Callable[[ApiResource, str], list[Any]]) -> Any:
    """One call for each client of a provider that an update adds or drops."""
    return lambda it: [{**PROVIDER(it), "ClientID": each} for each in members(it, "ClientIdList")]


OIDC_PROVIDER = ApiType(
    "AWS::IAM::OIDCProvider",
    "iam",
    create=ApiCall("CreateOpenIDConnectProvider", copies=True),
    known=taken(Arn="OpenIDConnectProviderArn"),
    read=ApiCall("GetOpenIDConnectProvider", PROVIDER),
    settings=(
        Setting(
            ("ThumbprintList",),
            ApiCall(
                "UpdateOpenIDConnectProviderThumbprint",
                lambda it: {**PROVIDER(it), "ThumbprintList": list(it["ThumbprintList"] or [])},
            ),
            on_create=False,
        ),
        Setting(
            ("ClientIdList",), ApiCall("RemoveClientIDFromOpenIDConnectProvider", clients(dropped)), on_create=False
        ),
        Setting(("ClientIdList",), ApiCall("AddClientIDToOpenIDConnectProvider", clients(added)), on_create=False),
    ),
    delete=(ApiCall("DeleteOpenIDConnectProvider", PROVIDER),),
    tagging=Tagging(
        ApiCall("TagOpenIDConnectProvider", PROVIDER), ApiCall("UntagOpenIDConnectProvider", PROVIDER), "Tags"
    ),
    arn=lambda it: str(it["Arn"] or global_arn(it, "oidc-provider", it.text("Url").partition("://")[2])),
)

SAML = by(SAMLProviderArn="Arn")
SAML_PROVIDER = ApiType(
    "AWS::IAM::SAMLProvider",
    "iam",
    create=ApiCall("CreateSAMLProvider", by("Name"), copies=True),
    known=taken(Arn="SAMLProviderArn"),
    read=ApiCall("GetSAMLProvider", SAML),
    update=ApiCall("UpdateSAMLProvider", SAML, copies=True),
    delete=(call("DeleteSAMLProvider", SAMLProviderArn="Arn"),),
    tagging=Tagging(ApiCall("TagSAMLProvider", SAML), ApiCall("UntagSAMLProvider", SAML), "Tags"),
    arn=lambda it: str(it["Arn"] or global_arn(it, "saml-provider", it["Name"])),
    modelled=("AddPrivateKey", "AssertionEncryptionMode", "PrivateKeyList", "RemovePrivateKey"),
)

TYPES = (USER_TYPE, GROUP_TYPE, ADDITION, ACCESS_KEY, LINKED_ROLE, OIDC_PROVIDER, SAML_PROVIDER)
