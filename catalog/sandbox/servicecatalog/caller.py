"""Identify the caller, and match it with the principals of a portfolio.

Source of the rules: AssociatePrincipalWithPortfolio in the Service Catalog API Reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from catalog.sandbox.administrator import administrator_arn
from catalog.sandbox.glob import matches
from catalog.sandbox.registry.calls import ON_BEHALF_OF
from catalog.sandbox.servicecatalog.state import StoredPrincipal

FULL_ARN = re.compile(r"arn:[a-z0-9-]+:(iam|sts)::\d{12}:[a-z-]+/.+")
CLOUDFORMATION_SESSION = "AWSCloudFormation"
PATTERN_ARN = re.compile(r"arn:[a-z0-9-]+:iam:::(role|user|group)/.+")


@dataclass(frozen=True)
class CallerIdentity:
    """The identity behind an access key."""

    arn: str
    """The IAM ARN; for a session the ARN of its role."""
    session_arn: str
    """The ARN that STS returns: for a role the ARN of the session, otherwise the same as `arn`."""
    group_arns: tuple[str, ...] = ()


def resolve_caller(account: str, partition: str, access_key: str) -> CallerIdentity:
    """The owner of an access key, or for whom CloudFormation calls; an unknown key belongs to the administrator."""
    if ON_BEHALF_OF.get():
        return _on_behalf_of(ON_BEHALF_OF.get())
    session = sts_backends[account][partition].get_assumed_role_from_access_key(access_key)
    if session:
        return CallerIdentity(session.role_arn, session.arn)
    iam = iam_backends[account][partition]
    user = iam.get_user_from_access_key_id(access_key)
    if user:
        return CallerIdentity(user.arn, user.arn, tuple(group.arn for group in iam.get_groups_for_user(user.name)))
    default = administrator_arn(account, partition)
    return CallerIdentity(default, default)


def _on_behalf_of(arn: str) -> CallerIdentity:
    """The identity of a user or role for which CloudFormation makes a call, in the session that it names [assumed]."""
    partition, account, resource = _split(arn)
    kind, _, name = resource.partition("/")
    if kind == "role":
        session = f"arn:{partition}:sts::{account}:assumed-role/{name.rpartition('/')[2]}/{CLOUDFORMATION_SESSION}"
        return CallerIdentity(arn, session)
    groups = [
        group.arn
        for group in iam_backends[account][partition].groups.values()
        if any(user.arn == arn for user in group.users)
    ]
    return CallerIdentity(arn, arn, tuple(groups))


def grants(principals: Iterable[StoredPrincipal], caller: CallerIdentity) -> bool:
    """Whether one of the principals of a portfolio matches the caller or one of the caller's groups."""
    identities = (caller.arn, *caller.group_arns)
    return any(_is(principal, identity) for principal in principals for identity in identities)


def _is(principal: StoredPrincipal, arn: str) -> bool:
    if principal.type == "IAM":
        return principal.arn == arn
    if not FULL_ARN.fullmatch(arn):
        return False
    partition, _, resource = _split(arn)
    pattern_partition, _, pattern = _split(principal.arn)
    # `*` matches any text, including `/`; `?` matches one character or none (API Reference).
    return partition == pattern_partition and matches(pattern, resource, optional=True)


def _split(arn: str) -> tuple[str, str, str]:
    """Partition, account and resource of an IAM ARN."""
    _, partition, _, _, account, resource = arn.split(":", 5)
    return partition, account, resource


def principal_exists(arn: str) -> bool:
    """Whether the role, user or group of a full IAM ARN exists in the sandbox."""
    return bool(unique_id(arn))


def unique_id(arn: str) -> str:
    """The unique id of a role, user or group; empty if it does not exist or `arn` is the ARN of a session."""
    partition, account, _ = _split(arn)
    iam = iam_backends[account][partition]
    for members in (iam.roles, iam.users, iam.groups):
        for member in members.values():
            if member.arn == arn:
                return str(member.id)
    return ""
