"""Condition keys that only requests for some actions of a service have; in all other requests they are absent.

DescribeKey has no encryption context, so a statement that requires one never matches it. Source: KMS developer guide,
"AWS KMS condition keys", its tables of operations. Any request may have a key that is not listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

DATA_KEYS = frozenset(
    {
        "GenerateDataKey",
        "GenerateDataKeyPair",
        "GenerateDataKeyPairWithoutPlaintext",
        "GenerateDataKeyWithoutPlaintext",
    }
)
WITH_ENCRYPTION_CONTEXT = DATA_KEYS | {
    "CreateGrant",
    "Decrypt",
    "Encrypt",
    "ReEncryptFrom",
    "ReEncryptTo",
    "RetireGrant",
}

CARRIED: Mapping[str, Mapping[str, frozenset[str]]] = {
    "kms": {
        "kms:BypassPolicyLockoutSafetyCheck": frozenset({"CreateKey", "PutKeyPolicy"}),
        "kms:EncryptionContext:*": WITH_ENCRYPTION_CONTEXT,
        "kms:EncryptionContextKeys": WITH_ENCRYPTION_CONTEXT,
        "kms:GrantConstraintType": frozenset({"CreateGrant", "RetireGrant"}),
        "kms:GrantIsForAWSResource": frozenset({"CreateGrant", "ListGrants", "RevokeGrant"}),
        "kms:GrantOperations": frozenset({"CreateGrant"}),
        "kms:GranteePrincipal": frozenset({"CreateGrant"}),
        "kms:PrimaryRegion": frozenset({"UpdatePrimaryRegion"}),
        "kms:ReplicaRegion": frozenset({"ReplicateKey"}),
        "kms:RetiringPrincipal": frozenset({"CreateGrant"}),
        "kms:ScheduleKeyDeletionPendingWindowInDays": frozenset({"ScheduleKeyDeletion"}),
    }
}
"""Service → condition key → the actions whose requests can have it."""


@lru_cache(maxsize=1024)
def absent_keys(service: str, action: str) -> tuple[str, ...]:
    """The keys that no request for `action` has."""
    return tuple(key for key, actions in CARRIED.get(service, {}).items() if action not in actions)
