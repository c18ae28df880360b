"""Profile "KMS article": the checklist and the compliance table of the article behind products/kms_key.py."""

from __future__ import annotations

from catalog.check.profiles import Profile, ProfileItem

PROFILE = Profile(
    name="KMS article",
    description="The article whose Terraform module the product kms_key replaces.",
    page="docs/products/kms_key.md",
    checklist={
        "1": ProfileItem("enable_key_rotation = true confirmed hardcoded, not variable-exposed"),
        "2": ProfileItem(
            "key_administrators and key_users are separate lists with separate ARNs",
            "Separate lists are not enough. kms:Create* includes CreateGrant, and with a grant administrators can give "
            "themselves every use of the key. A Deny prevents this and makes an ARN in both lists harmless. Rules can "
            "only refuse that one list contains the other; catalog launch compares each ARN.",
        ),
        "3": ProfileItem(
            "Root account statement present in key policy",
            "The statement does not need root credentials: it lets the account's IAM policies grant access to the key.",
        ),
        "4": ProfileItem(
            "prevent_destroy = true in prod environment tfvars",
            "Terraform accepts no variable in prevent_destroy. Here a Deny in the key policy protects the key, and a "
            "Rule enforces it.",
        ),
        "5": ProfileItem("deletion_window_days = 30 in prod"),
        "6": ProfileItem(
            "Alias ARN used in downstream references rather than raw key ARN",
            "In the Resource of a policy, an alias ARN stands for the alias, not for the key: policies, log groups and "
            "buckets need the key's ARN. The alias is for calls.",
        ),
        "7": ProfileItem("Tags include environment, service, and data classification"),
        "8": ProfileItem("Key administrators are break-glass or security team roles - not application roles"),
        "9": ProfileItem("Key users are scoped to the minimum set of roles that need cryptographic access"),
    },
    compliance={
        "1": ProfileItem(
            "Automatic key rotation: CIS AWS 3.7",
            "No version numbers it 3.7: it is 2.8 in 1.2, 3.8 in 1.4 to 2.0, 3.6 in 3.0 to 5.0, 4.6 in 6.0 and 7.0.",
        ),
        "2": ProfileItem(
            "CMK over AWS managed key: CIS AWS / SOC 2 CC6",
            "No recommendation of the CIS benchmark asks for customer managed keys in general.",
        ),
        "3": ProfileItem(
            "Key policy least privilege: SOC 2 CC6.3",
            "Two lists in the key policy do not separate duties, see line 2. IAM counts too: in the key's account, "
            "either a key policy that names the role or, through the root statement, an IAM policy is enough.",
        ),
        "4": ProfileItem(
            "Key deletion protection: Internal / SOC 2",
            "prevent_destroy with a variable has no effect, see line 4. Here Rules enforce a Deny and the deletion "
            "window in prod.",
        ),
        "5": ProfileItem(
            "Key usage auditing: SOC 2 CC7",
            "CloudTrail logs calls to KMS unless a trail excludes them (ExcludeManagementEventSources).",
        ),
    },
)
