"""Identify the caller of a request: from an access key to the ARN that policies name."""

from __future__ import annotations

from functools import cache

from botocore.session import get_session
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from catalog.sandbox.administrator import administrator_arn


@cache
def partitions() -> frozenset[str]:
    """The partitions of AWS; moto has no IAM backend for other names."""
    return frozenset(get_session().get_available_partitions())


def caller_arn(account: str, partition: str, access_key: str) -> str:
    """The ARN of the user or role that owns `access_key`; an unknown key belongs to the administrator."""
    session = sts_backends[account][partition].get_assumed_role_from_access_key(access_key)
    if session is not None:
        return str(session.role_arn)
    user = iam_backends[account][partition].get_user_from_access_key_id(access_key)
    return str(user.arn) if user is not None else administrator_arn(account, partition)


def principal_exists(arn: str) -> bool:
    """Whether the IAM role or user with this ARN exists in the sandbox."""
    _, partition, _, _, account, resource = arn.split(":", 5)
    if partition not in partitions():
        return False
    if arn == administrator_arn(account, partition):
        return True
    backend = iam_backends[account][partition]
    identities = backend.roles.values() if resource.startswith("role/") else backend.users.values()
    return any(item.arn == arn for item in identities)
