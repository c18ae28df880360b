"""The use of KMS keys by services for their callers, as far as key policies deny it.

S3 and Secrets Manager call KMS with the permissions of whoever reads or writes (S3 user guide, "Using server-side
encryption with AWS KMS keys"; Secrets Manager user guide, "Secret encryption and decryption"). CloudWatch Logs uses a
key as a service, which the key policy must allow (its user guide, "Encrypt log data"). A key of another account is not
asked. S3 names a key that does not exist with KMS's words (observed answers in public notes).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from moto.core.exceptions import JsonRESTError

from catalog.sandbox.kms.conditions import as_list, holds
from catalog.sandbox.kms.models import SandboxKey, require_state, sandbox_backend
from catalog.sandbox.kms.policy import names


class KeyRefusedError(Exception):
    """KMS refuses the use of a key; `code` is that of KMS."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def key_of(account: str, name: str) -> SandboxKey | None:
    """The key with this ARN; None if the sandbox does not have it."""
    parts = name.split(":")
    if len(parts) != 6 or parts[2] != "kms" or parts[4] != account:
        return None
    return sandbox_backend(account, parts[3]).key_named(name)


def is_missing(account: str, name: str) -> bool:
    """Whether this is the ARN of a key or alias of the account that does not exist; AWS makes its own when it must."""
    parts = name.split(":")
    own = len(parts) == 6 and parts[2] == "kms" and parts[4] == account
    return own and "alias/aws/" not in name and key_of(account, name) is None


def use(account: str, name: str, action: str, caller: str, service: str) -> None:
    """Use a key as `caller` through a service; raises `KeyRefusedError`."""
    key = key_of(account, name)
    if key is None:
        if is_missing(account, name):
            raise KeyRefusedError("NotFoundException", f"Key '{name}' does not exist")
        return
    region = name.split(":")[3]
    try:
        via = {"kms:viaservice": f"{service}.{region}.amazonaws.com"}
        sandbox_backend(account, region).authorize(key, action, caller, via)
        require_state(key, "Enabled")
    except JsonRESTError as refused:
        raise KeyRefusedError(refused.error_type, refused.message) from refused


def allows_service(account: str, name: str, service: str, context: Mapping[str, str]) -> bool:
    """Whether the policy of a key allows a service to encrypt in this encryption context."""
    key = key_of(account, name)
    if key is None:
        return not is_missing(account, name)
    return any(
        statement.get("Effect") == "Allow"
        and service in as_list(_principal(statement).get("Service", []))
        and names(statement, "Action", "kms:Encrypt")
        and holds(statement.get("Condition", {}), context)
        for statement in as_list(json.loads(key.policy).get("Statement", []))
    )


def _principal(statement: Mapping[str, Any]) -> Mapping[str, Any]:
    principal = statement.get("Principal")
    return principal if isinstance(principal, Mapping) else {}
