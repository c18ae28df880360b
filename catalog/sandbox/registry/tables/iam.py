"""Roles and instance profiles.

CloudFormation deletes the policies of a role that it has put there, and detaches what it has attached; DeleteRole
refuses a role with others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Parameters, Setting, Tagging
from catalog.sandbox.registry.rows import by
from catalog.sandbox.registry.shaping import as_text
from catalog.sandbox.registry.tables.forms import added


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


def inline(properties: Mapping[str, Any]) -> dict[str, str]:
    """The inline policies in properties, by name."""
    return {str(each["PolicyName"]): as_text(each["PolicyDocument"]) for each in properties.get("Policies", [])}


def put_policies(kind: str) -> Parameters:
    """Put<Role>Policy for each inline policy that is new or has changed."""
    entity = by(f"{kind}Name")
    return lambda it: [
        {**entity(it), "PolicyName": name, "PolicyDocument": text}
        for name, text in inline(it.properties).items()
        if inline(it.old).get(name) != text
    ]


def dropped_policies(kind: str) -> Parameters:
    """Delete<Role>Policy for each inline policy that an update drops; for all in a deletion."""
    entity = by(f"{kind}Name")

    def parameters(it: ApiResource) -> list[dict[str, Any]]:
        kept = inline(it.properties) if it.old else {}
        return [{**entity(it), "PolicyName": name} for name in inline(it.old or it.properties) if name not in kept]

    return parameters


def attached(kind: str) -> Parameters:
    """Attach<Role>Policy for each managed policy that is new."""
    entity = by(f"{kind}Name")
    return lambda it: [{**entity(it), "PolicyArn": arn} for arn in added(it, "ManagedPolicyArns")]


def detached(kind: str) -> Parameters:
    """Detach<Role>Policy for each managed policy that an update drops; in a deletion, for all that are attached."""
    entity = by(f"{kind}Name")

    def parameters(it: ApiResource) -> list[dict[str, Any]]:
        kept = it.properties.get("ManagedPolicyArns", []) if it.old else []
        old = (it.old or it.properties).get("ManagedPolicyArns", [])
        listed = it.ask(f"ListAttached{kind}Policies", entity(it))["AttachedPolicies"]
        attached_arns = {each["PolicyArn"] for each in listed}
        return [{**entity(it), "PolicyArn": arn} for arn in old if arn not in kept and arn in attached_arns]

    return parameters


def policies_of(kind: str) -> tuple[Setting, ...]:
    """The settings for the inline and the managed policies of a role, a user or a group."""
    return (
        Setting(("Policies",), ApiCall(f"Delete{kind}Policy", dropped_policies(kind)), on_create=False),
        Setting(("Policies",), ApiCall(f"Put{kind}Policy", put_policies(kind))),
        Setting(("ManagedPolicyArns",), ApiCall(f"Detach{kind}Policy", detached(kind)), on_create=False),
        Setting(("ManagedPolicyArns",), ApiCall(f"Attach{kind}Policy", attached(kind))),
    )


def without_policies(kind: str) -> tuple[ApiCall, ...]:
    """The calls that take all policies away before a deletion."""
    return (
        ApiCall(f"Delete{kind}Policy", dropped_policies(kind)),
        ApiCall(f"Detach{kind}Policy", detached(kind)),
    )


def boundary_of(kind: str) -> Setting:
    """The setting for the permissions boundary of a role or a user."""
    return Setting(
        ("PermissionsBoundary",),
        ApiCall(f"Put{kind}PermissionsBoundary", by(f"{kind}Name", "PermissionsBoundary")),
        ApiCall(f"Delete{kind}PermissionsBoundary", by(f"{kind}Name")),
        on_create=False,
    )


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
        boundary_of("Role"),
        *policies_of("Role"),
    ),
    delete=(*without_policies("Role"), ApiCall("DeleteRole", role)),
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


def shown_profile(_: ApiResource, answer: Mapping[str, Any]) -> dict[str, Any] | None:
    """A profile with the names of its roles: what else changes in a role is no change of the profile."""
    given = answer.get("InstanceProfile")
    return given and {**given, "Roles": [role["RoleName"] for role in given.get("Roles", ())]}


INSTANCE_PROFILE = ApiType(
    "AWS::IAM::InstanceProfile",
    "iam",
    create=ApiCall("CreateInstanceProfile", lambda it: profile(it) | {"Path": it.properties.get("Path")}),
    read=ApiCall("GetInstanceProfile", profile),
    shown=shown_profile,
    attributes=lambda subject, shown: {"Arn": shown["Arn"]},
    settings=(Setting(("Roles",), REMOVE, on_create=False), Setting(("Roles",), ADD)),
    delete=(REMOVE_ALL, ApiCall("DeleteInstanceProfile", profile)),
    arn=lambda it: str(it.values.get("Arn") or global_arn(it, "instance-profile", it.name, it.properties.get("Path"))),
    passed_to="ec2.amazonaws.com",
    passes=passed,
)

TYPES = (ROLE, INSTANCE_PROFILE)
