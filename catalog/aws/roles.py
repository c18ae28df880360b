"""Reads of a role from IAM: trust policy, inline and attached policies, permissions boundary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from catalog.aws.calls import aws_call
from catalog.aws.session import AwsSession
from catalog.errors import AwsCallError, ContentError
from catalog.roles.compare import DeployedRole

ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):role/(?:[\x21-\x7e]*/)?([\w+=,.@-]{1,64})", re.ASCII)


def role_name(session: AwsSession, arn: str) -> str:
    """The name in a role's ARN. `ContentError` when `arn` is no role's ARN, or the role is in another account."""
    match = ROLE_ARN.fullmatch(arn)
    if match is None:
        raise ContentError(
            f"{arn!r} is not the ARN of a role", hint="Write it like arn:aws:iam::123456789012:role/launch."
        )
    if match[1] != session.identity.account:
        raise ContentError(
            f"role {arn} is in account {match[1]}, but the credentials are of account {session.identity.account}",
            hint=f"Pass a --profile of account {match[1]}.",
        )
    return match[2]


def read_role(session: AwsSession, arn: str) -> DeployedRole:
    """The role with all its policies. `ContentError` when it does not exist."""
    name = role_name(session, arn)
    try:
        with aws_call("GetRole"):
            role: Any = session.iam.get_role(RoleName=name)["Role"]
    except AwsCallError as error:
        if error.code != "NoSuchEntity":
            raise
        raise ContentError(
            f"role {arn} does not exist", hint="`catalog bootstrap` creates the roles that portfolios name."
        ) from error
    boundary = role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", "")
    policies = {**dict(inline_policies(session, name)), **dict(attached_policies(session, name))}
    return DeployedRole(role["Arn"], role["AssumeRolePolicyDocument"], policies, boundary)


def inline_policies(session: AwsSession, name: str) -> Iterator[tuple[str, Any]]:
    """(name, document) of each inline policy."""
    with aws_call("ListRolePolicies"):
        pages = list(session.iam.get_paginator("list_role_policies").paginate(RoleName=name))
    for page in pages:
        for policy in page["PolicyNames"]:
            with aws_call("GetRolePolicy"):
                yield policy, session.iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]


def attached_policies(session: AwsSession, name: str) -> Iterator[tuple[str, Any]]:
    """(ARN, document of the default version) of each managed policy."""
    with aws_call("ListAttachedRolePolicies"):
        pages = list(session.iam.get_paginator("list_attached_role_policies").paginate(RoleName=name))
    for page in pages:
        for policy in page["AttachedPolicies"]:
            yield policy["PolicyArn"], default_version(session, policy["PolicyArn"])


def default_version(session: AwsSession, arn: str) -> Any:
    """The document of the default version of a managed policy."""
    with aws_call("GetPolicy"):
        version = session.iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    with aws_call("GetPolicyVersion"):
        return session.iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
