"""The article that the KMS product carries over, "the seed": its checklist, its compliance table, what is right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the checklist, or one row of the compliance table."""

    says: str
    """In the seed's words."""
    correction: str = ""
    """What is right, where the seed is wrong or says too little; empty where it is right."""


CHECKLIST: Mapping[str, Line] = {
    "1": Line("enable_key_rotation = true confirmed hardcoded, not variable-exposed"),
    "2": Line(
        "key_administrators and key_users are separate lists with separate ARNs",
        "Separate lists are not enough: kms:Create* holds CreateGrant, with which an administrator gives himself every "
        "use of the key. A Deny keeps administrators from it, and makes an ARN in both lists harmless. Rules can only "
        "refuse that one list is part of the other; catalog launch compares each ARN.",
    ),
    "3": Line(
        "Root account statement present in key policy",
        "It does not take root credentials to use it: it hands the key to the account's IAM policies.",
    ),
    "4": Line(
        "prevent_destroy = true in prod environment tfvars",
        "Terraform takes no variable in prevent_destroy. Here it is a Deny in the key policy, forced by a Rule.",
    ),
    "5": Line("deletion_window_days = 30 in prod"),
    "6": Line(
        "Alias ARN used in downstream references rather than raw key ARN",
        "In a policy's Resource an alias ARN stands for the alias, not for the key: policies, log groups and buckets "
        "take the key's ARN. The alias is for calls.",
    ),
    "7": Line("Tags include environment, service, and data classification"),
    "8": Line("Key administrators are break-glass or security team roles - not application roles"),
    "9": Line("Key users are scoped to the minimum set of roles that need cryptographic access"),
}

COMPLIANCE: Mapping[str, Line] = {
    "1": Line(
        "Automatic key rotation: CIS AWS 3.7",
        "No version numbers it 3.7: it is 2.8 in 1.2, 3.8 in 1.4 to 2.0, 3.6 in 3.0 to 5.0, 4.6 in 6.0 and 7.0.",
    ),
    "2": Line(
        "CMK over AWS managed key: CIS AWS / SOC 2 CC6",
        "No recommendation of the CIS benchmark asks for customer managed keys in general.",
    ),
    "3": Line(
        "Key policy least privilege: SOC 2 CC6.3",
        "Two lists in the key policy do not separate duties, see line 2. And IAM counts too: in the key's account "
        "either a key policy that names the role or, through the root statement, an IAM policy is enough.",
    ),
    "4": Line(
        "Key deletion protection: Internal / SOC 2",
        "prevent_destroy with a variable does nothing, see line 4. Here a Deny and the window, both forced in prod.",
    ),
    "5": Line(
        "Key usage auditing: SOC 2 CC7",
        "CloudTrail logs calls to KMS unless a trail excludes them (ExcludeManagementEventSources).",
    ),
}

SEED: Mapping[str, Mapping[str, Line]] = {"Seed checklist": CHECKLIST, "Seed compliance": COMPLIANCE}
"""By the names that `frameworks` of a control use."""
