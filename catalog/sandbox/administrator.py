"""The identity of a client that uses the sandbox's own access key: an IAM user, as administrators often are.

moto answers GetCallerIdentity with an STS ARN of a user, which does not exist in AWS and can be no principal.
"""

from __future__ import annotations

from moto.iam.models import iam_backends
from moto.sts.models import STSBackend
from moto.utilities.utils import get_partition

NAME = "moto"
USER_ID = "AIDASANDBOXADMIN00000"


def administrator_arn(account: str, partition: str) -> str:
    """The ARN of the user to which an unknown access key belongs; a portfolio or a key policy may name it."""
    return f"arn:{partition}:iam::{account}:user/{NAME}"


def get_caller_identity(backend: STSBackend, access_key_id: str, region: str) -> tuple[str, str, str]:
    """The user id, the ARN and the account of a caller, in place of moto's method of the same name."""
    session = backend.get_assumed_role_from_access_key(access_key_id)
    if session:
        return str(session.user_id), str(session.arn), str(session.account_id)
    user = iam_backends[backend.account_id][backend.partition].get_user_from_access_key_id(access_key_id)
    if user:
        return str(user.id), str(user.arn), str(user.account_id)
    return USER_ID, administrator_arn(backend.account_id, get_partition(region)), backend.account_id
