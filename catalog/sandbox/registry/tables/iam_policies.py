"""Managed policies, and inline policies that are resources of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from moto.core.exceptions import ServiceException

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.naming import CAPITALS, SUFFIX, characters
from catalog.sandbox.registry.rows import by
from catalog.sandbox.registry.tables.iam import global_arn

KINDS: Mapping[str, str] = {"Roles": "Role", "Users": "User", "Groups": "Group"}
"""Property with names → the word for one of them in the operations of IAM."""


def policy(subject: ApiResource) -> dict[str, Any]:
    """The ARN of the managed policy."""
    return {"PolicyArn": subject["PolicyArn"]}


def each_name(name: str, member: str, added: bool) -> Callable[[ApiResource], list[dict[str, Any]]]:
    """One call for each name that an update adds, or drops."""

    def parameters(subject: ApiResource) -> list[dict[str, Any]]:
        now, before = subject.properties.get(name, []), subject.old.get(name, [])
        changed = (
            [each for each in now if each not in before] if added else [each for each in before if each not in now]
        )
        return [policy(subject) | {f"{member}Name": each} for each in changed]

    return parameters


def attachments() -> tuple[Setting, ...]:
    """The settings for Roles, Users and Groups: detach what is dropped, attach what is new."""
    settings: list[Setting] = []
    for name, member in KINDS.items():
        detach = ApiCall(f"Detach{member}Policy", each_name(name, member, added=False))
        attach = ApiCall(f"Attach{member}Policy", each_name(name, member, added=True))
        settings += [Setting((name,), detach, on_create=False), Setting((name,), attach)]
    return tuple(settings)


def entities(member: str) -> Callable[[ApiResource], list[dict[str, Any]]]:
    """One call for each entity to which the policy is attached, also outside of the stack."""

    def parameters(subject: ApiResource) -> list[dict[str, Any]]:
        answer = subject.ask("ListEntitiesForPolicy", policy(subject))
        return [policy(subject) | {f"{member}Name": each[f"{member}Name"]} for each in answer[f"Policy{member}s"]]

    return parameters


def old_versions(subject: ApiResource) -> list[dict[str, Any]]:
    """DeletePolicyVersion for each version that is not the default."""
    versions = subject.ask("ListPolicyVersions", policy(subject))["Versions"]
    return [policy(subject) | {"VersionId": each["VersionId"]} for each in versions if not each.get("IsDefaultVersion")]


MANAGED_POLICY = ApiType(
    "AWS::IAM::ManagedPolicy",
    "iam",
    create=ApiCall(
        "CreatePolicy",
        lambda it: {
            "PolicyName": it.name,
            "PolicyDocument": it.text("PolicyDocument"),
            "Path": it.properties.get("Path"),
            "Description": it.properties.get("Description"),
        },
    ),
    known=lambda it, answer: {"PolicyArn": answer["Policy"]["Arn"]},
    read=ApiCall("GetPolicy", policy),
    shown=lambda it, answer: answer.get("Policy"),
    attributes=lambda it, shown: {
        "PolicyId": shown["PolicyId"],
        "DefaultVersionId": shown["DefaultVersionId"],
        "AttachmentCount": shown["AttachmentCount"],
        "IsAttachable": shown["IsAttachable"],
    },
    settings=(
        Setting(
            ("PolicyDocument",),
            ApiCall(
                "CreatePolicyVersion",
                lambda it: policy(it) | {"PolicyDocument": it.text("PolicyDocument"), "SetAsDefault": True},
            ),
            on_create=False,
        ),
        Setting(("PolicyDocument",), ApiCall("DeletePolicyVersion", old_versions), on_create=False),
        *attachments(),
    ),
    delete=(
        *(ApiCall(f"Detach{member}Policy", entities(member)) for member in KINDS.values()),
        ApiCall("DeletePolicyVersion", old_versions),
        ApiCall("DeletePolicy", policy),
    ),
    arn=lambda it: str(it.values.get("PolicyArn") or global_arn(it, "policy", it.name, it.properties.get("Path"))),
    also={
        "update": ("iam:ListPolicyVersions",),
        "delete": ("iam:ListEntitiesForPolicy", "iam:ListPolicyVersions"),
    },
)


def put(name: str, member: str) -> ApiCall:
    """Put<Role>Policy for each name."""
    return ApiCall(
        f"Put{member}Policy",
        lambda it: [
            {f"{member}Name": each, "PolicyName": it["PolicyName"], "PolicyDocument": it.text("PolicyDocument")}
            for each in it.properties.get(name, [])
        ],
    )


def take(name: str, member: str, *, all_of_them: bool) -> ApiCall:
    """Delete<Role>Policy for the names that an update drops; for all in a deletion, and when the policy is renamed."""

    def parameters(it: ApiResource) -> list[dict[str, Any]]:
        source = it.properties if all_of_them else it.old
        renamed = source.get("PolicyName") != it.properties.get("PolicyName")
        kept = [] if all_of_them or renamed else it.properties.get(name, [])
        return [
            {f"{member}Name": each, "PolicyName": source["PolicyName"]}
            for each in source.get(name, [])
            if each not in kept
        ]

    return ApiCall(f"Delete{member}Policy", parameters)


def first_principal(it: ApiResource) -> str:
    """The ARN of the first role, user or group that has the policy."""
    for name, member in KINDS.items():
        for each in it.properties.get(name, []):
            return global_arn(it, member.lower(), each)
    return "*"


def _new_id(it: ApiResource) -> str:
    return f"{it.place.stack_name[:5]}-{it.place.logical_id[:4]}-{characters(SUFFIX, CAPITALS)}"


def somewhere(it: ApiResource) -> None:
    """Refuse a policy that belongs to nobody, as IAM's handler does."""
    if not any(it.properties.get(name) for name in KINDS):
        raise ServiceException("ValidationError", "At least one of [Groups,Roles,Users] must be non-empty.")


POLICY = ApiType(
    "AWS::IAM::Policy",
    "iam",
    create=ApiCall("GetAccountSummary", somewhere, permissions=()),
    known=lambda it, answer: {"Id": _new_id(it)},
    settings=tuple(
        Setting((name, "PolicyDocument", "PolicyName"), call, on_create=first)
        for name, member in KINDS.items()
        for call, first in ((take(name, member, all_of_them=False), False), (put(name, member), True))
    ),
    delete=tuple(take(name, member, all_of_them=True) for name, member in KINDS.items()),
    arn=first_principal,
)


def inline_type(kind: str) -> ApiType:
    """The type of one inline policy of a role, a user or a group."""
    names = by(f"{kind}Name", "PolicyName")
    put_it = ApiCall(f"Put{kind}Policy", lambda it: {**names(it), "PolicyDocument": it.text("PolicyDocument")})
    return ApiType(
        f"AWS::IAM::{kind}Policy",
        "iam",
        create=put_it,
        read=ApiCall(f"Get{kind}Policy", names),
        update=put_it,
        delete=(ApiCall(f"Delete{kind}Policy", names),),
        arn=lambda it: global_arn(it, kind.lower(), it[f"{kind}Name"]),
    )


TYPES = (MANAGED_POLICY, POLICY, *map(inline_type, KINDS.values()))
