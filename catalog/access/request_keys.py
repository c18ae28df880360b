"""What is known about condition keys of a service: which requests have them, and the limits of their numbers.

Some keys are absent from all requests but those for certain actions.

DescribeKey has no encryption context, so a statement that requires one never matches it. Source: KMS developer guide,
"AWS KMS condition keys", its tables of operations. Any request may have a key that is not listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from catalog.iam.context import Within

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
        "kms:RotationPeriodInDays": frozenset({"EnableKeyRotation"}),
        "kms:ScheduleKeyDeletionPendingWindowInDays": frozenset({"ScheduleKeyDeletion"}),
    },
    "secretsmanager": {"secretsmanager:RecoveryWindowInDays": frozenset({"DeleteSecret"})},
}
"""Service → condition key → the actions whose requests can have it."""

LIMITS: Mapping[str, Mapping[str, Within]] = {
    "kms": {
        "kms:RotationPeriodInDays": Within(90, 2560),
        "kms:ScheduleKeyDeletionPendingWindowInDays": Within(7, 30),
    },
    "secretsmanager": {"secretsmanager:RecoveryWindowInDays": Within(7, 30)},
}
"""Service → condition key → the numbers that the service accepts, so that a test of it may always have the same result.

Sources: API references of KMS (EnableKeyRotation, "Minimum value of 90. Maximum value of 2560"; ScheduleKeyDeletion,
"If you include a value, it must be between 7 and 30, inclusive") and of Secrets Manager (DeleteSecret, "The number of
days from 7 to 30").
"""


@lru_cache(maxsize=1024)
def absent_keys(service: str, action: str) -> tuple[str, ...]:
    """The keys that no request for `action` has."""
    return tuple(key for key, actions in CARRIED.get(service, {}).items() if action not in actions)
