"""Duties: the administrators and users of a KMS key, as its policy names them.

This is not in the file of E9008, because cfn-lint loads a control's file without registering it as a module, and
dataclasses need a registered module.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.check.controls._control import Path
from catalog.check.controls._launches import ACCOUNT, evaluated
from catalog.check.controls._policy import actions_of, can_be, holds_if, is_everybody, literal, only, principals

ADMINISTRATION = (
    "kms:CancelKeyDeletion",
    "kms:DeleteImportedKeyMaterial",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:ImportKeyMaterial",
    "kms:PutKeyPolicy",
    "kms:ReplicateKey",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:UpdateKeyDescription",
    "kms:UpdatePrimaryRegion",
)
"""IAM actions that change a key. Aliases and tags are not included: roles that deploy applications manage them too."""

USE = (
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:DeriveSharedSecret",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyPair",
    "kms:GenerateDataKeyPairWithoutPlaintext",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:GenerateMac",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "kms:Sign",
    "kms:Verify",
    "kms:VerifyMac",
)
"""Cryptographic operations, and CreateGrant: a grant can allow each of them, also to the principal that creates it."""


@dataclass(slots=True)
class Duties:
    """The IAM actions that one principal, as the template names it, is allowed and denied."""

    principal: Any
    allowed: set[str] = field(default_factory=set)
    denied: set[str] = field(default_factory=set)
    where: dict[str, Path] = field(default_factory=dict)
    """IAM action → the first path that allows it."""

    @property
    def administers(self) -> set[str]:
        """The allowed administration that no Deny takes away."""
        return self.allowed.intersection(ADMINISTRATION) - self.denied

    @property
    def uses(self) -> set[str]:
        """The allowed use that no Deny takes away."""
        return self.allowed.intersection(USE) - self.denied

    @property
    def parameter(self) -> str:
        """The parameter that the principal refers to; empty for a literal."""
        name = self.principal.get("Ref") if isinstance(self.principal, Mapping) else None
        return name if isinstance(name, str) else ""

    @property
    def name(self) -> str:
        """The principal as a message names it."""
        return self.parameter or str(literal(self.principal))


def duties_of(template: Mapping[str, Any], statements: list[tuple[Path, Mapping[str, Any]]]) -> list[Duties]:
    """The duties of each principal that an Allow names, without the account's root."""
    duties_by_key: dict[str, Duties] = {}
    for path, statement in statements:
        if can_be(statement, "Allow"):
            iam_actions = actions_of(statement, (*ADMINISTRATION, *USE))
            for where, principal in principals(statement.get("Principal"), (*path, "Principal")):
                if not is_own_account(template, principal):
                    duties = duties_by_key.setdefault(key_of(principal), Duties(principal))
                    duties.allowed |= iam_actions
                    duties.where = {**dict.fromkeys(sorted(iam_actions), where), **duties.where}
    for path, statement in statements:
        if statement.get("Effect") == "Deny" and "Condition" not in statement and "Fn::If" not in path:
            deny(duties_by_key, statement)
    return list(duties_by_key.values())


def deny(duties_by_key: Mapping[str, Duties], statement: Mapping[str, Any]) -> None:
    """Add the IAM actions that a Deny takes away from its principals. What depends on a Fn::If is skipped."""
    if holds_if(statement.get("Action")) or "NotAction" in statement or not only(statement.get("Resource"), "*"):
        return
    denied = [principal for where, principal in principals(statement.get("Principal"), ()) if "Fn::If" not in where]
    denied_keys = {key_of(principal) for principal in denied}
    iam_actions = actions_of(statement, (*ADMINISTRATION, *USE))
    for key, duties in duties_by_key.items():
        if key in denied_keys or is_everybody(statement.get("Principal")):
            duties.denied |= iam_actions


def is_own_account(template: Mapping[str, Any], principal: Any) -> bool:
    """Whether a principal is the root of the stack's account, in any notation."""
    value = evaluated(template, principal, {})
    return isinstance(value, str) and (value == ACCOUNT or value.endswith(f":{ACCOUNT}:root"))


def key_of(principal: Any) -> str:
    """A principal as the template writes it, so that equal principals have equal keys."""
    return json.dumps(principal, sort_keys=True, default=str)
