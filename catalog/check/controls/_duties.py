"""Who administers and who uses a KMS key, as its policy says: one value a principal.

Not in the file of E9008: cfn-lint loads a rule's file without registering it as a module, and dataclasses need one.
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
"""Actions that change a key. Not here: aliases and tags, which the roles that deploy applications manage as well."""

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
"""Cryptographic operations, and CreateGrant: a grant gives every one of them, to its maker as well."""


@dataclass(slots=True)
class Duties:
    """What one principal, as the template names it, is allowed and denied."""

    principal: Any
    allowed: set[str] = field(default_factory=set)
    denied: set[str] = field(default_factory=set)
    where: dict[str, Path] = field(default_factory=dict)
    """Action → the first place that allows it."""

    @property
    def administers(self) -> set[str]:
        """Administration that no Deny takes away."""
        return self.allowed.intersection(ADMINISTRATION) - self.denied

    @property
    def uses(self) -> set[str]:
        """Use that no Deny takes away."""
        return self.allowed.intersection(USE) - self.denied

    @property
    def parameter(self) -> str:
        """The parameter that the principal is; empty for a literal."""
        name = self.principal.get("Ref") if isinstance(self.principal, Mapping) else None
        return name if isinstance(name, str) else ""

    @property
    def name(self) -> str:
        """How a message names the principal."""
        return self.parameter or str(literal(self.principal))


def duties_of(template: Mapping[str, Any], found: list[tuple[Path, Mapping[str, Any]]]) -> list[Duties]:
    """The duties of each principal that an Allow names, the account's root left out."""
    duties: dict[str, Duties] = {}
    for path, statement in found:
        if can_be(statement, "Allow"):
            actions = actions_of(statement, (*ADMINISTRATION, *USE))
            for where, principal in principals(statement.get("Principal"), (*path, "Principal")):
                if not is_own_account(template, principal):
                    one = duties.setdefault(key_of(principal), Duties(principal))
                    one.allowed |= actions
                    one.where = {**dict.fromkeys(sorted(actions), where), **one.where}
    for path, statement in found:
        if statement.get("Effect") == "Deny" and "Condition" not in statement and "Fn::If" not in path:
            deny(duties, statement)
    return list(duties.values())


def deny(duties: Mapping[str, Duties], statement: Mapping[str, Any]) -> None:
    """Note what an unconditional Deny takes away, and from whom; what is behind Fn::If, or narrowed, does not count."""
    if holds_if(statement.get("Action")) or "NotAction" in statement or not only(statement.get("Resource"), "*"):
        return
    denied = [principal for where, principal in principals(statement.get("Principal"), ()) if "Fn::If" not in where]
    named = {key_of(principal) for principal in denied}
    actions = actions_of(statement, (*ADMINISTRATION, *USE))
    for key, one in duties.items():
        if key in named or is_everybody(statement.get("Principal")):
            one.denied |= actions


def is_own_account(template: Mapping[str, Any], principal: Any) -> bool:
    """Whether a principal is the root of the stack's account, however it is written."""
    written = evaluated(template, principal, {})
    return isinstance(written, str) and (written == ACCOUNT or written.endswith(f":{ACCOUNT}:root"))


def key_of(principal: Any) -> str:
    """A principal as the template writes it, so that equal ones are found."""
    return json.dumps(principal, sort_keys=True, default=str)
