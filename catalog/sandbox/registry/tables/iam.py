"""Roles and instance profiles.

CloudFormation deletes the policies of a role that it has put there, and detaches what it has attached; DeleteRole
refuses a role with others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting, Tagging
from catalog.sandbox.registry.shaping import as_text


def role(subject: ApiResource) -> dict[str, Any]:
    """The name of the role."""
    return {"RoleName": subject["RoleName"]}


def new_role(subject: ApiResource) -> dict[str, Any]:
    """CreateRole; the policies follow."""
    return role(subject) | {
        "AssumeRolePolicyDocument": subject.text("AssumeRolePolicyDocument"),
        "Path": subject.properties.get("Path"),
        "PermissionsBoundary": subject.properties.get("PermissionsBoundary"),
        "Description": subject.properties.get("Description"),
        "MaxSessionDuration": int(subject.properties.get("MaxSessionDuration", 3600)),
    }


def changed_role(subject: ApiResource) -> dict[str, Any]:
    """UpdateRole."""
    duration = int(subject.properties.get("MaxSessionDuration", 3600))
    return role(subject) | {"Description": subject.text("Description"), "MaxSessionDuration": duration}


def inline(subject: ApiResource, properties: Mapping[str, Any]) -> dict[str, str]:
    """The inline policies in properties, by name."""
    return {str(each["PolicyName"]): as_text(each["PolicyDocument"]) for each in properties.get("Policies", [])}


def put_policies(subject: ApiResource) -> list[dict[str, Any]]:
    """PutRolePolicy for each inline policy that is new or has changed."""
    old = inline(subject, subject.old)
    return [
        role(subject) | {"PolicyName": name, "PolicyDocument": text}
        for name, text in inline(subject, subject.properties).items()
        if old.get(name) != text
    ]


def dropped_policies(subject: ApiResource) -> list[dict[str, Any]]:
    """DeleteRolePolicy for each inline policy that an update drops; for all in a deletion."""
    kept = inline(subject, subject.properties) if subject.old else {}
    old = inline(subject, subject.old or subject.properties)
    return [role(subject) | {"PolicyName": name} for name in old if name not in kept]


def attached(subject: ApiResource) -> list[dict[str, Any]]:
    """AttachRolePolicy for each managed policy that is new."""
    old = subject.old.get("ManagedPolicyArns", [])
    return [
        role(subject) | {"PolicyArn": arn} for arn in subject.properties.get("ManagedPolicyArns", []) if arn not in old
    ]


def detached(subject: ApiResource) -> list[dict[str, Any]]:
    """DetachRolePolicy for each managed policy that an update drops; in a deletion, for all that are attached."""
    kept = subject.properties.get("ManagedPolicyArns", []) if subject.old else []
    old = (subject.old or subject.properties).get("ManagedPolicyArns", [])
    attached_arns = {
        each["PolicyArn"] for each in subject.ask("ListAttachedRolePolicies", role(subject))["AttachedPolicies"]
    }
    return [role(subject) | {"PolicyArn": arn} for arn in old if arn not in kept and arn in attached_arns]


def global_arn(subject: ApiResource, kind: str, name: Any, path: Any = "/") -> str:
    """The ARN of something of IAM."""
    return f"arn:{subject.place.partition}:iam::{subject.place.account}:{kind}{path or '/'}{name}"


def boundary_key(subject: ApiResource) -> dict[str, str]:
    """The condition key of calls that are about a role with a permissions boundary."""
    boundary = subject.properties.get("PermissionsBoundary")
    return {"iam:permissionsboundary": str(boundary)} if boundary else {}


ROLE = ApiType(
    "AWS::IAM::Role",
    "iam",
    create=ApiCall("CreateRole", new_role),
    read=ApiCall("GetRole", role),
    shown=lambda subject, answer: answer.get("Role"),
    attributes=lambda subject, shown: {"Arn": shown["Arn"], "RoleId": shown["RoleId"]},
    settings=(
        Setting(
            ("AssumeRolePolicyDocument",),
            ApiCall(
                "UpdateAssumeRolePolicy",
                lambda it: role(it) | {"PolicyDocument": it.text("AssumeRolePolicyDocument")},
            ),
            on_create=False,
        ),
        Setting(("Description", "MaxSessionDuration"), ApiCall("UpdateRole", changed_role), on_create=False),
        Setting(
            ("PermissionsBoundary",),
            ApiCall(
                "PutRolePermissionsBoundary",
                lambda it: role(it) | {"PermissionsBoundary": it["PermissionsBoundary"]},
            ),
            ApiCall("DeleteRolePermissionsBoundary", role),
            on_create=False,
        ),
        Setting(("Policies",), ApiCall("DeleteRolePolicy", dropped_policies), on_create=False),
        Setting(("Policies",), ApiCall("PutRolePolicy", put_policies)),
        Setting(("ManagedPolicyArns",), ApiCall("DetachRolePolicy", detached), on_create=False),
        Setting(("ManagedPolicyArns",), ApiCall("AttachRolePolicy", attached)),
    ),
    delete=(
        ApiCall("DeleteRolePolicy", dropped_policies),
        ApiCall("DetachRolePolicy", detached),
        ApiCall("DeleteRole", role),
    ),
    tagging=Tagging(ApiCall("TagRole", role), ApiCall("UntagRole", role), "Tags"),
    arn=lambda it: str(it.values.get("Arn") or global_arn(it, "role", it.name, it.properties.get("Path"))),
    keys=boundary_key,
)


def profile(subject: ApiResource) -> dict[str, Any]:
    """The name of the instance profile."""
    return {"InstanceProfileName": subject["InstanceProfileName"]}


def members(before: Callable[[ApiResource], Iterable[str]], after: Callable[[ApiResource], Iterable[str]]) -> Any:
    """One call for each role that is in the second list and not in the first."""
    return lambda it: [profile(it) | {"RoleName": name} for name in after(it) if name not in list(before(it))]


def roles_now(subject: ApiResource) -> list[str]:
    """The roles of the properties."""
    return list(subject.properties.get("Roles", []))


def roles_before(subject: ApiResource) -> list[str]:
    """The roles before an update; none for a new profile."""
    return list(subject.old.get("Roles", []))


ADD = ApiCall("AddRoleToInstanceProfile", members(roles_before, roles_now))
REMOVE = ApiCall("RemoveRoleFromInstanceProfile", members(roles_now, roles_before))
REMOVE_ALL = ApiCall("RemoveRoleFromInstanceProfile", members(lambda _: (), roles_now))


def passed(subject: ApiResource) -> list[str]:
    """The ARNs of the roles that the profile gets, which have their own paths."""
    arns = []
    for name in roles_now(subject):
        if name not in roles_before(subject):
            arns.append(str(subject.ask("GetRole", {"RoleName": name})["Role"]["Arn"]))
    return arns


INSTANCE_PROFILE = ApiType(
    "AWS::IAM::InstanceProfile",
    "iam",
    create=ApiCall("CreateInstanceProfile", lambda it: profile(it) | {"Path": it.properties.get("Path")}),
    read=ApiCall("GetInstanceProfile", profile),
    shown=lambda subject, answer: answer.get("InstanceProfile"),
    attributes=lambda subject, shown: {"Arn": shown["Arn"]},
    settings=(Setting(("Roles",), REMOVE, on_create=False), Setting(("Roles",), ADD)),
    delete=(REMOVE_ALL, ApiCall("DeleteInstanceProfile", profile)),
    arn=lambda it: str(it.values.get("Arn") or global_arn(it, "instance-profile", it.name, it.properties.get("Path"))),
    passed_to="ec2.amazonaws.com",
    passes=passed,
)

TYPES = (ROLE, INSTANCE_PROFILE)
